"""Nobody answers a P1: its whole ladder is climbed by the real clock and workers, though a worker is killed on the way.

A minute of the ladder lasts a second here. That each rung comes in its minute, `tests/referrals/test_at_risk.py` holds
with a moved clock; here no rung is lost, none is called twice, none comes before its time, and none after it was taken.
"""

import json
import os
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings

from notifications.models import InboxItem
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.models import Alarm, AlarmCall
from tests.e2e.platform import Platform, until

pytestmark = pytest.mark.xdist_group("platform")

SECOND = timedelta(seconds=1)
REPORT = {
    "environment": "surface_web",
    "harm_type": "live_streaming",
    "summary": "A live stream was reported.",
    "factors": {"live_streaming": "yes"},
}
# After how many minutes of the ladder, and who: the Centre’s cast has no named officer, so its supervisor stands in.
CLIMBED = [(0, {"Anil"}), (5, {"Cora"}), (10, {"Sol"}), (15, {"Sol"}), (25, {"Ada", "Anil", "Cora", "Sol"})]


@pytest.fixture(scope="module")
def running(django_db_setup, static_folder, tmp_path_factory):
    """The real processes, whose ladder's minutes are seconds, with a pager that writes to a file."""
    folder = tmp_path_factory.mktemp("ladder")
    platform = Platform(
        folder,
        os.environ["DATABASE_URL"],
        static_folder,
        OHSC_LADDER_MINUTE_SECONDS="1",
        OHSC_PAGER="notifications.pagers.FilePager",
        OHSC_PAGER_FILE=str(folder / "paged"),
    )
    assert settings.DATABASES["default"]["NAME"].startswith("test_")
    try:
        platform.start()
        yield platform
    finally:
        platform.stop()


def rungs(referral_id: str) -> dict[int, list[AlarmCall]]:
    """The calls to people by inbox and e-mail, by rung."""
    found: dict[int, list[AlarmCall]] = {}
    with acting_as(CLOCK):
        calls = AlarmCall.objects.filter(alarm__referral=referral_id, channel="inbox").select_related(
            "person"
        )
        for call in calls:
            found.setdefault(call.rung, []).append(call)
    return found


def test_the_whole_ladder_is_climbed_though_a_worker_is_killed(platform, partner, committed_cast):
    source = partner(committed_cast.lumen_client)
    made = source.refer(REPORT)
    until(lambda: 0 in rungs(made["id"]))
    platform.end("worker")  # as the machine it ran on would, with whatever it had in hand
    platform.start_worker()
    until(lambda: 5 in rungs(made["id"]), 120)  # the ladder, and everybody once more

    climbed = rungs(made["id"])
    with acting_as(CLOCK):
        alarm = Alarm.objects.get(referral=made["id"])
    assert [{one.person.name.split()[0] for one in climbed[number]} for number in range(5)] == [
        who for _, who in CLIMBED
    ]
    assert all(
        one.called_at >= alarm.raised_at + minutes * SECOND
        for number, (minutes, _) in enumerate(CLIMBED)
        for one in climbed[number]
    )
    twice = Counter((one.rung, one.person_id) for calls in climbed.values() for one in calls)
    assert set(twice.values()) == {1}

    # Whoever takes it ends it; what was called until then reached the inboxes and the pager, each call with its own id.
    committed_cast.step("triage", alarm.referral_id, committed_cast.anil, priority="P1")
    with acting_as(CLOCK):
        last = max(rungs(made["id"]))
        assert Alarm.objects.get(referral=made["id"]).ended_because == "taken"
        paged = set(
            AlarmCall.objects.filter(alarm=alarm, channel="pager", state="called").values_list(
                "pk", flat=True
            )
        )
    said = [json.loads(line) for line in (platform.folder / "paged").read_text().splitlines()]
    assert {one["id"] for one in said} >= {str(one) for one in paged}
    assert {one["reference"] for one in said} == {made["reference"]}
    with acting_as(CLOCK), writing():
        told = Counter(InboxItem.objects.filter(topic="referral.at_risk_now").values_list("notice", "person"))
    assert told
    assert set(told.values()) == {1}
    assert any(made["reference"] in mail for mail in platform.mails())
    assert max(rungs(made["id"])) == last
