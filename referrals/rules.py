"""By which rules does the Centre route? A version of them at a time: what fit is worth, what risk weighs, what happens
when an offer ends without a taker.

These are the rules that stand in the code; a rulebook that two people switched on replaces them (`models.Rulebook`).
Every number is a whole one, so that a plan comes out the same on every machine.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from ohsc.core.words import Band

# What each rule is called, in the order in which rules are shown. `risk` and `next_after` are by band.
LABELS = {
    "first_skill": "One of the skills wanted there",
    "more_skills": "Two or more of them, on top",
    "same_place": "It says the very place",
    "wider_place": "It says a wider place",
    "no_place": "The place is not known",
    "wished": "The source asks for it",
    "open_now": "Its desk is open",
    "has_room": "Less than half of its week is taken",
    "late": "Taken off where it would be begun late",
    "fairness": "Given up for each fifth of a week that is taken",
    "risk": "What each band weighs",
    "next_after": "Bands offered to the next best by themselves",
    "most_offers": "Offers of one referral before the Centre decides",
}
MOST = 1000  # no weight is greater: the sums stay well within a machine's whole numbers


class RulesRefused(ValueError):
    """What is wrong with each rule that cannot be as it was written."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Rules:
    """What fit is worth is in points of a hundred; what risk weighs, against each other.

    first_skill, more_skills -- one of the skills wanted there, and two or more. same_place, wider_place, no_place --
    it says that very jurisdiction, one that takes it in, or the place is not known. wished -- the source asks for it.
    open_now -- its desk is open. has_room -- less than half of its week is taken.
    late -- taken off where it would be begun after it is due.
    fairness -- what the plan gives up, for each fifth of an agency’s week that is taken, so that equals share.
    next_after -- for these bands an offer that is declined or lapses is offered to the next best, by itself.
    most_offers -- after so many offers of one referral, the Centre decides.
    """

    version: int = 0
    risk: Mapping[str, int] = field(
        default_factory=lambda: {"P1": 1000, "P2": 150, "P3": 20, "P4": 6, "INFO": 1}
    )
    first_skill: int = 35
    more_skills: int = 15
    same_place: int = 25
    wider_place: int = 18
    no_place: int = 12
    wished: int = 10
    open_now: int = 10
    has_room: int = 5
    late: int = 25
    fairness: int = 1
    next_after: tuple[str, ...] = ("P1", "P2")
    most_offers: int = 3

    def written(self) -> dict[str, Any]:
        """For keeping, and for whoever edits them."""
        kept = asdict(self)
        del kept["version"]
        return kept | {"next_after": list(self.next_after)}


NUMBERS = tuple(one.name for one in fields(Rules) if one.type is int and one.name != "version")


def read_rules(kept: Mapping[str, Any], version: int = 0) -> Rules:
    """The rules as they were kept. What is not said stands as in the code. Raises RulesRefused, naming each."""
    errors: dict[str, str] = {}
    known = {"risk", "next_after", *NUMBERS}
    for name in sorted(set(kept) - known):
        errors[name] = f"There is no rule {name}."
    for name in NUMBERS:
        if name in kept and not _is_number(kept[name]):
            errors[name] = f"{name} is a whole number from 0 to {MOST}."
    risk = dict(Rules().risk) | dict(kept.get("risk", {}))
    if set(risk) != set(Band.values) or not all(_is_number(one) and one > 0 for one in risk.values()):
        errors["risk"] = f"Say for each of {', '.join(Band.values)} a whole number from 1 to {MOST}."
    bands = kept.get("next_after", Rules().next_after)
    if not set(bands) <= set(Band.values):
        errors["next_after"] = f"Use some of: {', '.join(Band.values)}."
    if errors:
        raise RulesRefused(errors)
    numbers = {name: kept[name] for name in NUMBERS if name in kept}
    return Rules(version=version, risk=risk, next_after=tuple(bands), **numbers)


def in_words(rules: Rules) -> dict[str, str]:
    """Each rule as text, by its label."""
    kept = rules.written()
    kept["risk"] = ", ".join(f"{band} {rules.risk[band]}" for band in Band.values)
    kept["next_after"] = ", ".join(rules.next_after) or "None"
    return {label: str(kept[name]) for name, label in LABELS.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST
