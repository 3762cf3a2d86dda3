"""The register of disclosures: a page of it, and a file."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agencies.directory import visible_agencies
from agencies.roles import Permission
from ohsc.core.pagination import read_cursor
from ohsc.core.purposes import ExportForm, ask_again
from ohsc.core.spreadsheet import MOST_ROWS, download, is_asked_for_the_first, only_the_first
from referrals.disclosing import count_for_file, export, open_register
from referrals.forms_disclosures import RegisterForm


@require_safe
def disclosures(request: HttpRequest) -> HttpResponse:
    """What the reader's agency showed others and was shown; for the Centre, all."""
    form = _form(request, request.GET.dict())
    cursor = read_cursor(request.GET.get("after", ""))
    entries, following = open_register(request.actor, form.wanted, cursor, at=timezone.now())
    context = {
        "entries": entries,
        "form": form,
        "chips": [chip | {"remove_url": _address(form, without=chip["name"])} for chip in form.chips()],
        "fields": form.narrowing.items(),
        "next_url": f"?{urlencode(form.narrowing | {'after': following.written()})}" if following else "",
        "export_form": ExportForm() if request.actor.may(Permission.EXPORT) else None,
    }
    return render(request, "referrals/disclosures.html", context)


@require_POST
def disclosures_csv(request: HttpRequest) -> HttpResponse:
    """The lines of the page with its filters, newest first."""
    form, at = _form(request, request.POST.dict()), timezone.now()
    back_url, why = _address(form), ExportForm(request.POST)
    if not why.is_valid():
        return ask_again(request, why, back_url)
    if count_for_file(request.actor, form.wanted) > MOST_ROWS and not is_asked_for_the_first(request):
        return only_the_first(request, back_url)
    content = export(request.actor, form.wanted, at=at, purpose=why.said)
    return download(content, "disclosures", timezone.localdate(at))


def _form(request: HttpRequest, asked: dict[str, str]) -> RegisterForm:
    return RegisterForm(visible_agencies(request.actor).order_by("name"), asked)


def _address(form: RegisterForm, *, without: str = "") -> str:
    kept = {name: value for name, value in form.narrowing.items() if name != without}
    return reverse("disclosures") + (f"?{urlencode(kept)}" if kept else "")
