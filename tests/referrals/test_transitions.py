"""What may happen to a referral, by whom, and what follows. Typed by hand, never derived from the table of steps."""

import uuid

import pytest
from django.utils import timezone

from agencies.access import actor_for_client
from notifications.models import Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.access import visible_history
from referrals.actions import GivenRefused, StepRefused, VersionStale, perform
from referrals.drafts import Given, OutcomeDraft
from referrals.models import Referral
from referrals.record import open_record
from referrals.transitions import STEPS, Party, Status, facts_of, why_not
from tests.rows import undone

STATUSES = ("received", "triaged", "offered", "accepted", "concluded", "rejected", "withdrawn")
WHO = {  # Ben's force is the offered agency, then the custodian; Dev could have been offered it, and was not
    "source": "asha",
    "police": "ben",
    "analyst": "anil",
    "coordinator": "cora",
    "auditor": "otis",
    "bystander": "dev",
    "outsider": "cleo",
    "clock": None,
}
NONE: set[str] = set()
ASK = {"ask"}
REOPEN = {"reopen"}
HELD = {"pass-on", "re-band", "ask"}
#                the source            the police                                    an analyst
#                a coordinator         the clock
LEGAL = {
    "received": ({"withdraw"} | ASK, NONE, {"triage", "reject", "re-band"} | ASK,
                 {"triage", "reject", "re-band"} | ASK, NONE),
    "triaged": ({"withdraw"} | ASK, NONE, {"reject", "re-band"} | ASK, {"reject", "offer", "re-band"} | ASK, NONE),
    "offered": ({"withdraw"} | ASK, {"accept", "decline", "acknowledge"} | ASK, {"re-band"} | ASK,
                {"recall", "re-band"} | ASK, {"expire"}),
    "accepted": (ASK, {"return", "conclude"} | HELD, HELD, HELD, NONE),
    "concluded": (NONE, REOPEN, REOPEN, REOPEN, NONE),
    "rejected": (NONE, NONE, REOPEN, REOPEN, NONE),
    "withdrawn": (NONE, NONE, REOPEN, REOPEN, NONE),
    "merged": (NONE, NONE, NONE, NONE, NONE),
}  # fmt: skip
# While the police pass it on to Eastmoor the referral is accepted and has an open offer.
PASSED_ON = {
    "source": ASK, "police": {"return", "conclude", "re-band"} | ASK, "analyst": {"re-band"} | ASK,
    "coordinator": {"recall", "re-band"} | ASK, "bystander": {"accept", "decline", "acknowledge"} | ASK,
    "auditor": NONE, "outsider": NONE, "clock": {"expire"},
}  # fmt: skip
COLUMNS = ("source", "police", "analyst", "coordinator", "clock")
STEP_NAMES = (
    "triage", "re-band", "offer", "recall", "acknowledge", "accept", "decline", "expire", "return", "pass-on", "ask",
    "answer", "conclude", "reject", "withdraw", "reopen",
)  # fmt: skip
STAYS = {"re-band", "acknowledge", "ask", "answer", "pass-on"}
ENDS = {
    "triage": "triaged", "offer": "offered", "recall": "triaged", "accept": "accepted", "decline": "triaged",
    "expire": "triaged", "return": "triaged", "conclude": "concluded", "reject": "rejected", "withdraw": "withdrawn",
    "reopen": "triaged",
}  # fmt: skip
FROM = {  # a state to take each step from, and who takes it
    "triage": ("received", "anil"), "re-band": ("accepted", "ben"), "offer": ("triaged", "cora"),
    "recall": ("offered", "cora"), "acknowledge": ("offered", "ben"), "accept": ("offered", "ben"),
    "decline": ("offered", "ben"), "expire": ("offered", None), "return": ("accepted", "ben"),
    "pass-on": ("accepted", "ben"), "ask": ("accepted", "ben"), "answer": ("asked", "asha"),
    "conclude": ("accepted", "ben"), "reject": ("received", "anil"), "withdraw": ("offered", "asha"),
    "reopen": ("concluded", "anil"),
}  # fmt: skip
CODES = {
    "recall": {"better_fit", "changed_circumstances", "entered_in_error"},
    "decline": {
        "out_of_jurisdiction", "no_capacity", "no_legal_power", "not_our_skill", "conflict_of_interest",
        "insufficient", "already_investigating",
    },
    "return": {
        "out_of_jurisdiction", "no_capacity", "no_legal_power", "not_our_skill", "conflict_of_interest",
        "insufficient", "already_investigating", "new_information",
    },
    "reject": {"insufficient", "out_of_scope", "not_credible", "duplicate_report", "spam"},
    "withdraw": {"entered_in_error", "resolved_by_source", "legal_restriction"},
    "reopen": {"new_information", "outcome_challenged", "closed_in_error"},
}  # fmt: skip
TOLD = {
    "triage": {"lumen"},
    "offer": {"police"},
    "recall": {"police"},
    "accept": {"centre", "lumen"},
    "decline": {"centre"},
    "expire": {"centre", "police"},
    "return": {"centre", "lumen"},
    "conclude": {"centre", "lumen"},
    "reject": {"lumen"},
    "withdraw": {"centre", "police"},
    "re-band": {"lumen"},
    "acknowledge": {"centre"},
    "pass-on": {"eastmoor", "centre"},
    "ask": {"lumen"},
    "answer": {"police"},
    "reopen": {"lumen", "police"},
}
POLICE_KEEP_IT = {"accept", "conclude", "re-band", "pass-on", "ask", "answer"}
CUSTODIAN_AFTER = dict.fromkeys(STEP_NAMES, "centre") | dict.fromkeys(POLICE_KEEP_IT, "police")
POLICE_SEE_IT_AFTER = {"offer", "acknowledge"} | POLICE_KEEP_IT
LATER = timezone.timedelta(days=2)


def given(cast, name: str, who: str | None = None, status: str = "") -> dict:
    """The least that each step needs."""
    return {
        "triage": {"priority": "P2"},
        "re-band": {"priority": "P1"},
        "offer": {"to_agency": cast.police},
        "pass-on": {"to_agency": cast.eastmoor},
        "ask": {
            "to_agency": cast.centre
            if who in ("asha", "dev") or (who, status) == ("ben", "offered")
            else cast.lumen,
            "question": "When was the account made?",
        },
        "answer": {"answer": "In May."},
        "conclude": {"outcomes": (OutcomeDraft("NFA_EVIDENTIAL"),)},
    }.get(name) or ({"reason_code": min(CODES[name])} if name in CODES else {})


def actor_of(cast, who):
    return cast.actor(getattr(cast, who)) if who else CLOCK


def take(cast, name, referral, who, **more):
    at = timezone.now() + (LATER if name == "expire" else timezone.timedelta())
    return cast.step(
        name, referral, actor_of(cast, who), at=at, **given(cast, name, who, referral.status) | more
    )


def ends(name: str, status: str) -> str:
    """Where it leads: a step that ends an offer leaves an accepted referral with its custodian."""
    kept = name in STAYS or (status == "accepted" and name in {"recall", "decline", "expire"})
    return status if kept else ENDS[name]


def possible(cast, referral, who) -> set[str]:
    """Every step, tried for real and undone."""
    taken = set()
    for name in STEP_NAMES:
        try:
            with undone():
                assert take(cast, name, referral, who).status == ends(name, referral.status)
                taken.add(name)
        except (StepRefused, Referral.DoesNotExist):
            continue
    return taken


def test_every_status_and_every_step_has_its_line_here():
    assert set(LEGAL) == set(Status.values)
    assert set(STEP_NAMES) == set(STEPS) == set(ENDS) | STAYS == set(FROM) == set(TOLD)


@pytest.mark.parametrize("status", STATUSES)
def test_only_the_listed_steps_are_possible(cast, status):
    referral = cast.referral(status)
    expected = dict(zip(COLUMNS, LEGAL[status], strict=True))
    found = {party: possible(cast, referral, who) for party, who in WHO.items()}
    assert found == {party: expected.get(party, NONE) for party in WHO}


def test_only_the_listed_steps_are_possible_while_it_is_passed_on(cast):
    referral = cast.referral("passed_on")
    assert {party: possible(cast, referral, who) for party, who in WHO.items()} == PASSED_ON


def test_only_who_was_asked_may_answer(cast):
    referral = cast.referral("asked")  # the police asked Lumen
    answering = {party for party, who in WHO.items() if "answer" in possible(cast, referral, who)}
    assert answering == {"source"}


# By capacity alone, with the facts that go with the status: no database, and nobody in two capacities.
JUDGED = {
    "source": {"received": {"withdraw"} | ASK, "triaged": {"withdraw"} | ASK, "offered": {"withdraw"} | ASK,
               "accepted": ASK},
    "offered": {"received": ASK, "triaged": ASK, "offered": {"accept", "decline", "acknowledge"} | ASK,
                "accepted": ASK},
    "custodian": {"received": {"re-band"} | ASK, "triaged": {"re-band"} | ASK, "offered": {"re-band"} | ASK,
                  "accepted": {"return", "conclude"} | HELD, "concluded": REOPEN, "rejected": REOPEN,
                  "withdrawn": REOPEN},
    "centre": {status: line[3] for status, line in LEGAL.items()},
    "clock": {"offered": {"expire"}, "triaged": {"offer"}},  # to offer on by rule, with a coordinator's rights
}  # fmt: skip


@pytest.mark.parametrize("status", LEGAL)
@pytest.mark.parametrize("party", JUDGED)
def test_the_judge_says_the_same_without_a_database(status, party):
    may = {"referrals.act", "referrals.coordinate"}
    facts = facts_of(offered=status == "offered", acknowledged=False, asked=False)
    open_ = {
        name
        for name in STEPS
        if not why_not(STEPS[name], status=status, standing={Party(party)}, permissions=may, facts=facts)
    }
    # An offer is judged by its status; whether someone is still the offered agency is judged by standing.
    assert open_ == JUDGED[party].get(status, NONE)


def test_an_offer_is_acknowledged_once(cast):
    referral = cast.referral("offered")
    take(cast, "acknowledge", referral, "ben")
    with pytest.raises(
        StepRefused, match="Acknowledge the offer is not open: the offer was acknowledged before"
    ):
        take(cast, "acknowledge", referral, "ben")
    assert take(cast, "accept", referral, "ben").status == "accepted"


@pytest.mark.parametrize("role", ["sol", "ada"])
def test_a_supervisor_or_administrator_of_the_centre_acts_as_an_analyst_does(cast, role):
    assert possible(cast, cast.referral("received"), role) == {"triage", "reject", "re-band", "ask"}
    assert possible(cast, cast.referral("triaged"), role) == {"reject", "re-band", "ask"}


def test_the_systems_of_agencies_take_what_their_agency_may(cast):
    referral = cast.referral("triaged")
    cast.step("offer", referral, cast.centre_client, to_agency=cast.police)
    cast.step("accept", referral, cast.police_client)
    assert (
        cast.step("conclude", referral, cast.police_client, **given(cast, "conclude")).status == "concluded"
    )


def test_a_system_without_the_scope_to_act_takes_no_step(cast):
    reader = actor_for_client(cast.centre_client, ["referrals:read", "referrals:write"])
    with pytest.raises(StepRefused, match="Triage needs a role that acts for its agency"):
        cast.step("triage", cast.referral(), reader, priority="P1")


@pytest.mark.parametrize("name", STEP_NAMES)
def test_what_follows_each_step(cast, name):
    status, who = FROM[name]
    referral = cast.referral(status)
    before = referral.version
    with acting_as(CLOCK), writing():
        Notice.objects.update(state="sent")
    after = take(cast, name, referral, who)
    assert after.status == ends(name, referral.status)
    assert after.version == before + 1
    assert after.custodian_id == getattr(cast, CUSTODIAN_AFTER[name]).pk
    assert (after.closed_at is not None) == (after.status in {"concluded", "rejected", "withdrawn"})
    assert told(cast, f"referral.{name}") == TOLD[name]
    assert police_see(cast, referral) == (name in POLICE_SEE_IT_AFTER)
    assert sees(cast, "asha", referral)
    assert sees(cast, "cora", referral)


def told(cast, topic: str) -> set[str]:
    names = {getattr(cast, name).pk: name for name in ("centre", "lumen", "police", "eastmoor", "harbour")}
    with acting_as(CLOCK), writing():
        found = Notice.objects.filter(topic=topic, state="waiting", feed_only=False)
        return {names[notice.agency_id] for notice in found}


def police_see(cast, referral) -> bool:
    return sees(cast, "ben", referral)


def sees(cast, who, referral) -> bool:
    actor = actor_of(cast, who)
    with acting_as(actor):
        try:
            return open_record(referral.pk, actor, at=timezone.now()).referral == referral
        except Referral.DoesNotExist:
            return False


def test_an_arrival_is_told_to_the_centre(cast):
    cast.referral("received")
    assert told(cast, "referral.receive") == {"centre"}


@pytest.mark.parametrize("status", ["received", "triaged"])
def test_a_withdrawal_before_any_offer_is_told_to_the_centre_alone(cast, status):
    take(cast, "withdraw", cast.referral(status), "asha")
    assert told(cast, "referral.withdraw") == {"centre"}


@pytest.mark.parametrize(("name", "code"), [(name, code) for name in CODES for code in sorted(CODES[name])])
def test_each_reason_is_taken_and_stands_in_the_history(cast, name, code):
    status, who = FROM[name]
    referral = cast.referral(status)
    take(cast, name, referral, who, reason_code=code, reason="In words.")
    cora = cast.actor(cast.cora)
    with acting_as(cora):
        last = visible_history(cora).filter(referral=referral).latest("version")
    assert (last.step, last.reason_code, last.reason) == (name, code, "In words.")


NEEDS = {
    "triage": {"priority"}, "re-band": {"priority"}, "offer": {"to_agency"}, "pass-on": {"to_agency"},
    "ask": {"to_agency", "question"}, "answer": {"answer"}, "conclude": {"outcomes"},
} | {key: {"reason_code"} for key in CODES}  # fmt: skip


@pytest.mark.parametrize("name", NEEDS)
def test_a_step_without_what_it_owes_is_refused_by_the_fields_name(cast, name):
    status, who = FROM[name]
    referral = cast.referral(status)
    with pytest.raises(GivenRefused) as refused:
        cast.step(name, referral, actor_of(cast, who))
    assert set(refused.value.errors) == NEEDS[name]


def test_a_reason_of_another_step_is_refused_and_the_right_ones_are_listed(cast):
    with pytest.raises(
        GivenRefused, match=r"Use one of: better_fit, changed_circumstances, entered_in_error\."
    ):
        cast.step("recall", cast.referral("offered"), cast.cora, reason_code="spam")


@pytest.mark.parametrize(
    "surplus", [{"priority": "P1"}, {"outcomes": (OutcomeDraft("ARREST"),)}, {"agreement": "X"}]
)
def test_what_a_step_does_not_take_is_refused(cast, surplus):
    with pytest.raises(GivenRefused, match="Accept does not take"):
        cast.step("accept", cast.referral("offered"), cast.ben, **surplus)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("factors/shoe_size", {"factors": {"shoe_size": "yes"}}),
        ("factors/coercion", {"factors": {"coercion": "perhaps"}}),
        ("environment", {"environment": "the moon"}),
        ("priority", {"priority": "P9"}),
    ],
)
def test_words_nobody_knows_are_refused_by_the_fields_name(cast, field, wrong):
    referral = cast.referral("received")
    with pytest.raises(GivenRefused) as refused:
        cast.step("triage", referral, cast.anil, **{"priority": "P2"} | wrong)
    assert set(refused.value.errors) == {field}


def test_a_harm_nobody_knows_is_refused(cast):
    with pytest.raises(StepRefused, match="There is no harm type rudeness"):
        cast.step("triage", cast.referral("received"), cast.anil, priority="P2", harm_type="rudeness")


def test_an_outcome_nobody_knows_is_refused(cast):
    with pytest.raises(GivenRefused, match="Not an outcome: TELEPORTED"):
        cast.step("conclude", cast.referral("accepted"), cast.ben, outcomes=(OutcomeDraft("TELEPORTED"),))


def test_a_step_on_a_version_that_is_gone_is_stale(cast):
    referral = cast.referral("triaged")
    with pytest.raises(VersionStale, match="at version 2, not 1"):
        cast.step("offer", referral, cast.cora, to_agency=cast.police, version=1)


def test_shape_is_refused_before_anything_is_looked_up(cast):
    cleo = cast.actor(cast.cleo)
    with acting_as(cleo), pytest.raises(GivenRefused):
        perform("decline", referral_id=uuid.uuid4(), by=cleo, at=timezone.now(), given=Given())


def test_an_offer_is_not_expired_before_its_deadline(cast):
    referral = cast.referral("offered")
    with pytest.raises(StepRefused, match="may be answered until"):
        cast.step("expire", referral, CLOCK)


def test_after_a_refusal_another_agency_may_be_offered_it(cast):
    referral = cast.referral("offered")
    take(cast, "decline", referral, "ben")
    cast.step("offer", referral, cast.cora, to_agency=cast.eastmoor)
    assert sees(cast, "dev", referral)
    assert not sees(cast, "ben", referral)


SENTENCES = {  # who, from which state, tries what: what they are told
    ("asha", "received", "triage"): "Triage is for the Centre only.",
    ("ben", "offered", "conclude"): "Conclude is for the custodian only.",
    ("anil", "triaged", "offer"): "Offer to agency is for a coordinator of the Centre only.",
    ("otis", "received", "triage"): "Triage needs a role that acts for its agency.",
    (
        "asha",
        "accepted",
        "withdraw",
    ): "Withdraw is not open: the referral is accepted. Accepted by Northshire Police",
    (
        "cora",
        "rejected",
        "triage",
    ): "Triage is not open: the referral is rejected. Rejected by Anil Mehta (Online",
    (
        "cora",
        "accepted",
        "recall",
    ): "Recall the offer is not open: no offer of it is open. Accepted by Ben Carrow (",
    (
        "ben",
        "concluded",
        "return",
    ): "Return to the Centre is not open: the referral is concluded. Concluded by Ben",
}


@pytest.mark.parametrize(("who", "status", "name"), SENTENCES)
def test_a_refusal_is_a_sentence_for_the_person_who_tried(cast, who, status, name):
    with pytest.raises(StepRefused) as refused:
        take(cast, name, cast.referral(status), who)
    assert str(refused.value).startswith(SENTENCES[who, status, name])
