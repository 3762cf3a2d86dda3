"""The scorecards: counted for everybody by the clock, shown to each as theirs, and to nobody else's eyes as a file.

What is counted is typed by hand from what the cast did.
"""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.access import visible_events
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.actions import tell_source
from referrals.models import FeedbackOwed, Referral, Scorecard
from referrals.scorecard_range import ranges
from referrals.scorecards import Card, in_a_file
from referrals.tasks import count_the_scorecards
from tests.cast import CHILD_SAFE

DAY = timedelta(days=1)


def card(agency, side: str, days: int = 28) -> dict:
    with acting_as(CLOCK):
        return Scorecard.objects.get(agency=agency, side=side, days=days).figures


@pytest.fixture
def counted(cast):
    """Of six from Lumen Social the police concluded one, have one, declined one, let one expire; the Centre rejected
    one; one waits since 40 days."""
    cast.referral("concluded")
    cast.referral("accepted")
    declined = cast.referral("offered")
    cast.step("decline", declined, cast.ben, reason_code="no_capacity")
    expired = cast.referral("offered", at=timezone.now() - 30 * DAY)
    cast.step("expire", expired, CLOCK)
    cast.referral("rejected")
    cast.referral("received", at=timezone.now() - 40 * DAY)
    count_the_scorecards()
    return cast


def test_a_source_is_counted_by_what_came_of_what_it_sent(counted):
    figures = card(counted.lumen, "source")
    assert figures["received"] == 4  # two came before these 28 days
    assert {name: figures[name] for name in ("waiting", "in_work", "concluded", "withdrawn", "rejected")} == {
        "waiting": 1, "in_work": 1, "concluded": 1, "withdrawn": 0, "rejected": 1,
    }  # fmt: skip
    assert figures["accepted"] == 2
    assert figures["reasons"] == {"insufficient": 1}
    assert figures["outcomes"] == {"CHILD_SAFEGUARDED": 1}
    with acting_as(CLOCK):
        scores = list(Referral.objects.values_list("actionability", flat=True))
    assert len(set(scores)) == 1
    assert figures["complete"] == {"mean": scores[0], "low": scores[0], "high": scores[0]}
    assert card(counted.lumen, "source", 90)["received"] == 6


def test_what_was_missing_is_counted_by_its_name(cast):
    cast.referral("received", occurred_at=None, jurisdiction="")
    count_the_scorecards()
    with acting_as(CLOCK):
        [missing] = Referral.objects.values_list("missing", flat=True)
    assert missing
    assert card(cast.lumen, "source")["missing"] == dict.fromkeys(missing, 1)


def test_a_receiver_is_counted_by_its_answers(counted):
    figures = card(counted.police, "receiver", 90)
    assert {name: figures[name] for name in ("offers", "open", "accepted", "declined", "expired", "taken_back")} == {
        "offers": 4, "open": 0, "accepted": 2, "declined": 1, "expired": 1, "taken_back": 0,
    }  # fmt: skip
    assert figures["reasons"] == {"no_capacity": 1}
    assert figures["clocks"] == {"P2": [2, 2]}
    assert figures["outcomes"] == {"CHILD_SAFEGUARDED": 1}
    assert figures["feedback"] == [1, 1]  # of the one concluded; of the other none is due yet


def test_the_hours_to_answer_are_the_middle_one(cast):
    for hours in (1, 2, 9):
        at = timezone.now() - 3 * DAY
        referral = cast.referral("triaged", at=at)
        cast.step("offer", referral, cast.cora, at=at + DAY, to_agency=cast.police)
        cast.step("accept", referral, cast.ben, at=at + DAY + timedelta(hours=hours))
    count_the_scorecards()
    assert card(cast.police, "receiver")["hours"] == 2.0


def test_a_clock_that_was_missed_is_not_kept(cast):
    referral = cast.referral("accepted")
    with acting_as(CLOCK), writing():
        Referral.objects.filter(pk=referral.pk).update(breached_at=timezone.now())
    count_the_scorecards()
    assert card(cast.police, "receiver")["clocks"] == {"P2": [1, 0]}


@pytest.mark.parametrize(
    ("days_ago", "then", "feedback"),
    [
        (13, "told", [1, 1]),
        (15, "told", [1, 0]),
        (15, "concluded", [1, 0]),
        (15, "returned", [1, 0]),
        (13, "returned", [0, 0]),
        (15, "nothing", [1, 0]),
        (13, "nothing", [0, 0]),
    ],
)
def test_word_counts_as_in_time_by_the_day_it_was_due(cast, days_ago, then, feedback):
    referral = cast.referral("accepted")
    with acting_as(CLOCK), writing():
        owed = FeedbackOwed.objects.get(referral=referral.pk)
        owed.since, owed.due_at = owed.since - days_ago * DAY, owed.due_at - days_ago * DAY
        owed.save()
    ben = cast.actor(cast.ben)
    if then == "told":
        with acting_as(ben):
            tell_source(referral.pk, code="ACKNOWLEDGED", by=ben, at=timezone.now())
    elif then == "concluded":
        cast.step("conclude", referral, cast.ben, outcomes=(CHILD_SAFE,))
    elif then == "returned":
        cast.step("return", referral, cast.ben, reason_code="no_capacity")
    count_the_scorecards()
    assert card(cast.police, "receiver")["feedback"] == feedback


def test_counting_takes_as_many_statements_for_any_number_of_agencies(cast):
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            count_the_scorecards()
        return len(asked)

    count_the_scorecards()
    for _ in range(2):
        cast.referral("concluded")
    few = statements()
    cast.referral("passed_on")
    assert statements() == few


def test_a_card_of_which_nothing_is_counted_any_more_says_so(counted):
    with acting_as(CLOCK), writing():
        row = Scorecard.objects.get(agency=counted.lumen, side="source", days=28)
        Scorecard.objects.create(
            agency=counted.harbour, side="source", days=28, counted_at=row.counted_at, figures=row.figures
        )
    count_the_scorecards()
    assert card(counted.harbour, "source")["received"] == 0


# Where others lie.


def source(received: int, accepted: int) -> dict:
    return {
        "received": received, "accepted": accepted, "rejected": 0, "concluded": 0,
        "complete": {"mean": 60, "low": 50, "high": 70},
    }  # fmt: skip


def test_the_middle_half_of_five_agencies_is_rounded_to_five():
    five = [source(10, accepted) for accepted in (1, 3, 5, 7, 9)]
    assert ranges("source", five)["accepted"] == [30, 70]
    five = [source(100, accepted) for accepted in (11, 32, 54, 71, 93)]
    assert ranges("source", five)["accepted"] == [30, 70]


def test_fewer_than_five_agencies_or_ten_referrals_are_not_compared():
    assert ranges("source", [source(100, 50)] * 4) == {}
    assert ranges("source", [source(1, 1)] * 9) == {}
    assert ranges("source", [source(2, 1)] * 5)["accepted"] == [50, 50]


# Who is shown what.


def test_the_centre_sees_every_count_as_it_is(counted):
    page = counted.browser(counted.cora).get("/scorecards?days=28").content.decode()
    assert "Lumen Social" in page
    assert "Northshire Police" in page
    assert "fewer than 5" not in page.replace("stands as “fewer than 5”", "")


def test_an_agency_sees_its_own_and_nobody_elses(counted):
    ben = counted.browser(counted.ben).get("/scorecards?days=90").content.decode()
    assert "No capacity" in ben
    assert "Lumen Social" not in ben
    assert "Too few to show" in ben
    asha = counted.browser(counted.asha).get("/scorecards?days=90").content.decode()
    assert "Not enough to act on" in asha
    assert "Northshire Police" not in asha


def test_it_says_so_where_nothing_was_counted_yet(cast):
    assert "Not counted yet" in cast.browser(cast.cora).get("/scorecards").content.decode()


def test_a_look_is_recorded(counted):
    counted.browser(counted.cora).get("/scorecards")
    otis = counted.actor(counted.otis)
    with acting_as(otis):
        event = visible_events(otis).filter(action="scorecards.opened").get()
    assert event.actor_id == counted.cora.pk
    assert event.subject_type == "scorecard"


# As a file.


def test_a_file_of_the_sources_is_suppressed_and_recorded(counted):
    asked = {"days": "90", "side": "source", "purpose": "quality"}
    answer = counted.browser(counted.cora).post("/scorecards/csv", asked)
    header, lumen = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert dict(zip(header, lumen, strict=True)) == {
        "Agency": "Lumen Social",
        "Received": "at least 4",
        "Not accepted yet": "fewer than 5",
        "Accepted, being worked on": "fewer than 5",
        "Concluded": "fewer than 5",
        "Withdrawn": "0",
        "Rejected: Not enough to act on": "fewer than 5",
        "Rejected: Out of scope": "0",
        "Rejected: Not credible": "0",
        "Rejected: Duplicate report": "0",
        "Rejected: Spam": "0",
        "How complete, of 100": "withheld",
    }
    otis = counted.actor(counted.otis)
    with acting_as(otis):
        event = visible_events(otis).filter(action="scorecards.exported").get()
    assert (event.kind, event.details["side"], event.details["rows"]) == ("disclosure", "source", 1)


def test_a_file_wants_a_purpose(counted):
    answer = counted.browser(counted.cora).post("/scorecards/csv", {"days": "90", "side": "source"})
    assert answer.status_code == 422


def test_the_middle_figure_stands_only_where_a_shown_count_carries_it():
    def police(accepted: int) -> Card:
        figures = {
            "offers": accepted, "open": 0, "accepted": accepted, "declined": 0, "expired": 0, "taken_back": 0,
            "hours": 2.5, "reasons": {}, "clocks": {"P2": [40, 38]}, "feedback": [0, 0], "outcomes": {},
        }  # fmt: skip
        return Card("receiver", "Northshire Police", figures)

    header, [few] = in_a_file("receiver", [police(4)])
    assert few[header.index("Hours to answer, the middle one")] == "withheld"
    header, [five] = in_a_file("receiver", [police(5)])
    assert five[header.index("Hours to answer, the middle one")] == "2.5"
    assert five[header.index("Clocks") : header.index("Clocks") + 3] == ["40", "withheld", "fewer than 5"]
