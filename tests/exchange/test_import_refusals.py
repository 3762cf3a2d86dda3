"""What is refused of a document that a person imports: with a sentence, with the hash noted, and with nothing kept."""

import re
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.access import visible_events
from exchange.access import visible_staged
from exchange.actions import clear
from exchange.tasks import clear_staged
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.exchange.documents import PICTURE, PNG, report, reports
from tests.pages import words_of

MB = 1024 * 1024
BOMB = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><report>&b;</report>'


@pytest.fixture
def asha(cast):
    return cast.browser(cast.asha)


def give(browser, document: bytes, name="export.xml"):
    return browser.post("/imports", {"document": SimpleUploadedFile(name, document)})


def refusal(cast) -> dict:
    """What the audit keeps of the last refusal."""
    actor = cast.actor(cast.asha)
    with acting_as(actor):
        return visible_events(actor).filter(action="request.refused").latest("at").details


def waiting(cast) -> list:
    actor = cast.actor(cast.asha)
    with acting_as(actor):
        return list(visible_staged(actor))


REFUSED = [
    # code, document, words of the sentence
    ("not_well_formed", b"<report>\n<a>\n</b></report>", "broken at line 3, column 3"),
    ("entities", BOMB, "declares entities, which are never expanded"),
    ("document_type", b"<!DOCTYPE report><report/>", "Remove the declaration"),
    ("too_deep", b"<report>" + b"<a>" * 60 + b"</a>" * 60 + b"</report>", "nests more than 50 elements"),
    ("too_many_elements", b"<report>" + b"<a/>" * 100_001 + b"</report>", "more than 100,000 elements"),
    ("too_much_text", b"<report><a>" + b"word " * 40_001 + b"</a></report>", "more than 200,000 characters"),
    ("too_large", b"<report>" + b" " * 5 * MB + b"</report>", "larger than 5 MB"),
    ("wrong_root", b"<bundle><item/></bundle>", "This is no CyberTipline document"),
    ("same_report_twice", reports(report(7), report(7)), "have the number"),
    ("unknown_format", b'{"type": "bundle"}', "none of the formats that are read: CyberTipline XML"),
    ("unknown_format", b"plain words", "none of the formats that are read"),
    ("empty", b" \n", "The document is empty"),
]


@pytest.mark.parametrize(("code", "document", "words"), REFUSED)
def test_a_document_that_cannot_be_taken_is_refused_with_a_sentence_and_its_hash(
    cast, asha, code, document, words
):
    answer = give(asha, document)
    assert answer.status_code == 422
    assert words_of(answer).count(words) == 2  # beside the field, and in the summary
    noted = refusal(cast)
    assert (noted["refused"], noted["document"]) == (code, sha256(document).hexdigest())
    assert waiting(cast) == []


KINDS = [
    # bytes, name, what is said
    (PNG, "report.xml", "This is a picture."),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(60), "report.xml", "This is a picture."),
    (b"\x00\x00\x00\x18ftypmp42" + bytes(60), "report.xml", "This is a video."),
    (b"%PDF-1.7\n" + bytes(60), "report.xml", "This is a PDF."),
    (b"PK\x03\x04" + bytes(60), "reports.xml", "This is an archive. Unpack it on your own system"),
    (b"\x1f\x8b\x08\x00" + bytes(60), "reports.xml.gz", "This is an archive."),
    (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "report.xml", "This is a picture."),
]


@pytest.mark.parametrize(("document", "name", "words"), KINDS)
def test_what_a_file_is_is_told_by_what_it_holds_and_not_by_its_name(cast, asha, document, name, words):
    answer = give(asha, document, name)
    assert answer.status_code == 422
    assert words in words_of(answer)
    assert "Nothing of it was kept" in words_of(answer)
    assert refusal(cast)["imagery"] == [{"field": "the document", "sha256": sha256(document).hexdigest()}]


INSIDE = [
    (f"<report><additionalInfo>{PICTURE}</additionalInfo></report>", "report/additionalInfo"),
    (f"<report><a b='data:image/png;base64,{PICTURE}'/></report>", "report/a/@b"),
    (f"<report><a>See data:image/png;base64,{PICTURE} there</a></report>", "report/a"),
    (f"<report><!-- {PICTURE} --></report>", "the document"),
    (f"<report><a>{PICTURE}</a>", "the document"),  # broken, and a picture besides
    (f"not any format {PICTURE}", "the document"),
]


@pytest.mark.parametrize(("document", "where"), INSIDE)
@pytest.mark.parametrize("pasted", [True, False])
def test_a_picture_inside_is_refused_by_place_its_hash_noted_and_not_sent_back(
    cast, asha, document, where, pasted
):
    answer = asha.post("/imports", {"text": document}) if pasted else give(asha, document.encode())
    assert answer.status_code == 422
    assert f"There is a picture, video, archive or PDF in {where}" in words_of(answer)
    assert "put its hash in its place" in words_of(answer)
    assert refusal(cast)["imagery"] == [{"field": where, "sha256": sha256(PNG).hexdigest()}]
    assert PICTURE[:30] not in answer.content.decode()
    assert waiting(cast) == []


def test_a_broken_paste_stays_as_it_was_pasted(asha):
    answer = asha.post("/imports", {"text": "<report>\r\n<kept>words</kept\r\n</report>"})
    assert answer.status_code == 422
    assert "broken at line 3, column 1" in words_of(answer)
    assert "&lt;kept&gt;words&lt;/kept" in answer.content.decode()


def test_nothing_and_both_are_asked_about(asha):
    assert "Choose a file, or paste the text" in words_of(asha.post("/imports", {"text": "  "}))
    both = {"text": "<report/>", "document": SimpleUploadedFile("a.xml", b"<report/>")}
    assert "not both" in words_of(asha.post("/imports", both))


def test_what_is_far_too_large_is_refused_unread(cast, asha):
    answer = give(asha, b"x" * 7 * MB)
    assert answer.status_code == 413
    assert "larger than 5 MB" in words_of(answer)
    assert not answer.wsgi_request._read_started
    assert refusal(cast)["refused"] == "too_large"


def test_a_paste_over_a_megabyte_is_refused_with_the_same_page(cast, asha):
    answer = asha.post("/imports", {"text": "<report>" + " " * MB + "</report>"})
    assert answer.status_code == 413
    assert "<h1>Import a document</h1>" in answer.content.decode()
    assert refusal(cast)["refused"] == "too_large"


def test_only_one_file_of_the_right_name_is_read(asha):
    files = {
        "other": SimpleUploadedFile("b.xml", report(2).encode()),
        "document": SimpleUploadedFile("a.xml", b"<report/>"),
    }
    answer = asha.post("/imports", files)
    assert answer.status_code == 302
    assert list(answer.wsgi_request.FILES) == ["document"]


def test_no_other_page_takes_a_file(asha):
    answer = asha.post("/referrals/new", {"document": SimpleUploadedFile("a.xml", b"<report/>")})
    assert not answer.wsgi_request.FILES


def test_the_page_is_guarded_against_forms_of_other_sites(cast):
    """It reads its own form, so it guards itself; every other address of imports is guarded as usual."""
    browser = cast.browser(cast.asha, enforce_csrf_checks=True)
    assert give(browser, report(1).encode()).status_code == 403
    assert waiting(cast) == []
    page = browser.get("/imports").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    given = {"document": SimpleUploadedFile("a.xml", report(1).encode()), "csrfmiddlewaretoken": token}
    address = browser.post("/imports", given)["Location"]
    for step in ("make", "discard", "narratives/1"):
        assert browser.post(f"{address}/{step}").status_code == 403


def test_other_encodings_are_told_by_what_they_hold(cast, asha):
    text = f"<?xml version='1.0' encoding='utf-16'?>{report(1)}"
    assert give(asha, text.encode("utf-16")).status_code == 302
    assert asha.post("/imports", {"text": text.replace("301", "302")}).status_code == 302
    assert asha.post("/imports", {"text": text.replace("utf-16", "x-unheard-of")}).status_code == 422


def test_what_nobody_made_within_a_day_is_erased_by_the_clock(cast, asha):
    give(asha, report(1).encode())
    (staged,) = waiting(cast)
    assert clear_staged() == 0
    with acting_as(CLOCK):
        assert clear(by=CLOCK, at=staged.at.replace(year=staged.at.year + 1)) == 1
        event = visible_events(CLOCK).get(action="document.cleared")
    assert (event.kind, event.subject_ids) == ("erasure", [staged.pk])
    assert waiting(cast) == []


def test_the_limits_are_stated_on_the_page(asha):
    page = words_of(asha.get("/imports"))
    for words in (
        "Up to 5 MB",
        "50 levels",
        "100,000 elements",
        "200,000 characters",
        "entities",
        "as base64",
    ):
        assert words in page, words
