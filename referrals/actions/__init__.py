"""The verbs of referrals: receive, perform a step, hold, open a narrative. Every write is made here."""

from referrals.actions.hold import hand_over, put_down, take
from referrals.actions.perform import GivenRefused, StepRefused, VersionStale, check_given, perform
from referrals.actions.receive import AlreadyReceived, receive

__all__ = [
    "AlreadyReceived",
    "GivenRefused",
    "StepRefused",
    "VersionStale",
    "check_given",
    "hand_over",
    "perform",
    "put_down",
    "receive",
    "take",
]
