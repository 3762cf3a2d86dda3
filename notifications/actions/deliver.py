"""Send one delivery: lease it, ask again whether it may be sent, and write how it went."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Exists, OuterRef, Q

from agencies.access import actor_for_agency, actor_for_person
from agencies.models import Agency, EmailChoice, User
from audit import actions as audit
from notifications import sending
from notifications.actions.bounces import address_refused
from notifications.actions.endpoints import stop_by_itself
from notifications.models import Attempt, Delivery, WebhookEndpoint
from notifications.schedule import MOST_ATTEMPTS, Outcome
from ohsc.core import registry
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK

DEAF = timedelta(days=3)  # an endpoint that took nothing for so long is stopped
LEASE = timedelta(seconds=45)  # longer than a delivery may take, shorter than anyone would wait


def lease_next(*, at: datetime) -> Delivery | None:
    """The next delivery that is due, leased to the caller; its attempt is counted before it is made."""
    with acting_as(CLOCK), writing():
        free = Q(leased_until=None) | Q(leased_until__lt=at)
        # One at a time to an endpoint, so that a slow partner holds up one worker at most.
        busy = Delivery.objects.filter(endpoint=OuterRef("endpoint"), leased_until__gte=at)
        # A delivery that took its worker down with it each time is given up like one that was refused each time.
        waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
        waiting.filter(free, attempts__gte=MOST_ATTEMPTS).update(
            state=Delivery.State.DEAD, done_at=at, last_reason="Every attempt ended without a result."
        )
        delivery = (
            Delivery.objects.filter(free, ~Exists(busy), state=Delivery.State.WAITING, next_at__lte=at)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("notice", "endpoint", "person")
            .order_by("next_at")
            .first()
        )
        if delivery is not None:
            delivery.attempts += 1
            delivery.lease, delivery.leased_until = uuid4(), at + LEASE
            delivery.save(update_fields=["attempts", "lease", "leased_until"])
        return delivery


def may_still_be_told(delivery: Delivery) -> bool:
    """Rights are asked when it is sent, not when it was queued."""
    notice = delivery.notice
    with acting_as(CLOCK), writing():  # an endpoint is its agency's own; the Centre does not see it
        if delivery.endpoint_id is not None:
            agency = Agency.objects.get(pk=notice.agency_id)
            here = WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, stopped_at=None).exists()
            told = actor_for_agency(agency)
        else:
            person = User.objects.get(pk__in=[delivery.person_id])
            here = person.is_active and person.agency_id == notice.agency_id
            here = here and person.email_failed_at is None and person.email_choice != EmailChoice.NONE
            told = actor_for_person(person)
    if not here:
        return False
    with acting_as(told):
        return registry.may_be_told(notice.subject_type, told, notice.subject_id, notice.subject_at)


def why_withheld(delivery: Delivery) -> str:
    """Why its agency may not be told of it now, where that can be said; "" otherwise."""
    notice = delivery.notice
    with acting_as(CLOCK):
        told = actor_for_agency(Agency.objects.get(pk=notice.agency_id))
    with acting_as(told):
        why = registry.why_withheld(notice.subject_type, told, [notice.subject_id])
    return why.get(notice.subject_id, "")


def settle(delivery: Delivery, result: sending.Result, *, at: datetime) -> bool:
    """Write how a leased delivery went. False when the lease was lost meanwhile: another's result counts."""
    changes = {
        "state": result.state,
        "next_at": result.next_at or delivery.next_at,
        "last_status": result.status,
        "last_reason": result.reason[:200],
        "lease": None,
        "leased_until": None,
        "done_at": None if result.state == Delivery.State.WAITING else at,
    }
    with acting_as(CLOCK), writing():
        mine = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease).update(**changes)
        if mine and result.state == Delivery.State.SENT:
            audit.record(
                audit.Kind.DISCLOSURE,
                f"{delivery.channel}.sent",
                by=CLOCK,
                at=at,
                subject_type=delivery.notice.subject_type,
                subject_ids=[delivery.notice.subject_id],
                recipient_ids=[delivery.agency_id],
                purpose="a reference and a link, nothing else",
                details={"delivery": str(delivery.pk), "attempts": delivery.attempts},
            )
        if mine and result.outcome is not None:
            _log_attempt(delivery, result, at)
        if mine and delivery.endpoint is not None and (why := _why_stop(delivery, result, at)):
            stop_by_itself(delivery.endpoint, why, at)
        if mine and delivery.person_id and result.outcome == Outcome.DISABLE:
            address_refused(delivery.person_id, result.reason, at=at)
        if mine and delivery.endpoint_id and result.paused_until is not None:
            others = Delivery.objects.filter(endpoint=delivery.endpoint_id, state=Delivery.State.WAITING)
            others.filter(next_at__lt=result.paused_until).exclude(pk=delivery.pk).update(
                next_at=result.paused_until
            )
    return bool(mine)


def _log_attempt(delivery: Delivery, result: sending.Result, at: datetime) -> None:
    Attempt.objects.create(
        delivery=delivery,
        agency_id=delivery.agency_id,
        at=at - timedelta(seconds=result.took),
        took_ms=round(result.took * 1000),
        status=result.status,
        reason=result.reason[:200],
    )


def _why_stop(delivery: Delivery, result: sending.Result, at: datetime) -> str:
    """Why the endpoint is to get nothing more; "" where it goes on.

    The ten attempts at a message take three days. If nothing else got through in them either, nobody is there.
    """
    if result.outcome == Outcome.DISABLE:
        return "The endpoint answered 410 Gone."
    if result.outcome == Outcome.DEAD and not result.ours:
        sent = Delivery.objects.filter(endpoint=delivery.endpoint_id, state=Delivery.State.SENT)
        if not sent.filter(done_at__gte=at - DEAF).exists():
            return "It took nothing in three days of attempts."
    return ""
