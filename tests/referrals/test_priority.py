"""Two scores and the clocks: hand-typed tables, and the four rules that always hold."""

import inspect
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.priority import (
    AGE_BANDS,
    ANSWERS,
    BANDS,
    FACTORS,
    WEIGHTS,
    action_due,
    actionability,
    eyes_due,
    offer_window,
    suggest_band,
)

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ALL_NO = {name: "no" for name in FACTORS if name != "child_age_band"}


def band(factors, source_priority=None, escalate_reason=""):
    return suggest_band(factors, source_priority=source_priority, escalate_reason=escalate_reason).band


ALONE = {  # the only yes        over no,  over unknown
    "child_identified":          ("P2", "P2"),
    "contact_continuing":        ("P2", "P2"),
    "suspect_has_access":        ("P2", "P2"),
    "position_of_trust":         ("P2", "P2"),
    "first_generation_material": ("P2", "P2"),
    "live_streaming":            ("P1", "P1"),
    "coercion":                  ("P2", "P2"),
    "self_harm_threat":          ("P1", "P1"),
    "prior_record":              ("P3", "P3"),
    "multiple_children":         ("P3", "P3"),
    "repeat_selector":           ("P3", "P3"),
    "data_expiring":             ("P4", "P3"),
}  # fmt: skip


def test_every_factor_of_the_contract_has_a_row():
    assert {*ALONE, "child_age_band"} == set(FACTORS)


@pytest.mark.parametrize("name", ALONE)
def test_one_yes_suggests_the_band_of_the_table(name):
    over_no, over_unknown = ALONE[name]
    assert band({**ALL_NO, name: "yes"}) == over_no
    assert band({name: "yes"}) == over_unknown


SOURCE = [
    # the source's priority, its reason, the answers, the band
    (None, "", {}, "P3"),
    (None, "", ALL_NO, "P4"),
    ("P4", "", {}, "P3"),
    ("P4", "", ALL_NO, "P4"),
    ("INFO", "", {}, "INFO"),
    ("INFO", "", ALL_NO, "INFO"),
    ("INFO", "", {"repeat_selector": "yes"}, "P3"),
    ("INFO", "", {"live_streaming": "yes"}, "P1"),
    ("P1", "A child is at risk tonight.", ALL_NO, "P1"),
    (None, "A child is at risk tonight.", {}, "P1"),
    ("P1", "", ALL_NO, "P4"),
    ("P1", "   ", {}, "P3"),
    ("P2", "The account is still active.", ALL_NO, "P2"),
    ("P2", "The account is still active.", {"self_harm_threat": "yes"}, "P1"),
    ("P3", "A reason.", {"child_identified": "yes"}, "P2"),
]


@pytest.mark.parametrize(("source_priority", "reason", "factors", "expected"), SOURCE)
def test_what_the_source_says_may_raise_and_never_lowers(source_priority, reason, factors, expected):
    assert band(factors, source_priority, reason) == expected


QUESTIONS = [
    "live_streaming",
    "self_harm_threat",
    "contact_continuing",
    "child_identified",
    "suspect_has_access",
    "position_of_trust",
]


@pytest.mark.parametrize("name", QUESTIONS)
def test_unknown_is_not_no(name):
    without = {key: answer for key, answer in ALL_NO.items() if key != name}
    for factors in (without, {**without, name: "unknown"}):
        suggestion = suggest_band(factors, source_priority=None, escalate_reason="")
        assert suggestion.band == "P3"
        assert "Unknown is not no" in suggestion.because[0]


@pytest.mark.parametrize("age", AGE_BANDS)
def test_the_age_of_a_child_is_said_and_moves_nothing(age):
    suggestion = suggest_band({**ALL_NO, "child_age_band": age}, source_priority=None, escalate_reason="")
    assert suggestion.band == "P4"
    assert any("aged" in sentence for sentence in suggestion.because) == (age != "unknown")


def test_neither_volume_nor_the_kind_of_harm_can_be_an_argument():
    assert set(inspect.signature(suggest_band).parameters) == {
        "factors",
        "source_priority",
        "escalate_reason",
    }


def test_the_gravest_reason_is_given_first():
    because = suggest_band(
        {"prior_record": "yes", "child_identified": "yes", "self_harm_threat": "yes"},
        source_priority=None,
        escalate_reason="",
    ).because
    assert ["self-harm" in because[0], "identified" in because[1], "record" in because[2]] == [True] * 3


def test_a_source_that_asks_without_a_reason_is_to_be_asked_for_one():
    because = suggest_band({}, source_priority="P1", escalate_reason="").because
    assert because[-1] == "The source asks for P1 and gives no reason: ask it for one."


@pytest.mark.parametrize(
    ("factors", "source_priority", "word"),
    [
        ({"mood": "yes"}, None, "mood"),
        ({"coercion": "maybe"}, None, "yes, no, unknown"),
        ({}, "P9", "P1, P2"),
        ({"child_age_band": "yes"}, None, "0-2"),
    ],
)
def test_a_word_that_is_not_in_the_contract_is_refused(factors, source_priority, word):
    with pytest.raises(ValueError, match=word):
        suggest_band(factors, source_priority=source_priority, escalate_reason="")


ANY_FACTORS = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from(AGE_BANDS if name == "child_age_band" else ANSWERS) for name in FACTORS},
)


@settings(deadline=None, max_examples=200)
@given(
    ANY_FACTORS,
    st.sampled_from([None, *BANDS]),
    st.sampled_from(["", "Because."]),
    st.sampled_from(QUESTIONS),
)
def test_a_yes_or_a_reason_never_lowers_and_every_suggestion_says_why(factors, source_priority, reason, name):
    before = suggest_band(factors, source_priority=source_priority, escalate_reason=reason)
    after = suggest_band({**factors, name: "yes"}, source_priority=source_priority, escalate_reason=reason)
    escalated = suggest_band(factors, source_priority=source_priority, escalate_reason="Because.")
    assert before.because
    assert all(len(sentence) <= 400 for sentence in before.because)
    assert all(sentence.endswith(".") for sentence in before.because)
    assert BANDS.index(after.band) <= BANDS.index(before.band)
    assert BANDS.index(escalated.band) <= BANDS.index(before.band)


COMPLETE = {
    "environment": "surface_web",
    "harm_type": "grooming",
    "summary": "Report of grooming on an invented service.",
    "occurred_at": "2026-03-01T10:00:00Z",
    "jurisdiction": "GB",
    "selectors": [{"kind": "ip", "value": "192.0.2.1", "port": 4321, "seen_at": "2026-03-01T10:00:00Z"}],
    "factors": {"coercion": "no"},
    "handling": {"classification": "OFFICIAL"},
    "declaration": True,
}


def test_the_weights_sum_to_a_hundred():
    assert sum(weight for weight, _ in WEIGHTS.values()) == 100


def test_a_complete_report_scores_a_hundred_and_misses_nothing():
    assert (actionability(COMPLETE).score, actionability(COMPLETE).missing) == (100, ())


def test_an_empty_report_scores_nothing_and_misses_everything():
    nothing = actionability({})
    assert (nothing.score, len(nothing.missing)) == (0, len(WEIGHTS))


WITHOUT = [
    # what is changed, the score, a word of what is missing
    ({"environment": None}, 92, "environment"),
    ({"harm_type": ""}, 92, "harm_type"),
    ({"summary": "  "}, 88, "narrative"),
    ({"occurred_at": None}, 90, "occurred_at"),
    ({"jurisdiction": ""}, 90, "jurisdiction"),
    ({"factors": {"coercion": "unknown"}}, 93, "factors"),
    ({"handling": {"classification": ""}}, 95, "handling"),
    ({"declaration": False}, 95, "declaration"),
    ({"selectors": []}, 65, "selectors"),
    ({"selectors": [{"kind": "account", "value": "heron"}]}, 80, "seen_at"),
    ({"selectors": [{**COMPLETE["selectors"][0], "port": None}]}, 90, "port"),
    ({"selectors": [{**COMPLETE["selectors"][0], "seen_at": ""}]}, 80, "seen_at"),
]


@pytest.mark.parametrize(("change", "score", "word"), WITHOUT)
def test_what_is_missing_costs_its_weight_and_is_named(change, score, word):
    result = actionability({**COMPLETE, **change})
    assert result.score == score
    assert word in result.missing[0]


def test_a_narrative_does_where_there_is_no_summary():
    assert actionability({**COMPLETE, "summary": "", "narrative": "In words."}).score == 100


def test_completeness_is_not_risk():
    thin = {"factors": {"live_streaming": "yes"}}
    assert band(thin["factors"]) == "P1"
    assert actionability(thin).score < 10
    assert band(ALL_NO) == "P4"
    assert actionability({**COMPLETE, "factors": ALL_NO}).score == 100


CLOCKS = {  # band: eyes,              action,               offer
    "P1":   (timedelta(hours=1),  timedelta(hours=4),  timedelta(hours=1)),
    "P2":   (timedelta(hours=24), timedelta(days=7),   timedelta(hours=4)),
    "P3":   (timedelta(hours=24), timedelta(days=14),  timedelta(hours=24)),
    "P4":   (timedelta(hours=24), timedelta(days=30),  timedelta(hours=72)),
    "INFO": (timedelta(hours=24), timedelta(days=180), timedelta(hours=72)),
}  # fmt: skip


def test_every_band_has_its_clocks():
    assert tuple(CLOCKS) == BANDS


@pytest.mark.parametrize("name", CLOCKS)
def test_the_clocks_of_a_band(name):
    eyes, action, offer = CLOCKS[name]
    assert eyes_due(name, MONDAY) == MONDAY + eyes
    assert action_due(name, MONDAY) == MONDAY + action
    assert offer_window(name) == offer


def test_a_clock_needs_a_band_and_a_zone():
    with pytest.raises(ValueError, match="zone"):
        eyes_due("P1", datetime(2026, 3, 2, 9, 30))
    for asks in (
        lambda: eyes_due("P0", MONDAY),
        lambda: action_due("P0", MONDAY),
        lambda: offer_window("P0"),
    ):
        with pytest.raises(ValueError, match="band"):
            asks()
