"""Which reads are shown as unusual, and which are not: a few rules, each with what just falls under it.

The events are written by the one function that writes events, as each person, at hours of this test's choosing.
"""

from datetime import UTC, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit import actions as audit
from audit.models import Event, Review
from audit.unusual import unusual
from ohsc.core.acting import acting_as, writing

NOON = timezone.now().astimezone(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
DAY = timedelta(days=1)
# The last whole Tuesday: desks are open at noon and shut at three in the morning.
TUESDAY = NOON - DAY * ((NOON.weekday() - 1) % 7 or 7)
NIGHT = TUESDAY - timedelta(hours=9)
CONSULTED, CHANGED = audit.Kind.CONSULTATION, audit.Kind.ALTERATION


def did(cast, who, action, *, at=TUESDAY, times=1, kind=CONSULTED, subjects=None, **details):
    """The same thing, several times within half an hour, each about a record of its own."""
    actor = cast.actor(who)
    with acting_as(actor):
        for number in range(times):
            audit.record(
                kind,
                action,
                by=actor,
                at=at + timedelta(seconds=number * 10),
                subject_type="referral",
                subject_ids=[uuid4()] if subjects is None else subjects,
                details=details,
            )


def found(cast, days=10) -> list[tuple[str, str, str]]:
    otis = cast.actor(cast.otis)
    with acting_as(otis):
        return [
            (each.found.rule.name, each.who, each.found.why)
            for each in unusual(days, otis, at=timezone.now())
        ]


def test_a_day_of_ordinary_work_shows_nothing(cast):
    did(cast, cast.ben, "referral.opened", times=19)
    did(cast, cast.ben, "referral.opened", times=4, at=NIGHT)
    did(cast, cast.ben, "narrative.opened", times=9, at=TUESDAY + timedelta(hours=2))
    did(cast, cast.ben, "referral.searched", times=4, subjects=[])
    did(cast, cast.ben, "request.refused", kind=audit.Kind.REFUSAL, times=9, status=404)
    did(cast, cast.ben, "request.refused", kind=audit.Kind.REFUSAL, times=20, status=422)
    did(cast, cast.ben, "referral.exported", kind=audit.Kind.DISCLOSURE, times=4, rows=499)
    assert found(cast) == []


def test_many_more_records_in_an_hour_than_is_usual_for_this_person(cast):
    did(cast, cast.ben, "referral.opened", times=20)
    assert found(cast) == [
        ("many_records", "Ben Carrow", "Opened 20 records in an hour; none in the 28 days before.")
    ]


def test_a_busy_person_is_measured_by_their_own_usual_hour(cast):
    for days in (11, 12, 13):
        did(cast, cast.ben, "referral.opened", times=6, at=TUESDAY - DAY * days)
        did(cast, cast.bea, "referral.opened", times=5, at=TUESDAY - DAY * days)
    for person in (cast.ben, cast.bea):
        did(cast, person, "referral.opened", times=22)
    assert found(cast) == [("many_records", "Bea Dunmore", "Opened 22 records in an hour; usually about 5.")]


def test_the_same_record_opened_often_is_one_record(cast):
    did(cast, cast.ben, "referral.opened", times=30, subjects=[uuid4()])
    assert found(cast) == []


def test_records_opened_while_the_agencys_desk_is_closed(cast):
    did(cast, cast.ben, "referral.opened", times=5, at=NIGHT)
    assert found(cast) == [
        ("out_of_hours", "Ben Carrow", "Opened 5 records while their agency's desk was closed.")
    ]


def test_narratives_opened_and_nothing_else_done_with_them(cast):
    did(cast, cast.ben, "narrative.opened", times=10)
    did(cast, cast.bea, "narrative.opened", times=9)
    worked = uuid4()
    did(cast, cast.bea, "narrative.opened", subjects=[worked])
    did(cast, cast.bea, "referral.accept", kind=CHANGED, subjects=[worked], at=TUESDAY + timedelta(hours=1))
    assert found(cast) == [
        (
            "narratives_without_work",
            "Ben Carrow",
            "Opened the narratives of 10 records in a day, and did nothing else with them.",
        )
    ]


def test_asking_again_and_again_for_what_is_not_theirs(cast):
    did(cast, cast.cleo, "request.refused", kind=audit.Kind.REFUSAL, times=10, status=404)
    assert found(cast) == [
        (
            "refusals",
            "Cleo Marsh",
            "Was refused 10 times in an hour, for what is not there or not theirs.",
        )
    ]


def test_a_refusal_is_recorded_as_the_rule_reads_it(cast):
    assert cast.browser(cast.cleo).get(f"/referrals/{cast.referral().pk}").status_code == 404
    with acting_as(cast.actor(cast.otis)):
        event = Event.objects.get(action="request.refused", details__status__in=(403, 404))
    assert event.actor_id == cast.cleo.pk


def test_searching_again_and_again_for_nothing(cast):
    did(cast, cast.ben, "referral.searched", times=5, subjects=[])
    assert found(cast) == [("empty_searches", "Ben Carrow", "Searched 5 times in an hour and found nothing.")]


def test_a_large_file_and_many_files(cast):
    did(cast, cast.ben, "referral.exported", kind=audit.Kind.DISCLOSURE, rows=500)
    did(cast, cast.bea, "referral.exported", kind=audit.Kind.DISCLOSURE, rows=3, times=5)
    assert sorted(found(cast)) == [
        ("large_files", "Bea Dunmore", "Took out 5 files in a day, the largest of 3 rows."),
        ("large_files", "Ben Carrow", "Took out 1 file in a day, the largest of 500 rows."),
    ]


def test_what_was_before_the_days_asked_for_is_not_shown(cast):
    did(cast, cast.ben, "referral.opened", times=20, at=TUESDAY - DAY * 20)
    assert found(cast) == []
    assert len(found(cast, days=30)) == 1


# Looked into.


@pytest.fixture
def line(cast):
    did(cast, cast.ben, "referral.opened", times=20)
    return f"many_records {cast.ben.pk} {TUESDAY.isoformat()}"


def test_a_line_is_looked_into_and_the_note_stands_beside_it(cast, line):
    otis = cast.browser(cast.otis)
    page = otis.get("/audit/unusual", {"days": 30}).content.decode()
    assert line in page
    assert f"/audit/people/{cast.ben.pk}?since={TUESDAY.date().isoformat()}" in page
    otis.post("/audit/unusual/looked-into", {"which": line, "note": "A flood of reports that day."})
    page = otis.get("/audit/unusual", {"days": 30}).content.decode()
    assert "A flood of reports that day." in page
    with acting_as(cast.actor(cast.otis)):
        event = Event.objects.get(action="audit.looked_into")
    assert (event.subject_ids, event.details["rule"]) == ([cast.ben.pk], "many_records")
    assert "flood" not in str(event.details)


@pytest.mark.parametrize(
    "given", [{"note": ""}, {"which": "many_records x y", "note": "Well."}, {"which": "", "note": "Well."}]
)
def test_a_note_without_words_or_without_a_line_is_refused(cast, line, given):
    answer = cast.browser(cast.otis).post("/audit/unusual/looked-into", {"which": line} | given)
    assert answer.status_code == 422
    with acting_as(cast.actor(cast.otis)):
        assert not Review.objects.exists()


@pytest.mark.parametrize("who", ["cora", "ada", "ben"])
def test_notes_are_the_centres_auditors_alone_in_the_database_too(cast, line, who):
    actor = cast.actor(getattr(cast, who))
    cast.browser(cast.otis).post("/audit/unusual/looked-into", {"which": line, "note": "Well."})
    with acting_as(cast.actor(cast.otis)):
        assert Review.objects.count() == 1
    with acting_as(actor):
        assert not Review.objects.exists()
    answer = cast.browser(getattr(cast, who)).post("/audit/unusual/looked-into", {"which": line, "note": "x"})
    assert answer.status_code == 403


def test_a_note_is_never_changed(cast, line):
    cast.browser(cast.otis).post("/audit/unusual/looked-into", {"which": line, "note": "Well."})
    with acting_as(cast.actor(cast.otis)), writing():
        for change in (lambda: Review.objects.update(note="x"), lambda: Review.objects.all().delete()):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                change()
