"""Prove again who you are: before what wants it fresh, and where a session has not proved enough.

The page leads on to where one was going. What was sent there comes with the page, sealed, and is sent again by a
press, so that nothing typed is lost and nothing happens unseen.
"""

from datetime import datetime

from allauth.account.utils import get_next_redirect_url
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agencies import passkeys
from agencies.access import actor_for_person
from agencies.actions.factors import kinds_of
from agencies.actions.sessions import record_access
from agencies.actions.tries import count_try, give_back
from agencies.browsers import limits_for
from agencies.forms import REFUSED
from agencies.forms_sign_in import CodeForm, KeyForm, PasswordForm
from agencies.gate import opened
from agencies.models import User
from agencies.proof import (
    How,
    is_enough,
    is_fresh,
    is_proved,
    mark_proved,
    needs_key,
    second_factor_is_optional,
)
from agencies.views.sign_in import judged

FILES = ("/csv",)  # addresses that answer with a file: the browser stays on the page it came from


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    person, at = request.user, timezone.now()
    kinds = kinds_of(person)
    if not kinds and not second_factor_is_optional():
        return redirect(_with_next(request, "account_enrol"))
    ways = _ways(request, kinds)
    if request.method != "POST":
        if is_fresh(request.session, person, at):
            return _onward(request)
        return _page(request, ways)
    name = next((name for name in ways if ways[name].base_fields.keys() & request.POST.keys()), None)
    if name is None:
        return _page(request, ways)
    form = ways[name](request.POST)
    if form.is_valid() and (how := _proved(request, person, form)):
        if is_enough(how, person):
            prove_now(request, how, at)
            return _onward(request)
        if (
            how is How.RECOVERY
        ):  # it lets whoever lost their key add another, and see nothing before they have
            prove_now(request, how, at)
            return redirect(_with_next(request, "account_enrol"))
        form.add_error(
            "code", "A code from an app does not do for your role. Use your passkey or security key."
        )
    return _page(request, ways, form)


def prove_now(request: HttpRequest, how: How, at: datetime) -> None:
    """The session goes on under a new key, with what was just proved."""
    person = request.user
    action = "person.stepped_up" if is_proved(request.session, person) else "person.proved_second_factor"
    request.session.cycle_key()
    mark_proved(request.session, how, at)
    record_access(action, person, by=actor_for_person(person), at=at, how=str(how))


@require_safe
def options(request: HttpRequest) -> JsonResponse:
    return JsonResponse(passkeys.ask(request.user))


def show_for_held(request: HttpRequest, sealed: str) -> HttpResponse:
    """The same page in answer to something sent that wants a fresh proof: it carries what was sent."""
    return _page(request, _ways(request, kinds_of(request.user)), sealed=sealed)


def _ways(request: HttpRequest, kinds: set[str]) -> dict[str, type]:
    """What may be shown for it. A recovery code of whoever needs a key lets them add another; it steps nobody up."""
    if needs_key(request.user) and is_proved(request.session, request.user):
        kinds = kinds - {"recovery_codes"}
    ways: dict[str, type] = {}
    if "webauthn" in kinds:
        ways["key"] = KeyForm
    if kinds & {"totp", "recovery_codes"}:
        ways["code"] = CodeForm
    return ways or {"password": PasswordForm}


def _proved(request: HttpRequest, person: User, form: KeyForm | CodeForm | PasswordForm) -> How | None:
    if not isinstance(form, PasswordForm):
        return judged(request, person, form)
    counted = count_try(limits_for(request, person.email), timezone.now())
    if counted is not None and person.check_password(form.cleaned_data["password"]):
        give_back(counted)
        return How.PASSWORD
    said = "This is not your password." if counted is not None else REFUSED["too_many_login_attempts"]
    form.add_error("password", said)
    return None


def _page(request: HttpRequest, ways: dict[str, type], tried=None, sealed: str = "") -> HttpResponse:
    forms = {name: tried if isinstance(tried, kind) else kind() for name, kind in ways.items()}
    context = {
        "forms": forms,
        "form": tried,
        "next": get_next_redirect_url(request) or "",
        "held": sealed or request.POST.get("held", ""),
        "is_first": not is_proved(request.session, request.user),
    }
    return render(request, "account/prove.html", context)


def _onward(request: HttpRequest) -> HttpResponse:
    """To where one was going. A file, and what was sent before, wait for a press."""
    onward = get_next_redirect_url(request) or "/"
    what = opened(request.POST["held"], request) if request.POST.get("held") else None
    if what is None and not onward.partition("?")[0].endswith(FILES):
        return redirect(onward)
    return render(request, "account/go_on.html", {"sent": what, "onward": onward})


def _with_next(request: HttpRequest, name: str) -> str:
    onward = get_next_redirect_url(request)
    return f"{reverse(name)}?{urlencode({'next': onward})}" if onward else reverse(name)
