"""What is listed is what may be seen, exactly: in random worlds, before and after each right ends.

`may_see` says it again in plain Python, from who sent a referral, who has it and who is offered it. The list of the
pages, that of the interface, the search and the export must each hold those and no others.
"""

import csv
import io
import random
import re
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import User
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.access import listed_referrals, visible_referrals
from referrals.actions import receive
from referrals.drafts import Arrival, Draft
from referrals.models import Referral
from tests.cast import SUMMARY, Cast
from tests.referrals.test_random_walk import AGENCY, Model, a_try
from tests.referrals.test_random_walk import given as given_with
from tests.rows import undone

SENDERS = ("asha", "cleo")
READERS = ("asha", "ben", "dev", "cleo", "cora")
SWAPPED = {"asha": "cleo", "cleo": "asha"}


def may_see(who: str, sender: str, model: Model) -> bool:
    """The Centre sees all; an agency what it sent, what it has, and what it is offered now."""
    return who == "cora" or AGENCY[who] in (AGENCY[sender], model.custodian, model.offered)


@given(chance=st.randoms(use_true_random=False, note_method_calls=False))
@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_in_any_world_each_list_holds_what_may_be_seen_and_nothing_else(cast, chance):
    with undone():
        walk(cast, chance)


def walk(cast: Cast, chance: random.Random) -> None:
    start = timezone.now() - timedelta(days=1)
    world = {
        sent(cast, sender, number, start): (sender, Model()) for number in range(4) for sender in SENDERS
    }
    for minute in range(1, 40):
        key = chance.choice(list(world))
        sender, model = world[key]
        step, who, to = a_try(chance, model)
        if step == "expire" or not replace(model).take(step, who, to):
            continue
        # The model's source is Asha; of what Cleo sent, the two change places.
        doer = SWAPPED.get(who, who) if sender == "cleo" else who
        model.take(step, who, to)
        cast.step(
            step,
            key,
            CLOCK if doer == "clock" else getattr(cast, doer),
            at=start + timedelta(minutes=minute),
            **given_with(cast, step, to),
        )
        if minute % 8 == 0:
            compare(cast, world)
    compare(cast, world)


def sent(cast: Cast, sender: str, number: int, at) -> object:
    actor = cast.actor(getattr(cast, sender))
    with acting_as(actor):
        arrival = Arrival("form", "", f"{sender} {number}".encode())
        (made,) = receive([Draft(**SUMMARY)], arrival=arrival, by=actor, at=at)
    return made.pk


def compare(cast: Cast, world: dict) -> None:
    with acting_as(CLOCK):
        references = dict(Referral.objects.values_list("pk", "reference"))
    for who in READERS:
        expected = {key for key, (sender, model) in world.items() if may_see(who, sender, model)}
        named = {references[key] for key in expected}
        person = getattr(cast, who)
        actor = cast.actor(person)
        with acting_as(actor):
            assert set(visible_referrals(actor).values_list("pk", flat=True)) == expected, who
            assert sorted(listed_referrals(actor).values_list("pk", flat=True)) == sorted(expected), who
        for way, found in listed_to(cast, person).items():
            assert found == named, f"{who}: {way}"


def listed_to(cast: Cast, person: User) -> dict[str, set[str]]:
    """The references that this person, and their agency's system, are given by each way there is."""
    browser = cast.browser(person)
    system = cast.system(next(client for client in clients(cast) if client.agency_id == person.agency_id))
    lines = csv.DictReader(
        io.StringIO(browser.post("/referrals/csv", {"purpose": "quality"}).content.decode("utf-8-sig"))
    )
    interface = system.get("/api/v1/referrals?limit=100").json()
    assert interface["next"] is None
    return {
        "the list": references_in(browser.get("/referrals")),
        "the search": references_in(browser.post("/search", {"text": "private channel"})),
        "the export": {line["Reference"] for line in lines},
        "the interface": {item["reference"] for item in interface["items"]},
    }


def references_in(answer) -> set[str]:
    assert answer.status_code == 200
    return set(re.findall(r"R-[0-9A-Z]{5}-[0-9A-Z]{5}", answer.content.decode()))


def clients(cast: Cast) -> list:
    return [
        cast.centre_client,
        cast.lumen_client,
        cast.police_client,
        cast.eastmoor_client,
        cast.harbour_client,
    ]
