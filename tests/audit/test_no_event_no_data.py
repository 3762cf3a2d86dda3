"""No event, no data: where the log cannot be written nothing is shown, done or opened, by page and by interface.

The database refuses for real: a trigger that raises, or the right to add events taken away.
"""

import json
import os

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.models import Referral
from tests.api.calls import BODY, send, step
from tests.cast import PASSWORD, SECRET, SUMMARY
from tests.exchange.documents import HERON, report, reports

RAISES = (
    "CREATE FUNCTION no_events() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RAISE EXCEPTION 'no room for events'; END $$;"
    "CREATE TRIGGER no_events BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION no_events()"
)
NO_MORE = "DROP TRIGGER no_events ON audit_event; DROP FUNCTION no_events"
ROLES = "ohsc_app, ohsc_agency, ohsc_centre, ohsc_steps"
WAYS = {
    "every event is refused": (RAISES, NO_MORE),
    "nobody may add one": (
        f"REVOKE INSERT ON audit_event FROM {ROLES}",
        f"GRANT INSERT ON audit_event TO {ROLES}",
    ),
}


@pytest.fixture
def prepared(committed_cast):
    """A referral offered to the police; browsers and systems that are signed in while the log still works."""
    cast = committed_cast
    return {
        "offered": cast.referral("offered"),
        "cora": cast.browser(cast.cora),
        "ben": cast.browser(cast.ben),
        "asha": cast.browser(cast.asha),
        "otis": cast.browser(cast.otis),
        "police": cast.system(cast.police_client),
        "lumen": cast.system(cast.lumen_client),
    }


@pytest.fixture(params=WAYS)
def without_log(request, prepared):
    """The owner makes the log unwritable, and writable again."""
    broken, mended = WAYS[request.param]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(broken)
        yield prepared
        owner.execute(mended)


def document():
    return SimpleUploadedFile("export.xml", reports(report(301, HERON)))


PAGES = {  # who, how, where, with what
    "the queue": ("cora", "get", "/triage", {}),
    "the record": ("cora", "get", "/referrals/{id}", {}),
    "the narrative": ("cora", "post", "/referrals/{id}/narrative", {}),
    "the list": ("ben", "get", "/referrals", {}),
    "a search": ("ben", "post", "/search", {"text": "heron"}),
    "a file": ("ben", "post", "/referrals/csv", {}),
    "the inbox": ("ben", "get", "/inbox", {}),
    "the directory": ("ben", "get", "/agencies", {}),
    "a step": ("ben", "post", "/referrals/{id}/steps/accept", {}),
    "an upload": ("asha", "post", "/imports", {"document": document}),
    "the log": ("otis", "get", "/audit", {}),
    "who saw it": ("otis", "get", "/referrals/{id}/seen-by", {}),
    "an address that leads nowhere": ("ben", "get", "/absent", {}),
}


def test_no_page_shows_or_does_anything(committed_cast, without_log):
    offered, seeded = without_log["offered"], (SUMMARY["summary"], SUMMARY["narrative"])
    for name, (who, method, path, given) in PAGES.items():
        given = {key: value() if callable(value) else value for key, value in given.items()}
        answer = getattr(without_log[who], method)(path.format(id=offered.pk), given)
        page = answer.content.decode()
        assert answer.status_code == 503, name
        assert answer["Retry-After"], name
        assert "Not shown, because it could not be recorded" in page, name
        assert [words for words in (*seeded, offered.reference, "@heron") if words in page] == [], name
    with acting_as(CLOCK):
        assert Referral.objects.get(pk=offered.pk).status == "offered"


def test_no_call_of_the_interface_does(without_log):
    offered, police = without_log["offered"], without_log["police"]
    answers = {
        "list": police.get("/api/v1/referrals"),
        "read": police.get(f"/api/v1/referrals/{offered.pk}"),
        "history": police.get(f"/api/v1/referrals/{offered.pk}/history"),
        "events": police.get("/api/v1/events"),
        "step": step(police, offered.pk, "accept"),
        "send": send(without_log["lumen"]),
        "absent": police.get("/api/v1/referrals/00000000-0000-4000-8000-000000000000"),
    }
    for name, answer in answers.items():
        assert answer.status_code == 503, (name, answer.content)
        assert answer.json()["type"] == "/api/docs#unavailable", name
        assert offered.reference not in answer.content.decode(), name
    lines = send(
        without_log["lumen"],
        json.dumps(BODY),
        path="/api/v1/referrals/bulk",
        content_type="application/x-ndjson",
    )
    assert [json.loads(line)["status"] for line in lines.getvalue().splitlines()] == [503]
    with acting_as(CLOCK):
        (there,) = Referral.objects.all()
    assert (there.pk, there.status) == (offered.pk, "offered")


def test_nobody_signs_in_and_no_system_gets_a_token(committed_cast, without_log):
    browser, ben = Browser(), committed_cast.ben
    answer = browser.post("/account/login/", {"login": ben.email, "password": PASSWORD})
    assert answer.status_code == 503
    assert browser.get("/triage")["Location"].startswith("/account/login/")
    client = committed_cast.police_client
    given = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": SECRET}
    asked = Browser().post("/oauth/token", given)
    assert asked.status_code == 503
    assert "access_token" not in asked.content.decode()
