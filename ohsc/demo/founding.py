"""How do the demonstration's agencies, people, agreements, capabilities and clients come to be?"""

import random
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from agencies import actions as agencies
from agencies.access import actor_for_agency
from agencies.models import Agency, Client, User
from agencies.roles import SCOPES
from audit.access import visible_events
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from ohsc.demo.actions import SEEDED, add_people
from ohsc.demo.agencies import AGENCIES
from ohsc.demo.agreements import agreements
from ohsc.demo.people import people_of
from ohsc.demo.stories import SEED

# Everything stands before the oldest referral arrives.
FOUNDED_BEFORE = timedelta(days=45)


def found_agencies(now: datetime) -> dict[str, Agency]:
    """The agencies with what they can do and what they agreed."""
    how = {"by": CLOCK, "at": now - FOUNDED_BEFORE}
    made = {agency.slug: agencies.add_agency(agency.slug, **how, **agency.facts) for agency in AGENCIES}
    for agency in AGENCIES:
        for skilled in agency.skills:
            for environment in skilled.environments:
                agencies.add_capability(
                    agency=made[agency.slug],
                    environment=environment,
                    skill=skilled.skill,
                    jurisdiction=agency.jurisdiction,
                    languages=list(agency.languages),
                    legal_powers=list(skilled.powers),
                    hours=agency.hours,
                    weekly_capacity=skilled.weekly,
                    **how,
                )
    for reference, terms in agreements():
        parties = {"discloser": made[terms.discloser], "recipient": made[terms.recipient]}
        agencies.add_agreement(reference, **how, **parties, **terms.facts(now.date()))
    return made


def found_people(made: dict[str, Agency], password: str, now: datetime) -> list[User]:
    """Everybody, with no e-mail as yet: what happens while the past is played is no news."""
    rng = random.Random(SEED)  # noqa: S311 -- names, not secrets
    hashed, taken = make_password(password), set()
    people = [
        User(
            email=email, name=name, role=role, agency=made[agency.slug], password=hashed, email_choice="none"
        )
        for agency in AGENCIES
        for email, name, role in people_of(agency.slug, rng, taken)
    ]
    return add_people(people, by=CLOCK, at=now - FOUNDED_BEFORE)


def found_clients(made: dict[str, Agency], now: datetime) -> dict[Client, str]:
    """A client with every scope for each agency that has a system, and its secret."""
    return dict(
        agencies.add_client(
            f"{agency.name} system",
            agency=made[agency.slug],
            scopes=list(SCOPES),
            by=CLOCK,
            at=now - FOUNDED_BEFORE,
        )
        for agency in AGENCIES
        if agency.has_client
    )


def is_seeded() -> bool:
    """Did a seeding come to its end here?"""
    with acting_as(CLOCK):
        centre = Agency.objects.get(is_centre=True)
    keeper = actor_for_agency(centre)
    with acting_as(keeper):
        return visible_events(keeper).filter(action=SEEDED).exists()
