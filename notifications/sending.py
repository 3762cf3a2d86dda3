"""Send one delivery: what goes over the wire, and what its answer means. Nothing is saved here."""

import hashlib
import json
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from audit.access import published_heads
from audit.serializers import head_shown
from notifications import letters, schedule, signing, transport
from notifications.models import Delivery, Notice, WebhookEndpoint
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK

STATES = {
    schedule.Outcome.SENT: Delivery.State.SENT,
    schedule.Outcome.AGAIN: Delivery.State.WAITING,
    schedule.Outcome.DEAD: Delivery.State.DEAD,
    schedule.Outcome.DISABLE: Delivery.State.DEAD,
}


HEAD = "audit.head"  # the topic of the audit's signed heads


@dataclass(frozen=True)
class Result:
    state: str
    outcome: schedule.Outcome | None = None
    status: int | None = None
    reason: str = ""
    next_at: datetime | None = None
    paused_until: datetime | None = None
    took: float = 0.0
    ours: bool = False  # the attempt ended by an error of our own: it says nothing of the far end


PAUSE_WHEN_SILENT = timedelta(seconds=30)  # an endpoint that did not answer is left alone with its other mail
NOT_THEIRS_ANY_MORE = Result(Delivery.State.DROPPED, reason="The recipient may not be told any more.")


def withheld(reason: str) -> Result:
    """Not sent, and why: for the log."""
    return replace(NOT_THEIRS_ANY_MORE, reason=reason) if reason else NOT_THEIRS_ANY_MORE


def send(delivery: Delivery, *, at: datetime) -> Result:
    """Make one attempt. Trouble on the way is a result, not an exception."""
    if delivery.channel == Delivery.Channel.WEBHOOK:
        answer = _post(delivery, at)
    else:
        answer = _mail(delivery)
    return _result(delivery, answer, at)


def failed(delivery: Delivery, error: Exception, *, at: datetime) -> Result:
    """The result of an attempt that an error of our own ended: it counts, and is tried again by the schedule."""
    answer = transport.Answer(status=None, reason=f"our own error: {type(error).__name__}")
    return replace(_result(delivery, answer, at), ours=True)


def _result(delivery: Delivery, answer: transport.Answer, at: datetime) -> Result:
    verdict = schedule.verdict(answer, delivery.attempts, chance=random.SystemRandom())
    pause = at + PAUSE_WHEN_SILENT if answer.status is None else None
    came_to = _came_to(verdict, answer, at)
    return replace(came_to, paused_until=verdict.paused_until(at) or pause, took=answer.took)


def mailed(attempts: int, answer: transport.Answer, at: datetime) -> Result:
    """What an e-mail's attempt of that number came to, by the schedule of deliveries."""
    return _came_to(schedule.verdict(answer, attempts, chance=random.SystemRandom()), answer, at)


def _came_to(verdict: schedule.Verdict, answer: transport.Answer, at: datetime) -> Result:
    return Result(
        state=STATES[verdict.outcome],
        outcome=verdict.outcome,
        status=answer.status,
        reason=answer.reason,
        next_at=verdict.next_at(at),
    )


def body_of(delivery: Delivery) -> bytes:
    """The thin body: what happened, when, to which record. Its content is fetched, and that reading is logged."""
    notice = delivery.notice
    if notice.topic == HEAD:
        return _of_head(notice)
    said = thin(
        notice.topic, notice.subject_at, notice.subject_id, reference=notice.reference, version=notice.version
    )
    return json.dumps(said, separators=(",", ":")).encode()


def _of_head(notice: Notice) -> bytes:
    """A head is about no record: all of it may be said. It is the one signed at the notice's moment."""
    with acting_as(CLOCK):
        head = published_heads(CLOCK).filter(at__lte=notice.subject_at)[0]  # by size, newest first
    shown = head_shown(head)
    said = {"type": notice.topic, "timestamp": shown.pop("at"), "data": shown}
    return json.dumps(said, separators=(",", ":")).encode()


def thin(topic: str, at: datetime, subject_id: UUID, *, reference: str, version: int) -> dict[str, Any]:
    """What a webhook and the events feed say of one thing that happened."""
    return {
        "type": topic,
        "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {"id": str(subject_id), "reference": reference, "version": version},
    }


def sealed(secret: str) -> str:
    return signing.seal(secret, keys=_keys())


def live_secrets(endpoint: WebhookEndpoint, at: datetime) -> list[str]:
    """The secrets that sign, sealed, the newest first: the others until the overlap of the last change ends."""
    newest, *older = endpoint.sealed_secrets
    overlaps = endpoint.old_secret_until is not None and at < endpoint.old_secret_until
    return [newest, *older] if overlaps else [newest]


def mark_of_secret(endpoint: WebhookEndpoint) -> str:
    """Tells one secret of an endpoint from the next, and nothing of either."""
    return hashlib.sha256(endpoint.sealed_secrets[0].encode()).hexdigest()[:16]


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _post(delivery: Delivery, at: datetime) -> transport.Answer:
    body = body_of(delivery)
    secrets = [signing.unseal(secret, keys=_keys()) for secret in live_secrets(delivery.endpoint, at)]
    headers = signing.headers_for(message_id=delivery.pk.hex, at=at, body=body, secrets=secrets)
    return transport.post(
        delivery.endpoint.url,
        headers=headers | {"Content-Type": "application/json"},
        body=body,
        allow=settings.WEBHOOK_ALLOW,
    )


def _mail(delivery: Delivery) -> transport.Answer:
    return letters.hand_over(letters.of_delivery(delivery))
