"""Which broken glass waits for a second person, and what was found of the rest? The looking is recorded."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from agencies.roles import Permission
from ohsc.core.actor import Actor
from referrals.access import visible_emergency_openings
from referrals.models import EmergencyOpening
from referrals.record import consulted

PAST = 50  # the newest of those that were reviewed


@dataclass(frozen=True)
class Desk:
    """overdue, waiting -- the oldest first; past -- the last reviewed first."""

    overdue: list[EmergencyOpening]
    waiting: list[EmergencyOpening]
    past: list[EmergencyOpening]


def open_desk(actor: Actor, *, at: datetime) -> Desk:
    """All that waits for its review, and the newest of what was reviewed."""
    rows = visible_emergency_openings(actor).select_related("referral", "person", "reviewer")
    unreviewed = list(rows.filter(reviewed_at=None).order_by("at", "id"))
    past = list(rows.exclude(reviewed_at=None).order_by("-reviewed_at", "-id")[:PAST])
    shown = [opening.referral_id for opening in (*unreviewed, *past)]
    consulted("glass.listed", list(dict.fromkeys(shown)), actor, at=at, purpose="review of broken glass")
    return Desk(
        overdue=[opening for opening in unreviewed if opening.review_by <= at],
        waiting=[opening for opening in unreviewed if opening.review_by > at],
        past=past,
    )


def waiting_for(actor: Actor) -> QuerySet[EmergencyOpening]:
    """What waits for this person: those of others that nobody reviewed; nothing for one who may not review."""
    rows = visible_emergency_openings(actor).filter(reviewed_at=None).exclude(person=actor.id)
    return rows if actor.may(Permission.REVIEW_BREAK_GLASS) else rows.none()
