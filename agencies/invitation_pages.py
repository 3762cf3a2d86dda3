"""The pages that whoever was invited sees: the link, and choosing a password. Nobody is signed in here.

The link moves into the session at once, so that it stands neither in the address of the page nor in what the page
tells another.
"""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agencies import actions
from agencies.actions import InvitationRefused
from agencies.forms_passwords import NewPassword
from agencies.models import User

LINK = "invitation"


@require_safe
def follow(request: HttpRequest, link: str) -> HttpResponse:
    """Whatever it is, it is looked at on the next page."""
    request.session[LINK] = link
    return redirect("account_invited")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a password, once. A link that is good for nothing is told so, and not why."""
    link, at = str(request.session.get(LINK, "")), timezone.now()
    try:
        invitation, agency = actions.open_invitation(link, at=at)
        guest = User(name=invitation.name, email=invitation.email, agency=agency)
        form = NewPassword(request.POST if request.method == "POST" else None, person=guest)
        if request.method == "POST" and form.is_valid():
            actions.accept_invitation(link, form.password, at=at)
            logout(request)  # whoever was signed in here, and the link
            messages.success(
                request, "Your account is ready. Sign in with your e-mail address and new password."
            )
            return redirect("account_login")
    except InvitationRefused:
        return render(request, "account/invitation_over.html", status=404)
    context = {"form": form, "invitation": invitation, "agency": agency}
    return render(request, "account/invitation.html", context, status=422 if form.errors else 200)
