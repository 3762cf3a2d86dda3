"""What somebody wrote is shown as text: nothing written is ever markup, on any page or in any mail."""

import re

import pytest

from referrals.drafts import SelectorDraft
from tests.cast import CHILD_SAFE

HOSTILE = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    '"><svg onload=window.hit=1>',
    "'-window.hit-'",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "javascript:window.hit=1",
    "</textarea><script>window.hit=1</script>",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
)
TEXT = " ".join(HOSTILE)


@pytest.fixture
def hostile(cast):
    """A referral on whose whole way every text was hostile."""
    referral = cast.referral(
        "accepted",
        summary=TEXT,
        narrative=TEXT,
        selectors=(SelectorDraft("other", HOSTILE[0], platform=HOSTILE[1]),),
    )
    cast.step("ask", referral, cast.ben, to_agency=cast.lumen, question=TEXT)
    cast.step("answer", referral, cast.asha, answer=TEXT)
    return referral


PAGES = {  # who reads, which page
    "the queue": ("cora", "/triage"),
    "the record at the custodian": ("ben", "/referrals/{id}"),
    "the record at the source": ("asha", "/referrals/{id}"),
    "the record at the Centre": ("cora", "/referrals/{id}"),
    "the form of a conclusion": ("ben", "/referrals/{id}/steps/conclude"),
    "the list": ("ben", "/referrals"),
    "my work": ("ben", "/work"),
    "the board": ("cora", "/board"),
}


def has_markup(page: str) -> list[str]:
    return [text for text in HOSTILE if "<" in text and text in page]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_it_as_it_was_written(cast, hostile, name):
    who, address = PAGES[name]
    page = cast.browser(getattr(cast, who)).get(address.format(id=hostile.pk)).content.decode()
    assert has_markup(page) == []
    assert "14" not in re.findall(r"\{\{.*?\}\}|\b7\|add", page), "a template's words were carried out"


def test_so_do_the_narrative_and_what_an_outcome_says(cast, hostile):
    ben = cast.browser(cast.ben)
    opened = ben.post(f"/referrals/{hostile.pk}/narrative").content.decode()
    assert "&lt;script&gt;" in opened
    assert has_markup(opened) == []
    told = CHILD_SAFE.__class__(CHILD_SAFE.code, count=1, detail=TEXT, share_detail=True)
    cast.step("conclude", hostile, cast.ben, outcomes=(told,))
    page = cast.browser(cast.asha).get(f"/referrals/{hostile.pk}").content.decode()
    assert "&lt;script&gt;" in page
    assert has_markup(page) == []


def test_a_search_repeats_what_was_asked_as_text(cast):
    page = cast.browser(cast.asha).post("/search", {"text": HOSTILE[0]}).content.decode()
    assert "&lt;script&gt;" in page
    assert has_markup(page) == []


def test_systems_are_told_that_what_they_get_is_no_page(cast, hostile):
    answer = cast.system(cast.police_client).get(
        f"/api/v1/referrals/{hostile.pk}", headers={"Accept": "text/html"}
    )
    assert answer["Content-Type"].startswith(("application/json", "application/problem+json"))
