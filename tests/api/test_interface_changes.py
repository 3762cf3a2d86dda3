"""The changelog of codes keeps step with the code: a code that nobody announced fails here."""

from pathlib import Path

import pytest
from django.test import Client as Browser

from agencies.clients import State
from agencies.roles import SCOPES
from notifications.actions.heads import HEAD
from notifications.actions.sending_again import TEST
from notifications.models import Delivery
from ohsc import interface_changes
from ohsc.core import problems, words
from ohsc.interface_changes import CHANGES, Change, spoken
from referrals import receipts
from referrals.actions.alarms import CALL, TAKEN
from referrals.feedback_lists import DUE
from referrals.harms import harm_types
from referrals.models import Progress
from referrals.priority import AGE_BANDS, ANSWERS, BANDS, FACTORS
from referrals.serializers import ListQuery
from referrals.transitions import OUTCOMES, RECEIVE, STEPS, Status

WRITTEN = Path(__file__).resolve().parents[2] / "docs/interface-changes.md"

SPOKEN = {
    "environments": words.Environment.values,
    "sectors": words.Sector.values,
    "bands": BANDS,
    "statuses": Status.values,
    "parts in a referral": ListQuery().fields["role"].choices,
    "steps": STEPS,
    **{f"reason codes of {name}": dict(step.codes) for name, step in STEPS.items() if step.codes},
    "outcomes": OUTCOMES,
    "factors": FACTORS,
    "answers to a factor": ANSWERS,
    "age bands": AGE_BANDS,
    "selector kinds": words.SelectorKind.values,
    "skills": words.Skill.values,
    "classifications": words.Classification.values,
    "TLP": words.Tlp.values,
    "PAP": words.Pap.values,
    "source grades": words.SourceGrade.values,
    "information grades": words.InformationGrade.values,
    "handling codes": words.HandlingCode.values,
    "scopes": SCOPES,
    "states of a delivery": Delivery.State.values,
    "states of a client": [state.word for state in State],
    "webhook topics": [
        *(step.topic for step in (RECEIVE, *STEPS.values())),
        *("referral.due_soon", "referral.overdue", "referral.answer_soon"),  # told by the clock
        *("referral.glass_broken", "referral.glass_reviewed"),  # to the custodian, the source and the Centre
        "books.broken",  # to the Centre alone
        "agreement.ended",  # to both sides and the Centre
        *(
            "referral.progress",
            "referral.feedback_due",
            "referral.feedback_late",
        ),  # word to the source, and the chase
        *(CALL, TAKEN),  # while no person has taken a P1
        *("referral.question_due", "referral.question_late"),  # a question is chased, and escalated
        TEST,
        HEAD,
    ],
    "problem types": problems.TITLES,
    "parts of a receipt": receipts.PARTS,
    "ways of reading": receipts.THROUGH,
    "words to a source": Progress.Code.values,
    "words owed": DUE,
}


@pytest.mark.parametrize("name", SPOKEN)
def test_every_code_is_announced_and_nothing_is_that_there_is_not(name):
    assert set(spoken()[name]) == set(SPOKEN[name])


def test_the_list_of_harms_is_announced(db):
    assert set(spoken()["harm types"]) == {harm.code for harm in harm_types()}


def test_no_enumeration_is_forgotten():
    assert set(spoken()) == {*SPOKEN, "harm types"}


def test_every_word_that_the_document_lists_is_announced(db):
    def listed(part):
        if isinstance(part, dict):
            yield from part.get("enum", ()) if isinstance(part.get("enum"), list) else ()
            part = list(part.values())
        for inner in part if isinstance(part, list) else ():
            yield from listed(inner)

    announced = {code for codes in spoken().values() for code in codes}
    assert {word for word in listed(Browser().get("/api/v1/openapi.json").json()) if word} <= announced


def test_newest_first_and_no_day_twice():
    days = [change.day for change in CHANGES]
    assert days == sorted(set(days), reverse=True)


def test_what_is_gone_is_spoken_no_more(monkeypatch):
    gone = Change("2027-08-01", "One fewer", removed={"bands": "INFO"})
    monkeypatch.setattr(interface_changes, "CHANGES", (gone, *CHANGES))
    assert "INFO" not in spoken()["bands"]
    assert "- bands, gone: `INFO`" in interface_changes.written()


def test_the_page_of_the_documentation_is_what_the_list_says():
    assert WRITTEN.read_text() == interface_changes.written(), "python -m ohsc.interface_changes > docs/…"


def test_the_list_is_served_without_a_token_to_whoever_reads_the_documentation(db):
    answer = Browser().get("/api/docs/changes")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert page.count("<tr>") == 1 + sum(len(codes) for codes in spoken().values())
    assert "rate-limited" in page
    assert "/api/docs/changes" in Browser().get("/api/docs").content.decode()
