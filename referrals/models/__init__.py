"""What was asked of whom? Reports as they arrived, referrals, and what hangs on them; and what is always true."""

from referrals.models.alarm import Alarm, AlarmCall
from referrals.models.clock import ClockSegment
from referrals.models.desk import Holding, Reckoning, SavedFilter
from referrals.models.emergency import EmergencyOpening
from referrals.models.journey import Offer, Outcome, OutcomeDetail, Question, StepTaken
from referrals.models.known import Factor, Sighting
from referrals.models.referral import HarmType, Narrative, PartyRow, Referral, Report
from referrals.models.register import Disclosure

__all__ = [
    "Alarm",
    "AlarmCall",
    "ClockSegment",
    "Disclosure",
    "EmergencyOpening",
    "Factor",
    "HarmType",
    "Holding",
    "Narrative",
    "Offer",
    "Outcome",
    "OutcomeDetail",
    "PartyRow",
    "Question",
    "Reckoning",
    "Referral",
    "Report",
    "SavedFilter",
    "Sighting",
    "StepTaken",
]
