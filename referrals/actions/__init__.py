"""The verbs of referrals: receive, perform a step, hold, open a narrative. Every write is made here."""

from referrals.actions.clocks import breach, remind, remind_of_offer
from referrals.actions.hold import hand_over, put_down, take
from referrals.actions.perform import check_given, perform
from referrals.actions.receive import AlreadyReceived, judged, receive, receive_each
from referrals.actions.reckon import reckon
from referrals.actions.refused import GivenRefused, StepRefused, VersionStale
from referrals.actions.rehearse import rehearse

__all__ = [
    "AlreadyReceived",
    "GivenRefused",
    "StepRefused",
    "VersionStale",
    "breach",
    "check_given",
    "hand_over",
    "judged",
    "perform",
    "put_down",
    "receive",
    "receive_each",
    "reckon",
    "rehearse",
    "remind",
    "remind_of_offer",
    "take",
]
