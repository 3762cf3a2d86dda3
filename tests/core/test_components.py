"""Do components say the right words, and is every one of them shown in the gallery?"""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.http import Http404
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from ohsc.core.gallery import gallery
from ohsc.core.templatetags import ohsc as tags

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "words", "state"),
    [
        (timedelta(hours=3, minutes=10), "due in 3 h 10", "soon"),
        (timedelta(hours=3), "due in 3 h", "soon"),
        (timedelta(minutes=12), "due in 12 min", "soon"),
        (timedelta(days=1, hours=4), "due in 1 d 4 h", "later"),
        (timedelta(days=9, hours=4), "due in 9 d", "later"),
        (timedelta(seconds=20), "due now", "soon"),
        (timedelta(seconds=-20), "due now", "overdue"),
        (timedelta(days=-2, minutes=-1), "overdue by 2 d", "overdue"),
    ],
)
def test_what_is_left_is_said_shortly(ahead, words, state):
    assert tags.due(NOW + ahead, NOW) == words
    assert tags.due_state(NOW + ahead, NOW) == state


def test_a_time_is_short_to_the_eye_and_full_for_those_who_listen():
    at = datetime(2025, 7, 1, 23, 30, tzinfo=UTC)
    html = render_to_string("components/when.html", {"at": at})
    assert "2 Jul 2025, 00:30" in html
    assert 'datetime="2025-07-01T23:30:00+00:00"' in html
    assert "Wednesday 2 July 2025, 00:30 BST" in html


def test_a_day_has_no_hour():
    assert tags.when(date(2025, 7, 1)) == "1 Jul 2025"


def test_a_parameter_changes_and_the_others_stay():
    request = RequestFactory().get("/triage", {"band": "P1", "after": "x"})
    template = Template("{% query band='P2' after=None %}")
    assert template.render(Context({"request": request})) == "?band=P2"
    assert Template("{% query band=None after=None %}").render(Context({"request": request})) == "/triage"


@pytest.mark.parametrize(
    ("load", "capacity", "length"), [(0, 10, 0), (5, 10, 50), (26, 25, 100), (0, 0, 0), (1, 0, 100)]
)
def test_a_bar_stays_within_its_ground(load, capacity, length):
    assert tags.share_of(load, capacity) == length


def test_a_short_band_still_says_its_word_to_those_who_listen():
    html = render_to_string("components/band.html", {"band": "P1", "short": True})
    assert re.sub(r"<[^>]+>", "", html).strip() == "P1 Escalate"


def test_the_narrative_is_not_in_the_page_until_it_is_opened():
    closed = {"id": "n", "title": "Narrative", "category": "coercion", "words": 140, "url": "/open"}
    html = render_to_string("components/content_note.html", closed)
    assert "140 words" in html
    assert 'method="post" action="/open"' in html


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_a_component_opens_by_naming_its_variables(path):
    opening = path.read_text()[:900]
    assert re.match(r"\{#|\{% comment %\}", opening)
    assert "ariables" in opening


def _included(path: Path) -> set[str]:
    return set(re.findall(r'include "(components/[a-z_]+\.html)"', path.read_text()))


def test_every_component_is_reached_from_the_gallery():
    reached, ahead = set(), _included(TEMPLATES / "gallery.html") | _included(TEMPLATES / "base.html")
    while ahead:
        name = ahead.pop()
        reached.add(name)
        ahead |= _included(TEMPLATES / name) - reached
    assert {f"components/{path.name}" for path in COMPONENTS} == reached


def test_the_gallery_is_for_the_demonstration_only(settings):
    request = RequestFactory().get("/components/")
    settings.DEMO = True
    assert gallery(request).status_code == 200
    settings.DEMO = False
    with pytest.raises(Http404):
        gallery(request)


def test_the_demonstration_says_so_on_every_page_even_a_failure(settings):
    settings.DEMO = True
    assert "Invented data only" in render_to_string("500.html")
    settings.DEMO = False
    assert "Invented data only" not in render_to_string("500.html")


def test_a_refusal_is_the_same_bytes_each_time():
    pages = {render_to_string("404.html", request=RequestFactory().get(path)) for path in ("/a", "/b")}
    assert len(pages) == 1
    assert "csrf" not in pages.pop().lower()
