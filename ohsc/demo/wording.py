"""What does an invented referral say? A matter with its blanks filled, and answers about risk that fit its band."""

import random
import re
from dataclasses import dataclass

from ohsc.core.words import Environment
from ohsc.demo.matters_contact import MATTERS as CONTACT
from ohsc.demo.matters_material import MATTERS as MATERIAL

_WHERE = {"d": Environment.DARK_WEB, "s": Environment.SURFACE_WEB, "p": Environment.PHYSICAL_WORLD}
PLATFORMS = ("Lumen Social", "Wrenfield Games", "Quillnest Messenger", "Pondlight Video", "Tallow Chat")
_SETTINGS = (
    "a swimming club",
    "a youth choir",
    "a chess club",
    "a riding school",
    "a holiday camp",
    "a drama group",
)
_PERIODS = ("yesterday", "two days ago", "last week", "earlier this month", "on Saturday", "over the weekend")
_SUMS = ("£40", "£50", "£75", "£120", "£200", "£250")
_PLACES = (
    "Northshire", "Westmarch", "Eastmere", "Calderbrook", "Ottermouth", "Harrowfield", "Saltwick", "Pennerley",
    "Dunmarrow", "Ashcombe Vale", "Lower Fernley", "Glenarrow",
)  # fmt: skip
# What a source adds to a line that would else be the same as another's.
_WHERE_OR_WHEN = {
    Environment.PHYSICAL_WORLD: (", {place}", ", {place}, {period}"),
    Environment.SURFACE_WEB: (", reported {period}", ", reported from {place}"),
    Environment.DARK_WEB: (", first seen {period}", ", noted {period} and again today"),
}
_TAILS = (
    "The reporter can be contacted again.",
    "The reporter does not wish to be contacted again.",
    "Nothing further is known at present.",
    "The records named here are kept for ninety days.",
    "Dates and times are as the reporter remembers them.",
    "A colleague has read this before it was sent.",
    "The source asks to be told what becomes of it.",
    "The family has been told that this was passed on.",
    "No one but the reporter has been told so far.",
    "The source has taken no further step, so as not to stand in the way of others.",
)
_QUIET = ("live_streaming", "self_harm_threat", "contact_continuing", "child_identified", "suspect_has_access",
          "position_of_trust")  # fmt: skip
# What the reporter answered yes to, by the band it suggests.
_AT_ONCE = {"live_streaming": "live_streaming", "sexual_extortion": "self_harm_threat"}
_P2 = ("contact_continuing", "child_identified", "suspect_has_access", "coercion")
_DARK_P2 = ("suspect_has_access", "first_generation_material", "coercion")
_P3 = ("prior_record", "multiple_children", "repeat_selector")

_BLANK = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Worded:
    harm_type: str
    environment: str
    platform: str
    summary: str
    narrative: str
    age: int | None


def matters() -> list[tuple[str, str, str, str]]:
    """Every matter: harm type, environment, summary and narrative with their blanks."""
    return [(harm, _WHERE[place].value, *words) for harm, place, *words in (*CONTACT, *MATERIAL)]


def words_for(matter: tuple[str, str, str, str], rng: random.Random) -> Worded:
    """The matter with its blanks filled, and a sentence or two that any form would have."""
    harm, environment, summary, narrative = matter
    age = rng.choices(range(8, 18), (1, 1, 2, 4, 6, 8, 8, 7, 4, 2))[0]
    blanks = {
        "platform": rng.choice(PLATFORMS),
        "setting": rng.choice(_SETTINGS),
        "period": rng.choice(_PERIODS),
        "sum": rng.choice(_SUMS),
        "count": rng.randrange(3, 19),
        "age": age,
    }
    if not {"{platform}", "{setting}", "{count}", "{sum}"} & set(_BLANK.findall(summary)):
        blanks["place"] = rng.choice(_PLACES)
        summary += rng.choice(_WHERE_OR_WHEN[Environment(environment)])
    tails = rng.sample(_TAILS, rng.choice((1, 2)))
    return Worded(
        harm_type=harm,
        environment=environment,
        platform=blanks["platform"],
        summary=summary.format(**blanks),
        narrative=" ".join((narrative.format(**blanks), *tails)),
        age=age if "{age}" in summary + narrative else None,
    )


def factors_for(band: str, worded: Worded, escalated: bool, rng: random.Random) -> dict[str, str]:
    """Answers about risk from which `referrals.priority` suggests that band (or lower, where the source escalates)."""
    answers: dict[str, str] = {}
    if band == "P4":
        answers = dict.fromkeys(_QUIET, "no")
    elif band != "INFO":
        answers = {key: rng.choice(("no", "unknown")) for key in rng.sample(_QUIET[2:], 2)}
    if band == "P1" and not escalated:
        answers[_AT_ONCE.get(worded.harm_type, "contact_continuing")] = "yes"
    elif band in ("P1", "P2"):
        answers[rng.choice(_DARK_P2 if worded.environment == "dark_web" else _P2)] = "yes"
    elif band == "P3" and rng.random() < 0.6:
        answers[rng.choice(_P3)] = "yes"
    if band != "INFO" and rng.random() < 0.2:
        answers["data_expiring"] = "yes"
    if worded.age is not None and band != "INFO":
        answers["child_age_band"] = _band_of(worded.age)
    return answers


def _band_of(age: int) -> str:
    return next(f"{low}-{high}" for low, high in ((7, 10), (11, 13), (14, 15), (16, 17)) if age <= high)
