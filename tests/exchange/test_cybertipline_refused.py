"""CyberTipline documents that are broken, hostile or hold a picture: each is refused whole, with a sentence."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.cybertipline import read
from exchange.document import DocumentRefused
from tests.exchange.documents import PICTURE


def refusal(document: bytes) -> DocumentRefused:
    with pytest.raises(DocumentRefused) as caught:
        read(document)
    assert caught.value.sentence.endswith(".")
    return caught.value


BOMB = b"""<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><report>&b;</report>"""
REFUSED = [
    ("not_well_formed", b"<report><incidentSummary></report>"),
    ("not_well_formed", b"<report>&nowhere;</report>"),
    ("not_well_formed", b"{}"),
    ("not_well_formed", b"<report>\x00</report>"),
    ("empty", b""),
    ("empty", b"  \n"),
    ("entities", BOMB),
    ("entities", b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><report>&x;</report>'),
    ("document_type", b'<!DOCTYPE report SYSTEM "http://192.0.2.1/x.dtd"><report/>'),
    ("document_type", b"<!DOCTYPE report><report/>"),
    ("wrong_root", b"<bundle><item/></bundle>"),
    ("wrong_root", b"<a><b><report/></b></a>"),
    ("too_deep", b"<report>" + b"<a>" * 50 + b"</a>" * 50 + b"</report>"),
    ("too_deep", b"<a>" * 400_000),
    ("too_many_elements", b"<report>" + b"<a/>" * 100_000 + b"</report>"),
    ("too_much_text", b"<report><additionalInfo>" + b"word " * 40_001 + b"</additionalInfo></report>"),
    ("too_large", b"<report>" + b" " * (5 * 1024 * 1024) + b"</report>"),
    ("encoding", b"<?xml version='1.0' encoding='x-unheard-of'?><report/>"),
]


@pytest.mark.parametrize(("code", "document"), REFUSED)
def test_a_hostile_or_broken_document_is_refused_whole(code, document):
    assert refusal(document).code == code


def test_broken_xml_is_refused_with_its_line_and_column():
    assert "line 3, column 3" in refusal(b"<report>\n<a>\n</b></report>").sentence


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (f"<report><additionalInfo>{PICTURE}</additionalInfo></report>", "report/additionalInfo"),
        (f"<report><victim/><victim><note>See {PICTURE}</note></victim></report>", "report/victim[2]/note"),
        (f"<report><additionalInfo type='{PICTURE}'/></report>", "report/additionalInfo/@type"),
        ("<report><a><![CDATA[<img src='data:image/gif;base64,R0lGODlh'>]]></a></report>", "report/a"),
        (f"<report><a/>{PICTURE}</report>", "report/a/(after it)"),
        (f"<report><!-- {PICTURE} --></report>", "outside its elements"),
    ],
)
def test_a_picture_anywhere_refuses_the_document_and_names_the_place(document, where):
    refused = refusal(document.encode())
    assert refused.code == "imagery"
    assert f"in {where}" in refused.sentence or where in refused.sentence
    assert PICTURE[:20] not in refused.sentence


def test_a_document_at_the_limits_is_read_in_seconds():
    began = time.process_time()
    read(b"<report>" + b"<additionalInfo>plain words and 192.0.2.1</additionalInfo>" * 85_000 + b"</report>")
    assert time.process_time() - began < 30


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_bytes_that_are_no_document_are_refused_and_nothing_else(document):
    with pytest.raises(DocumentRefused):
        read(document)
