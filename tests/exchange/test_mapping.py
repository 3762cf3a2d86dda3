"""The page that says how a format's values are read is made from the tables that the reading goes by, all of them."""

import re
from html import unescape

import pytest

from exchange import cybertipline, cybertipline_elements, cybertipline_parts, cybertipline_people
from exchange import cybertipline_terms as terms
from exchange.cybertipline_elements import Rule
from exchange.formats import FORMATS

MODULES = (cybertipline, cybertipline_elements, cybertipline_parts, cybertipline_people)


@pytest.fixture
def rows(cast):
    """Every row of the page, by what stands on the wire."""
    page = cast.browser(cast.asha).get("/imports/mapping/cybertipline").content.decode()
    found: dict[str, str] = {}
    for row in re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page, re.S):
        first, _, others = row.partition("</th>")
        words = [" ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split()) for part in (first, others)]
        found[words[0]] = f"{found.get(words[0], '')} {words[1]}"
    return found


def tables_of_elements():
    """Every table of rules in the modules that read, wherever it stands."""
    return [
        table
        for module in MODULES
        for table in vars(module).values()
        if isinstance(table, dict) and table and all(isinstance(rule, Rule) for rule in table.values())
    ]


def test_every_word_of_the_wire_is_on_the_page(rows):
    words = {*terms.INCIDENT_TYPES, *terms.REPORT_ANNOTATIONS, *terms.FILE_ANNOTATIONS, *terms.INCIDENTS}
    words |= {name for name, *_ in terms.REFINEMENTS} | {*terms.FACTORS_OF_ANNOTATION}
    words |= {*terms.SENTENCE_OF_ANNOTATION, terms.INFORMATIONAL}
    assert words - set(rows) == set()


def test_every_element_of_every_table_is_on_the_page(rows):
    assert len(tables_of_elements()) >= 15
    names = {name for table in tables_of_elements() for name in table}
    assert names - set(rows) == set()


def test_whatever_is_left_is_listed_with_the_reason(rows):
    reasons = {rule.left for table in tables_of_elements() for rule in table.values() if rule.left}
    everything = " ".join(rows.values())
    assert [why for why in reasons if why not in everything] == []
    assert "victim/schoolName" in rows


def test_it_says_what_the_reading_does(rows):
    assert (
        "Grooming" in rows["Online Enticement of Children for Sexual Acts"]
        or "grooming" in rows["Online Enticement of Children for Sexual Acts"]
    )
    assert "sexual_extortion" in rows["sextortion"]
    assert "Factor: coercion, yes" in rows["sextortion"]
    assert "Selector: account" in rows["screenName"]
    assert "no selector" in rows["screenName"]  # of a child
    assert "Dark web" in rows["a URL on an onion service"]
    assert "P1" in rows["escalateToHighPriority"]


def test_the_formats_are_listed_from_the_registry_and_another_is_absent(cast):
    browser = cast.browser(cast.otis)
    page = browser.get("/imports/mapping").content.decode()
    for one in FORMATS:
        assert f'href="/imports/mapping/{one.name}"' in page
    assert browser.get("/imports/mapping/other").status_code == 404
