"""A narrative marked TLP:RED that an agency accepted is its own and its source's; the Centre opens it in an emergency,
to one person, for an hour, with a second person's review, and everyone whom it concerns is told."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.access import visible_events
from notifications.actions import spread_waiting
from notifications.models import InboxItem, Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals import tasks
from referrals.access import visible_emergency_openings, visible_narratives
from referrals.actions import StepRefused, break_glass, end_opening, receive, review_opening
from referrals.drafts import Draft, Handling
from referrals.models import EmergencyOpening, Narrative, Referral
from tests.cast import ARRIVAL, SUMMARY

RED = Handling(tlp="RED")
WORDS = SUMMARY["narrative"]
EMERGENCY = {"why": "child_at_risk", "reason": "A meeting is said to be today."}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def closed(cast):
    """Accepted by the police, from Lumen Social, marked TLP:RED."""
    return cast.referral("accepted", handling=RED)


def act(cast, who, verb, *args, at=None, **given):
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        return verb(*args, by=actor, at=at or timezone.now(), **given)


def broken(cast, referral, who="cora", at=None) -> EmergencyOpening:
    return act(cast, who, break_glass, referral.pk, at=at, **EMERGENCY)


def reads(cast, who, referral) -> bool:
    """Does this one read the words, through the managers and through the database? Both must say the same."""
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        by_manager = visible_narratives(actor).filter(referral=referral).exists()
        by_database = Narrative.objects.filter(referral=referral).exists()
    if actor.is_centre:
        assert by_manager == by_database
    return by_manager


def notices(topic: str) -> set[tuple[str, str]]:
    """Whom this was written to, and in which words."""
    with acting_as(CLOCK), writing():
        return {(n.agency.slug, n.says) for n in Notice.objects.filter(topic=topic).select_related("agency")}


def events(cast, who, referral) -> list[tuple[str, str, str]]:
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        found = [event for event in visible_events(actor) if referral.pk in event.subject_ids]
    return [(event.kind, event.action, event.purpose) for event in reversed(found)]


# Whose it is.


@pytest.mark.parametrize(
    ("status", "centre", "police"),
    [
        ("received", True, False),
        ("triaged", True, False),
        ("offered", True, False),
        ("accepted", False, True),
        ("passed_on", False, True),
        ("concluded", False, True),
        ("rejected", True, False),
        ("withdrawn", True, False),
    ],
)
def test_it_is_closed_to_the_centre_from_when_an_agency_accepts_it(cast, status, centre, police):
    draft = {"handling": RED} if status != "passed_on" else {"handling": Handling(tlp="AMBER")}
    referral = cast.referral(status, **draft)
    if status == "passed_on":  # what may be passed on so is another rule's; the marking is raised afterwards
        with acting_as(CLOCK), writing():
            Referral.objects.filter(pk=referral.pk).update(tlp="RED")
    assert {
        who: reads(cast, who, referral) for who in ("cora", "anil", "sol", "centre_client")
    } == dict.fromkeys(("cora", "anil", "sol", "centre_client"), centre)
    assert reads(cast, "ben", referral) is police
    assert reads(cast, "asha", referral)


def test_what_is_marked_less_stays_open_to_the_centre(cast):
    assert reads(cast, "cora", cast.referral("accepted", handling=Handling(tlp="AMBER+STRICT")))


def test_returned_to_the_centre_it_is_open_to_it_again(cast, closed):
    cast.step("return", closed, cast.ben, reason_code="no_capacity")
    assert reads(cast, "cora", closed)


def test_what_the_centre_sent_itself_it_goes_on_reading(cast):
    anil = cast.actor(cast.anil)
    draft = {**SUMMARY, "handling": RED}
    with acting_as(anil):
        (sent,) = receive([Draft(**draft)], arrival=ARRIVAL(draft), by=anil, at=timezone.now())
    for name, who, given in cast.way_to("accepted"):
        cast.step(name, sent, who, **given)
    assert reads(cast, "cora", sent)


def test_the_clock_needs_no_narrative_and_reads_no_closed_one(cast, closed):
    with acting_as(CLOCK):
        assert not visible_narratives(CLOCK).filter(referral=closed).exists()
        assert not Narrative.objects.filter(referral=closed).exists()
    assert tasks.watch_clocks() == 0
    assert tasks.balance_the_books() == 0


def test_no_system_but_the_sources_reads_it(cast, closed):
    answers = {
        who: cast.system(getattr(cast, who)).get(f"/api/v1/referrals/{closed.pk}").json()
        for who in ("centre_client", "police_client", "lumen_client")
    }
    assert {who: answer["narrative"] for who, answer in answers.items()} == {
        "centre_client": None,
        "police_client": None,
        "lumen_client": WORDS,
    }
    assert "narrative" in answers["centre_client"]["withheld"]


# Breaking it.


def test_it_opens_to_that_person_alone_for_an_hour_and_leaves_the_referral_as_it_was(cast, closed):
    at = timezone.now()
    opening = broken(cast, closed, at=at)
    assert opening.until == at + HOUR
    assert {who: reads(cast, who, closed) for who in ("cora", "anil", "sol", "centre_client")} == {
        "cora": True, "anil": False, "sol": False, "centre_client": False,
    }  # fmt: skip
    with acting_as(CLOCK):
        after = Referral.objects.get(pk=closed.pk)
    for name in ("status", "custodian_id", "version", "updated_at", "due_at"):
        assert getattr(after, name) == getattr(closed, name), name


def test_it_opens_no_other_referral(cast, closed):
    broken(cast, closed)
    assert not reads(cast, "cora", cast.referral("accepted", handling=RED, external_ref="LS-2"))


@pytest.mark.parametrize(
    ("ago", "open_still"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)]
)
def test_it_ends_after_the_hour_by_the_clock_of_the_database(cast, closed, ago, open_still):
    broken(cast, closed, at=timezone.now() - ago)
    assert reads(cast, "cora", closed) is open_still


def test_it_can_be_ended_before_and_broken_again(cast, closed):
    broken(cast, closed)
    act(cast, "cora", end_opening, closed.pk)
    assert not reads(cast, "cora", closed)
    broken(cast, closed)
    assert reads(cast, "cora", closed)


def test_nobody_ends_anothers(cast, closed):
    broken(cast, closed)
    act(cast, "sol", end_opening, closed.pk)
    assert reads(cast, "cora", closed)


def test_while_it_lasts_it_is_not_broken_twice_and_after_its_time_it_may_be(cast, closed):
    broken(cast, closed, at=timezone.now() - HOUR - timedelta(minutes=1))
    broken(cast, closed)
    with pytest.raises(StepRefused, match="still open to you"):
        broken(cast, closed)
    broken(cast, closed, who="anil")


@pytest.mark.parametrize("who", ["ada", "otis", "ben", "asha", "centre_client"])
def test_whose_role_or_agency_does_not_allow_it_does_not_break_it(cast, closed, who):
    with pytest.raises(StepRefused):
        broken(cast, closed, who=who)
    with acting_as(CLOCK):
        assert not visible_emergency_openings(CLOCK).exists()


@pytest.mark.parametrize(
    "given",
    [{"why": "", "reason": "x"}, {"why": "curiosity", "reason": "x"}, {"why": "other", "reason": "  "}],
)
def test_without_a_reason_in_words_it_stays_whole(cast, closed, given):
    with pytest.raises(StepRefused, match="Say why"):
        act(cast, "cora", break_glass, closed.pk, **given)


def test_what_is_not_closed_is_not_broken(cast):
    with pytest.raises(StepRefused, match="not closed to the Centre"):
        broken(cast, cast.referral("offered", handling=RED))


def test_somebody_who_left_the_centre_reads_it_no_more(cast, closed):
    broken(cast, closed)
    gone = replace(cast.actor(cast.cora), agency_id=cast.harbour.pk, is_centre=False)
    with acting_as(gone):
        assert not visible_narratives(gone).filter(referral=closed).exists()
        assert not Narrative.objects.filter(referral=closed).exists()


# What is written down, and who is told.


def test_breaking_and_each_opening_are_written_down_with_why(cast, closed):
    browser = cast.browser(cast.cora)
    broken(cast, closed)
    for _ in range(2):
        assert WORDS in browser.post(f"/referrals/{closed.pk}/narrative").content.decode()
    act(cast, "cora", end_opening, closed.pk)
    purpose = "break-glass: a child may be at risk now"
    found = [event for event in events(cast, "cora", closed) if event[1].startswith(("glass.", "narrative."))]
    assert found == [
        ("access", "glass.broken", purpose),
        ("consultation", "narrative.opened", purpose),
        ("consultation", "narrative.opened", purpose),
        ("access", "glass.ended", purpose),
    ]


def test_the_custodian_the_source_and_the_centre_are_told_at_once_and_read_no_content(cast, closed):
    broken(cast, closed)
    says = "The Centre broke the glass over its closed narrative"
    assert notices("referral.glass_broken") == {
        ("northshire-police", says), ("lumen-social", says), ("ohsc", says),
    }  # fmt: skip
    assert notices("glass.to_review") == {
        ("ohsc", "The glass was broken: say within a day whether it was justified")
    }
    spread_waiting(at=timezone.now())
    with acting_as(CLOCK), writing():
        items = InboxItem.objects.filter(topic__contains="glass").select_related("person")
        assert {(i.person.name.split()[0], i.topic) for i in items} == {
            ("Asha", "referral.glass_broken"),
            ("Bea", "referral.glass_broken"),
            ("Cora", "glass.to_review"),
            ("Sol", "glass.to_review"),
            ("Otis", "glass.to_review"),
        }
        assert not [i for i in items if "meeting" in i.says or i.reference != closed.reference]


# The second person.


@pytest.mark.parametrize("found", [True, False])
def test_a_second_person_says_whether_it_was_justified_and_everyone_is_told(cast, closed, found):
    opening = broken(cast, closed, who="anil")
    act(cast, "sol", review_opening, opening.pk, was_justified=found, note="The desk was rung first.")
    with acting_as(CLOCK):
        row = visible_emergency_openings(CLOCK).get()
    assert (row.reviewer_id, row.was_justified, row.review_note) == (
        cast.sol.pk, found, "The desk was rung first.",
    )  # fmt: skip
    says = f"A review found that breaking the glass was {'' if found else 'not '}justified"
    told = {("northshire-police", says), ("lumen-social", says), ("ohsc", says)}
    assert notices("referral.glass_reviewed") == told
    spread_waiting(at=timezone.now())
    with acting_as(CLOCK), writing():
        heard = InboxItem.objects.filter(topic="referral.glass_reviewed").select_related("person")
        assert {i.person.name.split()[0] for i in heard} == {"Asha", "Bea", "Anil"}
    assert reads(cast, "anil", closed) is found, "one that was not justified ends at once"


def test_nobody_reviews_their_own_and_nobody_reviews_what_was_reviewed(cast, closed):
    opening = broken(cast, closed)
    verdict = {"was_justified": True, "note": "Yes."}
    with pytest.raises(StepRefused, match="second person"):
        act(cast, "cora", review_opening, opening.pk, **verdict)
    act(cast, "sol", review_opening, opening.pk, **verdict)
    with pytest.raises(StepRefused, match="reviewed in the meantime"):
        act(cast, "sol", review_opening, opening.pk, was_justified=False, note="No.")


@pytest.mark.parametrize("who", ["anil", "ada", "otis", "bea"])
def test_whose_role_or_agency_does_not_allow_it_reviews_nothing(cast, closed, who):
    opening = broken(cast, closed)
    with pytest.raises(StepRefused):
        act(cast, who, review_opening, opening.pk, was_justified=True, note="Yes.")


def test_one_that_nobody_reviewed_within_the_day_alarms_the_reviewers_and_the_auditor_once(cast, closed):
    broken(cast, closed, at=timezone.now() - DAY + timedelta(minutes=1))
    tasks.watch_clocks()
    assert notices("glass.unreviewed") == set()
    late = cast.referral("accepted", handling=RED, external_ref="LS-2")
    broken(cast, late, who="anil", at=timezone.now() - DAY)
    for _ in range(2):
        tasks.watch_clocks()
    spread_waiting(at=timezone.now())
    with acting_as(CLOCK), writing():
        items = InboxItem.objects.filter(topic="glass.unreviewed").select_related("person")
        told = sorted((i.person.name.split()[0], i.reference) for i in items)
    assert told == [("Cora", late.reference), ("Otis", late.reference), ("Sol", late.reference)]


def test_one_that_was_reviewed_in_time_alarms_nobody(cast, closed):
    opening = broken(cast, closed, at=timezone.now() - DAY - HOUR)
    act(cast, "sol", review_opening, opening.pk, was_justified=True, note="Yes.")
    tasks.watch_clocks()
    assert notices("glass.unreviewed") == set()


# What the database holds by itself.


def row(cast, referral, **other) -> EmergencyOpening:
    at = timezone.now()
    return EmergencyOpening(
        **{"referral": referral, "person": cast.cora, "at": at, "until": at + HOUR} | EMERGENCY | other
    )


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        (lambda cast: {"until": timezone.now() - HOUR}, "emergency_ends_after_it_began"),
        (lambda cast: {"reason": ""}, "emergency_has_a_reason"),
        (
            lambda cast: {
                "reviewer": cast.cora,
                "reviewed_at": timezone.now(),
                "was_justified": True,
                "review_note": "Mine.",
            },
            "emergency_reviewed_by_another",
        ),
        (lambda cast: {"was_justified": True}, "emergency_review_is_whole"),
        (
            lambda cast: {"reviewer": cast.sol, "reviewed_at": timezone.now(), "was_justified": True},
            "emergency_review_is_whole",
        ),
    ],
)
def test_the_database_refuses_what_must_never_be(cast, closed, wrong, constraint):
    with acting_as(CLOCK), writing(), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row(cast, closed, **wrong(cast)).save(force_insert=True)


def test_the_database_refuses_a_second_one_that_is_open(cast, closed):
    with acting_as(CLOCK), writing():
        row(cast, closed).save(force_insert=True)
        with pytest.raises(IntegrityError, match="emergency_one_open_per_person"), transaction.atomic():
            row(cast, closed).save(force_insert=True)
        row(cast, closed, person=cast.sol).save(force_insert=True)


@pytest.mark.parametrize("key", ["referral_id", "person_id", "reviewer_id"])
def test_the_database_refuses_one_that_points_at_nothing(cast, closed, key):
    whole = {"reviewed_at": timezone.now(), "was_justified": True, "review_note": "Yes."}
    more = {"reviewer": cast.sol, **whole} if key == "reviewer_id" else {}
    made = row(cast, closed, **more)
    setattr(made, key, uuid4())
    with acting_as(CLOCK), writing():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match=f"emergency_{key}"), transaction.atomic():
            made.save(force_insert=True)


@pytest.mark.parametrize("who", ["ben", "bea", "asha", "cleo"])
def test_other_agencies_read_no_line_of_it(cast, closed, who):
    broken(cast, closed)
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        assert not visible_emergency_openings(actor).exists()
        assert not EmergencyOpening.objects.exists()
