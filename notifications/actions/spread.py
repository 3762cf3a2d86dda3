"""Turn what waits in the outbox into events of the feed, inbox items and deliveries.

An agency's notices are spread many at once, under a lock on the counter of its feed. The lock is held until the
commit, so the numbers of the feed are in the order of commits: whoever read number 7 will find nothing new below
it. Agencies do not wait for one another, and a change that is told of waits for nobody.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from agencies.access import actor_for_agency
from agencies.models import Agency, User
from agencies.roles import ROLES, Permission
from notifications import bell
from notifications.digests import goes_at_once
from notifications.models import Delivery, FeedCounter, FeedEvent, InboxItem, Notice, WebhookEndpoint
from ohsc.core import registry
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK

log = logging.getLogger(__name__)

# What concerns an agency's own systems is for the people who keep them; a broken glass for those who look after it.
KEEPERS = {
    "client": {Permission.MANAGE_CLIENTS},
    WebhookEndpoint.SUBJECT: {Permission.MANAGE_WEBHOOKS},
    "emergency_opening": {Permission.SEE_BREAK_GLASS},
    "alarm": {Permission.SEE_REFERRALS},  # each such notice names the one person who is called
    "referral_clock": {Permission.SEE_REFERRALS},  # as an alarm's: whoever is concerned when time ran out
    "person": {Permission.MANAGE_PEOPLE},
    "invitation": {Permission.MANAGE_PEOPLE},
    "capability_proposal": {Permission.KEEP_CAPABILITIES, Permission.DECIDE_CAPABILITIES},
}
MAX_SPREADS = 5  # attempts to spread a notice before it is set aside for a person to look at
BATCH = 200  # notices of one agency in one transaction


def spread_waiting(*, at: datetime, limit: int = 10 * BATCH) -> int:
    """Spread waiting notices, a batch of each agency in turn. Returns how many were tried.

    A batch that cannot be spread is taken apart: each of its notices is tried alone. One that fails alone is left
    for the next round, and its neighbours go on.
    """
    done, failed, quiet = 0, set[UUID](), set[UUID]()
    while done < limit and (agency_ids := _agencies_waiting(besides=quiet)):
        for agency_id in agency_ids:
            some = _count_attempts(agency_id, min(BATCH, limit - done), failed) if done < limit else []
            if not some:
                quiet.add(agency_id)
                continue
            done += len(some)
            try:
                _spread_some(agency_id, some, at)
            except Exception:
                log.exception("%d notices, the first %s, were not spread", len(some), some[0])
                failed.update(some if len(some) == 1 else ())
    return done


def _agencies_waiting(*, besides: set[UUID]) -> list[UUID]:
    """Agencies with something to spread, each with a counter to lock."""
    with acting_as(CLOCK), writing():
        waiting = Notice.objects.filter(agency=OuterRef("pk"), state=Notice.State.WAITING)
        found = Agency.objects.exclude(pk__in=besides).filter(
            Exists(waiting.filter(attempts__lt=MAX_SPREADS))
        )
        counted = Exists(FeedCounter.objects.filter(agency=OuterRef("pk")))
        agencies = list(found.order_by("pk").values_list("pk", counted))
        new = [FeedCounter(agency_id=pk) for pk, is_counted in agencies if not is_counted]
        if new:
            FeedCounter.objects.bulk_create(new, ignore_conflicts=True)
        return [pk for pk, _ in agencies]


def _count_attempts(agency_id: UUID, size: int, failed: set[UUID]) -> list[UUID]:
    """The next waiting notices of an agency; none where another worker is at it.

    Counted before they are tried, so that one that always fails stops by itself. One that was tried before goes
    alone, for it may be what spoiled its batch, or took the worker down with it.
    """
    with acting_as(CLOCK), writing():
        counter = FeedCounter.objects.select_for_update(skip_locked=True).filter(pk=agency_id)
        if not counter.values_list("pk").first():
            return []
        waiting = Notice.objects.filter(
            agency=agency_id, state=Notice.State.WAITING, attempts__lt=MAX_SPREADS
        )
        rows = waiting.exclude(pk__in=failed).order_by("subject_at").values_list("pk", "attempts")
        found = list(rows[:size])
        fresh = next((place for place, (_, attempts) in enumerate(found) if attempts), len(found))
        some = [pk for pk, _ in found[: fresh or 1]]
        Notice.objects.filter(pk__in=some).update(attempts=F("attempts") + 1)
        return some


def _spread_some(agency_id: UUID, ids: Sequence[UUID], at: datetime) -> None:
    """Notices of one agency, whole or not at all; a fixed number of statements, however many there are."""
    with acting_as(CLOCK), writing():
        counter = FeedCounter.objects.select_for_update().get(pk=agency_id)
        # Another may have spread them while this waited for the lock.
        waiting = Notice.objects.filter(pk__in=ids, state=Notice.State.WAITING).select_for_update(
            of=("self",), skip_locked=True
        )
        notices = _in_order(list(waiting))
        told, withheld = _those_told(agency_id, notices)
        _add_to_feed(counter, told)
        _add_to_inboxes_and_deliveries(agency_id, [one for one in told if not one.feed_only], at)
        _add_to_log(agency_id, withheld, at)
        sent = {notice.pk for notice in told}
        dropped = {notice.pk for notice in notices} - sent
        for state, keys in ((Notice.State.SENT, sent), (Notice.State.DROPPED, dropped)):
            if keys:
                Notice.objects.filter(pk__in=keys).update(state=state)


def _in_order(notices: list[Notice]) -> list[Notice]:
    """As they happened. Of one record never a later version first, whatever the clocks of two servers said."""
    latest: dict[UUID, datetime] = {}
    place: dict[UUID, tuple[datetime, int]] = {}
    for notice in sorted(notices, key=lambda one: one.version):
        before = latest.get(notice.subject_id, notice.subject_at)
        latest[notice.subject_id] = moment = max(before, notice.subject_at)
        place[notice.pk] = moment, notice.version
    return sorted(notices, key=lambda one: (place[one.pk], one.pk))


def _those_told(agency_id: UUID, notices: list[Notice]) -> tuple[list[Notice], list[tuple[Notice, str]]]:
    """Those of which the agency may hear now; and those withheld from it for a reason that it may read."""
    actor = actor_for_agency(Agency.objects.get(pk=agency_id))
    happened: dict[str, list[tuple[UUID, datetime]]] = {}
    for notice in notices:
        happened.setdefault(notice.subject_type, []).append((notice.subject_id, notice.subject_at))
    may = {kind: registry.told_of(kind, actor, some) for kind, some in happened.items()}
    told = [one for one in notices if (one.subject_id, one.subject_at) in may[one.subject_type]]
    left_out = [one for one in notices if one not in told and not one.feed_only]
    reasons = {
        kind: registry.why_withheld(
            kind, actor, {one.subject_id for one in left_out if one.subject_type == kind}
        )
        for kind in {one.subject_type for one in left_out}
    }
    withheld = [(one, reasons[one.subject_type].get(one.subject_id, "")) for one in left_out]
    return told, [(one, why) for one, why in withheld if why]


def _add_to_feed(counter: FeedCounter, told: list[Notice]) -> None:
    """The next numbers, but for what is for people alone."""
    events = [notice for notice in told if not _is_for_people_alone(notice)]
    if not events:
        return
    FeedEvent.objects.bulk_create(
        FeedEvent(
            pk=notice.pk,
            agency_id=notice.agency_id,
            number=number,
            topic=notice.topic,
            subject_type=notice.subject_type,
            subject_id=notice.subject_id,
            reference=notice.reference,
            version=notice.version,
            at=notice.subject_at,
        )
        for number, notice in enumerate(events, counter.last + 1)
    )
    FeedCounter.objects.filter(pk=counter.pk).update(last=counter.last + len(events))


def _add_to_inboxes_and_deliveries(agency_id: UUID, told: list[Notice], at: datetime) -> None:
    people = _people_told(agency_id, told)
    endpoints = list(WebhookEndpoint.objects.filter(agency=agency_id, stopped_at=None))
    items, deliveries = [], []
    for notice in told:
        items += [_inbox_item(notice, person) for person in people[notice.pk]]
        if not _is_for_people_alone(notice):
            deliveries += [_delivery(notice, at, endpoint=endpoint) for endpoint in endpoints]
        deliveries += [
            _delivery(notice, at, person=person)
            for person in people[notice.pk]
            if goes_at_once(person, urgent=notice.urgent)
        ]
    if items:
        InboxItem.objects.bulk_create(items, ignore_conflicts=True)
    if deliveries:
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
        bell.ring_at_commit()


def _add_to_log(agency_id: UUID, withheld: list[tuple[Notice, str]], at: datetime) -> None:
    """What is withheld from an agency's webhooks stands in their log as withheld, and why."""
    if not withheld:
        return
    endpoints = WebhookEndpoint.objects.filter(agency=agency_id, stopped_at=None)
    rows = [
        _delivery(notice, at, endpoint=endpoint, state=Delivery.State.DROPPED, last_reason=why, done_at=at)
        for endpoint in endpoints
        for notice, why in withheld
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _inbox_item(notice: Notice, person: User) -> InboxItem:
    return InboxItem(
        notice=notice,
        person=person,
        topic=notice.topic,
        subject_type=notice.subject_type,
        subject_id=notice.subject_id,
        reference=notice.reference,
        says=notice.says,
        at=notice.subject_at,
    )


def _delivery(
    notice: Notice,
    at: datetime,
    *,
    endpoint: WebhookEndpoint | None = None,
    person: User | None = None,
    **how: Any,
) -> Delivery:
    return Delivery(
        notice=notice,
        agency_id=notice.agency_id,
        topic=notice.topic,
        reference=notice.reference,
        channel=Delivery.Channel.WEBHOOK if endpoint else Delivery.Channel.EMAIL,
        endpoint=endpoint,
        person=person,
        next_at=at,
        **how,
    )


def _is_for_people_alone(notice: Notice) -> bool:
    return notice.subject_type in KEEPERS


def _people_told(agency_id: UUID, notices: list[Notice]) -> dict[UUID, list[User]]:
    """Who has it on their desk; else the agency's coordinators; else whoever acts for the agency.

    Of a webhook, a client or a person those are told who keep them; or one of those, where one is named.
    """
    asked = [notice for notice in notices if notice.to_people]
    active = list(User.objects.filter(agency=agency_id, is_active=True).order_by("pk")) if asked else []
    coordinators = [person for person in active if person.role == "coordinator"]
    desk = coordinators or _those_who_may({Permission.ACT}, active)
    keepers = {kind: _those_who_may(permissions, active) for kind, permissions in KEEPERS.items()}
    told: dict[UUID, list[User]] = {notice.pk: [] for notice in notices}
    for notice in asked:
        holder = [person for person in active if person.pk == notice.first_to]
        told[notice.pk] = holder or desk
        if notice.subject_type in KEEPERS:
            kept = keepers[notice.subject_type]
            told[notice.pk] = [person for person in kept if notice.first_to in (None, person.pk)]
    return told


def _those_who_may(permissions: set[Permission], people: list[User]) -> list[User]:
    """Whoever has one of these."""
    return [person for person in people if permissions & ROLES[person.role].permissions]
