"""What does a rehearsal take for granted besides the rules? Other points of some agencies, and other agreements.

Neither is the Centre's to switch on: an agency says what it can take, and an agreement is signed by two. So a draft
that supposes something is switched on only when it has become so (`what_is_not_so`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from agencies.models import SharingAgreement
from referrals.routing.facts import Receiver

MOST_POINTS = 10_000


@dataclass(frozen=True)
class Like:
    """An agency would have an agreement with the terms of another's."""

    agency: str
    agreement: str


@dataclass(frozen=True)
class Supposed:
    """points -- by agency, what it could take in a week. ended -- agreements that would not be there.
    like -- agreements that would be there besides. Identifiers are text."""

    points: Mapping[str, int] = field(default_factory=dict)
    ended: tuple[str, ...] = ()
    like: tuple[Like, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.points or self.ended or self.like)

    @property
    def agreements_change(self) -> bool:
        return bool(self.ended or self.like)

    def written(self) -> dict[str, Any]:
        """For keeping."""
        return {
            "points": dict(self.points),
            "ended": list(self.ended),
            "like": [asdict(one) for one in self.like],
        }


def read_supposed(kept: Mapping[str, Any]) -> Supposed:
    """As it was kept."""
    return Supposed(
        dict(kept.get("points", {})),
        tuple(kept.get("ended", ())),
        tuple(Like(**one) for one in kept.get("like", ())),
    )


def with_points(receivers: Iterable[Receiver], supposed: Supposed) -> list[Receiver]:
    """The agencies as they would be."""
    points = supposed.points
    return [
        replace(one, points=points[one.id], full_week=points[one.id]) if one.id in points else one
        for one in receivers
    ]


def agreements_supposed(
    agreements: Iterable[SharingAgreement], supposed: Supposed
) -> dict[str, list[SharingAgreement]]:
    """By agency whose agreements would differ: those it would have with the Centre."""
    every = {str(one.pk): one for one in agreements}
    touched = {str(every[key].recipient_id) for key in supposed.ended if key in every}
    touched |= {one.agency for one in supposed.like}
    found: dict[str, list[SharingAgreement]] = {agency: [] for agency in touched}
    for key, one in every.items():
        if str(one.recipient_id) in touched and key not in supposed.ended:
            found[str(one.recipient_id)].append(one)
    for like in supposed.like:
        if like.agreement in every:
            found[like.agency].append(_as_if_always(every[like.agreement]))
    return found


def what_is_not_so(
    supposed: Supposed,
    points: Mapping[str, int],
    agreements: Sequence[SharingAgreement],
    names: Mapping[str, str],
    on: date,
) -> Iterator[str]:
    """What the draft supposes and has not become so, each as a sentence. `points` are those of a full week now."""
    for agency, wanted in supposed.points.items():
        if points.get(agency, 0) != wanted:
            says = f"{points[agency]} points a week" if points.get(agency) else "nothing of what it takes"
            yield f"{names.get(agency, 'An agency')} says {says}, and {wanted} are supposed."
    live = [one for one in agreements if one.ended_at is None and one.starts_on <= on <= one.ends_on]
    for one in live:
        if str(one.pk) in supposed.ended:
            yield f"Agreement {one.reference} is in force."
    by_id = {str(one.pk): one for one in agreements}
    for like in supposed.like:
        model = by_id.get(like.agreement)
        theirs = [one for one in live if str(one.recipient_id) == like.agency]
        if model is None or not any(_terms(one) == _terms(model) for one in theirs):
            yield f"{names.get(like.agency, 'An agency')} has no agreement with the terms that are supposed."


def _terms(agreement: SharingAgreement) -> tuple:
    """What an agreement lets through."""
    return (
        sorted(agreement.environments),
        sorted(agreement.harm_types),
        agreement.tlp_ceiling,
        agreement.classification_ceiling,
    )


def _as_if_always(agreement: SharingAgreement) -> SharingAgreement:
    """Its terms, in force on any day. Never saved."""
    other = copy(agreement)
    other.reference, other.starts_on, other.ends_on, other.ended_at = "supposed", date.min, date.max, None
    return other
