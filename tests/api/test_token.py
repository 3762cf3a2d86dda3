"""A token: by client credentials only, with the client's scopes or fewer, and recorded."""

import base64
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from agencies.actions import rotate_secret
from audit.models import Event
from ohsc.core.acting import acting_as
from tests.cast import SECRET
from tests.rows import change

URL = "/oauth/token"


def ask(client, secret=SECRET, *, basic=False, **form):
    form = {"grant_type": "client_credentials", **form}
    headers = {}
    if basic:
        pair = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    else:
        form |= {"client_id": client.client_id, "client_secret": secret}
    return Browser().post(URL, form, headers=headers)


@pytest.mark.parametrize("basic", [True, False])
def test_a_client_gets_all_its_scopes_by_either_way_of_saying_who_it_is(cast, basic):
    answer = ask(cast.lumen_client, basic=basic)
    assert answer.status_code == 200
    assert set(answer.json()["scope"].split()) == set(cast.lumen_client.scopes)
    assert answer.json()["token_type"] == "Bearer"
    assert "refresh_token" not in answer.json()
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("basic", [True, False])
def test_while_a_change_of_secret_is_under_way_the_one_before_is_good_by_either_way(cast, basic):
    with acting_as(cast.actor(cast.lumen_client)):
        _, new = rotate_secret(cast.lumen_client.pk, by=cast.actor(cast.lumen_client), at=timezone.now())
    assert [ask(cast.lumen_client, secret, basic=basic).status_code for secret in (SECRET, new)] == [200, 200]
    assert ask(cast.lumen_client, "wrong", basic=basic).status_code == 401
    change(cast.lumen_client, old_secret_until=timezone.now())
    assert [ask(cast.lumen_client, secret, basic=basic).status_code for secret in (SECRET, new)] == [401, 200]


def test_a_client_never_gets_more_than_its_own(cast):
    change(cast.harbour_client, scopes=["referrals:read"])
    assert ask(cast.harbour_client).json()["scope"] == "referrals:read"
    answer = ask(cast.harbour_client, scope="referrals:read referrals:act")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "fields", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(1)}]
)
def test_a_client_that_ended_gets_none_and_its_tokens_stop_at_once(cast, fields):
    system = cast.system(cast.harbour_client)
    change(cast.harbour_client, **fields)
    answer = ask(cast.harbour_client)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert system.get("/api/v1/agencies").status_code == 401


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "a\x00b"}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, 400, "unsupported_grant_type"),
        ({"scope": ["webhooks", "exports"]}, 400, "invalid_request"),
    ],
)
def test_what_is_not_client_credentials_is_refused_as_oauth_says(cast, form, status, error):
    asked = {
        "grant_type": "client_credentials",
        "client_id": cast.lumen_client.client_id,
        "client_secret": SECRET,
        **form,
    }
    answer = Browser().post(URL, asked)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_nothing_in_the_address_and_no_other_method(cast):
    assert Browser().get(URL).status_code == 405
    assert Browser().post(f"{URL}?client_secret=x", {"grant_type": "client_credentials"}).status_code == 400
    for other in ("/oauth/authorize", "/oauth/revoke_token", "/oauth/introspect", "/oauth/applications/"):
        assert Browser().post(other).status_code == 404


def test_a_token_given_and_one_refused_are_recorded(cast):
    ask(cast.harbour_client, scope="webhooks")
    actor = cast.actor(cast.harbour_client)
    with acting_as(actor):
        given = Event.objects.filter(action="token.given").latest("at")
    assert given.subject_ids == [cast.harbour_client.pk]
    assert given.details == {"scopes": ["webhooks"]}
