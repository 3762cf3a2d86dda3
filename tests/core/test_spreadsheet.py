"""A cell of a file is text to whatever opens it."""

import csv
import io

import pytest

from ohsc.core.spreadsheet import neutralised, written

FORMULAS = [
    "=1+1", "+44 20 7946 0123", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "  =1", "\u00a0=1", "\u200b=1",
    "\ufeff=1", "＝1+1", "＋1", "－1", "＠SUM", "\u3000＝1", "﹦1", "−1", "\tplain", "=cmd|' /C calc'!A0",
]  # fmt: skip
PLAIN = ["", " ", "R-7F3K9-2QDXV", "An account = two people", "a@b.example", "'quoted", "5 - 3", "é", "(=1)"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_calculated_is_made_text(text):
    assert neutralised(text) == f"'{text}"
    assert neutralised(neutralised(text)) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_anything_else_stays_as_it_is(text):
    assert neutralised(text) == text


def test_a_file_says_its_encoding_and_reads_back_as_what_was_written():
    file = written(["A", "B"], [['say "no"; =1', "=2"], ["two\nlines", "ë"]])
    assert file.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert rows == [["A", "B"], ['say "no"; =1', "'=2"], ["two\nlines", "ë"]]
