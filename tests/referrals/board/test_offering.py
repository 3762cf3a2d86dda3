"""A coordinator offers and recalls in the browser; everybody else looks, or finds nothing there."""

import re
from uuid import uuid4

import pytest

from audit.models import Event
from ohsc.core.acting import acting_as
from referrals.access import visible_offers, visible_referrals
from referrals.models import Decision
from referrals.record import open_record

# Nobody in the cast has said what they can do, so that every offer sets that aside.
AGREED = {"agreement": "SA-NORTHSHIRE", "because": "They know the account."}


def offer_path(referral, slug="northshire-police"):
    return f"/board/{referral.pk}/offer/{slug}"


def status_of(cast, referral):
    actor = cast.actor(cast.cora)
    with acting_as(actor):
        return visible_referrals(actor).get(pk=referral.pk).status


def events(cast, action):
    actor = cast.actor(cast.cora)
    with acting_as(actor):
        return list(Event.objects.filter(action=action).order_by("at"))


def test_what_is_unassigned_offered_and_late_is_on_the_board(cast, cora):
    unassigned, offered = cast.referral("triaged", summary="Unassigned one"), cast.referral("offered")
    page = cora.get("/board").content.decode()
    assert f"/board/{unassigned.pk}" in page
    assert offered.reference in page
    assert "Offered to <strong>Northshire Police</strong>" in page
    assert "01632 960000" in page


def test_one_event_records_which_referrals_the_board_showed(cast, cora):
    shown = {cast.referral("triaged").pk, cast.referral("offered").pk}
    cora.get("/board")
    [event] = events(cast, "board.opened")
    assert set(event.subject_ids) == shown


def test_choosing_a_referral_orders_the_agencies_and_says_why(cast, cora):
    referral = cast.referral("triaged", environment="dark_web")
    page = cora.get(f"/board/{referral.pk}").content.decode()
    first, second = (
        page.index("Offer to"[:5] + ' <span class="visually-hidden">'),
        page.index("Cannot be offered"),
    )
    assert first < second
    assert "Agreement SA-EASTMOOR does not cover dark web." in page
    assert "There is no sharing agreement with Harbour Helpline." in page
    assert "Lumen Social sent it." in page


def test_htmx_gets_the_agencies_alone(cast, cora):
    referral = cast.referral("triaged")
    part = cora.get(f"/board/{referral.pk}", headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<section")
    assert "Northshire Police" in part
    assert "<html" not in part


def test_what_the_coordinator_sees_beforehand_is_what_the_agency_then_sees(cast, cora):
    referral = cast.referral("triaged", handling=None)
    page = cora.get(offer_path(referral)).content.decode()
    cora.post(offer_path(referral), AGREED)
    ben = cast.actor(cast.ben)
    with acting_as(ben):
        seen = open_record(referral.pk, ben, at=referral.updated_at)
    assert seen.sightings
    assert all(sighting.value in page for sighting in seen.sightings)
    assert seen.referral.summary in page
    assert seen.referral.get_tlp_display() in page
    assert "Contact continuing" in page
    assert "asked to continue elsewhere" not in page  # the narrative


def test_the_preview_says_what_the_disclosure_rests_on(cast, cora):
    page = cora.get(offer_path(cast.referral("triaged"))).content.decode()
    assert "SA-NORTHSHIRE" in page
    assert "Common law: a policing purpose" in page
    assert "TLP:RED" in page


def test_a_coordinator_offers(cast, cora):
    referral = cast.referral("triaged")
    answer = cora.post(offer_path(referral), AGREED | {"reason": "Known to your unit"}, follow=True)
    assert answer.redirect_chain == [("/board", 302)]
    assert "is offered to Northshire Police, who can answer until" in answer.content.decode()
    assert status_of(cast, referral) == "offered"


def test_the_second_to_offer_is_told_who_was_first(cast, cora):
    referral = cast.referral("triaged")
    cora.post(offer_path(referral), AGREED)
    answer = cora.post(offer_path(referral), AGREED)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "the referral is offered" in page
    assert "Offered to Northshire Police by Cora Lindqvist" in page


def test_an_offer_is_of_what_was_looked_at(cast, cora):
    referral = cast.referral("triaged")
    answer = cora.post(offer_path(referral), AGREED | {"version": referral.version - 1})
    assert answer.status_code == 409
    assert "changed since you looked" in answer.content.decode()
    assert status_of(cast, referral) == "triaged"


def test_without_an_agreement_nothing_is_offered_and_the_term_is_named(cast, cora):
    referral = cast.referral("triaged")
    page = cora.get(offer_path(referral, "harbour-helpline")).content.decode()
    assert "There is no sharing agreement with Harbour Helpline." in page
    assert 'id="seen-title"' not in page  # what cannot be sent is not shown as if it could
    assert "Offer to Harbour Helpline</button>" not in page
    answer = cora.post(offer_path(referral, "harbour-helpline"))
    assert answer.status_code == 409
    assert "There is no sharing agreement with Harbour Helpline." in answer.content.decode()


def test_an_offer_names_no_agreement_that_does_not_cover_it(cast, cora):
    referral = cast.referral("triaged")
    answer = cora.post(offer_path(referral), AGREED | {"agreement": "SA-OTHER"})
    assert answer.status_code == 409
    assert status_of(cast, referral) == "triaged"


def test_a_coordinator_recalls_with_a_reason(cast, cora):
    referral = cast.referral("offered")
    answer = cora.post(f"/board/{referral.pk}/recall", {"reason_code": "better_fit"})
    assert (answer.status_code, answer.url) == (302, f"/board/{referral.pk}#agencies")
    assert status_of(cast, referral) == "triaged"
    actor = cast.actor(cast.cora)
    with acting_as(actor):
        assert [offer.state for offer in visible_offers(actor).filter(referral=referral)] == ["recalled"]


def test_a_recall_without_a_reason_is_asked_again_in_place_and_keeps_the_words(cast, cora):
    referral = cast.referral("offered")
    page = cora.post(f"/board/{referral.pk}/recall", {"reason": "They rang us"}).content.decode()
    assert "<title>Error: " in page
    assert "They rang us" in page
    assert "Choose the reason" in page
    assert '<details class="recall" open' in page
    assert status_of(cast, referral) == "offered"


def test_recalling_what_was_accepted_meanwhile_is_refused(cast, cora):
    referral = cast.referral("accepted")
    answer = cora.post(f"/board/{referral.pk}/recall", {"reason_code": "better_fit"})
    assert answer.status_code == 409
    assert "Accepted by" in answer.content.decode()


def test_several_recalls_on_one_page_share_no_id(cast, cora):
    cast.referral("offered"), cast.referral("offered")
    ids = re.findall(r'\sid="([^"]+)"', cora.get("/board").content.decode())
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("who", ["anil", "sol", "otis"])
def test_others_of_the_centre_look_and_do_not_act(cast, who):
    referral, offered = cast.referral("triaged"), cast.referral("offered")
    browser = cast.browser(getattr(cast, who))
    page = browser.get(f"/board/{referral.pk}").content.decode()
    assert offered.reference in page
    assert f"/board/{referral.pk}/offer/" not in page
    assert "/recall" not in page
    refused = 403 if who == "otis" else 409  # an auditor's role takes no step; the others' not this one
    assert browser.post(offer_path(referral), AGREED).status_code == refused
    assert browser.post(f"/board/{offered.pk}/recall", {"reason_code": "better_fit"}).status_code == refused


@pytest.mark.parametrize("who", ["bea", "cleo", "asha"])
def test_other_agencies_find_no_board(cast, who):
    browser = cast.browser(getattr(cast, who))
    referral = cast.referral("triaged")
    missing = browser.get("/there-is-no-such-page")
    assert missing.status_code == 404
    for path in ("/board", f"/board/{referral.pk}", f"/board/{uuid4()}", offer_path(referral)):
        answer = browser.get(path)
        assert (answer.status_code, answer.content) == (404, missing.content), path
    for path in (offer_path(referral), f"/board/{referral.pk}/recall"):
        answer = browser.post(path, AGREED)
        assert (answer.status_code, answer.content) == (404, missing.content), path
    assert 'href="/board"' not in missing.content.decode()


def test_what_is_not_there_is_404(cast, cora):
    referral = cast.referral("triaged")
    assert cora.get(f"/board/{uuid4()}").status_code == 404
    assert cora.get(f"/board/{uuid4()}/offer/northshire-police").status_code == 404
    assert cora.get(offer_path(referral, "nobody")).status_code == 404
    assert cora.get(offer_path(referral, "ohsc")).status_code == 404


def test_statements_do_not_grow_with_what_is_shown(cast, cora, django_assert_max_num_queries):
    for _ in range(3):
        cast.referral("triaged"), cast.referral("offered"), cast.referral("accepted")
    chosen = cast.referral("triaged")
    # With the strip of alarms, and the transaction's own.
    with django_assert_max_num_queries(24):
        cora.get("/board")
    with django_assert_max_num_queries(24):
        cora.get(f"/board/{chosen.pk}", headers={"HX-Request": "true"})
    with django_assert_max_num_queries(30):
        cora.get(f"/board/{chosen.pk}")
    # What they would see is the step itself, taken, looked at as they will, and taken back.
    with django_assert_max_num_queries(80):
        cora.get(offer_path(chosen))


def test_whoever_sets_the_ranking_aside_says_why(cast, cora):
    referral = cast.referral("triaged")
    page = cora.get(offer_path(referral)).content.decode()
    assert "This sets the ranking aside" in page
    assert "Has said nothing of what it can do on the surface web." in page
    refused = cora.post(offer_path(referral), {"agreement": "SA-NORTHSHIRE", "because": ""})
    assert "Say why, for whoever asks later" in refused.content.decode()
    assert status_of(cast, referral) == "triaged"
    cora.post(offer_path(referral), AGREED)
    with acting_as(cast.actor(cast.cora)):
        kept = Decision.objects.get(referral=referral.pk)
    assert (kept.is_override, kept.because) == (True, "They know the account.")
