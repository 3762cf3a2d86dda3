"""Partner systems on the pages: an administrator makes, changes, changes over and ends a client of their agency."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from agencies import actions as agencies
from agencies.models import Client, Session
from audit.models import Event
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.cast import PASSWORD
from tests.rows import change

CLIENTS = "/systems/clients"


@pytest.fixture
def administrator(cast):
    """Nia Fenwick, the administrator of Lumen Social."""
    return administrator_of(cast.lumen, "Nia Fenwick")


def administrator_of(agency, name):
    with acting_as(CLOCK):
        return agencies.add_person(
            f"{name.split()[0].lower()}@{agency.slug}.example",
            agency=agency,
            name=name,
            role="administrator",
            password=PASSWORD,
            by=CLOCK,
            at=timezone.now(),
        )


@pytest.fixture
def nia(cast, administrator):
    return cast.browser(administrator)


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def add(browser, **typed):
    typed = {"name": "Intake", "scopes": ["referrals:write", "clients"], "expires_on": day(100)} | typed
    return browser.post(f"{CLIENTS}/new", typed)


def secret_on(answer) -> tuple[str, str]:
    """The id and the secret that the page shows."""
    assert answer.status_code == 200
    shown = re.findall(r"<dd><code[^>]*>([^<]+)</code>", answer.content.decode())
    assert len(shown) == 2
    return shown[0], shown[1]


def token(client_id, secret):
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return Browser().post("/oauth/token", form)


def the_client(name="Intake") -> Client:
    with acting_as(CLOCK):
        return Client.objects.select_related("agency").get(name=name)


def written(person) -> list[str]:
    with acting_as(CLOCK), writing():
        return list(
            Event.objects.filter(actor_id=person.pk, kind="alteration")
            .order_by("at")
            .values_list("action", flat=True)
        )


def test_a_systems_whole_life_by_the_pages_alone(nia, administrator):
    client_id, first = secret_on(add(nia))
    assert f'value="{first}"' not in nia.get(CLIENTS).content.decode()
    given = token(client_id, first)
    system = Browser(headers={"Authorization": f"Bearer {given.json()['access_token']}"})
    assert system.get("/api/v1/agencies").status_code == 200
    address = f"{CLIENTS}/{the_client().pk}"

    _, second = secret_on(nia.post(f"{address}/secret", {"old_secret": "24"}))
    assert [token(client_id, secret).status_code for secret in (first, second)] == [200, 200]
    change(the_client(), old_secret_until=timezone.now())
    assert [token(client_id, secret).status_code for secret in (first, second)] == [401, 200]

    nia.post(f"{address}/revoke", {"sure": "on"})
    assert system.get("/api/v1/agencies").status_code == 401
    assert token(client_id, second).status_code == 401
    assert "It was revoked, and stays so." in nia.get(address).content.decode()
    assert written(administrator) == ["client.added", "client.secret_rotated", "client.revoked"]


def test_a_change_of_scopes_holds_for_the_tokens_that_are_out(nia, administrator):
    client_id, secret = secret_on(add(nia, scopes=["referrals:read", "webhooks"]))
    headers = {"Authorization": f"Bearer {token(client_id, secret).json()['access_token']}"}
    assert Browser(headers=headers).get("/api/v1/referrals").status_code == 200
    address = f"{CLIENTS}/{the_client().pk}"
    nia.post(f"{address}/change", {"name": "Hooks", "scopes": ["webhooks"], "expires_on": day(30)})
    assert Browser(headers=headers).get("/api/v1/referrals").status_code == 403
    assert Browser(headers=headers).get("/api/v1/webhooks").status_code == 200
    assert written(administrator) == ["client.added", "client.changed"]


def test_what_is_the_same_as_before_is_no_change(nia, administrator):
    add(nia)
    client = the_client()
    typed = {"name": client.name, "scopes": client.scopes, "expires_on": day(100)}
    nia.post(f"{CLIENTS}/{client.pk}/change", typed)
    assert written(administrator) == ["client.added"]


def test_the_secret_is_on_one_page_and_in_no_session_message_or_address(cast, nia):
    answer = add(nia)
    _, secret = secret_on(answer)
    assert "no-store" in answer["Cache-Control"]
    assert "Location" not in answer.headers
    pages = [nia.get(CLIENTS), nia.get(f"{CLIENTS}/{the_client().pk}")]
    assert all(secret not in page.content.decode() for page in pages)
    kept = [row.get_decoded() for row in Session.objects.all()]
    assert kept
    assert secret not in repr(kept)


def test_the_same_press_again_makes_no_second_client_and_ends_no_secret(nia):
    client_id, first = secret_on(add(nia))
    again = add(nia)
    assert again.status_code == 422
    assert "has a client called Intake" in again.content.decode()
    address = f"{CLIENTS}/{the_client().pk}/secret"
    _, second = secret_on(nia.post(address, {"old_secret": "24"}))
    repeated = nia.post(address, {"old_secret": "24"}).content.decode()
    assert "The secret was changed meanwhile. Choose again" in repeated
    assert [token(client_id, secret).status_code for secret in (first, second)] == [200, 200]


def test_a_lost_secret_is_replaced_or_both_end_at_once(nia):
    client_id, first = secret_on(add(nia))
    address = f"{CLIENTS}/{the_client().pk}/secret"
    _, lost = secret_on(nia.post(address, {"old_secret": "168"}))
    _, found = secret_on(nia.post(address, {"old_secret": "lost"}))
    assert [token(client_id, secret).status_code for secret in (first, lost, found)] == [200, 401, 200]
    _, last = secret_on(nia.post(address, {"old_secret": "0"}))
    assert [token(client_id, secret).status_code for secret in (first, found, last)] == [401, 401, 200]


def test_what_comes_after_a_revocation_is_said_and_changes_nothing(nia, administrator):
    add(nia)
    address = f"{CLIENTS}/{the_client().pk}"
    nia.post(f"{address}/revoke", {"sure": "on"})
    late = [
        nia.post(f"{address}/change", {"name": "B", "scopes": ["webhooks"], "expires_on": day(9)}),
        nia.post(f"{address}/secret", {"old_secret": "24"}),
    ]
    assert all("This client was revoked. Make a new one." in page.content.decode() for page in late)
    assert written(administrator) == ["client.added", "client.revoked"]


def test_revoking_is_asked_twice(nia):
    add(nia)
    client = the_client()
    page = nia.post(f"{CLIENTS}/{client.pk}/revoke").content.decode()
    assert "Tick “Revoke it for good”" in page
    assert the_client().revoked_at is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Enter the name"),
        ({"scopes": []}, "Tick at least one thing it may do"),
        ({"scopes": ["everything"]}, "everything"),
        ({"expires_on": day(-1)}, "Give an end in the future"),
        ({"expires_on": day(740)}, "at most two years away"),
        ({"expires_on": "soon"}, "Enter the last day as a date"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(nia, typed, said):
    answer = add(nia, **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_list_says_what_ends_soon_and_what_was_used(cast, nia):
    add(nia, name="Ends soon", expires_on=day(20))
    add(nia, name="Has time", expires_on=day(40))
    add(nia, name="Is over")
    change(the_client("Is over"), expires_at=timezone.now() - timedelta(days=1))
    cast.token(cast.lumen_client)
    page = nia.get(CLIENTS).content.decode()
    notices = re.findall(r'notice__title"><a href="[^"]+">([^<]+)</a> stops working', page)
    assert notices == ["Ends soon"]
    working, ended = page.split("<caption>No longer working</caption>")
    assert "Is over" in ended
    assert "Is over" not in working
    assert working.count(">Never<") == 2  # the cast's own system was used just now
    assert "harbour system" not in page


def test_a_later_last_day_brings_an_expired_client_back(nia):
    client_id, secret = secret_on(add(nia))
    change(the_client(), expires_at=timezone.now())
    assert token(client_id, secret).status_code == 401
    typed = {"name": "Intake", "scopes": ["webhooks"], "expires_on": day(10)}
    nia.post(f"{CLIENTS}/{the_client().pk}/change", typed)
    assert token(client_id, secret).status_code == 200


def paths(client_id):
    address = f"{CLIENTS}/{client_id}"
    return [address, *(f"{address}/{what}" for what in ("change", "secret", "revoke"))]


def answered(browser, path):
    """As its reader sees it, to a look and to a press."""
    answers = [getattr(browser, method)(path) for method in ("get", "post")]
    return [
        (answer.status_code, answer.content, {k: v for k, v in answer.items() if k != "X-Request-ID"})
        for answer in answers
    ]


@pytest.mark.parametrize("who", ["asha", "cleo", "cora", "otis"])
def test_who_does_not_keep_clients_gets_the_page_that_refuses(cast, who):
    browser = cast.browser(getattr(cast, who))
    for path in [CLIENTS, f"{CLIENTS}/new", *paths(cast.lumen_client.pk), *paths(uuid4())]:
        for method in ("get", "post"):
            answer = getattr(browser, method)(path)
            assert answer.status_code in (403, 405), (method, path)
    assert browser.get(CLIENTS).content == browser.get(f"{CLIENTS}/{cast.lumen_client.pk}").content
    assert "Partner systems" not in browser.get("/inbox").content.decode()


def test_another_agencys_client_is_as_absent_as_none(cast):
    police = cast.browser(administrator_of(cast.police, "Owen Tarrant"))
    for browser in (police, cast.browser(cast.ada)):  # the Centre's administrator keeps the Centre's
        for there, nowhere in zip(paths(cast.lumen_client.pk), paths(uuid4()), strict=True):
            assert answered(browser, there) == answered(browser, nowhere)
            assert browser.get(paths(cast.lumen_client.pk)[0]).status_code == 404
        assert "lumen system" not in browser.get(CLIENTS).content.decode()


def test_the_menu_leads_there(nia):
    assert f'<a href="{CLIENTS}">Partner systems</a>' in nia.get("/inbox").content.decode()


def test_statements_stay_few(nia, django_assert_max_num_queries):
    for n in range(10):
        add(nia, name=f"System {n}")
    with django_assert_max_num_queries(14):
        nia.get(CLIENTS)
    with django_assert_max_num_queries(14):
        nia.get(f"{CLIENTS}/{the_client('System 1').pk}")
