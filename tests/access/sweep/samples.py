"""What stands for each parameter of an address? One file: whoever adds an address with a new one adds it here.

A word is a word, such as a step's name. A record is something that some see and others do not: its function makes
one for each who may have one of their own, and says who sees it. Everything else follows.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.utils import timezone

from agencies import actions as people
from agencies.access import visible_capability_proposals
from agencies.actions.capabilities import lines_of
from agencies.lines import fingerprint
from exchange.actions import stage
from exchange.formats import NAMED
from exchange.importing import plan, take_in
from notifications import actions as notifications
from notifications.models import Delivery, InboxItem, Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.actions import receive
from referrals.actions.break_glass import break_glass
from referrals.actions.saved import save_filter
from referrals.drafts import Arrival, Draft, Handling
from referrals.models import Alarm, Question
from tests.access.sweep.people import Asker
from tests.access.world import AGENCIES
from tests.cast import SUMMARY, Cast
from tests.exchange.documents import HERON, report, reports

# A record's id, and who sees it: the name of an agency (`police`), or of one person (`police analyst`). Who sees it
# but has no part in what this address does may be named after that; they are not asked.
Made = list[tuple]
RECORDS: dict[str, Callable[[Cast, list[Asker]], Made]] = {}

WORDS = {
    "step": "acknowledge",
    "agency": "northshire-police",
    "direction": "next",
    "name": "cybertipline",
    "number": 1,
    "referral-pass-on:agency": "eastmoor-police",
    # What a link or a mark in an address may be; what comes of one is the pages' own tests' matter.
    "factor_id": 1,
    "mark": "none-of-mine",
    "token": "none-that-was-given",
    "link": "none-that-was-given",
    "account_service:slug": "northshire-police",
    "account_service_back:slug": "northshire-police",
    "account_service_bind:slug": "northshire-police",
}
# An address that is a pattern and has no parameters.
WHOLE = {"api-unknown": "/api/v1/nothing-of-this-name"}
# What must be sent so that the question whether there is such a record is reached at all.
BODIES: dict[str, dict] = {
    **{name: {"purpose": "quality"} for name in ("triage-csv", "search-list-csv", "search-csv", "inbox-csv")},
    "disclosures-csv": {"purpose": "quality"},
    "feedback-csv": {"purpose": "quality"},
    "scorecards-csv": {"purpose": "quality"},
    "referral-progress": {"code": "ACKNOWLEDGED"},
    "audit-csv": {"why": "lawfulness"},
    "break-glass-review": {"verdict": "yes", "note": "Looked at."},
    "referral-narrative": {"reason": "quality"},
    "saved-filters": {"page": "triage", "name": "One more", "query": ""},
    "plan-line": {"because": "Waits for an answer."},
    "rules-new": {"why": "Share more."},
    "rules-roll-back": {"version": "0", "why": "It did not hold."},
    "rules-rehearse": {"days": "7", "times": "1"},
    "saved-filter-rename": {"name": "Another name"},
    "api-webhook-replay": {"since": "2026-01-01T00:00:00Z"},
    "api-progress": {"code": "ACKNOWLEDGED"},
    "api-step-triage": {"priority": "P2"},
    "api-step-re-band": {"priority": "P1"},
    "api-step-offer": {"to_agency": "northshire-police"},
    "api-step-pass-on": {"to_agency": "northshire-police"},
    "api-step-decline": {"reason_code": "no_capacity"},
    "api-step-return": {"reason_code": "no_capacity"},
    "api-step-ask": {"to_agency": "lumen-social", "question": "When was the account made?"},
    "api-step-answer": {"answer": "In January."},
    "api-step-conclude": {"outcomes": [{"code": "SIGNPOSTED"}]},
    "api-step-reject": {"reason_code": "spam"},
    "api-step-withdraw": {"reason_code": "entered_in_error"},
    "api-step-recall": {"reason_code": "better_fit"},
    "api-step-reopen": {"reason_code": "new_information"},
}
TYPES = {"api-bulk": "application/x-ndjson", "api-imports": "application/xml"}


def record(*names: str):
    """The function makes the records for these parameters; `route:parameter` for one address alone."""

    def keep(make: Callable[[Cast, list[Asker]], Made]):
        RECORDS.update(dict.fromkeys(names, make))
        return make

    return keep


def word_for(route: str, parameter: str):
    return WORDS.get(f"{route}:{parameter}", WORDS.get(parameter))


def maker_of(route: str, parameter: str) -> Callable[[Cast, list[Asker]], Made] | None:
    return RECORDS.get(f"{route}:{parameter}") or RECORDS.get(parameter)


# Referrals: one to which four agencies stand, each in another capacity; and one of the outsider's own.


@record("referral_id")
def referrals(cast, askers) -> Made:
    """Sent by Lumen Social, in custody of the police, who would pass it on to Eastmoor."""
    return [
        (_passed_on(cast), {"lumen", "police", "eastmoor", "centre"}),
        (_harbours_own(cast), {"harbour", "centre"}),
    ]


@record("referral-narrative:referral_id")
def narratives(cast, askers) -> Made:
    """Whoever is only offered it does not read the narrative."""
    return [(_passed_on(cast), {"lumen", "police", "centre"}), (_harbours_own(cast), {"harbour", "centre"})]


@record("referral-pass-on:referral_id")
def may_be_passed_on(cast, askers) -> Made:
    return [
        (cast.referral("accepted").pk, {"police", "centre"}, {"lumen"}),
        (_harbours_own(cast), {"centre"}, {"harbour"}),
    ]


@record("api-matches:referral_id")
def ranked(cast, askers) -> Made:
    """Who can take a referral tells what each agency has: the Centre's alone."""
    return [(cast.referral("triaged").pk, {"centre"}, {"lumen"})]


@record("plan_id")
def plans_made(cast, askers) -> Made:
    return [(_plan_line(cast).plan_id, {"centre"})]


@record("line_id")
def lines_of_plans(cast, askers) -> Made:
    return [(_plan_line(cast).pk, {"centre"})]


def _plan_line(cast):
    from referrals.actions import plans
    from referrals.models import PlanLine

    by, referral, now = cast.actor(cast.cora), cast.referral("triaged"), timezone.now()
    with acting_as(by):
        plan = plans.ask_for_plan([referral.pk], asked_for="", by=by, at=now)
    plans.work_out(plan.pk, at=now)
    with acting_as(by):
        return PlanLine.objects.get(plan=plan)


@record("rulebook_id")
def drafts_of_rules(cast, askers) -> Made:
    return [(_draft(cast).pk, {"centre"})]


@record("rehearsal_id")
def rehearsals_of_drafts(cast, askers) -> Made:
    from referrals.actions import rehearsals

    by, book = cast.actor(cast.cora), _draft(cast)
    with acting_as(by):
        asked = rehearsals.ask_for_rehearsal(book.pk, days=7, times=1, by=by, at=timezone.now())
    return [(asked.pk, {"centre"})]


def _draft(cast):
    from referrals.actions import rulebooks
    from referrals.routing.supposing import Supposed

    by = cast.actor(cast.cora)
    with acting_as(by):
        return rulebooks.draft_rules({"fairness": 2}, Supposed(), why="Share more.", by=by, at=timezone.now())


@record("board-chosen:referral_id", "board-recall:referral_id", "board-offer:referral_id")
def on_the_board(cast, askers) -> Made:
    return [(cast.referral("triaged").pk, {"centre"})]


def _passed_on(cast):
    return cast.referral("passed_on").pk


def _harbours_own(cast):
    source = cast.actor(cast.cleo)
    with acting_as(source):
        (made,) = receive(
            [Draft(**SUMMARY)], arrival=Arrival("form", "", uuid4().bytes), by=source, at=timezone.now()
        )
    return made.pk


@record("question_id")
def questions_put(cast, askers) -> Made:
    """Whoever put it presses for the answer; whom it was put to, and the Centre, see it and do not."""
    referral = cast.referral("asked")
    with acting_as(CLOCK):
        question = Question.objects.get(referral=referral)
    return [(question.pk, {"police"}, {"lumen", "centre"})]


@record("report_id")
def imported_documents(cast, askers) -> Made:
    """What an agency imported is its own."""
    return [(_imported(cast, "asha"), {"lumen"}), (_imported(cast, "cleo"), {"harbour"})]


def _imported(cast, who: str):
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        planned = plan(reports(report(f"{who}-1", HERON)), written_in=NAMED["cybertipline"], by=actor)
        return take_in(planned, by=actor, at=timezone.now()).report.pk


# What an agency keeps.


@record("endpoint_id")
def endpoints(cast, askers) -> Made:
    return [(_endpoint(cast, agency).pk, {agency}) for agency in AGENCIES]


@record("delivery_id")
def deliveries(cast, askers) -> Made:
    """One to each agency's endpoint; it could not be made."""
    return [(_delivery(cast, agency).pk, {agency}) for agency in AGENCIES]


def _endpoint(cast, agency: str):
    from notifications.models import WebhookEndpoint

    actor = cast.actor(getattr(cast, f"{agency}_client"))
    with acting_as(actor):
        made = WebhookEndpoint.objects.filter(agency=actor.agency_id).first()
        return made or notifications.add_endpoint("https://127.0.0.1/hook", by=actor, at=timezone.now())[0]


def _delivery(cast, agency: str) -> Delivery:
    home, at = getattr(cast, agency), timezone.now()
    endpoint = _endpoint(cast, agency)
    told = {"agency": home, "topic": "webhook.test", "reference": endpoint.reference}
    with acting_as(CLOCK), writing():
        notice = Notice.objects.create(
            **told,
            subject_type="webhook_endpoint",
            subject_id=endpoint.pk,
            version=1,
            says="",
            subject_at=at,
            state="sent",
        )
        return Delivery.objects.create(
            **told, notice=notice, channel="webhook", endpoint=endpoint, state="dead", next_at=at, done_at=at
        )


@record("client_id")
def clients(cast, askers) -> Made:
    return [(getattr(cast, f"{agency}_client").pk, {agency}) for agency in AGENCIES]


@record("agencies-desk:slug")
def desks(cast, askers) -> Made:
    return [(getattr(cast, agency).slug, {agency}) for agency in AGENCIES]


@record("agencies-page:slug")
def directory(cast, askers) -> Made:
    """Everybody who takes part may read who takes part."""
    return [(cast.police.slug, set(AGENCIES))]


@record("people-administrator:slug")
def agencies_beside_the_centre(cast, askers) -> Made:
    return [(cast.police.slug, {"centre"})]


@record("proposal_id")
def proposed(cast, askers) -> Made:
    return [
        (_proposal(cast, one).pk, {one.agency, "centre"}) for one in askers if one.role == "administrator"
    ]


@record("capability-withdraw:proposal_id")
def to_be_withdrawn(cast, askers) -> Made:
    """The Centre sees another's proposal and has no part in withdrawing it."""
    return [(_proposal(cast, one).pk, {one.agency}) for one in askers if one.role == "administrator"]


def _proposal(cast, one: Asker):
    line = {
        "environment": "dark_web", "skill": "triage", "jurisdiction": "GB-SCT", "languages": [], "legal_powers": [],
        "hours": "", "weekly_capacity": 5,
    }  # fmt: skip
    with acting_as(CLOCK):
        waits = visible_capability_proposals(CLOCK).filter(agency=one.person.agency_id, verdict="").first()
        seen = fingerprint(lines_of(one.person.agency_id, CLOCK))
    if waits:
        return waits
    return _done(cast, one, partial(people.change_capabilities, [line], "Asked for.", seen))[1]


@record("weight_id")
def weights(cast, askers) -> Made:
    return [
        (_done(cast, one, partial(people.set_weight, "", "", "P1", 3)).pk, {one.agency})
        for one in askers
        if one.role == "administrator"
    ]


@record("absence_id")
def absences(cast, askers) -> Made:
    day = timezone.localdate()
    return [
        (
            _done(cast, one, partial(people.plan_absence, people.Away(day, day, 50, "Training"))).pk,
            {one.agency},
        )
        for one in askers
        if one.role == "administrator"
    ]


@record("invitation_id")
def invitations(cast, askers) -> Made:
    return [
        (_done(cast, one, partial(people.invite, _guest(one.agency))).pk, {one.agency})
        for one in askers
        if one.role == "administrator"
    ]


def _guest(agency: str) -> people.Guest:
    return people.Guest("Guest of the sweep", f"guest@{agency}.example", "analyst")


@record("person_id")
def colleagues(cast, askers) -> Made:
    return [(one.person.pk, {one.agency}) for one in askers if one.role == "analyst"]


# What auditors, and whoever keeps agreements or reviews broken glass, may look at.


@record("who")
def watched(cast, askers) -> Made:
    return [(one.person.pk, {one.agency, "centre"}) for one in askers if one.role == "analyst"]


@record("reference")
def agreed(cast, askers) -> Made:
    return [
        ("SA-NORTHSHIRE", {"centre", "police"}),
        ("SA-EASTMOOR", {"centre", "eastmoor"}),
        ("SA-FORCES", {"centre", "police", "eastmoor"}),
    ]


@record("opening_id")
def broken_glass(cast, askers) -> Made:
    closed, anil = cast.referral("accepted", handling=Handling(tlp="RED")), cast.actor(cast.anil)
    with acting_as(anil):
        made = break_glass(
            closed.pk, why="child_at_risk", reason="A child may be at risk.", by=anil, at=timezone.now()
        )
    return [(made.pk, {"centre"})]


@record("alarm_id")
def alarms(cast, askers) -> Made:
    """One that the Centre is to answer, and one of the police, whom it was offered to."""
    urgent = {"factors": {"live_streaming": "yes"}}
    offered = cast.step("triage", cast.referral(**urgent), cast.anil, priority="P1")
    cast.step("offer", offered, cast.cora, to_agency=cast.police)
    return [(_alarm_of(cast.referral(**urgent)), {"centre"}), (_alarm_of(offered), {"police", "centre"})]


def _alarm_of(referral):
    with acting_as(CLOCK):
        return Alarm.objects.get(referral=referral, ended_at=None).pk


# What is one person's own.


@record("filter_id")
def filters(cast, askers) -> Made:
    return [(_done(cast, one, partial(save_filter, "triage", "Mine", "")).pk, {one.name}) for one in askers]


@record("staged_id")
def documents(cast, askers) -> Made:
    """A document that waits, for each who may import."""
    return [
        (_done(cast, one, partial(_staged, cast.actor(one.person))).pk, {one.name})
        for one in askers
        if one.role != "auditor"
    ]


def _staged(actor, *, by, at):
    planned = plan(reports(report("7", HERON)), written_in=NAMED["cybertipline"], by=actor)
    return stage(planned, name="", by=by, at=at)


@record("item_id")
def inbox_items(cast, askers) -> Made:
    return [(_item(cast, one).pk, {one.name}) for one in askers]


def _item(cast, one: Asker) -> InboxItem:
    at = timezone.now() - timedelta(minutes=1)
    endpoint = _endpoint(cast, one.agency)
    told = {
        "topic": "webhook.stopped", "subject_type": "webhook_endpoint", "subject_id": endpoint.pk,
        "reference": endpoint.reference, "says": "A webhook was stopped.",
    }  # fmt: skip
    with acting_as(CLOCK), writing():
        notice = Notice.objects.create(
            agency=one.person.agency, version=1, subject_at=at, state="sent", **told
        )
        return InboxItem.objects.create(notice=notice, person=one.person, at=at, **told)


def _done(cast, one: Asker, do):
    actor = cast.actor(one.person)
    with acting_as(actor):
        return do(by=actor, at=timezone.now())
