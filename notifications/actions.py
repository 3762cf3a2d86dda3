"""The verbs of telling: write a notice, spread it to people and endpoints, send one delivery, keep endpoints.

A notice is written with the change it tells of. Spreading and sending can be repeated at any time: unique pairs
of notice and recipient, and leases, see to it that an inbox item appears once and a webhook keeps its id.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from agencies.access import actor_for_agency, actor_for_person
from agencies.models import Agency, User
from agencies.roles import ROLES, Permission
from audit import actions as audit
from notifications import bell, sending
from notifications.access import visible_endpoints, visible_inbox
from notifications.destinations import check_url
from notifications.models import Delivery, InboxItem, Notice, WebhookEndpoint
from notifications.schedule import MOST_ATTEMPTS, Outcome
from notifications.signing import new_secret
from ohsc.core import registry
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK, Actor

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)  # longer than a delivery may take, shorter than anyone would wait
MAX_SPREADS = 5  # attempts to spread a notice before it is set aside for a person to look at
ENDPOINTS_PER_AGENCY = 20


class EndpointRefused(Exception):
    """The address cannot be taken; a sentence for the person who registers it."""


def tell(
    agency_ids: Iterable[UUID],
    *,
    topic: str,
    subject: tuple[str, UUID, str, int],
    says: str,
    at: datetime,
    to_people: bool = True,
    first_to: Mapping[UUID, UUID] | None = None,
) -> None:
    """Write that these agencies are to hear of it, and ring the bell once it is committed. The caller is writing."""
    subject_type, subject_id, reference, version = subject
    notices = [
        Notice(
            agency_id=agency_id,
            topic=topic,
            subject_type=subject_type,
            subject_id=subject_id,
            reference=reference,
            version=version,
            says=says,
            subject_at=at,
            to_people=to_people,
            first_to=(first_to or {}).get(agency_id),
        )
        for agency_id in agency_ids
    ]
    if notices:
        Notice.objects.bulk_create(notices)
        transaction.on_commit(bell.ring, robust=True)


def spread_waiting(*, at: datetime, limit: int = 100) -> int:
    """Turn waiting notices into inbox items and deliveries, each in its own transaction. Returns how many.

    One that cannot be spread is left for the next round, and its neighbours go on.
    """
    done, failed = 0, set[UUID]()
    while done < limit and (notice_id := _count_attempt(failed)) is not None:
        done += 1
        try:
            _spread_one(notice_id, at)
        except Exception:
            log.exception("notice %s was not spread", notice_id)
            failed.add(notice_id)
    return done


def _count_attempt(failed: set[UUID]) -> UUID | None:
    """The next waiting notice. Counted before it is tried, so that one that always fails stops by itself."""
    with acting_as(CLOCK), writing():
        waiting = Notice.objects.filter(state=Notice.State.WAITING, attempts__lt=MAX_SPREADS)
        waiting = waiting.exclude(pk__in=failed).select_for_update(skip_locked=True).order_by("subject_at")
        notice = waiting.first()
        if notice is not None:
            Notice.objects.filter(pk=notice.pk).update(attempts=F("attempts") + 1)
        return notice.pk if notice is not None else None


def _spread_one(notice_id: UUID, at: datetime) -> None:
    with acting_as(CLOCK), writing():
        waiting = Notice.objects.select_for_update(skip_locked=True)
        notice = waiting.filter(pk=notice_id, state=Notice.State.WAITING).first()
        if notice is not None:
            _spread(notice, at)


def _spread(notice: Notice, at: datetime) -> None:
    agency = Agency.objects.get(pk=notice.agency_id)
    if not registry.may_be_told(
        notice.subject_type, actor_for_agency(agency), notice.subject_id, notice.subject_at
    ):
        notice.state = Notice.State.DROPPED
        notice.save(update_fields=["state"])
        return
    people = _people_told(notice)
    InboxItem.objects.bulk_create(
        [
            InboxItem(
                notice=notice,
                person=person,
                topic=notice.topic,
                subject_type=notice.subject_type,
                subject_id=notice.subject_id,
                reference=notice.reference,
                says=notice.says,
                at=notice.subject_at,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )
    common = {"notice": notice, "agency_id": notice.agency_id, "next_at": at}
    Delivery.objects.bulk_create(
        [
            *(
                Delivery(channel=Delivery.Channel.WEBHOOK, endpoint=endpoint, **common)
                for endpoint in WebhookEndpoint.objects.filter(agency=notice.agency_id, stopped_at=None)
            ),
            *(
                Delivery(channel=Delivery.Channel.EMAIL, person=person, **common)
                for person in people
                if person.wants_email
            ),
        ],
        ignore_conflicts=True,
    )
    notice.state = Notice.State.SENT
    notice.save(update_fields=["state"])
    transaction.on_commit(bell.ring, robust=True)


def _people_told(notice: Notice) -> list[User]:
    """Who has it on their desk; else the agency's coordinators; else whoever acts for the agency."""
    if not notice.to_people:
        return []
    active = User.objects.filter(agency=notice.agency_id, is_active=True)
    acting = [name for name, role in ROLES.items() if Permission.ACT in role.permissions]
    for some in (
        active.filter(pk__in=[notice.first_to] if notice.first_to else []),
        active.filter(role="coordinator"),
        active.filter(role__in=acting),
    ):
        if found := list(some):
            return found
    return []


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
            told = actor_for_person(person)
    if not here:
        return False
    with acting_as(told):
        return registry.may_be_told(notice.subject_type, told, notice.subject_id, notice.subject_at)


def settle(delivery: Delivery, result: "sending.Result", *, at: datetime) -> bool:
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
        if mine and delivery.endpoint_id and result.outcome == Outcome.DISABLE:
            _stop(delivery.endpoint_id, "The endpoint answered 410 Gone.", at)
        if mine and delivery.endpoint_id and result.paused_until is not None:
            others = Delivery.objects.filter(endpoint=delivery.endpoint_id, state=Delivery.State.WAITING)
            others.filter(next_at__lt=result.paused_until).exclude(pk=delivery.pk).update(
                next_at=result.paused_until
            )
    return bool(mine)


def add_endpoint(url: str, *, description: str = "", by: Actor, at: datetime) -> tuple[WebhookEndpoint, str]:
    """A new endpoint of the actor's agency, and its secret, which is shown this once."""
    if problem := check_url(url, settings.WEBHOOK_ALLOW):
        raise EndpointRefused(problem)
    if visible_endpoints(by).filter(stopped_at=None).count() >= ENDPOINTS_PER_AGENCY:
        raise EndpointRefused(f"An agency has at most {ENDPOINTS_PER_AGENCY} webhooks. Remove one first.")
    secret = new_secret()
    endpoint = WebhookEndpoint(
        agency_id=by.home_id,
        client_id=by.id,
        url=url,
        description=description,
        sealed_secrets=[sending.sealed(secret)],
        made_at=at,
    )
    with writing():
        endpoint.save(force_insert=True)
        _record_endpoint("webhook.added", endpoint, by=by, at=at)
    return endpoint, secret


def stop_endpoint(endpoint_id: UUID, *, by: Actor, at: datetime) -> None:
    """Nothing more is sent there; its log stays. Raises WebhookEndpoint.DoesNotExist."""
    endpoint = visible_endpoints(by).get(pk=endpoint_id, stopped_at=None)
    with writing():
        _stop(endpoint.pk, "Removed by its agency.", at)
        _record_endpoint("webhook.removed", endpoint, by=by, at=at)


def mark_read(item_ids: Iterable[UUID], *, by: Actor, at: datetime) -> int:
    """Mark items of the actor's own inbox as read."""
    mine = list(visible_inbox(by).filter(pk__in=list(item_ids), read_at=None).values_list("pk", flat=True))
    if not mine:
        return 0
    with writing():
        InboxItem.objects.filter(pk__in=mine).update(read_at=at)
        audit.record(
            audit.Kind.ALTERATION, "inbox.read", by=by, at=at, subject_type="inbox_item", subject_ids=mine
        )
    return len(mine)


def _stop(endpoint_id: UUID, why: str, at: datetime) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint_id, stopped_at=None).update(stopped_at=at, stopped_because=why)
    Delivery.objects.filter(endpoint=endpoint_id, state=Delivery.State.WAITING).update(
        state=Delivery.State.DEAD, done_at=at, last_reason=why
    )


def _record_endpoint(action: str, endpoint: WebhookEndpoint, *, by: Actor, at: datetime) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="webhook_endpoint",
        subject_ids=[endpoint.pk],
    )
