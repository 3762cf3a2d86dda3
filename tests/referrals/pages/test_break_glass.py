"""A closed narrative on the pages: that it is closed and to whom it is not, breaking the glass, and its review."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals.access import visible_emergency_openings
from referrals.drafts import Handling
from tests.referrals.test_break_glass import EMERGENCY, RED, WORDS, broken

CLOSED = "Marked TLP:RED and in an agency’s custody, so it is for Northshire Police and Lumen Social alone."


@pytest.fixture
def closed(cast):
    return cast.referral("accepted", handling=RED)


def text_of(cast, who, address) -> str:
    answer = cast.browser(getattr(cast, who)).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def openings() -> list:
    with acting_as(CLOCK):
        return list(visible_emergency_openings(CLOCK))


@pytest.mark.parametrize(
    ("who", "is_closed", "may_break"),
    [
        ("cora", True, True),
        ("anil", True, True),
        ("sol", True, True),
        ("ada", True, False),
        ("otis", True, False),
        ("ben", False, False),
        ("asha", False, False),
    ],
)
def test_the_record_says_that_it_is_closed_and_to_whom_it_is_not(cast, closed, who, is_closed, may_break):
    text = text_of(cast, who, f"/referrals/{closed.pk}")
    assert (CLOSED in text) is is_closed
    assert ("Break the glass" in text) is may_break
    assert WORDS not in text


@pytest.mark.parametrize("who", ["cora", "anil", "sol"])
def test_what_is_closed_is_not_opened_by_asking_for_it(cast, closed, who):
    answer = cast.browser(getattr(cast, who)).post(
        f"/referrals/{closed.pk}/narrative", {"purpose": "quality"}
    )
    assert answer.status_code == 404
    assert WORDS not in answer.content.decode()


def test_no_list_search_or_file_of_the_centre_holds_the_closed_words(cast, closed):
    cora = cast.browser(cast.cora)
    pages = [cora.get(path) for path in ("/triage?tab=all", "/referrals", "/board", "/work", "/inbox")]
    pages += [
        cora.post("/search", {"text": "asked to continue elsewhere"}),
        cora.post("/referrals/csv", {"purpose": "planning"}),
        cora.get(f"/referrals/{closed.pk}/break-glass"),
    ]
    assert [answer.status_code for answer in pages] == [200] * len(pages)
    assert [answer for answer in pages if WORDS in answer.content.decode()] == []


def test_breaking_it_opens_the_words_until_it_is_ended(cast, closed):
    cora, page = cast.browser(cast.cora), f"/referrals/{closed.pk}"
    answer = cora.post(f"{page}/break-glass", EMERGENCY, follow=True)
    assert "You broke the glass. The narrative is open to you until" in answer.content.decode()
    assert WORDS in cora.post(f"{page}/narrative").content.decode()
    assert WORDS not in cast.browser(cast.anil).post(f"{page}/narrative").content.decode()
    answer = cora.post(f"{page}/break-glass/end", follow=True)
    assert CLOSED in answer.content.decode()
    assert cora.post(f"{page}/narrative").status_code == 404


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"why": "child_at_risk"}, "Write what makes it an emergency now"),
        ({"reason": "A meeting."}, "Choose which emergency it is"),
        (EMERGENCY | {"reason": "x" * 501}, "Shorten this to 500 characters"),
    ],
)
def test_without_a_reason_the_form_says_what_to_do_and_keeps_what_was_typed(cast, closed, given, says):
    answer = cast.browser(cast.cora).post(f"/referrals/{closed.pk}/break-glass", given)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert given.get("reason", "") in answer.content.decode()
    assert openings() == []


def test_what_is_not_closed_leads_back_to_its_record(cast):
    referral = cast.referral("accepted", handling=Handling(tlp="AMBER"))
    answer = cast.browser(cast.cora).post(f"/referrals/{referral.pk}/break-glass", EMERGENCY, follow=True)
    assert f"The narrative of {referral.reference} is not closed to you." in answer.content.decode()
    assert openings() == []


@pytest.mark.parametrize("who", ["ada", "otis", "ben", "asha", "cleo"])
@pytest.mark.parametrize("address", ["", "/end"])
def test_others_are_refused_whether_it_is_there_or_not(cast, closed, who, address):
    browser = cast.browser(getattr(cast, who))
    for key in (closed.pk, "00000000-0000-4000-8000-000000000000"):
        assert browser.post(f"/referrals/{key}/break-glass{address}", EMERGENCY).status_code == 403
    assert openings() == []


# The review.


@pytest.mark.parametrize(
    ("who", "status"), [("sol", 200), ("cora", 200), ("otis", 200), ("anil", 403), ("bea", 403)]
)
def test_who_reads_the_desk_of_broken_glass(cast, who, status):
    assert cast.browser(getattr(cast, who)).get("/break-glass").status_code == status


def test_an_empty_desk_says_what_will_come_there(cast):
    assert "Nothing waits for review" in text_of(cast, "sol", "/break-glass")


def test_the_desk_shows_what_is_overdue_and_what_waits_and_asks_the_second_person(cast, closed):
    late = cast.referral("accepted", handling=RED, external_ref="LS-2")
    broken(cast, closed)
    broken(cast, late, who="anil", at=timezone.now() - timedelta(hours=25))
    desk = cast.browser(cast.cora).get("/break-glass")
    assert [card["opening"].referral_id for card in desk.context["overdue"]] == [late.pk]
    assert [card["opening"].referral_id for card in desk.context["waiting"]] == [closed.pk]
    assert desk.context["overdue"][0]["form"], "anil’s is hers to review"
    assert desk.context["waiting"][0]["form"] is None, "her own is not"
    text = desk.content.decode()
    assert EMERGENCY["reason"] in text
    assert "You broke this glass, so another person reviews it." in text
    auditor = cast.browser(cast.otis).get("/break-glass")
    assert [card["form"] for card in auditor.context["overdue"]] == [None]


def test_a_review_is_written_down_and_leaves_the_desk(cast, closed):
    opening = broken(cast, closed)
    sol = cast.browser(cast.sol)
    address = f"/break-glass/{opening.pk}/review"
    refused = sol.post(address, {"verdict": "no"})
    assert refused.status_code == 422
    assert "Write what the review found" in refused.content.decode()
    answer = sol.post(address, {"verdict": "no", "note": "The desk was open."}, follow=True)
    text = answer.content.decode()
    assert "Found not justified. The custodian, the source and the person are told." in text
    assert "Not justified" in text
    assert "The desk was open." in text
    assert "Nothing waits for review" in text
    again = sol.post(address, {"verdict": "yes", "note": "After all."}, follow=True)
    assert "It was reviewed in the meantime." in again.content.decode()


@pytest.mark.parametrize(("who", "status"), [("cora", 302), ("otis", 403), ("anil", 403), ("bea", 403)])
def test_neither_the_person_nor_who_may_not_review_reviews_it(cast, closed, who, status):
    opening = broken(cast, closed)
    given = {"verdict": "yes", "note": "Fine."}
    assert (
        cast.browser(getattr(cast, who)).post(f"/break-glass/{opening.pk}/review", given).status_code
        == status
    )
    (row,) = openings()
    assert row.reviewed_at is None


def test_what_waits_is_counted_on_every_page_for_those_who_may_review_it(cast, closed):
    opening = broken(cast, closed)
    waits = "waiting: Break-glass"
    assert {who: waits in text_of(cast, who, "/triage") for who in ("sol", "otis", "cora", "anil", "bea")} == {
        "sol": True, "otis": False, "cora": False, "anil": False, "bea": False,
    }  # fmt: skip
    cast.browser(cast.sol).post(f"/break-glass/{opening.pk}/review", {"verdict": "yes", "note": "Fine."})
    assert waits not in text_of(cast, "sol", "/triage")
