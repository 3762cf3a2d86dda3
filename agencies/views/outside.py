"""Sign in by one's agency's own service, or bind oneself to it. It stands for the password; a second factor is still
ours to ask."""

import logging
from dataclasses import asdict

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencies.access import person_known_as, service_of
from agencies.actions.outside import IdentityRefused, bind
from agencies.adapter import PROVING
from agencies.models import SignInService
from agencies.openid import Question, ServiceRefused, address_to_ask, subject_of
from agencies.proof import How

log = logging.getLogger(__name__)
ASKED = "asked_service"
NOT_KNOWN = (
    "Your agency’s sign-in did not tell us of anybody we know. Sign in with your password; then bind the two on "
    "“Your sign-in”."
)


@require_GET
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """To the service, with a question that only this session can use the answer to."""
    return _ask(request, slug, binding=False)


@require_GET
def start_binding(request: HttpRequest, slug: str) -> HttpResponse:
    """The same, by somebody signed in, to say that the two are one."""
    return _ask(request, slug, binding=True)


@require_GET
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """From the service. The question is used up, whatever came of it."""
    service, asked = _service(slug), request.session.pop(ASKED, None)
    try:
        if (
            not asked
            or asked["service"] != str(service.pk)
            or asked["question"]["state"] != request.GET.get("state")
        ):
            raise ServiceRefused("Nothing was asked in this session, or something else.")
        question = Question(**asked["question"])
        subject = subject_of(service, question, request.GET.get("code", ""), _come_back(slug))
    except ServiceRefused as refusal:
        log.warning("sign-in by the service of %s failed: %s", slug, refusal)
        messages.error(
            request, "Your agency’s sign-in did not work this time. Try again, or sign in another way."
        )
        return redirect("account" if request.user.is_authenticated else "account_login")
    if asked["binding"]:
        return _bound(request, service, subject)
    person = person_known_as(service, subject)
    if request.user.is_authenticated or person is None:
        messages.error(request, NOT_KNOWN)
        return redirect("account_login")
    request.session[PROVING] = str(How.SERVICE)
    return perform_login(request, Login(user=person, redirect_url=asked["next"] or None))


def _ask(request: HttpRequest, slug: str, *, binding: bool) -> HttpResponse:
    service, question = _service(slug), Question.new()
    if binding and service.agency_id != request.user.agency_id:
        raise Http404
    try:
        address = address_to_ask(service, question, _come_back(slug))
    except ServiceRefused as refusal:
        log.warning("the sign-in service of %s cannot be asked: %s", slug, refusal)
        messages.error(
            request, "Your agency’s sign-in does not answer. Try again later, or sign in another way."
        )
        return redirect("account" if binding else "account_login")
    request.session[ASKED] = {
        "service": str(service.pk),
        "question": asdict(question),
        "binding": binding,
        "next": get_next_redirect_url(request) or "",
    }
    return redirect(address)


def _bound(request: HttpRequest, service: SignInService, subject: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("account_login")
    try:
        bind(request.user, service, subject, at=timezone.now())
    except IdentityRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Done. You can sign in by your agency’s sign-in from now on.")
    return redirect("account")


def _service(slug: str) -> SignInService:
    service = service_of(slug)
    if service is None:
        raise Http404
    return service


def _come_back(slug: str) -> str:
    """Our own origin's, whatever host a request names."""
    return f"{settings.BASE_URL}{reverse('account_service_back', args=[slug])}"
