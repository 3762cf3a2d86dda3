"""The search: each way of finding, and that nobody finds by what they would not be shown."""

import re
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connections
from django.utils import timezone

from audit.access import visible_events
from ohsc.core.acting import acting_as
from referrals.drafts import SelectorDraft
from tests.referrals.pages.test_queue import statements

STATEMENTS = 12  # session, person, agencies and harms of the form included


def ask(cast, who, text="", **given):
    return cast.browser(getattr(cast, who)).post("/search", {"text": text, **given})


def found(answer) -> list[str]:
    assert answer.status_code == 200
    return re.findall(r'class="reference"[^>]*>(R-[0-9A-Z-]+)<', answer.content.decode())


def made(cast, status="received", **draft):
    """One that differs from the others in all that a search could find."""
    return cast.referral(status, **{"summary": "A profile offered gifts.", **draft})


def bare(answer) -> bytes:
    """The page without its tokens against forgery, which are new each time, and without the question itself."""
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', "", answer.content.decode())
    return re.sub(r'name="text" value="[^"]*"', "", text).encode()


def events(cast, who) -> list:
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        return list(visible_events(actor))


# Each way of finding.


@pytest.mark.parametrize("spelt", ["{}", "r-{1}{2}", "{1} {2}", " R {1}–{2} ", "{1}{2}"])
def test_our_reference_is_found_however_it_is_written(cast, spelt):
    one, _ = made(cast), made(cast)
    _, first, second = one.reference.split("-")
    written = spelt.format(one.reference, first.lower(), second)
    assert found(ask(cast, "anil", written)) == [one.reference]


SELECTORS = {
    ("account", "@Grey.Heron", "lumen"): ["grey.heron", "@grey.heron", "GREY.HERON"],
    ("url", "https://Example.test/a/../b#c", ""): ["https://example.test/b", "hxxps://example[.]test/b"],
    ("domain", "Chat.Example.test", ""): ["chat.example.test", "chat[.]example[.]test"],
    ("email", "Ann@Example.test", ""): ["ann@example.test", "ann[at]example[.]test"],
    ("phone", "+44 20 7946 0123", ""): ["+442079460123", "0044 (0)20 7946 0123"],
    ("ip", "2001:db8:0:0::1", ""): ["2001:DB8::1"],
    ("hash", "D41D8CD98F00B204E9800998ECF8427E", ""): ["d41d8cd98f00b204e9800998ecf8427e"],
    ("device", "490154203237518", ""): ["49-015420-323751-8"],
    ("other", "Tag  Seven", ""): ["Tag Seven"],
}


@pytest.mark.parametrize(("selector", "spellings"), SELECTORS.items(), ids=lambda one: str(one[0]))
def test_a_selector_is_found_in_whatever_spelling_and_on_whatever_service(cast, selector, spellings):
    one = made(cast, selectors=(SelectorDraft(selector[0], selector[1], platform=selector[2]),))
    made(cast)
    for spelling in spellings:
        assert found(ask(cast, "anil", spelling)) == [one.reference], spelling


def test_words_of_a_summary_are_found_in_any_form_and_order(cast):
    one = made(cast, summary="A stranger was offering lifts outside two schools.")
    made(cast)
    assert found(ask(cast, "anil", "school stranger")) == [one.reference]
    assert found(ask(cast, "anil", '"outside two"')) == [one.reference]
    assert found(ask(cast, "anil", "school -stranger")) == []


def test_the_senders_reference_is_found_exactly(cast):
    one = made(cast, external_ref="LUM/2026/0042")
    made(cast, external_ref="LUM/2026/00421")
    for who in ("anil", "asha"):
        assert found(ask(cast, who, "LUM/2026/0042")) == [one.reference]


def test_an_agency_is_found_as_source_and_as_custodian(cast):
    now = timezone.now()
    waits, theirs = (
        made(cast, at=now - timedelta(hours=3)),
        made(cast, "accepted", at=now - timedelta(hours=2)),
    )
    assert found(ask(cast, "anil", "Lumen social")) == [theirs.reference, waits.reference]
    assert found(ask(cast, "anil", "northshire-police")) == [theirs.reference]
    assert found(ask(cast, "ben", "lumen social")) == [theirs.reference]


def test_what_was_found_says_by_what(cast):
    made(cast, external_ref="heron", summary="A heron was named.")
    rows = ask(cast, "anil", "heron").context["found"].rows
    assert [row["ways"] for row in rows] == [["Sender’s reference", "Account", "Summary"]]


def test_filters_narrow_what_is_found_and_find_alone(cast):
    now = timezone.now()
    dark = made(cast, environment="dark_web", at=now - timedelta(days=3))
    light = made(cast, "triaged", environment="surface_web")
    for given, expected in (
        ({"environment": "dark_web"}, dark),
        ({"status": "triaged"}, light),
        ({"band": light.band, "status": "open", "environment": "surface_web"}, light),
        ({"since": (now - timedelta(days=1)).date().isoformat()}, light),
        ({"until": (now - timedelta(days=2)).date().isoformat()}, dark),
    ):
        assert found(ask(cast, "anil", "gift", **given)) == [expected.reference], given
        assert found(ask(cast, "anil", **given)) == [expected.reference], given
    assert found(ask(cast, "anil", "lumen-social", agency="northshire-police")) == []
    assert found(ask(cast, "ben", agency="lumen-social")) == []


# Nobody finds by what they would not be shown.

PROBES = ("grey.heron", "LUM-77", "profile gifts", "Lumen Social", "{reference}")


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("status", ["received", "offered", "accepted", "concluded"])
def test_an_outsider_gets_the_same_page_as_for_what_does_not_exist(cast, probe, status):
    asked = {"who": "cleo", "text": probe.format(reference="R-00000-00000")}
    before = ask(cast, **asked)
    one = made(cast, status, external_ref="LUM-77", selectors=(SelectorDraft("account", "grey.heron"),))
    after = ask(cast, "cleo", probe.format(reference=one.reference))
    assert found(after) == []
    assert re.sub(rb'value="R-[^"]*"', b"", bare(before)) == re.sub(rb'value="R-[^"]*"', b"", bare(after))


@pytest.mark.parametrize("words", ["LUM-77", "continue elsewhere", "reporter"])
def test_an_offered_agency_finds_neither_by_the_senders_reference_nor_by_the_narrative(cast, words):
    one = made(cast, "offered", external_ref="LUM-77")
    assert found(ask(cast, "ben", words)) == []
    assert found(ask(cast, "ben", one.reference)) == [one.reference]
    assert found(ask(cast, "ben", "heron")) == [one.reference]


@pytest.mark.parametrize("who", ["anil", "ben", "asha"])
def test_nobody_finds_by_the_narrative_and_no_answer_shows_it(cast, who):
    one = made(cast, "accepted")
    assert found(ask(cast, who, "reporter states")) == []
    answer = ask(cast, who, "gifts")
    assert found(answer) == [one.reference]
    assert "reporter states" not in answer.content.decode()


def test_what_was_declined_is_found_no_more(cast):
    one = made(cast, "offered")
    cast.step("decline", one, cast.ben, reason_code="no_capacity")
    for words in (one.reference, "heron", "gifts", "Lumen Social"):
        assert found(ask(cast, "ben", words)) == []


def test_a_source_does_not_find_by_a_selector_another_added(cast, django_db_blocker):
    from cases.actions import fingerprint
    from cases.selectors import normalise
    from ohsc.core.acting import writing
    from ohsc.core.actor import CLOCK
    from referrals.models import Sighting

    one = made(cast, "accepted")
    with acting_as(CLOCK), writing():
        Sighting.objects.create(
            referral=one,
            agency=cast.police,
            kind="phone",
            value="+44 20 7946 0999",
            fingerprint_anywhere=fingerprint(normalise("phone", "+442079460999")),
            at=timezone.now(),
        )
    assert found(ask(cast, "ben", "+442079460999")) == [one.reference]
    assert found(ask(cast, "anil", "+442079460999")) == [one.reference]
    assert found(ask(cast, "asha", "+442079460999")) == []


# What is asked stands nowhere but in the answer.


def test_a_search_leaves_one_event_that_names_what_was_shown_and_not_what_was_asked(cast):
    one = made(cast, external_ref="LUM-77")
    before = len(events(cast, "anil"))
    answer = ask(cast, "anil", "LUM-77", environment="surface_web")
    assert answer.request["QUERY_STRING"] == ""
    event, *rest = events(cast, "anil")[: -before or None] if before else events(cast, "anil")
    assert rest == []
    assert (event.kind, event.action, event.subject_ids) == ("consultation", "referral.searched", [one.pk])
    assert event.details["filters"] == ["environment"]
    assert "LUM-77" not in repr(event.details)
    ask(cast, "anil", "lum-77 ")
    assert [each.details["asked"] for each in events(cast, "anil")][:2] == [event.details["asked"]] * 2


def test_a_search_that_finds_nothing_leaves_one_event_too(cast):
    ask(cast, "cleo", "heron")
    (event,) = events(cast, "cleo")
    assert (event.action, event.subject_ids) == ("referral.searched", [])


def test_the_box_alone_shows_and_records_nothing(cast):
    made(cast)
    answer = cast.browser(cast.anil).get("/search", {"text": "gifts"})
    assert "Nothing found" not in answer.content.decode()
    assert found(answer) == events(cast, "anil") == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Enter what to find, or choose a filter"),
        ({"text": "x" * 2001}, "Shorten this to 2,000 characters"),
        ({"since": "yesterday"}, "Enter “Received from” as a day"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "lies before"),
        ({"band": "P9"}, "not one of the available choices"),
        ({"text": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_asked_is_said(cast, given, said):
    answer = cast.browser(cast.anil).post("/search", given)
    assert said in answer.content.decode()
    assert events(cast, "anil") == []


# A part at a time.


@pytest.mark.parametrize(
    ("text", "given"), [("gifts", {}), ("gifts", {"band": "P3"}), ("heron", {}), ("", {"band": "P3"})]
)
def test_every_result_is_on_exactly_one_part(cast, text, given):
    now = timezone.now()
    all_of_them = {made(cast, factors={}, at=now - timedelta(minutes=n // 2)).reference for n in range(107)}
    given |= {"band": made(cast, factors={}).band} if "band" in given else {}
    answer, parts = ask(cast, "anil", text, **given), []
    while True:
        parts.append(found(answer))
        if not answer.context["found"].next:
            break
        answer = ask(cast, "anil", text, **given, after=str(answer.context["found"].next))
    assert all_of_them <= {one for part in parts for one in part}
    assert sum(map(len, parts)) == len({one for part in parts for one in part})
    assert len(parts) == 3


def test_words_too_common_for_one_look_are_gone_through_a_look_at_a_time(cast, monkeypatch):
    """Filters are put to what the words found: what lies beyond the first look must not be lost."""
    monkeypatch.setattr("referrals.searching.MOST", 60)
    now = timezone.now()
    rare = made(cast, environment="dark_web", at=now - timedelta(hours=9)).reference
    for n in range(130):
        made(cast, at=now - timedelta(minutes=n))
    answer, seen, looks = ask(cast, "anil", "gifts", environment="dark_web"), [], 1
    while answer.context["found"].next:
        seen += found(answer)
        place = str(answer.context["found"].next)
        answer, looks = ask(cast, "anil", "gifts", environment="dark_web", after=place), looks + 1
    assert seen + found(answer) == [rare]
    assert looks == 3


@pytest.mark.parametrize("who", ["anil", "ben", "asha"])
def test_a_search_costs_the_same_whatever_it_finds(cast, who, django_assert_max_num_queries):
    browser = cast.browser(getattr(cast, who))
    for _ in range(2):
        made(cast, "accepted")
    asked = {"text": "heron", "status": "open"}
    with django_assert_max_num_queries(60) as few:
        browser.post("/search", asked)
    for _ in range(8):
        made(cast, "accepted")
    with django_assert_max_num_queries(60) as many:
        answer = browser.post("/search", asked)
    assert len(found(answer)) == 10
    assert statements(many) == statements(few) <= STATEMENTS


def test_a_selector_in_more_referrals_than_are_looked_at_is_said_and_filters_reach_the_rest(
    cast, monkeypatch
):
    monkeypatch.setattr("referrals.searching.MOST", 5)
    now = timezone.now()
    old = made(cast, environment="dark_web", at=now - timedelta(days=2)).reference
    for n in range(8):
        made(cast, at=now - timedelta(minutes=n))
    answer = ask(cast, "anil", "heron")
    assert answer.context["found"].is_cut
    assert "more referrals than a search looks at" in answer.content.decode()
    assert old not in found(answer)
    answer = ask(cast, "anil", "heron", environment="dark_web")
    assert found(answer) == [old]
    assert not answer.context["found"].is_cut


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_selectors_kept_before_there_was_a_search_are_found_too(committed_cast):
    """The migration fills what stands already, by the rule it froze."""
    migration = import_module("referrals.migrations.0006_handles_whatever_their_service")
    one = made(committed_cast, selectors=(SelectorDraft("account", "@Grey.Heron", platform="lumen"),))
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute(migration.LIFTED)
        try:
            cursor.execute("UPDATE referrals_sighting SET fingerprint_anywhere = NULL")
            assert found(ask(committed_cast, "anil", "grey.heron")) == []
            migration.fill(None, SimpleNamespace(connection=owner))
        finally:
            cursor.execute(migration.BOUND)
    assert found(ask(committed_cast, "anil", "grey.heron")) == [one.reference]
