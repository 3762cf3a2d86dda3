"""A document imported by a person: what is shown before anything is made, what a press makes, and what is recorded."""

import re
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.access import visible_events
from exchange.access import visible_staged
from ohsc.core.acting import acting_as
from referrals.access import visible_referrals, visible_reports, visible_sightings
from tests.exchange.documents import HERON, SAMPLES, report, reports
from tests.pages import words_of

TWO = reports(
    report(301, HERON),
    report(302, summary="<escalateToHighPriority>A child tonight.</escalateToHighPriority>"),
)


def give(browser, document: bytes, name="export.xml", **more):
    return browser.post("/imports", {"document": SimpleUploadedFile(name, document), **more})


def seen(cast, who, of, **which):
    actor = cast.actor(getattr(cast, who))
    with acting_as(actor):
        return list(of(actor).filter(**which))


def made(cast, who="asha"):
    return sorted(seen(cast, who, visible_referrals), key=lambda one: one.external_ref)


def press(browser, address: str):
    """The form that the preview draws, sent as it is."""
    text = browser.get(address).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(count|sha256)" value="([^"]*)"', text))
    return browser.post(f"{address}/make", fields)


def actions(cast, who="asha"):
    events = seen(cast, who, visible_events)
    return [(event.kind, event.action) for event in sorted(events, key=lambda one: one.at)]


def test_a_preview_shows_what_would_be_made_and_makes_nothing(cast):
    browser = cast.browser(cast.asha)
    staged = give(browser, TWO)
    assert staged.status_code == 302
    page = words_of(browser.get(staged["Location"]))
    for words in (
        "Make 2 referrals",
        "Report of online grooming of a child, on Lantern.",
        "Surface web",
        "P1 Escalate",
        "The source escalates it and says why",
        "A child tonight.",
        "Account river_heron on lantern",
        "192.0.2.7, port 50123",
        "Age of the youngest child: 11 to 13",
        "a child's name, birth date, address and school are not copied".replace("'", "&#x27;"),
        "whose jurisdiction it falls in",
        "report/victim/victimPerson/firstName",
    ):
        assert words in page, words
    assert "continue elsewhere" not in page  # words that can hurt are opened one at a time
    assert "Robin" not in page
    assert made(cast) == []
    assert seen(cast, "asha", visible_reports) == []


def test_a_press_makes_exactly_what_was_shown(cast):
    browser = cast.browser(cast.asha)
    address = give(browser, TWO)["Location"]
    done = press(browser, address)
    first, second = made(cast)
    assert (first.external_ref, first.environment, first.harm_type_id) == ("301", "surface_web", "grooming")
    assert (second.external_ref, second.band, second.escalate_reason) == ("302", "P1", "A child tonight.")
    assert {(one.kind, one.value) for one in seen(cast, "asha", visible_sightings)} == {
        ("account", "river_heron"),
        ("ip", "192.0.2.7"),
    }
    (kept,) = seen(cast, "asha", visible_reports)
    assert bytes(kept.raw) == TWO
    page = browser.get(done["Location"])
    assert "2 referrals made" in words_of(page)
    for referral in (first, second):
        assert f'href="/referrals/{referral.pk}"' in page.content.decode()
    assert seen(cast, "asha", visible_staged) == []


def test_the_same_file_again_makes_nothing_and_says_which_they_were(cast):
    browser = cast.browser(cast.asha)
    press(browser, give(browser, TWO)["Location"])
    again = browser.get(give(browser, TWO)["Location"])
    assert "Nothing was made again" in words_of(again)
    for referral in made(cast):
        assert referral.reference in words_of(again)
    assert len(made(cast)) == 2


def test_the_same_text_pasted_is_the_same_document(cast):
    browser = cast.browser(cast.asha)
    document = reports(report(301), "\n", report(302))
    press(browser, give(browser, document)["Location"])
    pasted = document.decode().replace("\n", "\r\n")  # as browsers send it
    again = browser.post("/imports", {"text": pasted})
    assert again["Location"].startswith("/imports/made/")
    assert len(made(cast)) == 2


def test_a_second_press_finds_what_the_first_one_made(cast):
    browser = cast.browser(cast.asha)
    address = give(browser, TWO)["Location"]
    text = browser.get(address).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(count|sha256)" value="([^"]*)"', text))
    first, second = (browser.post(f"{address}/make", fields) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert len(made(cast)) == 2


def test_of_a_report_made_before_the_preview_names_the_referral_and_the_press_leaves_it(cast):
    browser = cast.browser(cast.asha)
    press(browser, give(browser, reports(report(301)))["Location"])
    (known,) = made(cast)
    address = give(browser, TWO)["Location"]
    page = words_of(browser.get(address))
    assert f"Made before: {known.reference}" in page
    assert "Make 1 referral " in page
    done = browser.get(press(browser, address)["Location"])
    assert [one.external_ref for one in made(cast)] == ["301", "302"]
    assert "In it, and made before 1" in words_of(done)


def test_a_document_that_brought_one_new_referral_of_two_is_not_for_its_custodian(cast):
    """It holds the other's matter too."""
    browser = cast.browser(cast.asha)
    press(browser, give(browser, reports(report(301)))["Location"])
    press(browser, give(browser, TWO)["Location"])
    (new,) = [one for one in made(cast) if one.external_ref == "302"]
    for step, who, given in cast.way_to("accepted"):
        cast.step(step, new, who, **given)
    assert seen(cast, "ben", visible_referrals) == [new]
    assert seen(cast, "ben", visible_reports) == []


def test_what_was_made_by_somebody_since_the_preview_is_shown_again_first(cast):
    asha = cast.browser(cast.asha)
    address = give(asha, TWO)["Location"]
    text = asha.get(address).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(count|sha256)" value="([^"]*)"', text))
    press(asha, give(asha, reports(report(302)))["Location"])
    answer = asha.post(f"{address}/make", fields)
    assert answer["Location"] == address
    assert "press again to make it" in words_of(asha.get(address))
    assert [one.external_ref for one in made(cast)] == ["302"]


def test_a_document_with_nothing_new_offers_no_press(cast):
    browser = cast.browser(cast.asha)
    press(browser, give(browser, reports(report(301)))["Location"])
    address = give(browser, report(301, HERON).encode())["Location"]
    assert "Every report in it was made into a referral before" in words_of(browser.get(address))
    assert "/make" not in browser.get(address).content.decode()
    assert browser.post(f"{address}/make", {"count": "0", "sha256": "00"})["Location"] == address
    assert len(made(cast)) == 1


def test_a_staged_document_is_its_persons_alone(cast):
    """Absent to everybody else, a colleague and the Centre included, to the byte."""
    address = give(cast.browser(cast.ben), TWO)["Location"]
    absent = "/imports/00000000-0000-4000-8000-000000000000"
    for who in ("bea", "cleo", "cora"):
        other = cast.browser(getattr(cast, who))
        for more, how in (("", "get"), ("/make", "post"), ("/discard", "post"), ("/narratives/1", "post")):
            given = {"count": "2", "sha256": sha256(TWO).hexdigest()} if more == "/make" else {}
            here, there = (getattr(other, how)(path + more, given) for path in (address, absent))
            assert (here.status_code, here.content) == (404, there.content), (who, more)
        assert "export.xml" not in words_of(other.get("/imports"))
    assert cast.browser(cast.ben).get(address).status_code == 200
    assert made(cast, "cora") == []


def test_what_was_made_is_the_agencys_own_to_read(cast):
    done = press(cast.browser(cast.ben), give(cast.browser(cast.ben), TWO)["Location"])["Location"]
    assert cast.browser(cast.bea).get(done).status_code == 200
    for who in ("cleo", "cora"):
        answer = cast.browser(getattr(cast, who)).get(done)
        absent = cast.browser(getattr(cast, who)).get("/imports/made/00000000-0000-4000-8000-000000000000")
        assert (answer.status_code, answer.content) == (404, absent.content)


def test_who_may_not_make_referrals_comes_no_further(cast):
    otis = cast.browser(cast.otis)
    assert otis.get("/imports").status_code == 403
    answer = give(otis, TWO)
    assert answer.status_code == 403
    assert not answer.wsgi_request._read_started  # their file was never read
    assert give(cast.browser(cast.asha).__class__(), TWO)["Location"].startswith("/account/login/")


def test_an_administrator_may_import_and_opens_no_narrative(cast):
    browser = cast.browser(cast.ada)
    address = give(browser, report(301, HERON).encode())["Location"]
    assert "Your role does not open narratives" in words_of(browser.get(address))
    assert browser.post(f"{address}/narratives/1").status_code == 403


def test_a_narrative_is_opened_one_at_a_time_and_that_is_recorded(cast):
    browser = cast.browser(cast.asha)
    address = give(browser, TWO)["Location"]
    opened = browser.post(f"{address}/narratives/1")
    assert "The account asked to continue elsewhere." in words_of(opened)
    assert ("consultation", "document.narrative_opened") in actions(cast)
    for number in (0, 2, 99):
        assert browser.post(f"{address}/narratives/{number}").status_code == 404


def test_a_discarded_document_is_gone(cast):
    browser = cast.browser(cast.asha)
    address = give(browser, TWO)["Location"]
    assert browser.post(f"{address}/discard")["Location"] == "/imports"
    assert browser.get(address).status_code == 404
    assert made(cast) == []


def test_ten_documents_may_wait_and_no_more(cast):
    browser = cast.browser(cast.asha)
    for number in range(10):
        assert give(browser, report(number + 1).encode()).status_code == 302
    answer = give(browser, report(11).encode())
    assert answer.status_code == 409
    assert "Make or discard one first" in words_of(answer)
    assert "See what waits" in words_of(answer)  # a refusal is rolled back, and with it the record of a list
    assert len(seen(cast, "asha", visible_staged)) == 10


def test_every_step_is_in_the_audit(cast):
    browser = cast.browser(cast.asha)
    address = give(browser, TWO)["Location"]
    browser.get(browser.get(address) and press(browser, address)["Location"])
    browser.post(give(browser, report(303).encode())["Location"] + "/discard")
    found = actions(cast)
    for step in (
        ("collection", "document.staged"),
        ("consultation", "document.previewed"),
        ("collection", "referral.receive"),
        ("alteration", "document.made"),
        ("consultation", "document.opened"),
        ("erasure", "document.discarded"),
    ):
        assert step in found, step
    (staged, _) = seen(cast, "asha", visible_events, action="document.staged")
    assert staged.details["format"] == "cybertipline"
    assert "export.xml" not in str(staged.details)  # the name of a file can describe what it holds


def test_a_long_document_is_shown_in_parts(cast):
    browser = cast.browser(cast.asha)
    address = give(browser, reports(*(report(number) for number in range(1, 46))))["Location"]
    first, last = browser.get(address), browser.get(f"{address}?part=3")
    assert "1 to 20 of 45 reports" in words_of(first)
    assert "41 to 45 of 45 reports" in words_of(last)
    assert "Make 45 referrals" in words_of(last)
    assert (
        browser.get(f"{address}?part=x").status_code == browser.get(f"{address}?part=999").status_code == 200
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a_report_with_all_fields_and_multiple_incident_types.xml", "Report of sexual extortion of a child"),
        ("a_report_with_only_required_fields.xml", "Report of online grooming of a child"),
    ],
)
def test_the_samples_of_the_field_are_shown_and_made(cast, name, words):
    if not (SAMPLES / name).exists():
        pytest.skip("the shared samples are not beside this project")
    browser = cast.browser(cast.asha)
    address = give(browser, (SAMPLES / name).read_bytes())["Location"]
    assert words in words_of(browser.get(address))
    press(browser, address)
    (referral,) = made(cast)
    assert referral.summary.startswith(words)


def test_the_form_for_a_referral_leads_here(cast):
    assert 'href="/imports"' in cast.browser(cast.asha).get("/referrals/new").content.decode()
