"""Who can take this referral, in which order to ask, and why, in words?

An agency that may not be offered it says which term is missing; all others are ordered by how well what they
said they can do fits. Only the sharing agreement forbids: the rest is advice, and a coordinator may know better.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from agencies.access import visible_agreements
from agencies.agreements import covering
from agencies.models import Capability, SharingAgreement
from ohsc.core.actor import Actor
from ohsc.core.words import Environment, Skill
from referrals.access import visible_history, visible_offers
from referrals.actions.offering import disclosure_of, why_no_offer
from referrals.board import AgencyLoad
from referrals.models import Offer, Referral
from referrals.transitions import RETURN_CODES

# What each environment is there to let people do: disrupt, direct, educate and safeguard.
WANTED: dict[str, set[str]] = {
    Environment.DARK_WEB: {Skill.INVESTIGATION, Skill.INTELLIGENCE, Skill.DISRUPTION},
    Environment.SURFACE_WEB: {Skill.INVESTIGATION, Skill.TAKEDOWN, Skill.ACCOUNT_ACTION, Skill.REGULATION},
    Environment.PHYSICAL_WORLD: {Skill.SAFEGUARDING, Skill.INVESTIGATION, Skill.SUPPORT, Skill.PREVENTION},
}


@dataclass(frozen=True)
class Fit:
    """What an agency's capabilities say of a referral's environment and place."""

    covering: tuple[Capability, ...] = ()
    elsewhere: tuple[Capability, ...] = ()  # the same environment, another place

    def skills(self, environment: str) -> int:
        """How many of the skills wanted there it has."""
        return len({row.skill for row in self.covering} & WANTED.get(environment, set()))


@dataclass(frozen=True)
class Candidate:
    """One agency for one referral. `blocker` is "" when it can be offered, and then `agreement` covers it."""

    load: AgencyLoad
    agreement: SharingAgreement | None
    blocker: str
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]


def candidates(
    referral: Referral, loads: Iterable[AgencyLoad], actor: Actor, *, at: datetime
) -> list[Candidate]:
    """Every agency, those who can take it first, the best fit at the top. Three statements, however many there are."""
    agreements = defaultdict(list)
    for agreement in visible_agreements(actor).filter(discloser=actor.agency_id):
        agreements[agreement.recipient_id].append(agreement)
    past = _past(referral, actor)
    ranked = []
    for load in loads:
        agency = load.agency
        earlier = past.get(agency.pk, [])
        fit = fit_of(load.capabilities, referral)
        candidate = Candidate(
            load=load,
            agreement=covering(agreements[agency.pk], disclosure_of(referral, at)),
            blocker=why_no_offer(referral, agency, agreements[agency.pk], at=at),
            reasons=tuple(_reasons(referral, load, fit)),
            cautions=(*earlier, *_cautions(referral, load, fit)),
        )
        ranked.append((_rank(referral, candidate, fit, bool(earlier)), candidate))
    return [candidate for _, candidate in sorted(ranked, key=lambda pair: pair[0])]


def fit_of(capabilities: Iterable[Capability], referral: Referral) -> Fit:
    here = [row for row in capabilities if row.environment == referral.environment]
    covering_rows = tuple(row for row in here if reaches(row.jurisdiction, referral.jurisdiction))
    return Fit(covering_rows, tuple(row for row in here if row not in covering_rows))


def reaches(jurisdiction: str, place: str) -> bool:
    """Does a jurisdiction take in a place? GB reaches GB-ENG; where the place is not known, nothing speaks against."""
    return not place or place == jurisdiction or place.startswith(f"{jurisdiction}-")


def _rank(referral: Referral, candidate: Candidate, fit: Fit, tried: bool) -> tuple:
    load = candidate.load
    return (
        bool(candidate.blocker),
        tried,
        0 if fit.covering else 1 if fit.elsewhere else 2,
        load.is_full,
        load.agency.pk != referral.wished_agency_id,
        -fit.skills(referral.environment),
        (load.accepted + load.waiting) / load.weekly if load.weekly else 1,
        load.agency.name,
    )


def _reasons(referral: Referral, load: AgencyLoad, fit: Fit) -> Iterator[str]:
    for place, rows in _by_place(fit.covering):
        yield f"Covers {_environment(referral)} {_listed(_skill(row) for row in rows)} in {place}."
    if load.agency.pk == referral.wished_agency_id:
        yield f"{referral.source.name} asks for it to go there."
    if load.room:
        yield f"Has room for {load.room} more this week."


def _cautions(referral: Referral, load: AgencyLoad, fit: Fit) -> Iterator[str]:
    if not fit.covering and fit.elsewhere:
        places = _listed(place for place, _ in _by_place(fit.elsewhere))
        yield f"Works on the {_environment(referral)} in {places}; this is in {referral.jurisdiction}."
    elif not fit.covering and referral.environment:
        yield f"Has said nothing of what it can do on the {_environment(referral)}."
    if load.is_full:
        asked = f" and {load.waiting} offered" if load.waiting else ""
        yield f"Is full: {load.accepted} accepted{asked}, for {load.weekly} a week."


def _past(referral: Referral, actor: Actor) -> Mapping[UUID | None, list[str]]:
    """What each agency did when it had this before: declined or returned it, or let the offer lapse."""
    said: dict[UUID | None, list[str]] = defaultdict(list)
    steps = visible_history(actor).filter(referral=referral, step__in=("decline", "return"))
    for step in steps.order_by("-version"):
        done = "Declined" if step.step == "decline" else "Returned"
        why = RETURN_CODES.get(step.reason_code, step.reason_code).lower()
        said[step.agency_id].append(f"{done} this on {_day(step.at)}: {why}.")
    lapsed = visible_offers(actor).filter(referral=referral, state=Offer.State.EXPIRED)
    for offer in lapsed.order_by("-closed_at"):
        said[offer.to_agency_id].append(f"Did not answer an offer of this by {_day(offer.closed_at)}.")
    return said


def _by_place(rows: Iterable[Capability]) -> list[tuple[str, list[Capability]]]:
    places = defaultdict(list)
    for row in rows:
        places[row.jurisdiction].append(row)
    return sorted(places.items())


def _environment(referral: Referral) -> str:
    return Environment(referral.environment).label.lower()


def _skill(row: Capability) -> str:
    return Skill(row.skill).label.lower()


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%-d %B}"


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
