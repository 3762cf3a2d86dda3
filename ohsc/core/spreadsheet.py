"""How does a list leave as a file that a spreadsheet opens as what it is: text, and never a formula?"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

MOST_ROWS = 1000
_STARTS_A_FORMULA = frozenset("=+-@\u2212")
_MOVES_ON = frozenset("\t\r\n\0")


def neutralised(text: str) -> str:
    """The text, with ' before it where a spreadsheet might calculate it.

    Spreadsheets pass over blanks and what cannot be seen before the sign, and some take its full-width form.
    """
    seen = text.lstrip("".join({mark for mark in text if _is_passed_over(mark)}))
    first = unicodedata.normalize("NFKC", seen[:1])[:1]
    return f"'{text}" if first in _STARTS_A_FORMULA or text[:1] in _MOVES_ON else text


def _is_passed_over(mark: str) -> bool:
    return mark.isspace() or unicodedata.category(mark) in ("Cc", "Cf", "Zs")


def written(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV with a heading: every cell quoted and neutralised, UTF-8 with the mark by which spreadsheets know it."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows([neutralised(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def download(content: bytes, name: str, day: date) -> HttpResponse:
    """A file to keep, never to show."""
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{day.isoformat()}.csv"'
    return answer


def only_the_first(request: HttpRequest, back_url: str = "") -> HttpResponse:
    """More match than a file holds: say so, and let the person narrow the list or take the first of them."""
    kept = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
    context = {"most": MOST_ROWS, "kept": kept, "back_url": back_url}
    return render(request, "export_cut.html", context)


def is_asked_for_the_first(request: HttpRequest) -> bool:
    return request.POST.get("first") == str(MOST_ROWS)
