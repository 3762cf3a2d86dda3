"""Add a record that an agency may not see: nothing that it can ask for changes by a byte.

Everything that can be fetched, found, exported or sent is taken down before and after, for each agency that stands
nowhere near the record; the addresses come from the project, so a new page is compared too. The clock stands still.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from notifications import actions as notifications
from ohsc.core.acting import acting_as
from ohsc.core.routes import Address
from referrals.actions import receive
from referrals.drafts import Arrival, Draft, SelectorDraft
from referrals.models import Referral
from tests.access.sweep import people, table
from tests.access.sweep.asking import ask
from tests.access.sweep.people import Asker
from tests.access.sweep.samples import maker_of
from tests.access.sweep.test_sweep import interface, pages
from tests.access.sweep.ways import ways
from tests.api.calls import BODY
from tests.cast import SUMMARY, Cast

SAME = {
    "summary": "An account with the word cormorant asked a child to move to a private channel.",
    "narrative": "The reporter states that the cormorant asked to continue elsewhere.",
    "external_ref": "OUR-1",
    "selectors": (
        SelectorDraft("account", "@cormorant", platform="lumen"),
        SelectorDraft("ip", "192.0.2.7", port=50123),
    ),
}
# What is looked for: every way by which the hidden record could be found.
LOOKED_FOR = ("cormorant", "@cormorant", "192.0.2.7", "OUR-1", "private channel")
FILTERS = (
    "status=received", "status=accepted", "environment=surface_web", "external_ref=OUR-1", "limit=1",
    "updated_since=2026-01-01T00:00:00Z", "role=source",
)  # fmt: skip
# New for each answer: tokens against forgery, and the ids and references of what is made while asking.
NEW_EACH_TIME = re.compile(
    rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
    rb"|R-[0-9A-Z]{5}-[0-9A-Z]{5}|[0-9a-f]{32,}"
)
HIDDEN = {  # who sends it, how far it goes, and who stands nowhere near it
    "harbour, received": ("cleo", "received", ("lumen", "police", "eastmoor")),
    "harbour, with the police": ("cleo", "accepted", ("lumen", "eastmoor")),
    "harbour, offered to the police": ("cleo", "offered", ("lumen", "eastmoor")),
    "lumen, concluded": ("asha", "concluded", ("harbour", "eastmoor")),
    "lumen, rejected": ("asha", "rejected", ("harbour", "police", "eastmoor")),
}


@pytest.fixture
def still(monkeypatch) -> datetime:
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.mark.parametrize("which", HIDDEN)
def test_nothing_tells_of_a_record_that_is_hidden(cast, still, which):
    sender, status, outsiders = HIDDEN[which]
    everybody = [one for one in people.people(cast) if one.role in ("coordinator", "administrator")]
    askers = [
        one
        for one in [*everybody, *people.systems(cast)]
        if one.role in ("coordinator", "administrator", "all")
    ]
    made = own_things(cast, everybody, still)
    take_down = {
        one.name: lambda one=one: everything(cast, one, made, still)
        for one in askers
        if one.agency in outsiders
    }
    before = {name: take() for name, take in take_down.items()}
    hide_a_record(cast, sender, status, still)
    notifications.spread_waiting(at=still)
    for name, take in take_down.items():
        after = take()
        assert len(after) > 20
        different = [case for case in after if before[name].get(case) != after[case]]
        assert set(after) == set(before[name])
        assert different == [], f"{name} learns of {which}"


def test_what_is_compared_does_change_for_who_may_see_it(cast, still):
    """Else the comparison would hold nothing."""
    everybody = [one for one in people.people(cast) if one.name in ("centre coordinator",)]
    made = own_things(cast, everybody, still)
    before = everything(cast, everybody[0], made, still)
    hide_a_record(cast, "cleo", "accepted", still)
    hide_a_record(cast, "asha", "received", still)
    after = everything(cast, everybody[0], made, still)
    changed = {case for case in after if before[case] != after[case]}
    assert {
        "GET triage",
        "GET search-list",
        "POST search-list-csv",
        "search cormorant",
        "search @cormorant",
    } <= changed


def own_things(cast: Cast, everybody: list[Asker], at: datetime) -> dict:
    """One referral of everybody's own with the same words, selectors and reference; and all that can be kept."""
    for person in (cast.asha, cast.cleo):
        ours = {"summary": "Ours: " + SAME["summary"]} | (
            {"external_ref": "OUR-5"} if person == cast.cleo else {}
        )
        sent_by(cast, person, at - timedelta(minutes=40), SAME | ours)
    cast.referral("passed_on", at=at - timedelta(hours=1), external_ref="OUR-2")
    notifications.spread_waiting(at=at)
    made = {}
    for address in [*pages(), *interface()]:
        for name in address.parameters:
            if make := maker_of(address.name, name):
                made[make] = made.get(make) or make(cast, everybody)
    notifications.spread_waiting(at=at)
    return made


def sent_by(cast: Cast, person, at: datetime, draft: dict) -> Referral:
    source = cast.actor(person)
    with acting_as(source):
        arrival = Arrival("form", "", repr((person.name, sorted(draft))).encode())
        (made,) = receive([Draft(**SUMMARY | draft)], arrival=arrival, by=source, at=at)
    return made


def hide_a_record(cast: Cast, sender: str, status: str, at: datetime) -> UUID:
    start = at - timedelta(minutes=20)
    draft = dict(SAME)
    if sender == "asha":
        draft["external_ref"] = "OUR-3"  # its own sender may use one of its references once
    made = sent_by(cast, getattr(cast, sender), start, draft)
    for minutes, (name, who, given) in enumerate(cast.way_to(status), 1):
        cast.step(name, made, who, at=start + timedelta(minutes=minutes), **given)
    return made.pk


def everything(cast: Cast, asker: Asker, made: dict, at: datetime) -> dict[str, tuple]:
    """By what was asked: what came back."""
    found: dict[str, Callable] = {}
    for address in interface() if asker.is_system else pages():
        if address.route.startswith("/account/"):  # a challenge is new each time, and of no record
            continue
        needs = table.routes()[address.name]
        samples = {
            name: made[make] for name in address.parameters if (make := maker_of(address.name, name)) in made
        }
        for way in ways(address, asker, samples):
            for method in needs:
                if method == "GET" or (method == "POST" and address.name.endswith("csv")):
                    found[f"{method} {address.name} {way.whose}".removesuffix(" own")] = (
                        address,
                        method,
                        way.path,
                    )
    taken = {
        case: bare(ask(asker.browser, method, address, path))
        for case, (address, method, path) in found.items()
    }
    return taken | (asked_by_a_system(asker) if asker.is_system else asked_by_a_person(asker))


def asked_by_a_person(asker: Asker) -> dict[str, tuple]:
    by_name = {one.name: one for one in pages()}
    found = {}
    for text in LOOKED_FOR:
        for route in ("search", "search-csv"):
            found[f"{route} {text}"] = sending(asker, by_name[route], {"text": text, "purpose": "quality"})
    for query in ("status=accepted", "environment=surface_web", "q=cormorant"):
        found[f"list {query}"] = bare(
            ask(asker.browser, "GET", by_name["search-list"], f"/referrals?{query}")
        )
    return found


def asked_by_a_system(asker: Asker) -> dict[str, tuple]:
    by_name = {one.name: one for one in interface()}
    found = {}
    for query in FILTERS:
        path = f"/api/v1/referrals?{query}"
        found[query] = bare(ask(asker.browser, "GET", by_name["api-referrals"], path))
    for reference in ("OUR-1", "OUR-4"):
        body = BODY | {"external_ref": reference, "selectors": [{"kind": "account", "value": "@cormorant"}]}
        found[f"sends {reference}"] = sending(
            asker, by_name["api-referrals"], body, **{"Idempotency-Key": "a" * 20}
        )
    return found


def sending(asker: Asker, address: Address, body: dict, **headers: str) -> tuple:
    return bare(ask(asker.browser, "POST", address, address.route, body, **headers))


def bare(answer) -> tuple:
    text = NEW_EACH_TIME.sub(rb"\1", answer.content)
    headers = [(name, NEW_EACH_TIME.sub(b"", value.encode())) for name, value in answer.headers]
    return (
        answer.status,
        text,
        tuple(one for one in headers if one[0] not in ("Content-Length", "Set-Cookie")),
    )
