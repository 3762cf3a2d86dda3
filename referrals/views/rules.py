"""The rules of routing: read them, write a draft, rehearse it on what was, switch it on, go back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from referrals import rulebooks as reading
from referrals.actions import GivenRefused, StepRefused, rehearsals, rulebooks
from referrals.forms_rules import GoingBackForm, RehearsalForm, RulesForm, id_or_none
from referrals.models import Rehearsal, Rulebook


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What is in force, the drafts, and what was in force before."""
    desk = reading.open_desk(request.actor, at=timezone.now())
    back = [(book.version, book, GoingBackForm.to(book.version)) for book in desk.past]
    if desk.book:
        back.append((0, None, GoingBackForm.to(0)))
    return render(request, "referrals/rules.html", {"desk": desk, "back": back})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a draft, from the rules in force or from another draft."""
    try:
        began = reading.began_from(request.actor, id_or_none(request.GET.get("from", "")))
    except Rulebook.DoesNotExist:
        raise Http404 from None
    data = request.POST if request.method == "POST" else None
    form = RulesForm(
        data, rules=began[0], supposed=began[1], choices=reading.choices(request.actor, at=timezone.now())
    )
    problem = ""
    if form.is_bound and form.is_valid():
        try:
            book = rulebooks.draft_rules(
                form.body, form.supposed, why=form.cleaned_data["why"], by=request.actor, at=timezone.now()
            )
            return redirect("rules-draft", book.pk)
        except GivenRefused as refused:
            form.refuse(refused.errors)
        except StepRefused as refusal:
            problem = str(refusal)
    return render(request, "referrals/rules_new.html", {"form": form, "problem": problem})


@require_safe
def draft(request: HttpRequest, rulebook_id: UUID) -> HttpResponse:
    """One version beside the rules in force."""
    try:
        found = reading.open_draft(rulebook_id, request.actor, at=timezone.now())
    except Rulebook.DoesNotExist:
        raise Http404 from None
    return render(
        request, "referrals/rules_draft.html", {"draft": found, "book": found.book, "form": RehearsalForm()}
    )


@require_POST
def rehearse(request: HttpRequest, rulebook_id: UUID) -> HttpResponse:
    """Ask for a rehearsal."""
    form = RehearsalForm(request.POST)
    form.is_valid()  # what is not in the lists is refused with the rest
    days, times = (form.cleaned_data.get(name, 0) for name in ("days", "times"))
    try:
        asked = rehearsals.ask_for_rehearsal(
            rulebook_id, days=days, times=times, by=request.actor, at=timezone.now()
        )
    except Rulebook.DoesNotExist:
        raise Http404 from None
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("rules-draft", rulebook_id)
    return redirect("rehearsal", asked.pk)


@require_POST
def switch_on(request: HttpRequest, rulebook_id: UUID) -> HttpResponse:
    """As the second of two people."""
    try:
        book = rulebooks.switch_on(rulebook_id, by=request.actor, at=timezone.now())
    except Rulebook.DoesNotExist:
        raise Http404 from None
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("rules-draft", rulebook_id)
    messages.success(request, f"Rules {book.version} are in force.")
    return redirect("rules")


@require_POST
def roll_back(request: HttpRequest) -> HttpResponse:
    """To rules that were in force before."""
    form = GoingBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was changed. Choose a version, and say why, for whoever asks later.")
        return redirect("rules")
    version = form.cleaned_data["version"]
    try:
        book = rulebooks.roll_back(version, why=form.cleaned_data["why"], by=request.actor, at=timezone.now())
    except Rulebook.DoesNotExist:
        raise Http404 from None
    except (StepRefused, GivenRefused) as refusal:
        messages.error(request, str(refusal))
    else:
        from_code = "the rules in the code" if not version else f"rules {version}"
        messages.success(request, f"Back to {from_code}, as rules {book.version}.")
    return redirect("rules")


@require_safe
def rehearsal(request: HttpRequest, rehearsal_id: UUID) -> HttpResponse:
    """What a rehearsal showed; while a worker has it, how far it is."""
    try:
        if request.htmx:
            found = reading.progress_of(rehearsal_id, request.actor)
            if found.state in rehearsals.UNDER_WAY:
                return render(request, "referrals/rehearsal.html#progress", {"rehearsal": found})
            return HttpResponse(headers={"HX-Refresh": "true"})
        shown = reading.open_rehearsal(rehearsal_id, request.actor, at=timezone.now())
    except Rehearsal.DoesNotExist:
        raise Http404 from None
    return render(request, "referrals/rehearsal.html", {"shown": shown, "rehearsal": shown.rehearsal})


@require_POST
def cancel(request: HttpRequest, rehearsal_id: UUID) -> HttpResponse:
    try:
        rehearsals.cancel_rehearsal(rehearsal_id, by=request.actor, at=timezone.now())
    except Rehearsal.DoesNotExist:
        raise Http404 from None
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("rehearsal", rehearsal_id)
