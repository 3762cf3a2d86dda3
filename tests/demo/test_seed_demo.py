"""`seed_demo` run for real: complete, once, resumable, and its credentials open the doors they name."""

import base64
import json
import stat
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from agencies.models import Agency, Client, User
from agencies.roles import ROLES
from audit.models import Event
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.core.words import Band, Environment, Sector
from referrals.models import Alarm, AlarmCall, HarmType, Holding, Offer, Referral, StepTaken
from referrals.transitions import STEPS, Status

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]  # seeded once, in one process


def counts():
    with acting_as(CLOCK), writing():
        tables = (Agency, User, Client, Referral, StepTaken, Offer, Holding, Event)
        return {model.__name__: model.objects.count() for model in tables}


def column(name):
    with acting_as(CLOCK):
        return Counter(Referral.objects.values_list(name, flat=True))


def known(demo):
    return json.loads(demo.credentials.read_text())


def token(client):
    basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    browser = Browser(headers={"authorization": f"Basic {basic}"})
    form = "application/x-www-form-urlencoded"
    return browser.post("/oauth/token", "grant_type=client_credentials", content_type=form)


def test_it_refuses_outside_a_demonstration(empty_demonstration, tmp_path):
    done = empty_demonstration.manage("seed_demo", OHSC_DEMO="0", OHSC_DEMO_CREDENTIALS=str(tmp_path / "c"))
    assert done.returncode != 0
    assert not (tmp_path / "c").exists()


def test_a_second_run_makes_nothing_but_the_address(demo):
    before, secrets = counts(), known(demo)
    said = demo.manage_well("seed_demo", OHSC_BASE_URL="http://127.0.0.1:8123")
    assert "nothing was made" in said
    assert counts() == before
    assert known(demo) == secrets | {"base_url": "http://127.0.0.1:8123"}


def test_every_kind_of_everything_is_there(demo):
    assert set(column("status")) == set(Status.values) - {Status.MERGED}
    assert set(column("band")) == set(Band.values)
    assert set(Environment.values) <= set(column("environment"))
    with acting_as(CLOCK):
        assert set(HarmType.objects.values_list("code", flat=True)) <= set(column("harm_type"))
        assert set(Agency.objects.values_list("sector", flat=True)) == set(Sector.values)
        taken = set(StepTaken.objects.values_list("step", flat=True))
        roles = Counter(User.objects.values_list("agency__slug", "role"))
        agencies = Agency.objects.count()
    assert taken == {"receive", *STEPS}
    assert len(roles) == agencies * len(ROLES)
    assert sum(column("status").values()) == 550


def test_some_are_late_and_some_nearly(demo):
    now = timezone.now()
    with acting_as(CLOCK):
        due = list(Referral.objects.filter(closed_at=None).values_list("due_at", flat=True))
    late = sum(at < now for at in due)
    assert 3 <= late <= len(due) / 5
    assert sum(now < at < now + timedelta(days=1) for at in due) >= 10


def test_open_offers_have_time_left_and_a_few_have_only_minutes(demo):
    with acting_as(CLOCK):
        seeded_at = max(Referral.objects.values_list("updated_at", flat=True))
        deadlines = sorted(Offer.objects.filter(state="open").values_list("answer_by", flat=True))
    assert deadlines[0] > seeded_at
    assert deadlines[2] < seeded_at + timedelta(minutes=30)
    assert deadlines[len(deadlines) // 2] > seeded_at + timedelta(hours=1)


def test_a_child_at_risk_now_is_called_for_and_another_was_taken(demo):
    with acting_as(CLOCK):
        live = list(Alarm.objects.filter(ended_at=None).select_related("agency"))
        assert any(alarm.agency.is_centre for alarm in live)
        assert len(live) <= 2
        assert Alarm.objects.filter(ended_because="taken").exists()
        assert AlarmCall.objects.filter(alarm__in=live, person__isnull=False).exists()


def test_no_email_of_the_past_waits(demo):
    from notifications.models import Delivery, InboxItem, Notice

    with acting_as(CLOCK), writing():
        assert not Delivery.objects.exists()
        assert not Notice.objects.filter(state="waiting").exists()
        assert InboxItem.objects.filter(read_at=None).exists()
        assert not User.objects.filter(email_choice="none").exists()


def test_credentials_are_private_and_begin_with_the_centre(demo):
    assert stat.S_IMODE(demo.credentials.stat().st_mode) == 0o600
    content = known(demo)
    assert set(content) == {"base_url", "users", "clients"}
    assert content["clients"][0]["agency"] == "ohsc"
    assert {"industry", "law_enforcement", "third_sector"} <= {one["sector"] for one in content["clients"]}
    assert {user["role"] for user in content["users"]} == set(ROLES)


def test_each_client_gets_a_token_and_each_password_opens(demo):
    content = known(demo)
    for client in content["clients"]:
        answer = token(client)
        assert answer.status_code == 200, answer.content
        assert set(answer.json()["scope"].split()) == set(client["scopes"])
    with acting_as(CLOCK):
        someone = User.objects.get(email=content["users"][0]["email"])
    assert someone.check_password(content["users"][0]["password"])


def test_clients_agencies_may_be_offered_anything(demo):
    from agencies.agreements import Disclosure, covering
    from agencies.models import SharingAgreement

    with acting_as(CLOCK):
        agreements = list(
            SharingAgreement.objects.filter(discloser__is_centre=True).select_related("recipient")
        )
        harms = list(HarmType.objects.values_list("code", flat=True))
    for client in known(demo)["clients"][1:]:
        theirs = [agreement for agreement in agreements if agreement.recipient.slug == client["agency"]]
        tlp = "RED" if client["sector"] in ("law_enforcement", "third_sector") else "AMBER+STRICT"
        for environment in Environment.values:
            for harm in harms:
                assert covering(theirs, Disclosure(environment, harm, harm, tlp, timezone.now().date()))


def test_lost_credentials_are_set_anew(demo):
    before, old = counts(), known(demo)
    demo.credentials.unlink()
    assert "were set" in demo.manage_well("seed_demo")
    new = known(demo)
    assert [one["client_id"] for one in new["clients"]] == [one["client_id"] for one in old["clients"]]
    assert token(old["clients"][1]).status_code == 401
    assert token(new["clients"][1]).status_code == 200
    after = counts()
    del before["Event"], after["Event"]
    assert after == before
