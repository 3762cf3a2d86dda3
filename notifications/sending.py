"""Send one delivery: what goes over the wire, and what its answer means. Nothing is saved here."""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from notifications import letters, schedule, signing, transport
from notifications.models import Delivery

STATES = {
    schedule.Outcome.SENT: Delivery.State.SENT,
    schedule.Outcome.AGAIN: Delivery.State.WAITING,
    schedule.Outcome.DEAD: Delivery.State.DEAD,
    schedule.Outcome.DISABLE: Delivery.State.DEAD,
}


@dataclass(frozen=True)
class Result:
    state: str
    outcome: schedule.Outcome | None = None
    status: int | None = None
    reason: str = ""
    next_at: datetime | None = None
    paused_until: datetime | None = None


PAUSE_WHEN_SILENT = timedelta(seconds=30)  # an endpoint that did not answer is left alone with its other mail
NOT_THEIRS_ANY_MORE = Result(Delivery.State.DROPPED, reason="The recipient may not be told any more.")


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
    return _result(delivery, answer, at)


def _result(delivery: Delivery, answer: transport.Answer, at: datetime) -> Result:
    verdict = schedule.verdict(answer, delivery.attempts, chance=random.SystemRandom())
    pause = at + PAUSE_WHEN_SILENT if answer.status is None else None
    return Result(
        state=STATES[verdict.outcome],
        outcome=verdict.outcome,
        status=answer.status,
        reason=answer.reason,
        next_at=verdict.next_at(at),
        paused_until=verdict.paused_until(at) or pause,
    )


def body_of(delivery: Delivery) -> bytes:
    """The thin body: what happened, when, to which record. Its content is fetched, and that reading is logged."""
    notice = delivery.notice
    return json.dumps(
        {
            "type": notice.topic,
            "timestamp": notice.subject_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "data": {"id": str(notice.subject_id), "reference": notice.reference, "version": notice.version},
        },
        separators=(",", ":"),
    ).encode()


def sealed(secret: str) -> str:
    return signing.seal(secret, keys=_keys())


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _post(delivery: Delivery, at: datetime) -> transport.Answer:
    body = body_of(delivery)
    secrets = [signing.unseal(secret, keys=_keys()) for secret in delivery.endpoint.sealed_secrets]
    headers = signing.headers_for(message_id=delivery.pk.hex, at=at, body=body, secrets=secrets)
    return transport.post(
        delivery.endpoint.url,
        headers=headers | {"Content-Type": "application/json"},
        body=body,
        allow=settings.WEBHOOK_ALLOW,
    )


def _mail(delivery: Delivery) -> transport.Answer:
    return letters.hand_over(letters.of_delivery(delivery))
