"""The invented stories themselves: the same for the same seed, every word fit to be read at work."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from cases.selectors import normalise
from ohsc.core.words import SelectorKind
from ohsc.demo.agencies import AGENCIES
from ohsc.demo.stories import stories
from referrals.priority import suggest_band
from referrals.transitions import OUTCOMES

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
# Typed by hand: words that describe, sensationalise, or blame a child.
UNFIT = """
    rape raped raping porn porno pornography pornographic nude naked genital genitals explicit penetration molest
    molested paedophile pedophile paedo predator pervert monster sick disgusting horrific depraved evil vile sordid
    lolita jailbait seduced seductive promiscuous consented flirted flirting provocative temptation prostitute
    kiddie underage kill suicide cutting blood bloody victim victims sextortion groomer
"""


@pytest.fixture(scope="module")
def told():
    return list(stories(NOW))


def all_words(story):
    draft = story.draft
    steps = [step.given.reason for step in story.steps]
    details = [outcome.detail for step in story.steps for outcome in step.given.outcomes]
    return " ".join([draft.summary, draft.narrative, draft.escalate_reason, *steps, *details])


def test_the_same_seed_tells_the_same_stories(told):
    again = list(stories(NOW + timedelta(days=3)))
    assert [story.draft.summary for story in again] == [story.draft.summary for story in told]
    assert [[step.name for step in story.steps] for story in again] == [
        [step.name for step in story.steps] for story in told
    ]
    assert len(told) == 550


def test_every_word_is_fit_to_be_read_at_work(told):
    unfit = set(UNFIT.split())
    for story in told:
        found = unfit & set(re.findall(r"[a-z]+", all_words(story).lower()))
        assert not found, (found, all_words(story))
        assert "child porn" not in all_words(story).lower()


def test_narratives_are_short_and_summaries_are_one_line(told):
    lengths = [len(story.draft.narrative.split()) for story in told if story.draft.narrative]
    assert min(lengths) >= 20
    assert max(lengths) <= 80
    assert all("{" not in all_words(story) and len(story.draft.summary) <= 140 for story in told)


def test_lines_seldom_repeat(told):
    assert len({story.draft.summary for story in told}) > 300


def test_times_run_forward_and_end_before_now(told):
    for story in told:
        times = [story.received_at, *(step.at for step in story.steps)]
        assert times == sorted(times)
        assert times[-1] < NOW
        assert times[0] > NOW - timedelta(days=30)


def test_selectors_of_every_kind_have_a_normal_form(told):
    given = [selector for story in told for selector in story.draft.selectors]
    assert {selector.kind for selector in given} == set(SelectorKind.values)
    for selector in given:
        normalise(selector.kind, selector.value, platform=selector.platform)


def test_no_selector_can_be_anybodys(told):
    safe = {
        "ip": r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+|2001:db8::[0-9a-f]+",
        "phone": r"\+44 7700 900\d{3}",
        "email": r".+\.example",
        "domain": r".+\.example",
        "url": r"https://[a-z-]+\.example/.*",
        "wallet": r"tb1.+",
    }
    for story in told:
        for selector in story.draft.selectors:
            assert re.fullmatch(safe.get(selector.kind, ".+"), selector.value), selector


def test_answers_suggest_the_band_the_source_means(told):
    for story in told:
        suggestion = suggest_band(
            story.draft.factors,
            source_priority=story.draft.source_priority or None,
            escalate_reason=story.draft.escalate_reason,
        )
        triage = next((step for step in story.steps if step.name == "triage"), None)
        if triage and not triage.given.reason.startswith("Raised"):
            assert suggestion.band == triage.given.priority, story.number


def test_outcomes_are_of_the_table(told):
    codes = {outcome.code for story in told for step in story.steps for outcome in step.given.outcomes}
    assert codes <= set(OUTCOMES)
    assert len(codes) > 8


def test_agencies_can_be_reached_at_invented_addresses_only():
    for agency in AGENCIES:
        facts = agency.facts
        assert re.fullmatch(r"01632 960\d{3}", facts["desk_phone"])
        assert facts["desk_email"].endswith(".example")
        assert facts["out_of_hours_phone"] or facts["desk_hours"].startswith("Every day, 24")
