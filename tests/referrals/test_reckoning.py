"""The books: received = open + concluded + rejected + merged + withdrawn, each with one accountable organisation."""

import os

import psycopg
from django.db import connection as database
from django.utils import timezone

from notifications.models import Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.actions import reckon
from referrals.tasks import balance_the_books

STATUSES = (
    "received",
    "triaged",
    "offered",
    "accepted",
    "passed_on",
    "asked",
    "concluded",
    "rejected",
    "withdrawn",
)


def balanced():
    with acting_as(CLOCK):
        return reckon(by=CLOCK, at=timezone.now())


def as_owner(*statements: str) -> None:
    """What no code of ours can do, done by somebody at the database's own prompt with triggers off."""
    with psycopg.connect(
        os.environ["DATABASE_ADMIN_URL"], dbname=database.settings_dict["NAME"], autocommit=True
    ) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def test_the_books_balance_in_every_state(cast):
    for status in STATUSES:
        cast.referral(status)
    reckoning = balanced()
    assert reckoning.broken == []
    assert reckoning.counts == {
        "received": 1, "triaged": 1, "offered": 1, "accepted": 3, "concluded": 1, "rejected": 1, "withdrawn": 1,
        "received in all": 9,
    }  # fmt: skip


def test_a_referral_that_vanished_raises_the_alarm_at_the_centre(committed_cast):
    referral = committed_cast.referral("received")
    as_owner(f"DELETE FROM referrals_referral WHERE id = '{referral.pk}'")
    assert balance_the_books() == 1
    with acting_as(CLOCK), writing():
        notice = Notice.objects.get(topic="books.broken")
    assert (notice.agency_id, notice.first_to, notice.urgent) == (
        committed_cast.centre.pk,
        committed_cast.sol.pk,
        True,
    )


def test_each_broken_promise_is_named_with_its_number(committed_cast):
    lost, changed = committed_cast.referral("accepted"), committed_cast.referral("offered")
    as_owner(
        f"UPDATE referrals_party SET until = since WHERE referral_id = '{lost.pk}' AND capacity = 'custodian'",
        f"UPDATE referrals_offer SET state = 'recalled', closed_at = now() WHERE referral_id = '{changed.pk}'",
    )
    assert balanced().broken == ["1 without exactly one custodian", "1 offered without an open offer"]
