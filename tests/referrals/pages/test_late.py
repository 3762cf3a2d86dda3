"""What will be late next: which clocks, in which order, whose, why one stands still, and what is to be done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.access import visible_events
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from ohsc.core.shapes import shown_moment
from referrals.actions import chase_by_the_clock, receive, take
from referrals.drafts import Draft
from referrals.models import Question
from tests.api.test_statements import statements
from tests.cast import ARRIVAL, QUESTION, SUMMARY

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def shown(cast, who, query="") -> list:
    """The rows of the page, in order."""
    answer = cast.browser(getattr(cast, who)).get(f"/late{query}")
    assert answer.status_code == 200
    return [row for group in answer.context["groups"] for row in group["rows"]]


def clocks(cast, who, query="") -> list[tuple[str, str, str]]:
    return [(row.referral.external_ref, row.clock, row.agency.slug) for row in shown(cast, who, query)]


@pytest.fixture
def world(cast):
    """Each clock once. Left of it are 22 hours; 3 hours of an offer, and near 7 days of its custodian's; a day; one is
    late since an hour; and a question is late since six hours, for which a clock with near 7 days stands still."""
    now = timezone.now()
    cast.referral("received", external_ref="eyes", at=now - 2 * HOUR)
    cast.referral("offered", external_ref="offer", at=now - HOUR - 2 * MINUTE)
    cast.referral("accepted", external_ref="a-day", at=now - 6 * DAY)
    cast.referral("accepted", external_ref="late", at=now - 7 * DAY - HOUR)
    asked = cast.referral("accepted", external_ref="asked", at=now - 11 * HOUR)
    cast.step("ask", asked, cast.ben, at=now - 10 * HOUR, to_agency=cast.lumen, question=QUESTION)
    return cast


ALL = [
    ("asked", "question", "lumen-social"),
    ("late", "action", "northshire-police"),
    ("offer", "offer", "northshire-police"),
    ("eyes", "eyes", "ohsc"),
    ("a-day", "action", "northshire-police"),
    ("offer", "action", "ohsc"),
    ("asked", "action", "northshire-police"),
]


def test_the_centre_finds_anybodys_clock_with_what_is_left_least_first(world):
    assert clocks(world, "cora") == ALL
    assert [row.is_late for row in shown(world, "cora")] == [True, True, False, False, False, False, False]


@pytest.mark.parametrize(
    ("who", "mine"),
    [
        ("ben", [ALL[1], ALL[2], ALL[4], ALL[6]]),
        ("asha", [ALL[0]]),
        ("dev", []),
        ("cleo", []),
    ],
)
def test_an_agency_finds_its_own_and_nothing_of_anothers(world, who, mine):
    assert clocks(world, who) == mine
    page = world.browser(getattr(world, who)).get("/late").content.decode()
    references = {row.referral.reference for row in shown(world, "cora")}
    own = {row.referral.reference for row in shown(world, who)}
    assert not any(reference in page for reference in references - own)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?horizon=late", ALL[:2]),
        ("?horizon=4h", ALL[:3]),
        ("?horizon=24h", ALL[:5]),
        ("?clock=eyes", [ALL[3]]),
        ("?clock=action", [ALL[1], *ALL[4:]]),
        ("?clock=offer", [ALL[2]]),
        ("?clock=question", [ALL[0]]),
        ("?agency=lumen-social", [ALL[0]]),
        ("?agency=ohsc&horizon=24h", [ALL[3]]),
        ("?band=P1", []),
        ("?horizon=nonsense&clock=x&band=P9&agency=nobody&after=%00", ALL),
    ],
)
def test_the_centre_narrows_it(world, query, kept):
    assert clocks(world, "cora", query) == kept


def test_an_agency_does_not_narrow_it_to_anothers(world):
    assert clocks(world, "ben", "?agency=lumen-social") == clocks(world, "ben")
    assert "Whose clock" not in world.browser(world.ben).get("/late").content.decode()


def test_a_clock_that_stands_still_says_for_whose_answer_and_keeps_what_was_left(world):
    [row] = [row for row in shown(world, "ben") if row.paused_at]
    assert row.question.to_agency == world.lumen
    assert abs(row.left - (7 * DAY - HOUR)) < MINUTE  # it ran an hour, then stood still
    page = world.browser(world.ben).get("/late").content.decode()
    assert "for an answer from <strong>Lumen Social</strong>" in page


@pytest.mark.parametrize(
    ("who", "to_do"),
    [
        (
            "cora",
            [
                "See the question",
                "Ask how it stands",
                "See the offer",
                "Triage it",
                "Ask how it stands",
                "See the offer",
                "See the question",
            ],
        ),
        ("ben", ["Act on it", "Accept or decline", "Act on it", "Press for the answer"]),
        ("asha", ["Answer the question"]),
        ("otis", ["Open the record"] * 7),
    ],
)
def test_each_row_says_the_one_thing_to_do_next(world, who, to_do):
    rows = shown(world, who)
    assert [row.to_do for row in rows] == to_do
    browser = world.browser(getattr(world, who))
    assert {browser.get(row.url.split("#")[0]).status_code for row in rows} == {200}


def test_what_was_triaged_is_offered_by_a_coordinator(cast):
    referral = cast.referral("triaged")
    assert [(row.to_do, row.url) for row in shown(cast, "cora")] == [
        ("Offer it to an agency", f"/board/{referral.pk}")
    ]
    assert [row.to_do for row in shown(cast, "anil")] == ["Act on it"]


def test_who_has_it_is_named_to_their_own_agency_alone(cast):
    referral = cast.referral("accepted")
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        take(referral.pk, by=ben, at=timezone.now())
    said = "Ben Carrow has it."
    assert said in cast.browser(cast.bea).get("/late").content.decode()
    assert said not in cast.browser(cast.cora).get("/late").content.decode()


def test_a_question_that_was_escalated_stands_on_the_page_of_both_and_the_centres(world):
    now = timezone.now()
    with acting_as(CLOCK):
        question = Question.objects.get()
        for at in (now - 5 * HOUR, now - MINUTE):
            chase_by_the_clock(question.pk, by=CLOCK, at=at)
    found = {who: clocks(world, who, "?clock=question") for who in ("asha", "ben", "cora", "dev")}
    assert found == {"asha": [ALL[0]], "ben": [ALL[0]], "cora": [ALL[0]], "dev": []}
    assert "Escalated" in world.browser(world.ben).get("/late").content.decode()


def test_what_is_over_or_far_off_is_not_there(cast):
    cast.referral("concluded", external_ref="over", at=timezone.now() - 20 * DAY)
    far = cast.referral("received", external_ref="far")
    cast.step("triage", far, cast.anil, priority="P4")
    assert clocks(cast, "cora") == []
    assert "No clock runs out within the week" in cast.browser(cast.cora).get("/late").content.decode()


def test_a_long_list_comes_in_parts_each_clock_once(cast):
    source, now = cast.actor(cast.asha), timezone.now()
    with acting_as(source):
        drafts = [Draft(**SUMMARY, external_ref=f"n-{number}") for number in range(60)]
        receive(drafts, arrival=ARRIVAL({"sixty": 60}), by=source, at=now)
    browser, seen, address = cast.browser(cast.cora), [], "/late"
    for _ in range(2):
        answer = browser.get(address)
        seen.append([row.referral.pk for group in answer.context["groups"] for row in group["rows"]])
        address = f"/late{answer.context['next_url']}"
    assert [len(part) for part in seen] == [50, 10]
    assert len({*seen[0], *seen[1]}) == 60
    assert address == "/late"


@pytest.mark.parametrize("who", ["cora", "ben", "asha"])
def test_it_takes_the_same_however_many_rows_there_are(world, who):
    page = world.browser(getattr(world, who))
    few = len(statements(lambda: page.get("/late")))
    now = timezone.now()
    for number in range(4):
        world.referral("offered", external_ref=f"o-{number}", at=now - HOUR)
        asked = world.referral("accepted", external_ref=f"q-{number}", at=now - 11 * HOUR)
        world.step("ask", asked, world.ben, at=now - 10 * HOUR, to_agency=world.lumen, question=QUESTION)
    assert len(statements(lambda: page.get("/late"))) == few <= 14


def test_the_look_is_recorded_with_what_it_showed(world):
    rows = shown(world, "ben", "?horizon=late")
    otis = world.actor(world.otis)
    with acting_as(otis):
        event = visible_events(otis).filter(action="late.listed").get()
    assert event.subject_ids == [row.referral.pk for row in rows]
    assert event.details["filters"] == {"horizon": "late"}


# On the record: by when, and pressing for it.


def test_the_record_of_both_says_by_when_an_answer_is_asked_and_the_asking_side_presses(cast):
    start = timezone.now() - HOUR
    referral = cast.referral("accepted", at=start - HOUR)
    cast.step("ask", referral, cast.ben, at=start, to_agency=cast.lumen, question=QUESTION)
    with acting_as(CLOCK):
        question = Question.objects.get()
    pages = {
        who: cast.browser(getattr(cast, who)).get(f"/referrals/{referral.pk}").content.decode()
        for who in ("asha", "ben", "cora")
    }
    assert all("Answer asked for by" in page for page in pages.values())
    assert {who for who, page in pages.items() if "Press for the answer" in page} == {"ben"}
    ben = cast.browser(cast.ben)
    first = ben.post(f"/questions/{question.pk}/chase", follow=True).content.decode()
    again = ben.post(f"/questions/{question.pk}/chase", follow=True).content.decode()
    assert "Lumen Social is told that you wait for the answer." in first
    assert "You can press again from" in again
    assert "Press for the answer" not in again
    assert cast.browser(cast.dev).post(f"/questions/{question.pk}/chase").status_code == 404


def test_a_system_presses_too_and_is_told_when_it_may_again(cast):
    start = timezone.now() - HOUR
    referral = cast.referral("accepted", at=start - HOUR)
    cast.step("ask", referral, cast.ben, at=start, to_agency=cast.lumen, question=QUESTION)
    with acting_as(CLOCK):
        question = Question.objects.get()
    address = f"/api/v1/questions/{question.pk}/chase"
    system = cast.system(cast.police_client)
    pressed, again = (system.post(address, content_type="application/json") for _ in range(2))
    assert (pressed.status_code, again.status_code) == (200, 409)
    assert pressed.json()["answer_by"] == shown_moment(start + 4 * HOUR)
    assert "You can press again from" in again.json()["detail"]
    statuses = {
        who: cast.system(getattr(cast, f"{who}_client"))
        .post(address, content_type="application/json")
        .status_code
        for who in ("lumen", "eastmoor", "centre")
    }
    assert statuses == {"lumen": 409, "eastmoor": 404, "centre": 409}
