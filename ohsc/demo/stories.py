"""What are the demonstration's referrals, from whom, to whom, and how do they end? Planned here; nothing is saved.

A story depends on the seed and its number alone, so that the same seed tells the same stories in the same order.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ohsc.demo.agencies import AGENCIES, CENTRE
from ohsc.demo.answers import QUESTIONS, outcomes_of, reason_for
from ohsc.demo.journeys import journey, runs_by_the_wall_clock, shapes
from ohsc.demo.recipients import Recipients
from ohsc.demo.selectors import some_selectors
from ohsc.demo.wording import factors_for, matters, words_for
from referrals.drafts import Draft, Given, Handling
from referrals.handling import why_not_passed_on

SEED = 20261123
_SECTOR = {agency.slug: agency.sector for agency in AGENCIES}
_SOURCES = {
    "lumen-social": 30, "wrenfield-games": 14, "cobblestack": 8, "fernbank-hotline": 14, "harbour-helpline": 12,
    "thistledown-trust": 4, "northshire-police": 6, "westmarch-constabulary": 3, "halyard-liaison": 4,
    "aldermoor-unit": 3, "eastmere-childrens-services": 5, "digital-conduct": 1, CENTRE: 4,
}  # fmt: skip
_NARROW = {
    "wrenfield-games": {"surface_web"},
    "eastmere-childrens-services": {"surface_web", "physical_world"},
}
_URGENT = {
    "live_streaming", "sexual_extortion", "contact_abuse", "trafficking", "grooming", "other", "exploitation_in_travel",
}  # fmt: skip
_LOWER = {"P2": "P3", "P3": "P4"}
_HIGHER = {"P2": "P1", "P3": "P2", "P4": "P3", "INFO": "P4"}
_CLOSES = ("conclude", "reject", "withdraw")
_LOW = {"misleading_domain", "unsolicited_obscene_material"}
_ESCALATES = (
    "A child may be at risk tonight and the place is believed to be known.",
    "The young person wrote that they see no way out; the provider can no longer reach them.",
    "Contact is going on while this is written, and a meeting is planned for today.",
    "The reporter believes that a child is being harmed now; account records are ready to be asked for.",
)
DECLARATION = "All the information available to us at the time of sending is included."


@dataclass(frozen=True)
class Planned:
    """One step: when, by which agency ("" for the clock), and what is given; `to` is the agency offered to."""

    at: datetime
    name: str
    by: str
    given: Given = field(default_factory=Given)
    to: str = ""


@dataclass(frozen=True)
class Story:
    number: int
    source: str
    draft: Draft
    received_at: datetime
    steps: tuple[Planned, ...]
    wish: str
    held_by: str  # the agency in which somebody has taken it by now, if any


def stories(now: datetime) -> Iterator[Story]:
    """Every story, in the order of their numbers."""
    order = random.Random(SEED)  # noqa: S311 -- stories, not secrets
    ways = shapes()
    order.shuffle(ways)
    told, recipients = matters(), Recipients(now.date())
    turns: Counter = Counter()
    subjects = [told[number % len(told)] for number in range(len(ways))]
    order.shuffle(subjects)
    for number, (shape, subject) in enumerate(zip(ways, subjects, strict=True), 1):
        yield _story(number, shape, subject, recipients, now=now, turn=turns[shape])
        turns[shape] += 1


def _story(
    number: int, shape: tuple[str, ...], subject, recipients: Recipients, *, now: datetime, turn: int
) -> Story:
    rng = random.Random(f"{SEED}-{number}")  # noqa: S311
    worded = words_for(subject, rng)
    band = "P2" if runs_by_the_wall_clock(shape, turn) else _band(worded.harm_type, shape, rng)
    way = journey(shape, band, rng, now=now, turn=turn)
    source = _source(worded.environment, shape, rng)
    # Now and then somebody sees more in it than the answers say, and sets a higher band.
    raised = "triage" in shape and band in _LOWER and rng.random() < 0.12
    suggested = _LOWER[band] if raised else band
    escalated = band == "P1" and (worded.harm_type not in ("live_streaming", "sexual_extortion"))
    draft = Draft(
        summary=worded.summary,
        environment=worded.environment,
        harm_type=worded.harm_type,
        narrative=worded.narrative if rng.random() < 0.92 else "",
        occurred_at=way.received_at - timedelta(hours=rng.uniform(1, 200)) if rng.random() < 0.75 else None,
        external_ref=f"{_initials(source)}-{10_000 + number * 7}",
        source_priority=_asked(suggested, escalated, rng),
        escalate_reason=rng.choice(_ESCALATES) if escalated else "",
        jurisdiction=rng.choice(("GB-ENG", "GB-ENG", "GB-WLS", "GB-SCT", "GB", "", "")),
        factors=factors_for(suggested, worded, escalated, rng),
        selectors=some_selectors(rng, worded.environment, worded.platform, way.received_at),
        handling=_that_goes(shape, _handling(source, worded.harm_type, rng)),
        declaration=DECLARATION if rng.random() < 0.55 else "",
    )
    steps = _steps(way.steps, draft, source, band, recipients, rng)
    if raised:
        steps = (_because_it_is_known(steps[0]), *steps[1:])
    draft = _with_gaps(draft, rng)
    wish = rng.choice(("northshire-police", "aldermoor-unit")) if rng.random() < 0.06 else ""
    return Story(
        number, source, draft, way.received_at, steps, wish if wish != source else "", _holder(steps, rng)
    )


def _because_it_is_known(triage: Planned) -> Planned:
    words = "Raised: an identifier is known from another matter."
    return replace(triage, given=replace(triage.given, reason=words))


def _band(harm: str, shape: tuple[str, ...], rng: random.Random) -> str:
    weights = {"P1": 0, "P2": 22, "P3": 44, "P4": 24, "INFO": 10}
    if harm in _URGENT:
        weights |= {"P1": 9, "P2": 40, "P4": 12, "INFO": 4}
    if harm in _LOW:
        weights |= {"P2": 3, "P4": 40, "INFO": 20}
    if {"withdraw", "reject", "expire", "re-band"} & set(shape):
        weights["P1"] = 0
    return rng.choices(list(weights), list(weights.values()))[0]


def _source(environment: str, shape: tuple[str, ...], rng: random.Random) -> str:
    weights = {
        slug: weight for slug, weight in _SOURCES.items() if environment in _NARROW.get(slug, {environment})
    }
    if environment == "dark_web":
        weights |= {"halyard-liaison": 25, "aldermoor-unit": 18, CENTRE: 15, "fernbank-hotline": 30}
    if environment == "physical_world":
        weights |= {"harbour-helpline": 35, "thistledown-trust": 20, "eastmere-childrens-services": 20}
        weights |= {"lumen-social": 8, "cobblestack": 0}
    if "withdraw" in shape or "ask" in shape:
        weights[CENTRE] = 0
    return rng.choices(list(weights), list(weights.values()))[0]


def _asked(band: str, escalated: bool, rng: random.Random) -> str:
    if band in ("P1", "INFO"):
        return band if escalated or band == "INFO" else ""
    return rng.choice((band, "", "", "P3" if band != "P2" else "P2"))


def _handling(source: str, harm: str, rng: random.Random) -> Handling | None:
    if rng.random() < 0.12:
        return None
    low = harm in _LOW
    tlp = rng.choices(
        ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"), (4, 30, 40, 3, 0) if low else (1, 12, 58, 21, 8)
    )[0]
    graded = _SECTOR[source] == "law_enforcement" or rng.random() < 0.3
    code = rng.choice("PPC") if graded else ""
    return Handling(
        classification="OFFICIAL"
        if tlp in ("CLEAR", "GREEN") and rng.random() < 0.5
        else "OFFICIAL-SENSITIVE",
        tlp=tlp,
        pap=rng.choice(("", "", "GREEN", "AMBER", "RED")),
        source_grade=rng.choice("1122233") if graded else "",
        information_grade=rng.choice("ABBCDDE") if graded else "",
        code=code,
        conditions="Ask the source before the account holder is approached." if code == "C" else "",
    )


def _that_goes(shape: tuple[str, ...], marked: Handling | None) -> Handling | None:
    """What is passed on in its story is marked so that it may be."""
    if marked and "pass-on" in shape and why_not_passed_on(marked.tlp):
        return replace(marked, tlp="AMBER")
    return marked


def _with_gaps(draft: Draft, rng: random.Random) -> Draft:
    """Some sources do not know the environment or the harm; whoever triages says it."""
    if rng.random() < 0.9:
        return draft
    gap = rng.choice(("environment", "harm_type"))
    return replace(draft, **{gap: ""})


def _steps(
    times, draft: Draft, source: str, band: str, recipients: Recipients, rng: random.Random
) -> tuple[Planned, ...]:
    """Who takes each step, and what is given; `custodian` and `asked` follow the story as it goes."""
    planned: list[Planned] = []
    asked: list[str] = []
    custodian, question = CENTRE, ("", "")
    for name, at in times:
        offered = asked[-1] if asked else ""
        by, to, given = custodian, "", Given(**reason_for(name, rng))
        if name == "triage":
            given = Given(
                priority=band,
                environment=draft.environment,
                harm_type=draft.harm_type,
                reason=rng.choice(("", "", "", "Band confirmed after reading the answers about risk.")),
            )
        elif name == "re-band":
            given = Given(priority=_HIGHER.get(band, "P1"), reason="Raised: the source sent more.")
        elif name == "offer":
            to = recipients.choose(draft, source, asked, at.date(), rng)
        elif name == "pass-on":
            to = recipients.choose(draft, source, asked, at.date(), rng, custodian)
            by, to = (
                (custodian, to) if to else (CENTRE, recipients.choose(draft, source, asked, at.date(), rng))
            )
        elif name == "ask":
            question, to = rng.choice(QUESTIONS), source
            given = Given(question=question[0])
        elif name == "answer":
            by, given = source, Given(answer=question[1])
        elif name == "conclude":
            given = Given(outcomes=outcomes_of(_SECTOR[custodian], at, rng))
        elif name in ("accept", "decline", "acknowledge"):
            by = offered
        elif name in ("withdraw", "expire"):
            by = source if name == "withdraw" else ""
        if name in ("return", "reopen"):
            by, custodian = (custodian if name == "return" else CENTRE), CENTRE
        planned.append(Planned(at, name, by, given, to))
        if name in ("offer", "pass-on"):
            asked.append(to)
        if name == "accept":
            custodian = offered
    return tuple(planned)


def _holder(steps: tuple[Planned, ...], rng: random.Random) -> str:
    """In which agency somebody has it on their desk: the custodian's, or the offered agency's. Not all are taken."""
    last = steps[-1] if steps else None
    if (last and last.name in _CLOSES) or rng.random() < 0.6:
        return ""
    if last and last.name in ("offer", "pass-on", "acknowledge"):
        return last.to or last.by
    custodians = [step.by for step in steps if step.name == "accept"]
    returned = any(step.name in ("return", "reopen") for step in steps)
    return custodians[-1] if custodians and not returned else CENTRE


def _initials(slug: str) -> str:
    return "".join(word[0] for word in slug.split("-")).upper() + slug[1].upper()
