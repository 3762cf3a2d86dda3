"""Make the digests that are due, once a person and period; lease one, ask again what may be told, write how it went."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.access import actor_for_person
from agencies.models import EmailChoice, User
from audit import actions as audit
from notifications import digests, sending
from notifications.actions.bounces import address_refused
from notifications.actions.deliver import LEASE
from notifications.letters import News
from notifications.models import Delivery, Digest, InboxItem
from notifications.schedule import MOST_ATTEMPTS, Outcome
from ohsc.core import registry
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK


def make_digests(*, at: datetime) -> int:
    """A digest for each who wants one an hour or a day and has news from before this hour or day. Returns how many.

    It may be called at any time by any number of clocks: one that exists is not made again.
    """
    with acting_as(CLOCK), writing():
        wanting = User.objects.filter(
            email_choice__in=digests.PERIODIC, is_active=True, agency__is_active=True, email_failed_at=None
        )
        unread = InboxItem.objects.filter(person=OuterRef("pk"), read_at=None, at__gte=at - 2 * digests.REACH)
        starts = {
            person: digests.period_start(person.email_choice, person.time_zone, at=at)
            for person in wanting.filter(Exists(unread)).order_by("pk")
        }
        begun = Digest.objects.filter(period_start__in=set(starts.values()))
        have = set(begun.values_list("person_id", "period_start"))
    return sum(_make(person, start, at) for person, start in starts.items() if (person.pk, start) not in have)


def _make(person: User, start: datetime, at: datetime) -> bool:
    with acting_as(CLOCK), writing():
        # One at a time for a person: what stands in the digest of one hour stands not in that of the next.
        User.objects.select_for_update(of=("self",)).get(pk__in=[person.pk])
        items = list(_news_of(person, start).values_list("pk", flat=True))
        if not items:
            return False
        digest = Digest(person_id=person.pk, period_start=start, items=items, next_at=at)
        Digest.objects.bulk_create([digest], ignore_conflicts=True)  # another clock may be as quick
    return True


def _news_of(person: User, before: datetime) -> QuerySet[InboxItem]:
    """What lies unread from before the period, and was in no e-mail yet."""
    told = Digest.objects.filter(person_id=person.pk, period_start__gte=before - 2 * digests.REACH)
    named = {item for items in told.values_list("items", flat=True) for item in items}
    mailed = Delivery.objects.filter(notice=OuterRef("notice"), person=person, channel=Delivery.Channel.EMAIL)
    rows = InboxItem.objects.filter(
        person=person, read_at=None, at__lt=before, at__gte=before - digests.REACH
    )
    return rows.exclude(pk__in=named).filter(~Exists(mailed)).order_by("at", "pk")


def lease_digest(*, at: datetime) -> Digest | None:
    """The next digest that is due, leased to the caller; its attempt is counted before it is made."""
    with acting_as(CLOCK), writing():
        free = Digest.objects.filter(
            Q(leased_until=None) | Q(leased_until__lt=at), state=Delivery.State.WAITING
        )
        free.filter(attempts__gte=MOST_ATTEMPTS).update(
            state=Delivery.State.DEAD, done_at=at, last_reason="Every attempt ended without a result."
        )
        due = free.filter(next_at__lte=at).select_for_update(skip_locked=True).order_by("next_at")
        digest = due.first()
        if digest is not None:
            digest.attempts += 1
            digest.lease, digest.leased_until = uuid4(), at + LEASE
            digest.save(update_fields=["attempts", "lease", "leased_until"])
        return digest


def news_still_theirs(digest: Digest) -> tuple[User, list[News]]:
    """What the person may be told of now: what they read meanwhile, or may not see any more, is left out."""
    with acting_as(CLOCK), writing():
        person = User.objects.get(pk__in=[digest.person_id])
        rows = InboxItem.objects.filter(pk__in=digest.items, read_at=None, notice__agency=person.agency_id)
        items = list(rows.order_by("at", "pk"))
    gone = person.email_failed_at is not None or person.email_choice == EmailChoice.NONE
    if gone or not (person.is_active and person.agency.is_active):
        return person, []
    told = actor_for_person(person)
    news: dict[tuple[str, UUID], News] = {}
    with acting_as(told):
        for item in items:
            subject = (item.subject_type, item.subject_id)
            if subject not in news and registry.may_be_told(
                item.subject_type, told, item.subject_id, item.at
            ):
                news[subject] = News(*subject, item.reference)
    return person, list(news.values())


def settle_digest(
    digest: Digest, result: sending.Result, *, to_agency: UUID | None, news: list[News], at: datetime
) -> bool:
    """Write how a leased digest went. False when the lease was lost meanwhile: another's result counts."""
    changes = {
        "state": result.state,
        "next_at": result.next_at or digest.next_at,
        "last_reason": result.reason[:200],
        "lease": None,
        "leased_until": None,
        "done_at": None if result.state == Delivery.State.WAITING else at,
    }
    with acting_as(CLOCK), writing():
        mine = Digest.objects.filter(pk=digest.pk, lease=digest.lease).update(**changes)
        if mine and to_agency and result.state == Delivery.State.SENT:
            _record_sent(digest, to_agency, news, at)
        if mine and result.outcome == Outcome.DISABLE:
            address_refused(digest.person_id, result.reason, at=at)
    return bool(mine)


def _record_sent(digest: Digest, to_agency: UUID, news: list[News], at: datetime) -> None:
    for subject_type in sorted({one.subject_type for one in news}):
        audit.record(
            audit.Kind.DISCLOSURE,
            "email.digest_sent",
            by=CLOCK,
            at=at,
            subject_type=subject_type,
            subject_ids=[one.subject_id for one in news if one.subject_type == subject_type],
            recipient_ids=[to_agency],
            purpose="references and links, nothing else",
            details={"digest": str(digest.pk), "attempts": digest.attempts},
        )
