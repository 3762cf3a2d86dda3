"""A person's own choice of e-mails, and their word that an address from which mail came back is right."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from agencies.models import EmailChoice
from notifications import actions
from notifications.email_forms import EmailChoiceForm


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Show the choice, or take another."""
    given = request.POST if request.method == "POST" else None
    form = EmailChoiceForm(given, initial={"choice": request.user.email_choice})
    if given is not None and form.is_valid():
        choice = EmailChoice(form.cleaned_data["choice"])
        actions.choose_email(choice, by=request.actor, at=timezone.now())
        messages.success(request, f"Your choice is kept: {choice.label[0].lower()}{choice.label[1:]}.")
        return redirect("email-choice")
    status = 422 if form.errors else 200
    return render(
        request, "notifications/email_choice.html", {"form": form, "me": request.user}, status=status
    )


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The address is right: send there again."""
    actions.confirm_address(by=request.actor, at=timezone.now())
    messages.success(request, f"Mail goes to {request.user.email} again.")
    return redirect("email-choice")
