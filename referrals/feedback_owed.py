"""Who is late with word to a source? What the clock looks for, a round at a time, as `referrals.clocks`."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from referrals.clocks import AT_ONCE
from referrals.feedback import CHASED_AFTER
from referrals.models import FeedbackOwed, Referral
from referrals.transitions import Status


def not_yet_owed(*, at: datetime) -> list[UUID]:
    """Referrals in an agency's custody of which no word is owed yet: accepted before this rule was, or by the release
    before it while both run."""
    owed = FeedbackOwed.objects.filter(referral=OuterRef("pk"), ended_at=None)
    found = Referral.objects.filter(~Exists(owed), status=Status.ACCEPTED).exclude(source=F("custodian"))
    return list(found.order_by("due_at").values_list("pk", flat=True)[:AT_ONCE])


def to_remind(*, at: datetime) -> list[UUID]:
    """Referrals of which word is due, and the custodian was not reminded."""
    due = FeedbackOwed.objects.filter(ended_at=None, reminded_at=None, due_at__lte=at)
    return list(due.order_by("due_at").values_list("referral_id", flat=True)[:AT_ONCE])


def to_chase(*, at: datetime) -> list[UUID]:
    """Referrals of which word is a week late, and nobody else was told of it."""
    late = FeedbackOwed.objects.filter(ended_at=None, chased_at=None, due_at__lte=at - CHASED_AFTER)
    return list(late.order_by("due_at").values_list("referral_id", flat=True)[:AT_ONCE])
