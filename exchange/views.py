"""A document imported by a person: given, looked at, made into referrals or discarded; and how its values are read."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exchange import preview as looking
from exchange.actions import KEPT_FOR, MOST_WAITING, TooManyWaiting, discard, make, stage
from exchange.cards import A_PART, cards_of, parts_of
from exchange.document import DocumentRefused
from exchange.formats import FORMATS, NAMED, noted_of
from exchange.forms import TOO_LARGE, ImportForm
from exchange.importing import Plan, made_from
from exchange.models import Staged
from exchange.uploads import OneDocument, is_too_long
from referrals.actions import AlreadyReceived
from referrals.models import Report


# Django reads the form, file and all, to find the token in it. So that nobody's file is read who may not import, and no
# file that is too long, the middleware leaves this one page alone; `_given` is protected as every other page is.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Who asks and how much they send is known first; then one file is let in, and the form is read."""
    if request.method != "POST":
        return _given(request)
    if is_too_long(request):
        return _too_large(request)
    request.upload_handlers = [OneDocument(request)]
    try:
        return _given(request)
    except RequestDataTooBig:
        return _too_large(request)


@csrf_protect
def _given(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form(request, ImportForm(sender=request.actor))
    form = ImportForm(request.POST, request.FILES, sender=request.actor)
    if not form.is_valid():
        response = _form(request, form, status=422)
        if form.refusal:
            response.refusal_details = noted_of(form.refusal, form.given)
        return response
    if form.plan.earlier:
        messages.info(request, "This document was imported before. Nothing was made again.")
        return redirect("imports-made", form.plan.earlier.pk)
    try:
        staged = stage(form.plan, name=form.name, by=request.actor, at=timezone.now())
    except TooManyWaiting as refused:
        form.add_error(None, str(refused))
        return _form(request, form, status=409)
    return redirect("imports-preview", staged.pk)


def _too_large(request: HttpRequest) -> HttpResponse:
    """Refused unread, so neither its hash nor what was typed beside it is known."""
    form = ImportForm({}, sender=request.actor)
    form.errors.clear()
    form.add_error("document", TOO_LARGE)
    response = _form(request, form, status=413)
    response.refusal_details = {"refused": "too_large", "bytes": request.META.get("CONTENT_LENGTH", "")[:20]}
    return response


def _form(request: HttpRequest, form: ImportForm, *, status: int = 200) -> HttpResponse:
    """What waits is listed on a page that is recorded; of a refusal all but the refusal is rolled back."""
    is_refused = status != 200
    context = {
        "form": form,
        "formats": FORMATS,
        "is_refused": is_refused,
        "waiting": [] if is_refused else looking.waiting(request.actor, at=timezone.now()),
        "most_waiting": MOST_WAITING,
    }
    return render(request, "exchange/imports.html", context, status=status)


@require_safe
def preview(request: HttpRequest, staged_id: UUID) -> HttpResponse:
    """Exactly what would be made of it, computed by what would make it."""
    staged, planned = _staged(request, staged_id)
    return _preview(request, staged, planned)


@require_POST
def narrative(request: HttpRequest, staged_id: UUID, number: int) -> HttpResponse:
    """The words of one referral to be, opened as those of any referral are."""
    staged, planned = _staged(request, staged_id)
    try:
        text = looking.open_staged_narrative(staged, planned, number, request.actor, at=timezone.now())
    except IndexError:
        raise Http404 from None
    return _preview(request, staged, planned, opened=(number, text))


def _preview(
    request: HttpRequest, staged: Staged, planned: Plan, opened: tuple[int, str] = (0, "")
) -> HttpResponse:
    part = _part_of(request, planned, opened[0])
    cards = cards_of(planned, part, actor=request.actor, staged=staged, opened=opened)
    if request.htmx and opened[0]:
        card = next(card for card in cards if card.number == opened[0])
        return render(request, "exchange/preview_narrative.html", {"card": card})
    address = reverse("imports-preview", args=[staged.pk])
    context = {
        "staged": staged,
        "plan": planned,
        "cards": cards,
        "beside": looking.left_by_reason(planned.skipped),
        "gone_at": staged.at + KEPT_FOR,
        "previous_url": f"{address}?part={part - 1}" if part > 1 else "",
        "next_url": f"{address}?part={part + 1}" if part < parts_of(planned) else "",
        "shown": f"{cards[0].number} to {cards[-1].number} of {len(planned.items)} reports",
    }
    return render(request, "exchange/preview.html", context)


def _part_of(request: HttpRequest, planned: Plan, number: int) -> int:
    """Which part of a long preview: the one asked for, or the one that holds the referral whose words are opened."""
    last = parts_of(planned)
    if number:
        return min(last, (number - 1) // A_PART + 1)
    asked = request.GET.get("part", "")
    return min(last, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


@require_POST
def make_it(request: HttpRequest, staged_id: UUID) -> HttpResponse:
    """The referrals that were shown, and no others. A second press finds what the first one made."""
    if made := _made_by_the_first_press(request):
        return made
    try:
        staged, planned = _staged(request, staged_id)
    except Http404:  # the first press may have made it, and cleared it away, since that look
        if made := _made_by_the_first_press(request):
            return made
        raise
    if request.POST.get("count", "") != str(len(planned.new)):
        if made := _made_by_the_first_press(request):
            return made
        messages.info(
            request,
            "Since you looked, some of these were made. Below is what would be made now; press again to make it.",
        )
        return redirect("imports-preview", staged_id)
    try:
        imported = make(staged, planned, by=request.actor, at=timezone.now())
    except AlreadyReceived as already:
        return _made_by_the_first_press(request) or _not_made(request, staged_id, already)
    if imported.already:
        messages.info(request, "This document was imported before. Nothing was made again.")
    else:
        count = len(imported.items)
        messages.success(
            request,
            f"{count} referral{'s' * (count > 1)} made. The Centre has {'them' if count > 1 else 'it'}.",
        )
    return redirect("imports-made", imported.report.pk)


def _made_by_the_first_press(request: HttpRequest) -> HttpResponse | None:
    """Where the document that was looked at is made already, by this person or a colleague: what was made of it."""
    try:
        digest = bytes.fromhex(request.POST.get("sha256", ""))
    except ValueError:
        return None
    report = made_from(digest, request.actor) if digest else None
    if report is None:
        return None
    messages.info(request, "This document was made into referrals already. Nothing was made twice.")
    return redirect("imports-made", report.pk)


def _not_made(request: HttpRequest, staged_id: UUID, already: AlreadyReceived) -> HttpResponse:
    messages.info(request, f"{already} Nothing was made.")
    return redirect("imports-preview", staged_id)


@require_POST
def discard_it(request: HttpRequest, staged_id: UUID) -> HttpResponse:
    """Erased at once; nothing was made of it."""
    try:
        discard(staged_id, by=request.actor, at=timezone.now())
    except Staged.DoesNotExist:
        raise Http404 from None
    messages.success(request, "The document is erased. Nothing was made of it.")
    return redirect("imports")


@require_safe
def made(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """What was made of a document that the agency imported."""
    try:
        report, referrals, before = looking.open_made(report_id, request.actor, at=timezone.now())
    except Report.DoesNotExist:
        raise Http404 from None
    context = {"report": report, "referrals": referrals, "before": before}
    return render(request, "exchange/made.html", context)


@require_safe
def mappings(request: HttpRequest) -> HttpResponse:
    """The formats there are, each with its mapping."""
    return render(request, "exchange/mappings.html", {"formats": FORMATS})


@require_safe
def mapping(request: HttpRequest, name: str) -> HttpResponse:
    """How each value of one format becomes ours, from the tables that the code reads by."""
    if name not in NAMED:
        raise Http404
    context = {"format": NAMED[name], "tables": NAMED[name].mapping()}
    return render(request, "exchange/mapping.html", context)


def _staged(request: HttpRequest, staged_id: UUID) -> tuple[Staged, Plan]:
    """A document of one's own, planned anew. Another's and an absent one are the same 404."""
    try:
        return looking.open_staged(staged_id, request.actor, at=timezone.now())
    except (Staged.DoesNotExist, DocumentRefused):  # the limits may have changed since it came
        raise Http404 from None
