"""The traps of the two locks (DESIGN §5), each as it was met on this stack. 4, 7, 8 and 9 are in test_catalogue."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from agencies import actions as agencies
from audit.models import Event
from cases.access import visible_cases
from ohsc.core.acting import Rights, acting_as, rights_now, writing
from ohsc.core.actor import CLOCK
from referrals.actions import perform, take
from referrals.drafts import Given
from referrals.models import Holding, Referral
from tests.together import Running, until_someone_waits_for_a_lock

pytestmark = pytest.mark.urls("tests.access.failing_views")
NOBODY = ("ohsc_app", "", "")


def role_and_settings() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, current_setting('ohsc.agency_id', true), current_setting('ohsc.actor_id', true)"
        )
        role, agency, actor = cursor.fetchone()
    return role, agency or "", actor or ""


def reading(actor, role="ohsc_agency"):
    return role, str(actor.agency_id), str(actor.id)


# 1. Django turns an exception into an answer before an outer transaction sees it.


def events(cast, who) -> list[tuple[str, str]]:
    with acting_as(cast.actor(who)):
        return [(event.kind, event.action) for event in Event.objects.order_by("at")]


@pytest.mark.parametrize("path", ["/fails/400", "/fails/404", "/fails/409", "/fails/503", "/breaks"])
def test_trap_1_a_refused_request_leaves_nothing_but_the_event_of_its_refusal(committed_cast, path):
    browser = committed_cast.browser(committed_cast.ben)
    browser.raise_request_exception = False
    answer = browser.get(path)
    assert answer.status_code == int(path.removeprefix("/fails/") if "fails" in path else 500)
    ben = committed_cast.actor(committed_cast.ben)
    with acting_as(ben):
        assert not visible_cases(ben).exists()
    assert events(committed_cast, committed_cast.ben) == [("refusal", "request.refused")]


def test_trap_1_a_request_that_is_answered_keeps_what_it_wrote(committed_cast):
    assert committed_cast.browser(committed_cast.ben).get("/fails/200").status_code == 200
    assert events(committed_cast, committed_cast.ben) == [("collection", "case.opened")]


# 2. SET LOCAL outlives a savepoint.


def test_trap_2_leaving_puts_back_the_rights_there_were_before(cast):
    ben, cora = cast.actor(cast.ben), cast.actor(cast.cora)
    assert role_and_settings() == NOBODY
    with acting_as(ben):
        assert role_and_settings() == reading(ben)
        with acting_as(cora):
            assert role_and_settings() == reading(cora, "ohsc_centre")
            with writing():
                assert role_and_settings() == reading(cora, "ohsc_steps")
            assert role_and_settings() == reading(cora, "ohsc_centre")
        assert role_and_settings() == reading(ben)
    assert role_and_settings() == ("ohsc_app", "", "")
    assert rights_now() == Rights()


@pytest.mark.parametrize("wound", ["python", "database", "marked"])
def test_trap_2_an_exception_in_a_savepoint_puts_them_back_too(cast, wound):
    ben, cora = cast.actor(cast.ben), cast.actor(cast.cora)
    with acting_as(ben):
        try:
            with acting_as(cora), writing():
                if wound == "python":
                    raise ValueError
                if wound == "marked":
                    transaction.set_rollback(True)
                else:
                    Holding.objects.create(referral_id=None)
        except (ValueError, IntegrityError):
            pass
        assert role_and_settings() == reading(ben)
        assert rights_now() == Rights("ohsc_agency", str(ben.agency_id), str(ben.id))
    assert role_and_settings() == NOBODY


def test_trap_2_nothing_is_carried_into_the_next_transaction(committed_cast):
    with acting_as(committed_cast.actor(committed_cast.ben)):
        pass
    assert role_and_settings() == NOBODY
    assert rights_now() == Rights()


def test_trap_2_nobody_writes_without_acting_as_someone(db):
    with pytest.raises(RuntimeError, match="belongs inside acting_as"), writing():
        pass


# 3. A login that inherits its roles sees every row with no context.


def test_trap_3_the_bare_login_inherits_none_of_its_roles(db):
    with connection.cursor() as cursor:
        for role in ("ohsc_agency", "ohsc_centre", "ohsc_steps"):
            cursor.execute(
                "SELECT pg_has_role(session_user, %s, 'USAGE'), pg_has_role(session_user, %s, 'MEMBER')",
                [role, role],
            )
            assert cursor.fetchone() == (False, True), role


SIGNING_IN_NEEDS = {"agencies_agency", "agencies_user", "agencies_client"}


def test_trap_3_the_bare_login_reads_no_protected_table_but_those_that_signing_in_needs(cast):
    cast.referral("concluded")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        )
        tables = {row[0] for row in cursor.fetchall()}
    assert {"referrals_referral", "referrals_party", "audit_event", "core_keptanswer"} < tables
    read = {table for table in tables if rows_the_login_reads(table)}
    assert read == SIGNING_IN_NEEDS


def rows_the_login_reads(table: str) -> int:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return cursor.fetchone()[0]
    except ProgrammingError as refused:
        return 0 if "permission denied" in str(refused) else -1


# 5. RETURNING, db_default and ON CONFLICT (id) need a SELECT policy.


def test_trap_5_every_key_is_made_in_python():
    from django.apps import apps

    ours = [
        apps.get_app_config(name) for name in ("audit", "agencies", "notifications", "cases", "referrals")
    ]
    by_the_sealer = {"Leaf", "Head", "Trace"}  # their keys are places in its log, which it alone gives
    for model in [model for app in ours for model in app.get_models() if model.__name__ not in by_the_sealer]:
        assert not any(field.has_db_default() for field in model._meta.local_fields), model
        assert model._meta.pk.get_internal_type() in {"UUIDField", "CharField", "OneToOneField"}, model


def test_trap_5_the_writing_role_may_meet_a_row_that_is_there_already(cast):
    referral = cast.referral("accepted")
    ben, bea = cast.actor(cast.ben), cast.actor(cast.bea)
    for actor in (ben, bea, ben):
        with acting_as(actor):
            take(referral.pk, by=actor, at=timezone.now())
    with acting_as(ben):
        assert Holding.objects.get().person_id == cast.ben.pk


def test_trap_5_policies_name_a_permission_by_its_codename(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT qual FROM pg_policies WHERE tablename = 'cases_case' AND policyname LIKE '%reads'"
        )
        conditions = " ".join(row[0] for row in cursor.fetchall())
    assert "view_case" in conditions
    assert "permission_id =" not in conditions.replace("p.id = g.permission_id", "")


# 6. FOR UPDATE under a SELECT policy; a waiter gets the row after its right has ended.


@pytest.mark.parametrize("who", ["cora", "ben"])
def test_trap_6_a_reading_role_cannot_lock(cast, who):
    referral = cast.referral("offered")
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with acting_as(cast.actor(getattr(cast, who))), refused, transaction.atomic():
        Referral.objects.select_for_update().get(pk=referral.pk)


def test_trap_6_who_waited_for_the_lock_while_the_right_ended_finds_nothing(committed_cast):
    cast = committed_cast
    referral = cast.referral("offered")
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        cast.step("recall", referral, cast.cora, reason_code="better_fit")
        accepting = Running(lambda: cast.step("accept", referral, cast.ben))
        until_someone_waits_for_a_lock()
    assert isinstance(accepting.result(), Referral.DoesNotExist)


def test_trap_6_who_waited_and_may_still_see_it_is_told_who_was_first(committed_cast):
    cast = committed_cast
    referral = cast.referral("triaged")
    with acting_as(cast.actor(cast.cora)):
        cast.step("offer", referral, cast.cora, to_agency=cast.police)
        second = Running(lambda: cast.step("reject", referral, cast.anil, reason_code="spam"))
        until_someone_waits_for_a_lock()
    assert "the referral is offered. Offered to Northshire Police by Cora Lindqvist" in str(second.result())


def test_trap_6_a_step_that_ends_the_actors_own_sight_still_succeeds(cast):
    referral = cast.referral("offered")
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        after = perform(
            "decline",
            referral_id=referral.pk,
            by=ben,
            at=timezone.now(),
            given=Given(reason_code="no_capacity"),
        )
        assert after.status == "triaged"
        assert not Referral.objects.filter(pk=referral.pk).exists()


# 10. django-oauth-toolkit gives every client every scope until a scopes backend says otherwise.


@pytest.fixture
def reader(cast):
    """Lumen's second client, which may read and nothing else."""
    with acting_as(CLOCK):
        client, _ = agencies.add_client(
            "lumen reader",
            agency=cast.lumen,
            scopes=["referrals:read"],
            by=CLOCK,
            at=timezone.now(),
            secret="a-secret-that-only-tests-know-0123456789",
        )
    return client


def token_request(client, scope=None):
    from django.test import Client as Browser

    from tests.cast import SECRET

    asked = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": SECRET}
    return Browser().post("/oauth/token", asked | ({"scope": scope} if scope else {}))


def test_trap_10_a_token_without_a_scope_named_has_its_clients_and_no_more(reader):
    assert token_request(reader).json()["scope"] == "referrals:read"


def test_trap_10_a_token_for_more_than_its_client_has_is_refused(reader):
    answer = token_request(reader, "referrals:read referrals:act")
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_scope"


def test_trap_10_a_client_without_scopes_gets_none(cast):
    with acting_as(CLOCK):
        client, _ = agencies.add_client(
            "lumen nothing",
            agency=cast.lumen,
            scopes=[],
            by=CLOCK,
            at=timezone.now(),
            secret="a-secret-that-only-tests-know-0123456789",
        )
    answer = token_request(client)
    assert answer.status_code == 400 or answer.json().get("scope", "") == ""
    assert cast.actor(client).permissions == frozenset()


def test_trap_10_a_scope_taken_from_the_client_is_taken_from_its_token(cast, reader):
    from agencies.models import Client

    system = cast.system(reader)
    assert system.get("/api/who").json()["permissions"] == ["narratives.read", "referrals.see"]
    with acting_as(CLOCK), writing():
        Client.objects.filter(pk=reader.pk).update(scopes=[])
    assert system.get("/api/who").json()["permissions"] == []


def test_trap_10_a_partners_token_is_an_actor_and_not_a_user(cast, reader):
    seen = cast.system(reader).get("/api/who").json()
    assert seen["signed_in"] is False
    assert seen["actor"] == str(cast.lumen.pk)


def test_trap_10_a_browsers_cookie_is_nobody_on_the_partners_interface(cast):
    assert cast.browser(cast.ben).get("/api/who").json()["actor"] is None


def test_trap_10_tokens_are_kept_by_their_checksum_only_for_the_login(cast, reader):
    cast.token(reader)
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with acting_as(cast.actor(cast.cora)), refused, transaction.atomic():
        get_access_token_model().objects.count()
