"""A webhook over its life, against real receivers: its secret is changed under load, it fails, it is stopped, and the
people who keep it are told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from notifications import actions, sending, tasks
from notifications.models import Attempt, Delivery, InboxItem, Notice, WebhookEndpoint
from notifications.transport import Answer
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.demo.actions import set_aside_old_notices
from tests.notifications.receivers import receiving
from tests.rows import change_all, rows
from tests.together import at_once


@pytest.fixture
def cast(committed_cast):
    return committed_cast


@pytest.fixture
def keeper(cast):
    """Lumen Social's system; its calls are its own transactions."""
    return Keeper(cast.actor(cast.lumen_client))


class Keeper:
    def __init__(self, actor):
        self.actor = actor

    def __getattr__(self, verb):
        def do(*args, **given):
            with acting_as(self.actor):
                return getattr(actions, verb)(
                    *args, by=self.actor, at=given.pop("at", timezone.now()), **given
                )

        return do


def verified(secret: str, received) -> set[str]:
    """The ids of those messages that verify under this secret."""
    found = set()
    for _, headers, body in received:
        told = {name.lower(): value for name, value in headers.items()}
        try:
            Webhook(secret).verify(body, told)
        except WebhookVerificationError:
            continue
        found.add(told["webhook-id"])
    return found


def ids(received) -> list[str]:
    return [headers["webhook-id"] for _, headers, _ in received]


# The secret is changed while messages are under way.


def test_a_secret_changed_under_load_loses_nothing(cast, keeper):
    """Whichever of the two secrets the receiver holds at the moment, every message verifies under it."""
    with receiving() as lumen:
        endpoint, old = keeper.add_endpoint(f"http://127.0.0.1:{lumen.port}/hook")
        sent = [keeper.send_test(endpoint.pk) for _ in range(4)]
        change_all(Delivery, next_at=timezone.now())

        def rotated():
            return keeper.rotate_secret(endpoint.pk)

        _, (_, new), _ = at_once(tasks.sweep, rotated, tasks.sweep)
        sent += [keeper.send_test(endpoint.pk) for _ in range(4)]
        tasks.sweep()
        under_way = ids(lumen.received)
        assert sorted(under_way) == sorted(delivery.pk.hex for delivery in sent)
        assert verified(old, lumen.received) == set(under_way), "a receiver that has not changed over yet"
        after_the_change = [
            one for one in lumen.received if one[1]["webhook-id"] in {d.pk.hex for d in sent[4:]}
        ]
        assert len(verified(new, after_the_change)) == 4, "a receiver that has"
        change_all(WebhookEndpoint, old_secret_until=timezone.now())
        keeper.send_test(endpoint.pk)
        tasks.sweep()
        last = lumen.received[-1:]
        assert (len(verified(new, last)), len(verified(old, last))) == (1, 0)
    assert {delivery.state for delivery in rows(Delivery)} == {"sent"}


# One id, whatever happens to the message.


def test_a_message_keeps_its_id_over_retries_death_and_replay(cast, keeper):
    with receiving(status=500) as lumen:
        endpoint, secret = keeper.add_endpoint(f"http://127.0.0.1:{lumen.port}/hook")
        message = keeper.send_test(endpoint.pk)
        for _ in range(10):
            change_all(Delivery, next_at=timezone.now())
            tasks.sweep()
        assert [delivery.state for delivery in rows(Delivery)] == ["dead"]
        keeper.resume_endpoint(endpoint.pk)
        keeper.replay(endpoint.pk, message.pk)
        tasks.sweep()
        lumen.status = 204
        change_all(Delivery, next_at=timezone.now())
        tasks.sweep()
        keeper.replay(endpoint.pk, message.pk)  # it arrived, and is wanted again
        tasks.sweep()
    assert ids(lumen.received) == [message.pk.hex] * 13
    assert verified(secret, lumen.received) == {message.pk.hex}
    assert len({body for _, _, body in lumen.received}) == 1
    assert [delivery.state for delivery in rows(Delivery)] == ["sent"]
    tried = sorted(rows(Attempt), key=lambda attempt: attempt.at)
    assert [attempt.status for attempt in tried] == [500] * 11 + [204] * 2


# Stopped by itself, and said to whom it concerns.

DOWN = Answer(503, "Answered 503.")


def given_up(keeper, endpoint, *, at=None, failed=None) -> None:
    """A message to it used up its tenth attempt."""
    at = at or timezone.now()
    keeper.send_test(endpoint.pk, at=at)
    delivery = actions.lease_next(at=at)
    delivery.attempts = 10
    result = failed(delivery) if failed else sending._result(delivery, DOWN, at)
    assert actions.settle(delivery, result, at=at)


@pytest.fixture
def endpoint(keeper):
    return keeper.add_endpoint("https://hooks.lumen.example/ohsc")[0]


def test_an_endpoint_that_took_nothing_for_three_days_is_stopped(keeper, endpoint):
    given_up(keeper, endpoint)
    (stopped,) = rows(WebhookEndpoint)
    assert stopped.stopped_because == "It took nothing in three days of attempts."
    (notice,) = rows(Notice, topic="webhook.stopped")
    assert (notice.agency_id, notice.subject_id) == (endpoint.agency_id, endpoint.pk)
    assert notice.says == "Stopped, and sends no more: it took nothing in three days of attempts."


@pytest.mark.parametrize(("days", "stops"), [(2, False), (4, True)])
def test_one_message_given_up_does_not_stop_what_took_another_meanwhile(keeper, endpoint, days, stops):
    keeper.send_test(endpoint.pk)
    change_all(Delivery, state="sent", done_at=timezone.now() - timedelta(days=days))
    given_up(keeper, endpoint)
    assert (rows(WebhookEndpoint)[0].stopped_at is not None) is stops


def test_an_error_of_our_own_stops_nobodys_webhook(keeper, endpoint):
    given_up(keeper, endpoint, failed=lambda d: sending.failed(d, ValueError(), at=timezone.now()))
    assert rows(WebhookEndpoint)[0].stopped_at is None
    assert rows(Delivery)[0].state == "dead"


def test_the_agencys_administrators_are_told_that_it_stopped_and_nobody_else(cast):
    centre = Keeper(cast.actor(cast.centre_client))
    endpoint, _ = centre.add_endpoint("https://hooks.ohsc.example/a")
    other, _ = centre.add_endpoint("https://hooks.ohsc.example/b")
    given_up(centre, endpoint)
    tasks.sweep()
    (item,) = rows(InboxItem)
    assert (item.person_id, item.reference) == (cast.ada.pk, endpoint.reference)
    assert [message.to for message in mail.outbox] == [[cast.ada.email]]
    assert f"/systems/webhooks/{endpoint.pk}" in mail.outbox[0].body
    assert not rows(Delivery, endpoint=other), "its own systems are not told"
    opened = cast.browser(cast.ada).post(f"/inbox/{item.pk}/open")
    assert (opened.status_code, opened.url) == (302, f"/systems/webhooks/{endpoint.pk}")


def test_an_agency_that_stops_its_webhook_itself_is_not_told_of_it(keeper, endpoint):
    keeper.stop_endpoint(endpoint.pk)
    assert not rows(Notice, topic="webhook.stopped")


# Who may.


def test_a_role_that_does_not_keep_webhooks_changes_none(cast, endpoint):
    from django.core.exceptions import PermissionDenied

    asha = Keeper(cast.actor(cast.asha))
    for verb in ("rotate_secret", "resume_endpoint", "send_test", "stop_endpoint"):
        with pytest.raises(PermissionDenied):
            getattr(asha, verb)(endpoint.pk)
    with pytest.raises(PermissionDenied):
        asha.add_endpoint("https://hooks.lumen.example/hers")


# The demonstration's seeding, from several processes at once.


def test_old_notices_are_set_aside_by_several_at_once_without_waiting_for_each_other(cast):
    for _ in range(3):
        cast.referral("concluded", at=timezone.now() - timedelta(days=9))
    cast.referral("offered")
    before = timezone.now() - timedelta(days=1)
    with acting_as(CLOCK), writing():
        list(Notice.objects.select_for_update().order_by("-pk"))  # another has them all in hand
        assert at_once(lambda: set_aside_old_notices(before=before))[0] is None
    outcomes = at_once(*[lambda: set_aside_old_notices(before=before)] * 4)
    assert outcomes == [None] * 4
    set_aside_old_notices(before=before)
    assert {n.state for n in rows(Notice, subject_at__lt=before)} == {"dropped"}
    assert {n.state for n in rows(Notice, subject_at__gte=before)} == {"waiting"}
