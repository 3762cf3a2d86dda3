"""A referral made by hand: nothing typed is lost, nothing is made twice, no picture comes in."""

import re

import pytest

from audit.access import visible_events
from ohsc.core.acting import acting_as
from referrals.access import visible_referrals, visible_sightings

PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
TYPED = {
    "form_id": "5f0f3c3e-3a2f-4d0e-9a51-6b7b9f0c1d22",
    "summary": "An account asked a child to move to a private channel.",
    "narrative": "The reporter states that the account asked to continue elsewhere.",
    "environment": "surface_web",
    "harm_type": "grooming",
    "classification": "OFFICIAL-SENSITIVE",
    "tlp": "AMBER",
    "factor-coercion": "yes",
    "factor-live_streaming": "no",
    "selectors-rows": "2",
    "selectors-0-kind": "account",
    "selectors-0-value": "@Heron",
    "selectors-0-platform": "Lumen",
    "selectors-1-kind": "ip",
    "selectors-1-value": "203.0.113.9",
    "selectors-1-seen_at": "2026-07-01T10:30",
    "selectors-1-port": "4433",
    "declaration": "on",
}


def send(cast, who="asha", **changes):
    return cast.browser(getattr(cast, who)).post("/referrals/new", TYPED | {"go": "send"} | changes)


def made(cast, who="asha"):
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        return list(visible_referrals(actor).order_by("received_at"))


def test_it_is_checked_and_then_sent(cast):
    checked = send(cast, go="check")
    text = checked.content.decode()
    assert checked.status_code == 200
    assert "Check before sending" in text
    assert "<td>heron" in text
    assert made(cast) == []
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
    sent = cast.browser(cast.asha).post("/referrals/new", hidden | {"go": "send"})
    (referral,) = made(cast)
    assert sent["Location"] == f"/referrals/{referral.pk}"
    assert (referral.band, referral.harm_type_id, referral.tlp) == ("P2", "grooming", "AMBER")
    assert referral.declaration
    asha = cast.actor(cast.asha)
    with acting_as(asha):
        seen = {s.kind: (s.value, s.platform, s.port) for s in visible_sightings(asha)}
        assert visible_events(asha).filter(action="referral.receive").count() == 1
    assert seen == {"account": ("@Heron", "Lumen", None), "ip": ("203.0.113.9", "", 4433)}


def test_a_time_is_in_the_persons_own_zone(cast):
    send(cast)
    asha = cast.actor(cast.asha)
    with acting_as(asha):
        at = visible_sightings(asha).get(kind="ip").seen_at
    assert at.isoformat() == "2026-07-01T09:30:00+00:00"  # summer in London


def test_pressing_twice_makes_one(cast):
    first, second = send(cast), send(cast)
    assert len(made(cast)) == 1
    assert first["Location"] == second["Location"]


def test_the_same_words_in_a_new_form_make_another(cast):
    send(cast)
    send(cast, form_id="0b1a8f4e-58a4-4f6e-8a33-0d2c7f6f1e10")
    assert len(made(cast)) == 2


def test_another_agencys_form_id_tells_nothing(cast):
    send(cast)
    send(cast, who="cleo")
    assert len(made(cast, "cleo")) == 1


def test_every_error_is_said_at_once_and_everything_typed_stays(cast):
    answer = send(
        cast,
        **{
            "summary": " ",
            "narrative": PICTURE,
            "occurred_at": "2999-01-01T00:00",
            "handling_code": "C",
            "selectors-0-kind": "",
            "selectors-1-value": "300.1.1.1",
            "selectors-1-port": "70000",
            "factor-coercion": "maybe",
        },
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    for sentence in (
        "Enter the summary",
        "Narrative holds an image or a video",
        "not in the future",
        "Say under which conditions",
        "Choose the kind of selector",
        "This is not an IP address",
        "less than or equal to 65535",
        "maybe is not one of the available choices",
    ):
        assert text.count(sentence) == 2, sentence  # beside the field, and in the summary
    assert 'value="@Heron"' in text
    assert 'value="300.1.1.1"' in text
    assert made(cast) == []


def test_another_selector_is_asked_for_without_losing_a_word(cast):
    answer = send(cast, go="", more="selectors", summary="")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="selectors-2-kind"' in text
    assert 'value="@Heron"' in text
    assert "There is a problem" not in text


@pytest.mark.parametrize("rows", ["", "x", "-4", "0", "999999999999", "31"])
def test_the_number_of_rows_is_never_taken_on_trust(cast, rows):
    answer = send(cast, go="check", **{"selectors-rows": rows})
    assert answer.status_code == 200


def test_changing_ones_mind_leads_back_with_everything(cast):
    text = send(cast, go="change").content.decode()
    assert "<h1>New referral</h1>" in text
    assert 'value="@Heron"' in text


def test_a_reference_used_before_is_refused_beside_its_field(cast):
    send(cast, external_ref="LS-1")
    again = send(cast, external_ref="LS-1", summary="Another matter altogether.")
    assert again.status_code == 422
    assert "Already received: LS-1" in again.content.decode()
    assert len(made(cast)) == 1


def test_who_may_not_make_referrals_is_told_so(cast):
    assert cast.browser(cast.otis).get("/referrals/new").status_code == 403
    assert send(cast, who="otis").status_code == 403


def test_signing_in_comes_first(client):
    for path in ("/triage", "/referrals/new", "/referrals/5f0f3c3e-3a2f-4d0e-9a51-6b7b9f0c1d22"):
        assert client.get(path)["Location"].startswith("/account/login/")
