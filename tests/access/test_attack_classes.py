"""Ways in that were found open in systems like this one, and are not swept elsewhere (TRUST §5, PEERS §3).

docs/security.md says of each class by which test it is held; these are the ones that had no test of their own.
"""

from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.test import Client as Browser
from django.utils import timezone
from guardian.shortcuts import assign_perm
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import User
from cases import actions as cases
from cases.access import visible_cases
from notifications.access import visible_inbox
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.core.routes import addresses
from referrals.models import Referral
from tests.api.calls import BODY, REFERRALS, faults, send, shown, step
from tests.rows import undone

# 3. Mass assignment: whatever field of whatever record is slipped in, it is refused by its name.

OPTIONAL = {"external_ref", "source_priority", "escalate_reason", "to_agency"}
FIELDS = sorted(
    {
        name
        for model in apps.get_models()
        for field in model._meta.local_fields
        for name in (field.name, field.attname)
    }
)


@pytest.mark.parametrize("where", ["create", "triage", "webhook", "client"])
def test_no_field_of_any_record_can_be_slipped_into_a_write(cast, where):
    system = cast.system(cast.centre_client)
    made = cast.referral("received")
    path, body, own = {
        "create": (REFERRALS, BODY, {*BODY, *OPTIONAL}),
        "triage": (
            f"{REFERRALS}/{made.pk}/triage",
            {"priority": "P2"},
            {"priority", "reason_code", "reason", "factors"},
        ),
        "webhook": ("/api/v1/webhooks", {"url": "https://127.0.0.1/hook"}, {"url", "description"}),
        "client": ("/api/v1/clients", {"name": "x", "scopes": []}, {"name", "scopes", "expires_at"}),
    }[where]
    slipped = {name: "centre" for name in FIELDS if name not in own}
    answer = send(system, body | slipped, path=path)
    assert answer.status_code == 400
    refused = {name for name, code in faults(answer).items() if code in ("unknown_field", "not_taken")}
    taken = set(slipped) - refused
    assert taken <= set(ALSO_TAKEN[where]), "each is a field of the interface, or a hole"
    with acting_as(CLOCK):
        assert Referral.objects.get().version == made.version


ALSO_TAKEN: dict[str, tuple[str, ...]] = {
    "create": (),
    "triage": ("harm_type", "environment", "handling"),
    "webhook": (),
    "client": (),
}


def test_a_form_changes_what_its_step_changes_and_nothing_besides(cast):
    made = cast.referral("received")
    slipped = {
        "status": "concluded",
        "custodian": cast.police.pk,
        "source": cast.police.pk,
        "classification": "OFFICIAL",
    }
    cast.browser(cast.anil).post(
        f"/referrals/{made.pk}/steps/triage", {"priority": "P3", "version": 1, **slipped}
    )
    with acting_as(CLOCK):
        after = Referral.objects.get()
    assert (after.status, after.custodian_id, after.source_id) == ("triaged", cast.centre.pk, cast.lumen.pk)


# 5. What is named beside the record is judged as the record is.


def test_an_agreement_of_others_is_as_unknown_as_one_that_never_was(cast):
    made = cast.referral("accepted")
    police = cast.system(cast.police_client)

    def passed_on(agreement: str) -> tuple:
        answer = step(police, made.pk, "pass-on", {"to_agency": "eastmoor-police", "agreement": agreement})
        status, headers, content = shown(answer)
        return status, headers, content.replace(agreement.encode(), b"")

    theirs, absent = passed_on("SA-EASTMOOR"), passed_on("SA-NEVERWAS")
    assert theirs == absent
    assert theirs[0] in (400, 409)


@pytest.mark.parametrize(
    "name", ["to_agency__slug", "to_agency_id", "to_agency.slug", "agency__people__email"]
)
def test_no_lookup_reaches_through_a_field(cast, name):
    made = cast.referral("triaged")
    centre = cast.system(cast.centre_client)
    answer = step(centre, made.pk, "offer", {"to_agency": "northshire-police", name: "northshire-police"})
    assert faults(answer) == {name: "unknown_field"}
    assert centre.get(REFERRALS, {name: "x"}).status_code == 400


# 6. Fields that depend on one another: whichever are left out, it is made whole or refused.

REQUIRED = {"environment", "harm_type", "summary", "declaration"}


@given(kept=st.sets(st.sampled_from(sorted(BODY))))
@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_choice_of_fields_is_made_or_refused_by_the_names_of_those_that_lack(cast, kept):
    system = cast.system(cast.lumen_client)
    with undone():
        answer = send(system, {name: BODY[name] for name in kept})
    if answer.status_code == 201:
        assert answer.json()["status"] == "received"
    else:
        assert answer.status_code == 400
        lacking = {name for name, code in faults(answer).items() if code == "required"}
        assert lacking
        assert not lacking & kept


# 7. No header makes anybody somebody else.

HEADERS = {
    "X-Forwarded-User": "cora@ohsc.example", "X-Remote-User": "cora@ohsc.example", "Remote-User": "cora",
    "X-Agency-Id": "ohsc", "X-Original-URL": "/api/v1/agencies", "X-Rewrite-URL": "/api/v1/agencies",
    "X-HTTP-Method-Override": "GET", "X-Method-Override": "DELETE", "Synchronized-Upsert": "true",
    "Opencti-Applicant-Id": str(uuid4()), "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "ohsc.example",
    "X-Real-IP": "127.0.0.1", "X-Sudo": "cora", "From": "cora@ohsc.example", "X-Api-Version": "0",
}  # fmt: skip


def test_no_header_changes_what_is_decided(cast):
    made = cast.referral("received")
    harbour = cast.system(cast.harbour_client)
    asked = (
        (harbour, "get", f"{REFERRALS}/{made.pk}"), (harbour, "get", REFERRALS), (harbour, "delete", REFERRALS),
        (Browser(), "get", REFERRALS), (Browser(), "get", "/triage"),
        (cast.browser(cast.cleo), "get", f"/referrals/{made.pk}"),
    )  # fmt: skip
    for asker, method, path in asked:
        plain = shown(getattr(asker, method)(path))
        for name, value in HEADERS.items():
            assert shown(getattr(asker, method)(path, headers={name: value})) == plain, (path, name)


# 11. An order or a filter that nobody named is none.


def test_a_page_makes_nothing_of_a_parameter_it_does_not_know(cast):
    cast.referral("received")
    asha = cast.browser(cast.asha)
    plain = asha.get("/referrals").content
    for query in ("source__name__startswith=L", "ordering=narrative__text", "custodian__people__email=x"):
        answer = asha.get(f"/referrals?{query}")
        assert answer.status_code == 200
        assert answer.content.count(b"R-") == plain.count(b"R-"), query


# 22. There is no second way in for administrators.


def test_no_address_leads_into_an_administration_of_all_tables(cast):
    assert not apps.is_installed("django.contrib.admin")
    assert not [one.route for one in addresses() if "admin" in getattr(one.view, "__module__", "")]
    assert cast.browser(cast.ada).get("/admin/").status_code == 404


# 23. Many at once: another's among them is not there, and is not touched.


def test_anothers_item_among_ones_own_is_passed_over(cast):
    from tests.access.sweep.people import Asker
    from tests.access.sweep.samples import inbox_items

    mine, theirs = (
        Asker(agency, "analyst", Browser(), person)
        for agency, person in (("police", cast.ben), ("police", cast.bea))
    )
    (own, _), (other, _) = inbox_items(cast, [mine, theirs])
    cast.browser(cast.ben).post("/inbox/read", {"item": [str(own), str(other)]})
    read = {}
    for person in (cast.ben, cast.bea):
        actor = cast.actor(person)
        with acting_as(actor):
            read[person.pk] = visible_inbox(actor).get().read_at is not None
    assert read == {cast.ben.pk: True, cast.bea.pk: False}


# 24. Whoever goes to another agency leaves what they could see behind.


def test_a_person_who_changed_agency_sees_the_new_one_only_from_the_next_request(cast):
    made = cast.referral("accepted")
    ben = cast.browser(cast.ben)
    assert ben.get(f"/referrals/{made.pk}").status_code == 200
    with acting_as(CLOCK), writing():
        User.objects.filter(pk=cast.ben.pk).update(agency=cast.harbour)
    assert ben.get(f"/referrals/{made.pk}").status_code in (302, 404)
    assert made.reference.encode() not in ben.get("/referrals").content


# 39. No browsable interface.


def test_whatever_is_accepted_the_answer_is_json(cast):
    system = cast.system(cast.lumen_client)
    for accept in ("text/html", "application/xml", "*/*", "text/html;q=0.9, nonsense"):
        answer = system.get(REFERRALS, headers={"Accept": accept})
        assert (answer.status_code, answer["Content-Type"]) in (
            (200, "application/json"),
            (406, "application/problem+json"),
        )


# 40. A permission on the whole kind of record gives no record.


def test_a_permission_for_every_case_widens_no_list(cast):
    ben, dev = cast.actor(cast.ben), cast.actor(cast.dev)
    with acting_as(ben):
        case = cases.open_case("Operation with an invented name", by=ben, at=timezone.now())
    may_view = Permission.objects.get(codename="view_case")
    Group.objects.get(name="agency eastmoor-police").permissions.add(may_view)
    assign_perm("cases.view_case", Group.objects.get(name="agency eastmoor-police"))
    with acting_as(dev):
        assert list(visible_cases(dev)) == []
    with acting_as(ben):
        assert list(visible_cases(ben)) == [case]
