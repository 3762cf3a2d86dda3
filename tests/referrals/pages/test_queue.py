"""The triage queue: whose rows it shows, in which order, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.access import visible_events
from ohsc.core.acting import acting_as
from referrals.queues import PAGE, Position
from referrals.transitions import Status

STATEMENTS = 13  # session and person included; transaction control is not counted


def references(answer) -> list[str]:
    return re.findall(r'class="reference"[^>]*>(R-[0-9A-Z-]+)<', answer.content.decode())


def statements(captured) -> int:
    """Without transaction control, and without the rights put back because a test has a transaction around it."""
    control = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SELECT set_config")
    return 1 + len([query for query in captured.captured_queries if not query["sql"].startswith(control)])


def test_the_centre_begins_with_what_is_to_be_triaged(cast):
    received, triaged = cast.referral("received"), cast.referral("triaged")
    shown = references(cast.browser(cast.anil).get("/triage"))
    assert received.reference in shown
    assert triaged.reference not in shown


@pytest.mark.parametrize("status", [status for status in Status if status != "merged"])
def test_an_outsider_never_sees_a_row_or_a_count(cast, status):
    cast.referral(status)
    browser = cast.browser(cast.cleo)
    for tab in ("for-us", "offered", "custody", "sent", "closed"):
        answer = browser.get("/triage", {"tab": tab})
        assert references(answer) == []
        assert [item["count"] for item in answer.context["counts"]] == [0] * 5


@pytest.mark.parametrize(
    ("who", "tab", "statuses"),
    [
        ("ben", "for-us", {"offered", "accepted"}),
        ("ben", "offered", {"offered"}),
        ("ben", "custody", {"accepted"}),
        ("ben", "closed", {"concluded"}),
        ("ben", "sent", set()),
        ("dev", "for-us", set()),
        (
            "asha",
            "sent",
            {"received", "triaged", "offered", "accepted", "concluded", "rejected", "withdrawn"},
        ),
        ("asha", "for-us", set()),
        ("anil", "to-offer", {"triaged"}),
        ("anil", "with-agencies", {"accepted"}),
        ("anil", "open", {"received", "triaged", "offered", "accepted"}),
        ("anil", "closed", {"concluded", "rejected", "withdrawn"}),
    ],
)
def test_each_tab_shows_these_states_to_this_person(cast, who, tab, statuses):
    made = {
        status: cast.referral(status, external_ref=status).reference
        for status in Status.values
        if status != "merged"
    }
    shown = references(cast.browser(getattr(cast, who)).get("/triage", {"tab": tab}))
    assert set(shown) == {made[status] for status in statuses}


def test_a_service_that_reports_begins_with_what_it_sent(cast):
    sent = cast.referral("received")
    assert references(cast.browser(cast.asha).get("/triage")) == [sent.reference]


def test_the_most_urgent_stand_first_and_information_last(cast):
    now = timezone.now()
    low = cast.referral(source_priority="INFO", factors={}, at=now - timedelta(hours=9))
    late = cast.referral(factors={"coercion": "yes"}, at=now - timedelta(hours=2))
    early = cast.referral(factors={"coercion": "yes"}, at=now - timedelta(hours=3))
    now_at_risk = cast.referral(factors={"live_streaming": "yes"}, at=now)
    shown = references(cast.browser(cast.anil).get("/triage"))
    assert shown == [one.reference for one in (now_at_risk, early, late, low)]


def test_every_row_is_on_exactly_one_part_of_the_list_there_and_back(cast):
    now = timezone.now()
    bands = ({"live_streaming": "yes"}, {"coercion": "yes"}, {})
    made = {
        cast.referral(factors=bands[n % 3], at=now - timedelta(minutes=n // 2)).reference
        for n in range(PAGE * 2 + 7)
    }
    browser, url, parts = cast.browser(cast.anil), "/triage?tab=to-triage", []
    while url:
        answer = browser.get(url)
        parts.append(references(answer))
        url = answer.context["next_url"] and f"/triage{answer.context['next_url']}"
    assert [len(part) for part in parts] == [PAGE, PAGE, 7]
    assert {one for part in parts for one in part} == made
    back = browser.get(f"/triage{answer.context['previous_url']}")
    assert references(back) == parts[1]
    first = browser.get(f"/triage{back.context['previous_url']}")
    assert references(first) == parts[0]
    assert first.context["previous_url"] == ""


@pytest.mark.parametrize("word", ["", "x", "é", "AAAA", "_" * 34, "A" * 500, "AH" + "_" * 32])
def test_a_place_that_is_not_ours_starts_the_list_at_its_beginning(cast, word):
    assert Position.read(word) is None
    made = cast.referral()
    assert references(cast.browser(cast.anil).get("/triage", {"after": word})) == [made.reference]


def test_filters_narrow_show_what_is_on_and_lead_off_again(cast):
    dark = cast.referral(environment="dark_web")
    cast.referral(environment="surface_web")
    browser = cast.browser(cast.anil)
    answer = browser.get("/triage", {"environment": "dark_web", "held": "nobody"})
    assert references(answer) == [dark.reference]
    chips = {chip["label"]: chip["remove_url"] for chip in answer.context["chips"]}
    assert set(chips) == {"Dark web", "Held by nobody"}
    assert len(references(browser.get(f"/triage{chips['Dark web']}"))) == 2
    assert len(references(browser.get("/triage", {"environment": "moon", "band": "P9"}))) == 2


def test_counts_follow_the_other_filters(cast):
    cast.referral(environment="dark_web", factors={"live_streaming": "yes"})
    cast.referral(environment="surface_web", factors={"live_streaming": "yes"})
    answer = cast.browser(cast.anil).get("/triage", {"environment": "dark_web", "band": "P3"})
    assert {item["band"]: item["count"] for item in answer.context["counts"]}["P1"] == 1


def test_taking_from_the_list_leads_back_to_the_list(cast):
    referral = cast.referral("offered")
    browser = cast.browser(cast.ben)
    row = browser.get("/triage").context["items"][0]
    answer = browser.post(row["take_url"], {"back": "list"}, follow=True)
    assert answer.redirect_chain[-1][0].startswith("/triage")
    assert answer.context["items"][0]["holder"] == "you"
    mine = browser.get("/triage", {"held": "me"})
    assert references(mine) == [referral.reference]
    row = mine.context["items"][0]
    browser.post(row["hand_over_url"], {"back": "list", "to_person": cast.bea.pk})
    assert cast.browser(cast.ben).get("/triage").context["items"][0]["holder"] == "Bea Dunmore"
    # Another agency sees nothing of it.
    assert cast.browser(cast.anil).get("/triage", {"tab": "offered"}).context["items"][0]["holder"] == ""


def test_next_and_previous_walk_the_list_the_record_was_opened_from(cast):
    now = timezone.now()
    first, second = (cast.referral(at=now - timedelta(minutes=n)) for n in (9, 3))
    browser = cast.browser(cast.anil)
    record = browser.get(browser.get("/triage").context["items"][0]["url"])
    ahead = re.search(r'href="([^"]+)" rel="next"', record.content.decode())[1].replace("&amp;", "&")
    onward = browser.get(ahead)
    assert str(second.pk) in onward["Location"]
    assert str(first.pk) not in onward["Location"]


def test_the_list_is_recorded_once_with_what_it_showed(cast):
    shown = cast.referral("offered")
    cast.browser(cast.ben).get("/triage")
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        (event,) = visible_events(ben).filter(action="referral.listed")
    assert event.subject_ids == [shown.pk]


@pytest.mark.parametrize("who", ["anil", "cora", "ben", "asha"])
def test_the_list_costs_the_same_however_long_it_is(cast, who, django_assert_max_num_queries):
    browser = cast.browser(getattr(cast, who))
    for _ in range(2):
        cast.referral("offered")
    browser.get("/triage")
    with django_assert_max_num_queries(60) as few:
        browser.get("/triage")
    for _ in range(8):
        cast.referral("offered")
    with django_assert_max_num_queries(60) as many:
        answer = browser.get("/triage")
    assert statements(many) == statements(few) <= STATEMENTS
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("word", ["", "x", "5f0f3c3e-3a2f-4d0e-9a51-6b7b9f0c1d22"])
def test_a_record_that_is_not_ours_is_not_opened_beside_the_list(cast, word):
    hidden = cast.referral("received")
    browser = cast.browser(cast.ben)
    assert browser.get("/triage", {"record": word}).context["opened"] is None
    assert browser.get("/triage", {"record": hidden.pk}).context["opened"] is None


def test_no_narrative_and_no_detail_reaches_a_list(cast):
    cast.referral("concluded")
    for who, tab in (("anil", "closed"), ("ben", "closed"), ("asha", "sent")):
        text = cast.browser(getattr(cast, who)).get("/triage", {"tab": tab}).content.decode()
        assert "The reporter states" not in text
        assert "Held with the family" not in text
