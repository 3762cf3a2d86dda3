"""The verbs of referrals: receive, perform a step, hold, open a narrative. Every write is made here."""

from referrals.actions.clocks import breach, remind, remind_of_offer
from referrals.actions.hold import hand_over, put_down, take
from referrals.actions.perform import check_given, perform
from referrals.actions.receive import AlreadyReceived, receive, receive_each
from referrals.actions.reckon import reckon
from referrals.actions.refused import GivenRefused, StepRefused, VersionStale

__all__ = [
    "AlreadyReceived",
    "GivenRefused",
    "StepRefused",
    "VersionStale",
    "breach",
    "check_given",
    "hand_over",
    "perform",
    "put_down",
    "receive",
    "receive_each",
    "reckon",
    "remind",
    "remind_of_offer",
    "take",
]
