"""A partner system that stops working soon: its agency's administrators hear of it, once for each last day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agencies import actions as agencies
from agencies.models import Client
from notifications.access import visible_inbox
from notifications.actions import spread_waiting
from notifications.tasks import warn_of_expiring_clients
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK


@pytest.fixture
def ends_in(cast):
    def set_end(days: int) -> Client:
        with acting_as(CLOCK), writing():
            Client.objects.filter(pk=cast.centre_client.pk).update(
                expires_at=timezone.now() + timedelta(days=days)
            )
        return cast.centre_client

    return set_end


def told(cast, person) -> list[str]:
    spread_waiting(at=timezone.now())
    actor = cast.actor(person)
    with acting_as(actor):
        return [item.says for item in visible_inbox(actor)]


def test_administrators_hear_of_it_once_and_nobody_else_does(cast, ends_in):
    client = ends_in(29)
    assert warn_of_expiring_clients() == 1
    assert warn_of_expiring_clients() == 0
    day = timezone.now() + timedelta(days=29)
    assert told(cast, cast.ada) == [f"A partner system stops working on {day:%-d %B %Y}"]
    for other in (cast.cora, cast.otis, cast.asha):
        assert told(cast, other) == []
    actor = cast.actor(cast.ada)
    with acting_as(actor):
        [item] = visible_inbox(actor)
    opened = cast.browser(cast.ada).post(f"/inbox/{item.pk}/open")
    assert opened.url == f"/systems/clients/{client.pk}"


def test_one_that_has_time_or_is_over_is_not_told_of(cast, ends_in):
    for days in (31, -1):
        ends_in(days)
        assert warn_of_expiring_clients() == 0


def test_a_new_last_day_is_a_new_matter(cast, ends_in):
    ends_in(3)
    warn_of_expiring_clients()
    ends_in(20)
    assert warn_of_expiring_clients() == 1
    assert len(told(cast, cast.ada)) == 2


def test_of_one_revoked_meanwhile_nobody_is_told(cast, ends_in):
    client, ada = ends_in(3), cast.actor(cast.ada)
    warn_of_expiring_clients()
    with acting_as(ada):
        agencies.revoke_client(client.pk, by=ada, at=timezone.now())
    assert told(cast, cast.ada) == []
