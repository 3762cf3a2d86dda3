"""The verbs of referrals: receive, perform a step, hold, open a narrative. Every write is made here."""

from referrals.actions.alarms import climb, take, take_alarm
from referrals.actions.break_glass import alarm_unreviewed, break_glass, end_opening, review_opening
from referrals.actions.chasing import chase_by_the_clock, chase_question, time_question
from referrals.actions.clocks import breach, remind, remind_of_offer
from referrals.actions.feedback import begin_owing, chase_feedback, remind_of_feedback, tell_source
from referrals.actions.foreseeing import foresee
from referrals.actions.hold import hand_over, put_down
from referrals.actions.paging import lease_page, settle_page
from referrals.actions.perform import check_given, perform
from referrals.actions.receive import AlreadyReceived, judged, receive, receive_each
from referrals.actions.reckon import reckon
from referrals.actions.refused import GivenRefused, StepRefused, VersionStale
from referrals.actions.scorecards import count_scorecards

__all__ = [
    "AlreadyReceived",
    "GivenRefused",
    "StepRefused",
    "VersionStale",
    "alarm_unreviewed",
    "begin_owing",
    "breach",
    "break_glass",
    "chase_by_the_clock",
    "chase_feedback",
    "chase_question",
    "check_given",
    "climb",
    "count_scorecards",
    "end_opening",
    "foresee",
    "hand_over",
    "judged",
    "lease_page",
    "perform",
    "put_down",
    "receive",
    "receive_each",
    "reckon",
    "remind",
    "remind_of_feedback",
    "remind_of_offer",
    "review_opening",
    "settle_page",
    "take",
    "take_alarm",
    "tell_source",
    "time_question",
]
