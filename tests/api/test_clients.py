"""A partner's whole life by the interface alone: a client made, used, its secret changed, ended. And never more."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client as Browser
from django.utils import timezone

from agencies.models import Client
from audit.models import Event
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.core.models import KeptAnswer
from tests.api.calls import faults, send, shown
from tests.cast import SECRET

CLIENTS = "/api/v1/clients"
ME = f"{CLIENTS}/me"
INTAKE = {"name": "Intake", "scopes": ["referrals:write", "clients"]}


def make(system, body=INTAKE, **how):
    return send(system, body, path=CLIENTS, **how)


def rotate(system, client, body=None, **how):
    return send(system, body or {}, path=f"{CLIENTS}/{client['id']}/rotate-secret", **how)


def ask_token(client_id, secret, **form):
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **form}
    return Browser().post("/oauth/token", form)


def system_of(made) -> Browser:
    answer = ask_token(made["client_id"], made["client_secret"])
    assert answer.status_code == 200, answer.content
    return Browser(headers={"Authorization": f"Bearer {answer.json()['access_token']}"})


def change(client_id, **fields):
    with acting_as(CLOCK), writing():
        Client.objects.filter(pk=client_id).update(**fields)


def events(cast, client) -> list[tuple[str, dict]]:
    """What was written of one client, oldest first, by the agency's own audit."""
    with acting_as(cast.actor(cast.lumen_client)):
        found = Event.objects.filter(subject_ids=[client["id"]], kind="alteration").order_by("at")
        return [(event.action, event.details) for event in found]


# The whole life.


def test_made_used_changed_over_and_ended_by_the_interface_alone(cast, lumen):
    answer = make(lumen)
    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"].endswith(f"{CLIENTS}/{made['id']}")
    assert made["state"] == "live"
    assert made["scopes"] == ["referrals:write", "clients"]
    first = system_of(made)
    assert send(first).status_code == 201

    changed = rotate(lumen, made).json()
    assert changed["client_secret"] != made["client_secret"]
    assert changed["old_secret_until"] is not None
    assert system_of(made).get(ME).status_code == 200  # the secret before, still good
    assert system_of(changed).get(ME).status_code == 200

    change(made["id"], old_secret_until=timezone.now() - timedelta(seconds=1))  # the overlap is over
    refused = ask_token(made["client_id"], made["client_secret"])
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    last = system_of(changed)

    assert lumen.delete(f"{CLIENTS}/{made['id']}").status_code == 204
    assert last.get(ME).status_code == 401  # the very next request, with a token that was good
    assert send(last).status_code == 401
    assert ask_token(made["client_id"], changed["client_secret"]).status_code == 401
    assert lumen.get(f"{CLIENTS}/{made['id']}").json()["state"] == "revoked"
    assert [action for action, _ in events(cast, made)] == [
        "client.added",
        "client.secret_rotated",
        "client.revoked",
    ]


def test_revoking_again_changes_nothing(cast, lumen):
    made = make(lumen).json()
    first, second = (lumen.delete(f"{CLIENTS}/{made['id']}") for _ in range(2))
    assert (first.status_code, second.status_code) == (204, 204)
    assert [action for action, _ in events(cast, made)].count("client.revoked") == 1
    assert rotate(lumen, made).status_code == 409


def test_a_client_that_expired_is_refused_at_its_next_request(lumen):
    made = make(lumen).json()
    system = system_of(made)
    change(made["id"], expires_at=timezone.now())
    assert system.get(ME).status_code == 401
    assert ask_token(made["client_id"], made["client_secret"]).status_code == 401
    assert lumen.get(f"{CLIENTS}/{made['id']}").json()["state"] == "expired"


# Terms.


def test_the_end_is_a_year_away_unless_said_and_two_at_most(lumen):
    now = datetime.now(UTC)
    ends = datetime.fromisoformat(make(lumen).json()["expires_at"])
    assert timedelta(days=364) < ends - now < timedelta(days=366)
    said = (now + timedelta(days=700)).isoformat()
    assert make(lumen, INTAKE | {"name": "Long", "expires_at": said}).status_code == 201
    for days in (-1, 740):
        body = INTAKE | {"name": "Other", "expires_at": (now + timedelta(days=days)).isoformat()}
        assert faults(make(lumen, body)) == {"expires_at": "out_of_range"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"name": "required", "scopes": "required"}),
        ({"name": "", "scopes": []}, {"name": "blank", "scopes": "empty"}),
        ({"name": "A", "scopes": ["everything"]}, {"scopes/0": "invalid_choice"}),
        ({"name": "A", "scopes": ["webhooks"], "secret": "mine"}, {"secret": "unknown_field"}),
        ({"name": "A", "scopes": ["webhooks"], "expires_at": "soon"}, {"expires_at": "invalid"}),
    ],
)
def test_every_fault_is_named(lumen, body, expected):
    assert faults(make(lumen, body)) == expected


def test_a_name_is_taken_once_among_those_that_work(lumen):
    made = make(lumen).json()
    assert faults(make(lumen, INTAKE | {"name": "INTAKE"})) == {"name": "taken"}
    lumen.delete(f"{CLIENTS}/{made['id']}")
    assert make(lumen).status_code == 201


def test_an_agency_has_twenty_and_a_revoked_one_makes_room(lumen):
    made = [make(lumen, INTAKE | {"name": f"System {n}"}) for n in range(20)]
    assert [answer.status_code for answer in made] == [201] * 19 + [409]  # the one that asks is the twentieth
    lumen.delete(f"{CLIENTS}/{made[0].json()['id']}")
    assert make(lumen, INTAKE | {"name": "System 20"}).status_code == 201


# Nobody gives, or takes over, more than they have.


def test_a_client_gives_no_more_than_its_own_scopes(lumen):
    small = system_of(make(lumen).json())
    assert faults(make(small, {"name": "Reader", "scopes": ["referrals:read"]})) == {
        "scopes": "more_than_own"
    }
    assert make(small, {"name": "Writer", "scopes": ["referrals:write"]}).status_code == 201


def test_a_token_narrowed_to_keeping_clients_gives_no_more_than_that(cast):
    narrow = cast.system(cast.lumen_client, scope="clients")
    assert faults(make(narrow)) == {"scopes": "more_than_own"}
    assert make(narrow, {"name": "Keeper", "scopes": ["clients"]}).status_code == 201


def test_a_client_does_not_take_over_one_that_may_more(lumen):
    large = make(lumen, {"name": "Large", "scopes": ["referrals:read"]}).json()
    small = system_of(make(lumen).json())
    assert rotate(small, large).status_code == 409
    assert ask_token(large["client_id"], large["client_secret"]).status_code == 200


def test_a_scope_of_the_centre_stays_the_centres(cast, lumen, monkeypatch):
    monkeypatch.setattr("agencies.roles.CENTRE_SCOPES", frozenset({"exports"}))
    assert faults(make(lumen, {"name": "A", "scopes": ["exports"]})) == {"scopes": "not_open"}
    assert make(cast.system(cast.centre_client), {"name": "A", "scopes": ["exports"]}).status_code == 201
    given = ask_token(cast.lumen_client.client_id, SECRET).json()["scope"]
    assert "exports" not in given.split()  # though it was given before the scope became the Centre's


def test_without_the_scope_there_is_nothing_but_oneself(cast):
    system = cast.system(cast.lumen_client, scope="webhooks")
    assert make(system).status_code == 403
    assert system.get(CLIENTS).status_code == 403
    assert system.delete(f"{CLIENTS}/{cast.lumen_client.pk}").status_code == 403
    assert system.get(ME).json()["client_id"] == cast.lumen_client.client_id


@pytest.mark.parametrize("owner", ["lumen_client", "centre_client"])
def test_another_agencys_client_is_absent_on_every_method(cast, owner):
    theirs, absent = getattr(cast, owner).pk, uuid4()
    for asker in (cast.harbour_client, cast.centre_client):
        if asker.pk == theirs:
            continue
        system = cast.system(asker)
        for path in (CLIENTS + "/{}", CLIENTS + "/{}/rotate-secret"):
            for method in ("get", "post", "put", "patch", "delete", "options"):
                how = {"headers": {"Idempotency-Key": uuid4().hex}, "content_type": "application/json"}
                how = {} if method in ("get", "options") else how
                there = getattr(system, method)(path.format(theirs), **how)
                nowhere = getattr(system, method)(path.format(absent), **how)
                assert shown(there) == shown(nowhere)
                assert there.status_code in (404, 405), (method, path)
        assert str(theirs) not in system.get(CLIENTS).content.decode()
    assert ask_token(getattr(cast, owner).client_id, SECRET).status_code == 200


# Changing the secret.


def test_at_once_ends_the_secret_before_and_the_tokens_it_was_given(lumen):
    made = make(lumen).json()
    system = system_of(made)
    changed = rotate(lumen, made, {"overlap_hours": 0}).json()
    assert changed["old_secret_until"] is None
    assert system.get(ME).status_code == 401
    assert ask_token(made["client_id"], made["client_secret"]).status_code == 401
    assert system_of(changed).get(ME).status_code == 200


def test_a_second_change_waits_for_the_first_and_ends_no_secret_in_use(lumen):
    made = make(lumen).json()
    changed = rotate(lumen, made).json()
    assert rotate(lumen, made).status_code == 409
    for secret in (made["client_secret"], changed["client_secret"]):
        assert ask_token(made["client_id"], secret).status_code == 200


def test_a_lost_secret_is_replaced_while_the_one_before_stays_good(lumen):
    made = make(lumen).json()
    lost = rotate(lumen, made).json()
    found = rotate(lumen, made, {"replaces_lost": True}).json()
    assert found["old_secret_until"] == lost["old_secret_until"]
    asked = [ask_token(made["client_id"], one["client_secret"]).status_code for one in (made, lost, found)]
    assert asked == [200, 401, 200]
    assert (
        rotate(lumen, make(lumen, INTAKE | {"name": "B"}).json(), {"replaces_lost": True}).status_code == 409
    )


def test_of_two_changes_at_once_one_is_made(committed_cast):
    lumen = committed_cast.system(committed_cast.lumen_client)
    made, start = make(lumen, INTAKE | {"name": uuid4().hex}).json(), Barrier(2)

    def one(_):
        start.wait()
        try:
            return rotate(lumen, made).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, range(2))) == [201, 409]
    assert lumen.delete(f"{CLIENTS}/{made['id']}").status_code == 204


@pytest.mark.parametrize(("hours", "code"), [(-1, "min_value"), (169, "max_value"), ("24", "invalid")])
def test_the_overlap_is_seven_days_at_most(lumen, hours, code):
    assert faults(rotate(lumen, make(lumen).json(), {"overlap_hours": hours})) == {"overlap_hours": code}


def test_a_client_of_any_scope_changes_its_own_secret_by_knowing_it(cast):
    system = cast.system(cast.harbour_client, scope="webhooks")
    path = f"{ME}/rotate-secret"
    assert faults(send(system, {}, path=path)) == {"client_secret": "required"}
    assert faults(send(system, {"client_secret": "guessed"}, path=path)) == {"client_secret": "wrong"}
    changed = send(system, {"client_secret": SECRET, "overlap_hours": 1}, path=path).json()
    assert ask_token(cast.harbour_client.client_id, changed["client_secret"]).status_code == 200
    again = send(system, {"client_secret": SECRET, "overlap_hours": 0}, path=path)
    assert faults(again) == {"client_secret": "wrong"}  # it is the old one now: it gives tokens, and no more


# The secret is nowhere else.


def test_the_same_request_again_is_answered_without_the_secret(cast, lumen):
    first, again = make(lumen, key="same"), make(lumen, key="same")
    assert again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json() | {"client_secret": None}
    made = first.json()
    changed, repeated = rotate(lumen, made, key="other"), rotate(lumen, made, key="other")
    assert repeated.json() == changed.json() | {"client_secret": None}
    assert len(events(cast, made)) == 2


def test_no_event_no_log_line_and_no_kept_answer_holds_a_secret(cast, lumen, caplog):
    with caplog.at_level(logging.DEBUG):
        made = make(lumen).json()
        changed = rotate(lumen, made).json()
        system = system_of(changed)
        own = send(
            system,
            {"client_secret": changed["client_secret"], "overlap_hours": 0},
            path=f"{ME}/rotate-secret",
        )
        for secret in (made, changed):
            ask_token(made["client_id"], secret["client_secret"])
        lumen.get(CLIENTS)
    said = caplog.text
    with acting_as(cast.actor(cast.lumen_client)), writing():
        said += "".join(bytes(kept.body).decode() for kept in KeptAnswer.objects.exclude(body=None))
    with acting_as(CLOCK), writing():
        said += json.dumps([[event.details, event.purpose] for event in Event.objects.all()])
        row = Client.objects.get(pk=made["id"])
    said += lumen.get(f"{CLIENTS}/{made['id']}").content.decode() + row.client_secret + row.old_secret
    assert '"old_secret_until"' in said  # what was looked through is the real thing
    for one in (made, changed, own.json()):
        assert one["client_secret"] not in said


# When it was used.


def test_use_is_noted_by_the_minute_and_costs_the_usual_request_nothing(lumen, django_assert_max_num_queries):
    made = make(lumen).json()
    assert made["last_used_at"] is None
    system = system_of(made)
    noted = system.get(ME).json()["last_used_at"]
    assert noted is not None
    with django_assert_max_num_queries(10) as usual:
        system.get("/api/v1/agencies")
    assert not any("UPDATE" in query["sql"] for query in usual)
    assert system.get(ME).json()["last_used_at"] == noted
    change(made["id"], last_used_at=timezone.now() - timedelta(minutes=2))
    system.get("/api/v1/agencies")
    assert system.get(ME).json()["last_used_at"] > noted


def test_use_that_cannot_be_noted_takes_nothing_back(lumen, monkeypatch):
    made = make(lumen).json()
    system = system_of(made)
    change(made["id"], last_used_at=None)

    def fail(by):
        from django.db import OperationalError

        raise OperationalError("gone")

    monkeypatch.setattr("agencies.actions.clients.acting_as", fail)
    assert send(system).status_code == 201


# Looking is recorded.


def test_a_look_at_the_list_or_at_one_is_an_event(cast, lumen):
    made = make(lumen).json()
    lumen.get(f"{CLIENTS}?limit=1")
    lumen.get(f"{CLIENTS}/{made['id']}")
    with acting_as(cast.actor(cast.lumen_client)):
        seen = {e.action: [str(i) for i in e.subject_ids] for e in Event.objects.filter(kind="consultation")}
    assert seen == {"clients.listed": [made["id"]], "client.opened": [made["id"]]}


def test_the_list_comes_in_pages(lumen):
    names = [f"System {n}" for n in range(3)]
    for name in names:
        make(lumen, INTAKE | {"name": name})
    first = lumen.get(f"{CLIENTS}?limit=2").json()
    rest = lumen.get(first["next"]).json()
    listed = [one["name"] for one in first["items"] + rest["items"]]
    assert listed == [*reversed(names), "lumen system"]
    assert rest["next"] is None
