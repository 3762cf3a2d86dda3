"""What was asked of whom? Reports as they arrived, referrals, and what hangs on them; and what is always true."""

from referrals.models.alarm import Alarm, AlarmCall
from referrals.models.clock import ClockSegment
from referrals.models.desk import Holding, Reckoning, SavedFilter
from referrals.models.emergency import EmergencyOpening
from referrals.models.feedback import FeedbackOwed, Progress
from referrals.models.journey import Offer, Outcome, OutcomeDetail, Question, StepTaken
from referrals.models.known import Factor, Sighting
from referrals.models.referral import HarmType, Narrative, PartyRow, Referral, Report
from referrals.models.register import Disclosure
from referrals.models.routing import Decision, Plan, PlanLine, Rehearsal, Rulebook, Snapshot
from referrals.models.scorecard import Scorecard

__all__ = [
    "Alarm",
    "AlarmCall",
    "ClockSegment",
    "Decision",
    "Disclosure",
    "EmergencyOpening",
    "Factor",
    "FeedbackOwed",
    "HarmType",
    "Holding",
    "Narrative",
    "Offer",
    "Outcome",
    "OutcomeDetail",
    "PartyRow",
    "Plan",
    "PlanLine",
    "Progress",
    "Question",
    "Reckoning",
    "Referral",
    "Rehearsal",
    "Report",
    "Rulebook",
    "SavedFilter",
    "Scorecard",
    "Sighting",
    "Snapshot",
    "StepTaken",
]
