"""A referral made by hand: typed, checked, sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from referrals import priority
from referrals.actions import AlreadyReceived, receive
from referrals.form_rows import MORE
from referrals.forms import NewReferralForm
from referrals.forms_pointer import PointerForm
from referrals.handling import is_above
from referrals.once import arrival_of, made_before
from referrals.views.wording import in_words


@require_http_methods(["GET", "HEAD", "POST"])
def new_referral(request: HttpRequest) -> HttpResponse:
    """Drawn empty, drawn again with what was typed, shown for checking, and at last sent."""
    if request.method != "POST":
        return _form(request, NewReferralForm(sender=request.actor))
    if is_above(request.POST.get("classification", "")):
        return _pointer(request, PointerForm(), refused=True)
    form = NewReferralForm(request.POST, sender=request.actor)
    if MORE in request.POST or request.POST.get("go") == "change":
        form.errors.clear()
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=422)
    return _send(request, form) if request.POST.get("go") == "send" else _check(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def new_pointer(request: HttpRequest) -> HttpResponse:
    """That something is held elsewhere, and whom to contact: for what is higher than the platform holds."""
    if request.method != "POST":
        return _pointer(request, PointerForm())
    form = PointerForm(request.POST)
    return _send(request, form) if form.is_valid() else _pointer(request, form)


def _pointer(request: HttpRequest, form: PointerForm, *, refused: bool = False) -> HttpResponse:
    """The form for a pointer; after a refusal it is empty, and nothing of what was refused is drawn again."""
    status = 422 if refused or form.errors else 200
    return render(request, "referrals/pointer.html", {"form": form, "refused": refused}, status=status)


def _send(request: HttpRequest, form: NewReferralForm | PointerForm) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    arrival = arrival_of({name: form.data.get(name) for name in form.fields})
    if earlier := made_before(arrival, by=actor, at=now):
        messages.info(
            request, f"{earlier.reference} was made when you pressed the first time. There is only one."
        )
        return redirect("referral", earlier.pk)
    try:
        (made,) = receive([form.draft], arrival=arrival, by=actor, at=now)
    except AlreadyReceived as already:
        form.add_error("external_ref", f"{already} Give another reference, or leave it empty.")
        if isinstance(form, PointerForm):
            return _pointer(request, form)
        return _form(request, form, status=422)
    messages.success(request, f"{made.reference} is made. The Centre has it and will set its band.")
    return redirect("referral", made.pk)


def _form(request: HttpRequest, form: NewReferralForm, *, status: int = 200) -> HttpResponse:
    return render(request, "referrals/new.html", {"form": form}, status=status)


def _check(request: HttpRequest, form: NewReferralForm) -> HttpResponse:
    """What will be sent, what band the answers suggest, and what would make it more complete."""
    draft = form.draft
    complete = priority.actionability(draft.body())
    context = {
        "form": form,
        "draft": draft,
        "answers": [field for field in form.factor_fields if field.value() not in ("", None, "unknown")],
        "suggestion": priority.suggest_band(
            draft.factors,
            source_priority=draft.source_priority or None,
            escalate_reason=draft.escalate_reason,
        ),
        "complete": complete,
        "missing": [in_words(missing) for missing in complete.missing],
    }
    return render(request, "referrals/check.html", context)
