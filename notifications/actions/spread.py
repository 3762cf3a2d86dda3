"""Turn what waits in the outbox into inbox items, deliveries and events of the feed."""

import logging
from datetime import datetime
from uuid import UUID

from django.db.models import F

from agencies.access import actor_for_agency
from agencies.models import Agency, EmailChoice, User
from agencies.roles import ROLES, Permission
from notifications import bell
from notifications.models import Delivery, InboxItem, Notice, WebhookEndpoint
from ohsc.core import registry
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK

log = logging.getLogger(__name__)

MAX_SPREADS = 5  # attempts to spread a notice before it is set aside for a person to look at


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
    common = {
        "notice": notice,
        "agency_id": notice.agency_id,
        "topic": notice.topic,
        "reference": notice.reference,
        "next_at": at,
    }
    Delivery.objects.bulk_create(
        [
            *(
                Delivery(channel=Delivery.Channel.WEBHOOK, endpoint=endpoint, **common)
                for endpoint in WebhookEndpoint.objects.filter(agency=notice.agency_id, stopped_at=None)
            ),
            *(
                Delivery(channel=Delivery.Channel.EMAIL, person=person, **common)
                for person in people
                if person.email_choice == EmailChoice.EACH
            ),
        ],
        ignore_conflicts=True,
    )
    notice.state = Notice.State.SENT
    notice.save(update_fields=["state"])
    bell.ring_at_commit()


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
