"""What is above the ceiling is refused wherever it comes; a pointer to it travels like any referral."""

import json
from html import unescape

import pytest
from django.utils import timezone

from audit.access import visible_events
from exchange.document import DocumentRefused
from exchange.drafts import Draft as Told
from exchange.importing import draft_of
from ohsc.core.acting import acting_as
from referrals.actions import receive
from referrals.drafts import Draft, Handling
from tests.api.calls import BODY, REFERRALS, faults, send, step
from tests.cast import ARRIVAL, SUMMARY
from tests.referrals.conftest import how_many
from tests.referrals.pages.test_new_referral import TYPED

# As people and systems spell what is above the ceiling.
ABOVE = [
    "SECRET", "secret", "TOP SECRET", "TOP-SECRET", "Top_Secret", "topsecret", "UK SECRET", "UK TOP SECRET", "TS", "S",
    "NATO SECRET", "COSMIC TOP SECRET", "TOP SECRET STRAP2", "ＳＥＣＲＥＴ", "SECRET - UK EYES ONLY",
]  # fmt: skip
WORDS = "What is held is told in these words."


# GSCP: what is above OFFICIAL-SENSITIVE is refused wherever it comes, says what to do, and leaves nothing.


@pytest.mark.parametrize("spelt", ABOVE)
def test_what_is_above_the_ceiling_is_refused_by_the_interface_and_one_is_told_to_send_a_pointer(
    cast, systems, spelt
):
    answer = send(systems["lumen"], BODY | {"narrative": WORDS, "handling": {"classification": spelt}})
    assert answer.status_code == 400
    assert faults(answer) == {"handling/classification": "invalid_choice"}
    assert (
        "send a pointer: a referral whose summary begins “Held elsewhere”"
        in answer.json()["errors"][0]["detail"]
    )
    assert WORDS not in answer.content.decode()
    assert how_many(cast) == 0


def test_in_bulk_such_a_line_fails_alone_with_the_same_words(cast, systems):
    lines = [BODY, BODY | {"handling": {"classification": "TOP SECRET"}}]
    answer = send(
        systems["lumen"],
        "\n".join(map(json.dumps, lines)),
        path=f"{REFERRALS}/bulk",
        content_type="application/x-ndjson",
    )
    good, bad = map(json.loads, answer.getvalue().decode().splitlines())
    assert (good["status"], bad["status"]) == (201, 400)
    assert "send a pointer" in bad["problem"]["errors"][0]["detail"]
    assert how_many(cast) == 1


@pytest.mark.parametrize("spelt", ABOVE)
def test_an_imported_document_that_says_so_is_refused_whatever_its_format(spelt):
    with pytest.raises(DocumentRefused, match="send a pointer"):
        draft_of(Told(summary="A report", handling={"classification": spelt}))


def test_no_entrance_that_forgot_to_ask_gets_it_past_the_one_door(cast):
    asha = cast.actor(cast.asha)
    draft = Draft(**SUMMARY | {"handling": Handling(classification="SECRET")})
    with acting_as(asha), pytest.raises(ValueError, match="OFFICIAL-SENSITIVE only"):
        receive([draft], arrival=ARRIVAL({"s": 1}), by=asha, at=timezone.now())


@pytest.mark.parametrize("press", [{"go": "check"}, {"go": "send"}, {"more": "selectors"}])
def test_the_form_leads_to_the_pointer_and_draws_nothing_of_what_was_typed(cast, press):
    typed = TYPED | {"narrative": WORDS, "classification": "SECRET"} | press
    answer = cast.browser(cast.asha).post("/referrals/new", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Send a pointer" in page
    assert "Nothing that was typed was read or kept." in page
    assert WORDS not in page
    assert TYPED["summary"] not in page
    assert how_many(cast) == 0
    asha = cast.actor(cast.asha)
    with acting_as(asha):
        refused = visible_events(asha).filter(action="request.refused").latest("at")
    assert WORDS not in repr(refused.details)


# A pointer: something is held elsewhere, and here is whom to ring.

POINTER = {
    "environment": "dark_web",
    "harm_type": "csam",
    "summary": "Held elsewhere: ask the desk named in the conditions.",
    "handling": {"code": "C", "conditions": "Duty desk, secure line 12"},
}


def test_a_pointer_travels_like_any_referral_and_names_whom_to_contact(systems):
    made = send(systems["lumen"], POINTER).json()
    step(systems["centre"], made["id"], "triage", {"priority": "P2"})
    step(systems["centre"], made["id"], "offer", {"to_agency": "northshire-police"})
    read = systems["police"].get(f"{REFERRALS}/{made['id']}").json()
    assert read["summary"].startswith("Held elsewhere")
    assert read["handling"]["conditions"] == "Duty desk, secure line 12"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"narrative": WORDS}, "narrative"),
        ({"selectors": [{"kind": "email", "value": "heron@mail.example"}]}, "selectors"),
        ({"handling": {}}, "handling/conditions"),
        ({"handling": {"conditions": "Duty desk"}}, "handling/conditions"),
    ],
)
def test_a_pointer_holds_nothing_of_what_is_held_elsewhere(systems, changes, field):
    answer = send(systems["lumen"], POINTER | changes)
    assert (answer.status_code, faults(answer)) == (400, {field: "not_a_pointer"})


def test_a_person_sends_a_pointer_from_its_page(cast):
    asha = cast.browser(cast.asha)
    assert "/referrals/new/pointer" in asha.get("/referrals/new").content.decode()
    typed = {"contact": "Duty desk, secure line 12", "environment": "dark_web", "form_id": TYPED["form_id"]}
    sent = asha.post("/referrals/new/pointer", typed, follow=True)
    page = unescape(sent.content.decode())
    assert "Held elsewhere: whom to contact stands in the conditions." in page
    assert "Contact: Duty desk, secure line 12" in page
    again = asha.post("/referrals/new/pointer", typed, follow=True)
    assert "There is only one." in again.content.decode()
    assert how_many(cast) == 1
