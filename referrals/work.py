"""What is there for me to do? What I hold, what my agency was offered, what it has that is late, and its answers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from agencies.access import visible_people
from agencies.beyond import Held
from agencies.models import User
from notifications.access import visible_inbox
from ohsc.core.actor import Actor
from referrals import record
from referrals.access import visible_holdings, visible_offers, visible_outcomes, visible_referrals
from referrals.models import Offer, Outcome, Referral
from referrals.transitions import OPEN, Party, Status

NEAR = timedelta(hours=24)
RECENT = timedelta(days=14)
MOST = 25


@dataclass(frozen=True)
class Answer:
    """What became of something the agency sent. `is_new`: the reader was told and has not opened it yet."""

    referral: Referral
    outcomes: list[Outcome]
    is_new: bool


@dataclass(frozen=True)
class Work:
    mine: list[Referral]  # on the actor's desk
    offered: list[Offer]  # to the agency, on nobody's desk
    near: list[Referral]  # in the agency's custody and due, on another desk or none
    answers: list[Answer]
    colleagues: list[User]  # to whom what is mine can be handed

    @property
    def is_empty(self) -> bool:
        return not (self.mine or self.offered or self.near or self.answers)


def open_work(actor: Actor, *, at: datetime) -> Work:
    """Everything there is for this person; one event records which referrals it showed."""
    held = visible_holdings(actor).filter(referral=OuterRef("pk"))
    mine = _rows(visible_referrals(actor).filter(Exists(held.filter(person=actor.id)), status__in=OPEN))
    offers = visible_offers(actor).filter(to_agency=actor.agency_id, state=Offer.State.OPEN)
    offered = (
        offers.exclude(referral__in=visible_holdings(actor).values("referral"))
        .select_related("referral__source")
        .order_by("answer_by", "id")[:MOST]
    )
    near = visible_referrals(actor, (Party.CUSTODIAN,)).filter(
        ~Exists(held.filter(person=actor.id)), status__in=OPEN, due_at__lte=at + NEAR
    )
    work = Work(
        mine=mine,
        offered=list(offered),
        near=_rows(near),
        answers=_answers(actor, at),
        colleagues=_colleagues(actor) if mine else [],
    )
    record.consulted("work.opened", _ids_on(work), actor, at=at, purpose="own work")
    return work


def held_by(person_id: UUID, actor: Actor, at: datetime) -> list[Held]:
    """What a colleague has on their desk, by reference, for who keeps the agency's people; the look is recorded."""
    theirs = visible_holdings(actor).filter(referral=OuterRef("pk"), person=person_id)
    rows = list(visible_referrals(actor).filter(Exists(theirs), status__in=OPEN).order_by("due_at", "id"))
    if rows:
        record.consulted(
            "work.of_colleague", [row.pk for row in rows], actor, at=at, purpose="keeping people"
        )
    return [Held(row.reference, reverse("referral", args=[row.pk])) for row in rows]


def _rows(referrals: QuerySet[Referral]) -> list[Referral]:
    return list(referrals.select_related("source", "custodian").order_by("due_at", "id")[:MOST])


def _answers(actor: Actor, at: datetime) -> list[Answer]:
    """The latest conclusions and rejections of what the agency sent."""
    sent = visible_referrals(actor, (Party.SOURCE,)).filter(
        status__in=(Status.CONCLUDED, Status.REJECTED), updated_at__gte=at - RECENT
    )
    rows = list(sent.order_by("-updated_at", "-id")[:MOST])
    if not rows:
        return []
    ids = [referral.pk for referral in rows]
    outcomes = defaultdict(list)
    for outcome in visible_outcomes(actor).filter(referral__in=ids).order_by("at", "id"):
        outcomes[outcome.referral_id].append(outcome)
    unread: set[UUID] = set(
        visible_inbox(actor).filter(subject_id__in=ids, read_at=None).values_list("subject_id", flat=True)
    )
    return [Answer(referral, outcomes[referral.pk], referral.pk in unread) for referral in rows]


def _colleagues(actor: Actor) -> list[User]:
    """Whoever else in the agency could hold a referral."""
    people = visible_people(actor).filter(agency=actor.agency_id, is_active=True)
    return list(people.exclude(pk=actor.id).exclude(role="auditor").order_by("name"))


def _ids_on(work: Work) -> list[UUID]:
    ids = {referral.pk for referral in (*work.mine, *work.near)}
    ids |= {offer.referral_id for offer in work.offered} | {answer.referral.pk for answer in work.answers}
    return sorted(ids)
