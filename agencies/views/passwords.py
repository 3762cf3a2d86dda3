"""Two pages: to change one's password, and to set one by the link that an administrator gave."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agencies.actions.passwords import LinkRefused, change_password, person_of_link, set_password_by_link
from agencies.forms_passwords import NewPassword, OldAndNewPassword


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """The present password is asked for as well, however lately somebody proved who they are."""
    form = OldAndNewPassword(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        change_password(
            request.user, form.password, at=timezone.now(), session_key=request.session.session_key
        )
        update_session_auth_hash(request, request.user)
        messages.success(request, "Your password has been changed. Every other session of yours has ended.")
        return redirect("account")
    return render(request, "account/password_change.html", {"form": form})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """It opens no session: whoever has set it signs in with it, second factor and all."""
    at = timezone.now()
    try:
        person = person_of_link(token, at)
        form = NewPassword(request.POST or None, person=person)
        if request.method == "POST" and form.is_valid():
            set_password_by_link(token, form.password, at=at)
            messages.success(request, "Your password is set. Sign in with it.")
            return redirect("account_login")
    except LinkRefused:
        return render(request, "account/link_refused.html", status=404)
    return render(request, "account/password_set.html", {"form": form, "person": person})
