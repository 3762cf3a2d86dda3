"""Every address is declared, is in the table of what was agreed, and has samples to be swept with."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.urls import path

from agencies import checks
from agencies.roles import ROLES, SCOPES, Permission
from ohsc.core.api import ANY, PartnerView, Scope
from ohsc.core.routes import Address, Need, addresses, class_of, need_of, route
from ohsc.demo.urls import urlpatterns as demonstration
from tests.access.sweep import table
from tests.access.sweep.test_sweep import interface, pages
from tests.access.sweep.ways import missing

TABLES = "tests/access/sweep/routes.csv"


def said_by_the_code(address: Address) -> dict[str, set[str]]:
    """The need of each method in the words of the table; of a page, those it has whether or not it answers."""
    need, view = need_of(address.view), class_of(address.view)
    if need is None:
        return {method: {view.scopes[method].name or "any"} for method in checks.answered(view)}
    return {method: {word_of(need, method)} for method in table.METHODS}


def word_of(need: Need, method: str) -> str:
    if need.public or need.own:
        return "public" if need.public else "own"
    return (need.of(method) or "signed-in") + " centre" * need.centre


def line_for(address: Address) -> str:
    said = said_by_the_code(address)
    return ",".join([address.name, *("/".join(said.get(method, ())) for method in table.METHODS)])


def every_address() -> list[Address]:
    """Those of the demonstration, too, which are there only in a demonstration."""
    return [*addresses(), *addresses(demonstration, "/demonstration/")]


def test_every_address_is_in_the_table_by_its_name():
    lacking = [line_for(one) for one in every_address() if one.name not in table.routes()]
    assert not lacking, (
        f"Say in {TABLES} what was agreed of these addresses (the code has it so; leave empty what is not answered):\n"
        + "\n".join(lacking)
    )
    gone = set(table.routes()) - {one.name for one in every_address()}
    assert not gone, f"There are no such addresses any more: take them out of {TABLES}: {sorted(gone)}"


def test_no_two_addresses_have_one_name():
    names = [one.name for one in addresses()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("address", [*pages(), *interface()], ids=lambda one: one.name)
def test_the_code_declares_what_was_agreed(address):
    declared = said_by_the_code(address)
    for method, need in table.routes()[address.name].items():
        assert declared.get(method) == {table.declared(need)}, f"{method} {address.route}"


def test_the_interface_answers_no_method_that_was_not_agreed():
    for address in interface():
        assert set(said_by_the_code(address)) == set(table.routes()[address.name]), address.route


def test_every_parameter_has_a_sample():
    assert [sentence for address in every_address() for sentence in missing(address)] == []


def test_the_table_of_who_may_names_every_permission_scope_and_role():
    served = table.who_may()
    used = {need.partition(" ")[0] for needs in table.routes().values() for need in needs.values()}
    assert used - {"public"} <= set(served)
    assert set(served) <= {*Permission, *SCOPES, "signed-in", "own", "any"}
    assert set().union(*served.values()) == {*ROLES, *SCOPES, "all"}


# What the start-up check finds.


def page(request):
    return HttpResponse()


class Undeclared(PartnerView):
    def get(self, request): ...


class Misspelt(PartnerView):
    scopes = {"GET": Scope("referrals:raed", "referrals.see"), "POST": Scope("webhooks", "referrals.see")}

    def get(self, request): ...

    def post(self, request): ...


class Anybody(PartnerView):
    scopes = {"GET": ANY}

    def get(self, request): ...


@pytest.mark.parametrize(
    ("entry", "sentences"),
    [
        (path("x", page, name="x"), ["it declares no need."]),
        (route("x", page, name="x", needs="referrals.se"), ["there is no permission 'referrals.se'."]),
        (route("x", page, name="x", needs=Need(post="*")), ["there is no permission '*'."]),
        (route("x", page, name="x", needs=Permission.ACT), []),
        (path("x", Undeclared.as_view(), name="x"), ["GET declares no scope."]),
        (
            path("x", Misspelt.as_view(), name="x"),
            [
                "GET: there is no scope 'referrals:raed'.",
                "POST: the scope webhooks does not give 'referrals.see'.",
            ],
        ),
        (path("x", Anybody.as_view(), name="x"), []),
    ],
)
def test_a_need_that_is_missing_or_misspelt_is_found(entry, sentences):
    (address,) = addresses([entry])
    assert [sentence for sentence, _ in checks.faults(address)] == sentences


def test_the_project_has_none():
    assert checks.every_address_says_whom_it_serves() == []
    assert [fault for one in every_address() for fault in checks.faults(one)] == []


def test_the_web_server_does_not_start_with_one(monkeypatch):
    (bare,) = addresses([path("x", page, name="x")])
    monkeypatch.setattr(checks, "addresses", lambda: [bare])
    with pytest.raises(ImproperlyConfigured, match=r"/x: it declares no need\. Give the address with ohsc"):
        checks.refuse_undeclared_needs()
