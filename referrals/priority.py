"""How great may the risk to a child be, how complete is what was sent, and by when must someone act?

Two scores, never one. The *band* (P1 to P4, INFO) is about a child; *actionability* is about the paperwork:
a complete report may be of no urgency, and a thin one may be a child in danger. Nothing here decides: the
factors suggest a band and say why, and a person (or the Centre's client) sets it.

Four rules hold throughout:

- Unknown is never no. The lowest working band is suggested only when the questions that matter were answered no.
- Volume never raises a band: no count of reports or files is an argument of anything here.
- AI-generated material never lowers one: the kind of harm is no argument of `suggest_band` either.
- What the source says may raise a suggestion, with a reason in words; it never lowers what the factors say.

Bands and factors: the Centre's own scale, built on the questions of KIRAT (Kent Police) and THRIVE;
KIRAT's own score is stored where a force sends it, never recomputed. Action times: the recommended ones for
online child abuse cases (very high about a day, high 7 days, medium 14, low 30), HMICFRS 2023.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

BANDS = ("P1", "P2", "P3", "P4", "INFO")
AGE_BANDS = ("0-2", "3-6", "7-10", "11-13", "14-15", "16-17", "unknown")
ANSWERS = ("yes", "no", "unknown")

# What a yes means, and the band it suggests by itself. The order is the order in which reasons are given.
_RAISES = {
    "live_streaming": ("P1", "Live streaming is reported, so abuse may be happening now."),
    "self_harm_threat": ("P1", "A threat of self-harm is reported, so a life may be at risk."),
    "contact_continuing": ("P2", "Contact with the child is said to continue."),
    "child_identified": ("P2", "A child has been identified, so someone can be protected."),
    "suspect_has_access": ("P2", "The suspect is said to have access to a child."),
    "position_of_trust": (
        "P2",
        "The suspect is said to hold a position of trust, which gives access to children.",
    ),
    "coercion": ("P2", "A child is said to be coerced, which tends to go on until someone stops it."),
    "first_generation_material": (
        "P2",
        "The material is said to be new, so someone may have access to a child.",
    ),
    "prior_record": ("P3", "The suspect is said to be known from an earlier record."),
    "multiple_children": ("P3", "More than one child is said to be harmed."),
    "repeat_selector": ("P3", "An identifier is known from an earlier report."),
}
_FOR_TIMING = {
    "data_expiring": "Data is said to expire soon: this sets no band, but somebody should ask for its preservation."
}
_AGE = "child_age_band"
FACTORS = (
    "child_identified", "contact_continuing", "suspect_has_access", "position_of_trust", "first_generation_material",
    "live_streaming", "coercion", "self_harm_threat", "prior_record", "multiple_children", "repeat_selector",
    "data_expiring", _AGE,
)  # fmt: skip

# The questions that must be answered no before the low band is suggested.
_MUST_BE_NO = {
    "live_streaming": "live streaming",
    "self_harm_threat": "a threat of self-harm",
    "contact_continuing": "continuing contact",
    "child_identified": "whether a child is identified",
    "suspect_has_access": "the suspect's access to children",
    "position_of_trust": "a position of trust",
}


@dataclass(frozen=True)
class Suggestion:
    """A band for a person to confirm, and the sentences that say why."""

    band: str
    because: tuple[str, ...]


def suggest_band(
    factors: Mapping[str, str], *, source_priority: str | None, escalate_reason: str
) -> Suggestion:
    """The band these answers suggest, and why, in sentences for the analyst.

    P1: a child in imminent danger, live abuse, threat to life, or a source that escalates and says why.
    P2: an identified child, a suspect with access, continuing contact. P3: a known suspect without known access,
    or too little known to go lower. P4: the questions that matter were answered no. INFO: the source marks it as
    not enough to act on, and no answer speaks against that.
    """
    _check(factors, source_priority)
    raised = [(band, reason) for name, (band, reason) in _RAISES.items() if factors.get(name) == "yes"]
    from_source = _from_source(source_priority, escalate_reason.strip())
    if from_source:
        raised.append(from_source)
    if raised:
        band = min((band for band, _ in raised), key=BANDS.index)
        because = [reason for _, reason in sorted(raised, key=lambda pair: BANDS.index(pair[0]))]
    else:
        band, because = _when_nothing_raises(factors, source_priority)
    return Suggestion(band, tuple(because + _remarks(factors, source_priority, from_source)))


def why_not_a_factor(name: str, answer: str) -> str:
    """Why this is not an answer to a question we ask, as one sentence; "" when it is."""
    if name not in FACTORS:
        return f"There is no factor {name!r}. Use: {', '.join(FACTORS)}."
    allowed = AGE_BANDS if name == _AGE else ANSWERS
    return "" if answer in allowed else f"The factor {name} is one of: {', '.join(allowed)}."


def _check(factors: Mapping[str, str], source_priority: str | None) -> None:
    for name, answer in factors.items():
        if problem := why_not_a_factor(name, answer):
            raise ValueError(problem)
    if source_priority and source_priority not in BANDS:
        raise ValueError(f"A priority is one of: {', '.join(BANDS)}.")


def _from_source(source_priority: str | None, reason: str) -> tuple[str, str] | None:
    """A source that writes why it escalates, escalates: the presence of a reason is the escalation (CyberTipline)."""
    if not reason:
        return None
    if source_priority in (None, "", "P1"):
        return "P1", "The source escalates it and says why; human eyes are to confirm it within the hour."
    if source_priority == "P2":
        return "P2", "The source asks for P2 and says why."
    return None


def _when_nothing_raises(factors: Mapping[str, str], source_priority: str | None) -> tuple[str, list[str]]:
    if source_priority == "INFO":
        return "INFO", ["The source marks it as not enough to act on, and no answer says otherwise."]
    unanswered = [words for name, words in _MUST_BE_NO.items() if factors.get(name, "unknown") != "no"]
    if not unanswered:
        return "P4", ["Access, contact, live abuse and threat to life were all answered no."]
    return "P3", [f"Unknown is not no: nothing is known yet of {_listed(unanswered)}."]


def _remarks(
    factors: Mapping[str, str], source_priority: str | None, from_source: tuple[str, str] | None
) -> list[str]:
    """What the analyst should see beside the reasons, though it moves nothing."""
    said = [sentence for name, sentence in _FOR_TIMING.items() if factors.get(name) == "yes"]
    age = factors.get(_AGE, "unknown")
    if age != "unknown":
        said.append(f"The youngest child is said to be aged {age.replace('-', ' to ')}.")
    if source_priority in ("P1", "P2") and not from_source:
        said.append(f"The source asks for {source_priority} and gives no reason: ask it for one.")
    return said


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


@dataclass(frozen=True)
class Actionability:
    """How complete a report is, 0 to 100, and what would complete it. It says nothing about risk."""

    score: int
    missing: tuple[str, ...]


# Weight, and what to say when it is absent. The weights sum to 100: what lets somebody act weighs most.
WEIGHTS = {
    "environment": (8, "where it happened: dark web, surface web or physical world (environment)"),
    "harm_type": (8, "what kind of harm it is (harm_type)"),
    "words": (12, "what happened, in words (narrative, or at least summary)"),
    "occurred_at": (10, "when it happened (occurred_at)"),
    "selectors": (15, "an account, address or other identifier (selectors)"),
    "selector_time": (10, "when an identifier was seen (selectors: seen_at)"),
    "ip_port_time": (10, "an IP address with its port and time (selectors: ip, port, seen_at)"),
    "jurisdiction": (10, "whose jurisdiction it falls in (jurisdiction)"),
    "factors": (7, "an answer, yes or no, to any question about risk (factors)"),
    "handling": (5, "how it may be handled (handling)"),
    "declaration": (5, "the declaration that all available information is included (declaration)"),
}


def actionability(body: Mapping[str, Any]) -> Actionability:
    """How much of what a receiver needs is there, from the body a report was created with."""
    present = _present(body)
    score = sum(weight for name, (weight, _) in WEIGHTS.items() if present[name])
    return Actionability(score, tuple(words for name, (_, words) in WEIGHTS.items() if not present[name]))


def completed(score: int, missing: Sequence[str], found: Sequence[str]) -> Actionability:
    """The completeness after some of what was missing was found; what was there already adds nothing."""
    filled = {
        words: weight for name, (weight, words) in WEIGHTS.items() if name in found and words in missing
    }
    return Actionability(
        score + sum(filled.values()), tuple(words for words in missing if words not in filled)
    )


def _present(body: Mapping[str, Any]) -> dict[str, bool]:
    selectors = body.get("selectors") or []
    answers = body.get("factors") or {}
    handling = body.get("handling") or {}
    return {
        "environment": _given(body.get("environment")),
        "harm_type": _given(body.get("harm_type")),
        "words": _given(body.get("narrative")) or _given(body.get("summary")),
        "occurred_at": _given(body.get("occurred_at")),
        "selectors": bool(selectors),
        "selector_time": any(_given(one.get("seen_at")) for one in selectors),
        "ip_port_time": any(
            one.get("kind") == "ip" and _given(one.get("port")) and _given(one.get("seen_at"))
            for one in selectors
        ),
        "jurisdiction": _given(body.get("jurisdiction")),
        "factors": any(answer not in ("unknown", "", None) for answer in answers.values()),
        "handling": any(_given(term) for term in handling.values()),
        "declaration": _given(body.get("declaration")),
    }


def _given(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


_EYES = {"P1": timedelta(hours=1)}
_OTHERS_EYES = timedelta(hours=24)
_ACTION = {
    "P1": timedelta(hours=4),
    "P2": timedelta(days=7),
    "P3": timedelta(days=14),
    "P4": timedelta(days=30),
    "INFO": timedelta(days=180),
}
_OFFER = {
    "P1": timedelta(hours=1),
    "P2": timedelta(hours=4),
    "P3": timedelta(hours=24),
    "P4": timedelta(hours=72),
    "INFO": timedelta(hours=72),
}


def reminder(band: str, *, eyes: bool) -> timedelta:
    """How long before a clock runs out its holder is reminded: when three quarters of it have passed. `eyes` for the
    first clock, of looking at it at all."""
    _check_band(band)
    return (_EYES.get(band, _OTHERS_EYES) if eyes else _ACTION[band]) / 4


def eyes_due(band: str, received_at: datetime) -> datetime:
    """By when a person must have looked: an hour for P1, a day for the rest (the Centre's scale)."""
    _check_clock(band, received_at)
    return received_at + _EYES.get(band, _OTHERS_EYES)


def action_due(band: str, received_at: datetime) -> datetime:
    """By when action must be taken: P1 passed on in 4 hours, then 7, 14 and 30 days (recommended action times,
    HMICFRS); INFO has a review date, 180 days on, instead of an action."""
    _check_clock(band, received_at)
    return received_at + _ACTION[band]


def offer_window(band: str) -> timedelta:
    """How much time an agency has to answer an offer before it expires (the Centre's scale); which of its time counts,
    `referrals.answering` says."""
    _check_band(band)
    return _OFFER[band]


def _check_clock(band: str, received_at: datetime) -> None:
    _check_band(band)
    if received_at.tzinfo is None:
        raise ValueError("A clock needs a time with its zone.")


def _check_band(band: str) -> None:
    if band not in BANDS:
        raise ValueError(f"A band is one of: {', '.join(BANDS)}.")
