"""A list taken out as a file: the same rows, neutralised, recorded as a disclosure, and never by following a link."""

import csv
import io

import pytest

from audit.access import visible_events
from ohsc.core.acting import acting_as
from tests.referrals.pages.test_queue import references

LISTS = {  # the file's address: the list's, what both are asked
    "/triage/csv": ("/triage", {"tab": "open", "environment": "surface_web"}),
    "/referrals/csv": ("/referrals", {"order": "band", "environment": "surface_web"}),
    "/search/csv": ("/search", {"text": "account child", "environment": "surface_web"}),
}
FOR = {"purpose": "planning", "purpose_text": ""}


def rows_of(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in answer["Cache-Control"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def exports(cast, who) -> list:
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        return list(visible_events(actor).filter(action__endswith=".exported"))


@pytest.mark.parametrize("address", LISTS)
def test_the_file_holds_the_rows_of_the_list_in_its_order(cast, address):
    for factors in ({}, {"live_streaming": "yes"}, {"coercion": "yes"}):
        cast.referral(factors=factors)
    cast.referral(environment="dark_web")
    page, given = LISTS[address]
    browser = cast.browser(cast.anil)
    shown = references(browser.post(page, given) if page == "/search" else browser.get(page, given))
    rows = rows_of(browser.post(address, given | FOR))
    assert [row["Reference"] for row in rows] == shown
    assert len(shown) == 3
    assert {row["Environment"] for row in rows} == {"Surface web"}


@pytest.mark.parametrize("address", LISTS)
def test_one_event_names_what_left_and_who_has_it(cast, address):
    one = cast.referral("accepted")
    _, given = LISTS[address]
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        before = visible_events(ben).filter(actor_id=ben.id).count()
    cast.browser(cast.ben).post(address, given | FOR | {"tab": "custody"})
    with acting_as(ben):
        event = visible_events(ben).first()
        assert visible_events(ben).filter(actor_id=ben.id).count() == before + 1
    assert (event.kind, event.action) == ("disclosure", "referral.exported")
    assert (event.subject_ids, event.recipient_ids) == ([one.pk], [cast.police.pk])
    assert event.details["rows"] == 1
    assert "account child" not in repr(event.details)


@pytest.mark.parametrize("address", [*LISTS, "/inbox/csv"])
def test_an_outsiders_file_is_empty_an_auditor_has_none_and_a_link_makes_none(cast, address):
    cast.referral("accepted")
    _, given = LISTS.get(address, ("", {}))
    assert rows_of(cast.browser(cast.cleo).post(address, given | FOR)) == []
    assert cast.browser(cast.otis).post(address, given | FOR).status_code == 403
    assert cast.browser(cast.anil).get(address, given).status_code == 405
    assert exports(cast, "anil") == []


def test_cells_are_neutralised_and_the_narrative_is_not_in_them(cast):
    cast.referral("accepted", summary="=HYPERLINK(1)", narrative="The reporter states a secret.")
    for address in ("/triage/csv", "/referrals/csv"):
        answer = cast.browser(cast.ben).post(address, FOR)
        assert [row["Summary"] for row in rows_of(answer)] == ["'=HYPERLINK(1)"]
        assert b"secret" not in answer.content


@pytest.mark.parametrize("address", LISTS)
def test_where_more_match_than_a_file_holds_it_is_said_and_the_first_can_be_taken(cast, address, monkeypatch):
    for place in (
        "referrals.views.exports",
        "referrals.views.listing",
        "referrals.views.search",
        "referrals.exporting",
        "ohsc.core.spreadsheet",
    ):
        monkeypatch.setattr(f"{place}.MOST_ROWS", 2)
    for _ in range(3):
        cast.referral()
    _, given = LISTS[address]
    browser = cast.browser(cast.anil)
    answer = browser.post(address, given | FOR)
    assert "A file has at most 2 rows" in answer.content.decode()
    assert exports(cast, "anil") == []
    again = dict(answer.context["kept"])
    assert again == given | FOR
    assert len(rows_of(browser.post(address, again | {"first": "2"}))) == 2
    (event,) = exports(cast, "anil")
    assert len(event.subject_ids) == 2


def test_the_inbox_leaves_as_references_and_what_happened(cast, monkeypatch):
    from django.utils import timezone

    from notifications.actions import spread_waiting

    one = cast.referral("concluded")
    spread_waiting(at=timezone.now())
    rows = rows_of(cast.browser(cast.asha).post("/inbox/csv", FOR))
    assert {row["Reference"] for row in rows} == {one.reference}
    assert [row["What happened"] for row in rows] == [
        item.says for item in cast.browser(cast.asha).get("/inbox").context["part"].items
    ]
    (event,) = exports(cast, "asha")
    assert (event.kind, len(event.subject_ids)) == ("disclosure", len(rows))


@pytest.mark.parametrize("address", [*LISTS, "/inbox/csv"])
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "Choose “What the file is for”"),
        ({"purpose": "curiosity"}, "Select a valid choice"),
        ({"purpose": "other"}, "Write the reason, or choose one from the list"),
    ],
)
def test_without_a_purpose_nothing_leaves_and_the_list_asked_for_is_kept(cast, address, wrong, says):
    cast.referral()
    _, given = LISTS.get(address, ("", {}))
    answer = cast.browser(cast.anil).post(address, given | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert dict(answer.context["kept"]) == given
    assert exports(cast, "anil") == []


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("/triage/csv", "a file of the triage queue"),
        ("/referrals/csv", "a file of all referrals"),
        ("/search/csv", "a file of a search"),
        ("/inbox/csv", "a file of the own inbox"),
    ],
)
@pytest.mark.parametrize(
    ("why", "said"),
    [
        ({"purpose": "legal"}, "court, disclosure or another legal duty"),
        ({"purpose": "other", "purpose_text": "For the board"}, "other: For the board"),
    ],
)
def test_the_purpose_stands_in_the_audit(cast, address, what, why, said):
    _, given = LISTS.get(address, ("", {}))
    assert cast.browser(cast.anil).post(address, given | why).status_code == 200
    (event,) = exports(cast, "anil")
    assert event.purpose == f"{what}: {said}"
