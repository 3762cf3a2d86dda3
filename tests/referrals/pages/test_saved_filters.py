"""Saved filters: a person's own, kept as a list's address, renamed, deleted, and never many."""

import pytest

from audit.access import visible_events
from ohsc.core.acting import acting_as
from referrals.access import visible_saved_filters
from referrals.saved import MOST

DARK = {"page": "triage", "name": "Dark web", "query": "tab=open&environment=dark_web"}


def kept(cast, who) -> list:
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        return list(visible_saved_filters(actor).order_by("name"))


def keep(cast, who, **given):
    return cast.browser(getattr(cast, who)).post("/filters", DARK | given)


def test_a_filter_is_kept_shown_beside_its_list_and_opens_as_an_address(cast):
    dark = cast.referral(environment="dark_web")
    cast.referral()
    answer = keep(cast, "anil")
    assert answer["Location"] == "/triage?tab=open&environment=dark_web"
    page = cast.browser(cast.anil).get("/triage").content.decode()
    assert '<a href="/triage?tab=open&amp;environment=dark_web">Dark web</a>' in page
    assert "Dark web</a>" not in cast.browser(cast.anil).get("/referrals").content.decode()
    opened = cast.browser(cast.anil).get("/triage?tab=open&environment=dark_web")
    assert [item["id"] for item in opened.context["items"]] == [dark.pk]


@pytest.mark.parametrize(
    ("page", "query", "expected"),
    [
        ("triage", "tab=open&band=P1&after=xyz&record=1&next=//evil.test", "tab=open&band=P1"),
        ("triage", "tab=moon", "tab=to-triage"),
        ("search-list", "band=P1&order=-due&environment=moon&text=heron", "band=P1&order=-due"),
        ("search-list", "", ""),
    ],
)
def test_only_words_of_the_list_are_kept(cast, page, query, expected):
    keep(cast, "anil", page=page, query=query)
    assert [saved.query for saved in kept(cast, "anil")] == [expected]


def test_nobody_else_sees_renames_or_deletes_it(cast):
    keep(cast, "anil")
    (saved,) = kept(cast, "anil")
    assert kept(cast, "cora") == []
    for other in ("cora", "cleo"):
        browser = cast.browser(getattr(cast, other))
        assert "Dark web</a>" not in browser.get("/filters").content.decode()
        for act in ("rename", "delete"):
            there = browser.post(f"/filters/{saved.pk}/{act}", {"name": "Mine"})
            absent = browser.post(f"/filters/{cast.anil.pk}/{act}", {"name": "Mine"})
            assert (there.status_code, there.content) == (404, absent.content)
            assert browser.post(f"/filters/{saved.pk}/{act}", {"name": ""}).status_code == 404
    assert [one.name for one in kept(cast, "anil")] == ["Dark web"]


def test_it_is_renamed_and_deleted_and_each_leaves_one_event(cast):
    keep(cast, "anil")
    (saved,) = kept(cast, "anil")
    browser = cast.browser(cast.anil)
    browser.post(f"/filters/{saved.pk}/rename", {"name": "Dark web, open"})
    assert [one.name for one in kept(cast, "anil")] == ["Dark web, open"]
    browser.post(f"/filters/{saved.pk}/delete")
    assert kept(cast, "anil") == []
    anil = cast.actor(cast.anil)
    with acting_as(anil):
        events = visible_events(anil).filter(subject_type="saved_filter").order_by("at")
        assert [event.action for event in events] == ["filter.saved", "filter.renamed", "filter.deleted"]
        assert {repr(event.subject_ids) for event in events} == {repr([saved.pk])}
        assert "Dark" not in repr([event.details for event in events])


def test_a_name_is_given_once_for_each_list(cast):
    keep(cast, "anil")
    answer = keep(cast, "anil", query="tab=open")
    assert "You already have a filter of this name" in answer.content.decode()
    keep(cast, "anil", page="search-list", query="band=P1")
    keep(cast, "anil", name="Other")
    other = next(one for one in kept(cast, "anil") if one.name == "Other")
    answer = cast.browser(cast.anil).post(f"/filters/{other.pk}/rename", {"name": "Dark web"})
    assert "You already have a filter of this name" in answer.content.decode()
    assert len(kept(cast, "anil")) == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "Enter the name"),
        ({"name": "x" * 61}, "Shorten the name to 60 characters"),
    ],
)
def test_a_name_that_does_not_serve_is_refused_and_what_was_typed_stays(cast, given, said):
    answer = keep(cast, "anil", **given)
    assert said in answer.content.decode()
    assert "environment=dark_web" in answer.content.decode()
    assert kept(cast, "anil") == []


def test_a_list_that_is_not_ours_is_not_there(cast):
    assert keep(cast, "anil", page="account_login").status_code == 404


def test_there_are_at_most_thirty(cast):
    for n in range(MOST):
        keep(cast, "anil", name=f"Filter {n}")
    assert MOST == 30
    assert "no more fit" in keep(cast, "anil", name="One more").content.decode()
    assert len(kept(cast, "anil")) == 30
