"""What each role may do, typed by hand; and what a partner's scopes allow."""

from uuid import uuid4

import pytest

from agencies.roles import ROLES, SCOPES, permissions_of_scopes
from ohsc.core import navigation
from ohsc.core.actor import Actor

WORK = {"referrals.see", "narratives.read", "referrals.make", "referrals.act", "exports.make"}
GLASS = {"glass.break", "glass.see", "glass.review"}  # the addresses serve the Centre's people alone
LEADS = {"team.see", "agreements.manage", "capabilities.decide"}
MAY = {
    "analyst": WORK | {"glass.break"},
    "coordinator": WORK | GLASS | LEADS | {"referrals.coordinate"},
    "supervisor": WORK | GLASS | LEADS,
    "administrator": (WORK - {"narratives.read"})
    | {"people.manage", "clients.manage", "webhooks.manage", "capabilities.keep"},
    "auditor": {"referrals.see", "audit.read", "glass.see"},
}
SCOPE_GIVES = {
    "referrals:write": {"referrals.make"},
    "referrals:read": {"referrals.see", "narratives.read"},
    "referrals:act": {"referrals.act", "referrals.coordinate"},
    "webhooks": {"webhooks.manage"},
    "signals": set(),
    "clients": {"clients.manage"},
    "exports": {"exports.make"},
}


def test_every_role_and_scope_has_its_line_here():
    assert set(ROLES) == set(MAY)
    assert set(SCOPES) == set(SCOPE_GIVES)


@pytest.mark.parametrize("role", MAY)
def test_a_role_may_do_what_is_written_and_nothing_else(role):
    assert ROLES[role].permissions == MAY[role]
    assert ROLES[role].description.endswith(".")


@pytest.mark.parametrize("scope", SCOPE_GIVES)
def test_a_scope_allows_what_is_written_and_nothing_else(scope):
    assert permissions_of_scopes([scope]) == SCOPE_GIVES[scope]


def test_an_unknown_scope_gives_nothing():
    assert permissions_of_scopes(["everything"]) == frozenset()


@pytest.mark.parametrize("centre", [True, False])
@pytest.mark.parametrize("role", MAY)
def test_nobody_has_more_places_in_the_navigation_than_would_be_read(role, centre):
    actor = Actor("person", uuid4(), uuid4(), is_centre=centre, permissions=ROLES[role].permissions)
    shown = [place["label"] for place in navigation.items(actor, "", {})]
    assert len(shown) <= navigation.MOST
    assert ("Audit" in shown) == (role == "auditor")
