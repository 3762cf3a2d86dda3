"""The pages about one's own sign-in: what there is, and adding or ending it. Nobody else's is ever shown here."""

from hashlib import sha256

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import passkeys
from agencies.access import actor_for_person, is_bound, own_sessions, service_of
from agencies.actions.factors import (
    RECOVERY,
    TOTP,
    FactorRefused,
    add_app,
    add_key,
    factors_of,
    kinds_of,
    make_recovery_codes,
    remove_factor,
    unused_recovery_codes,
)
from agencies.actions.sessions import end_session, end_sessions
from agencies.forms_sign_in import CodeForm, NewKeyForm
from agencies.passkeys import KeyRefused
from agencies.proof import How, is_proved, needs_key, second_factor_is_optional, used_recovery_code
from agencies.views.proving import prove_now

FORM = ["GET", "HEAD", "POST"]


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Second factors, recovery codes, password, and where one is signed in."""
    factors = factors_of(request.user)
    context = {
        "factors": [_factor(factor) for factor in factors if factor.type != RECOVERY],
        "codes_left": unused_recovery_codes(factors),
        "sessions": [_session(row, request) for row in own_sessions(request.user, timezone.now())],
        "needs_key": needs_key(request.user),
        "optional": second_factor_is_optional(),
        "service": service_of(request.user.agency.slug),
        "is_bound": is_bound(request.user),
    }
    return render(request, "account/account.html", context)


# Second factors.


def _may_add(request: HttpRequest) -> bool:
    """A session that has proved enough (and lately: the address says so); else only somebody with nothing to prove it
    with, or who came in with a recovery code because it is lost."""
    if is_proved(request.session, request.user):
        return True
    has = kinds_of(request.user) - {RECOVERY}
    return not has or used_recovery_code(request.session)


@require_safe
def enrol(request: HttpRequest) -> HttpResponse:
    if not _may_add(request):
        return redirect("account_prove")
    return _enrol_page(request)


@require_safe
def key_options(request: HttpRequest) -> JsonResponse:
    if not _may_add(request):
        return JsonResponse({}, status=403)
    return JsonResponse(passkeys.ask_for_new(request.user))


@require_POST
def new_key(request: HttpRequest) -> HttpResponse:
    if not _may_add(request):
        return redirect("account_prove")
    form = NewKeyForm(request.POST)
    if form.is_valid():
        credential, at = form.cleaned_data["credential"], timezone.now()
        try:
            passkeys.accept_new(credential)
            key = request.session.session_key
            add_key(request.user, form.cleaned_data["name"], credential, at=at, session_key=key)
        except KeyRefused:
            form.add_error(None, "The key could not be added. Try again, or try another.")
        except FactorRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _added(request, How.KEY, "The key is added. You can sign in with it.")
    return _enrol_page(request, form)


@require_http_methods(FORM)
def new_app(request: HttpRequest) -> HttpResponse:
    """The secret is in this session until a right code comes back, and goes with it."""
    if not _may_add(request):
        return redirect("account_prove")
    if needs_key(request.user) and not second_factor_is_optional():
        return redirect("account_enrol")
    form = CodeForm(request.POST or None)
    secret = get_totp_secret(regenerate=request.method != "POST")
    if request.method == "POST" and form.is_valid():
        try:
            key = request.session.session_key
            add_app(request.user, secret, form.cleaned_data["code"], at=timezone.now(), session_key=key)
        except FactorRefused as refusal:
            form.add_error("code", str(refusal))
        else:
            clear_totp_secret(request)
            return _added(
                request, How.CODE, "The app is added. From now on you need a code from it to sign in."
            )
    return render(
        request, "account/new_app.html", {"form": form, "next": _next(request), **_for_app(request, secret)}
    )


def _for_app(request: HttpRequest, secret: str) -> dict[str, str]:
    """The secret as a picture to scan and as text to type. The picture is a resource of the page's own."""
    adapter = get_adapter()
    grouped = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return {
        "picture": adapter.build_totp_svg(adapter.build_totp_url(request.user, secret)),
        "secret": grouped,
    }


def _added(request: HttpRequest, how: How, said: str) -> HttpResponse:
    """The session has proved what was just added. Recovery codes come with the first."""
    at = timezone.now()
    prove_now(request, how, at)
    messages.success(request, said)
    if not any(factor.type == RECOVERY for factor in factors_of(request.user)):
        return _codes_page(request)
    return redirect(_next(request) or "account")


@require_POST
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New ones, in the answer to this press and nowhere else."""
    return _codes_page(request)


@require_POST
def remove(request: HttpRequest, factor_id: int) -> HttpResponse:
    try:
        key = request.session.session_key
        remove_factor(request.user, factor_id, at=timezone.now(), session_key=key)
    except Authenticator.DoesNotExist:
        raise Http404 from None
    except FactorRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is taken away. Every other session of yours has ended.")
    return redirect("account")


def _codes_page(request: HttpRequest) -> HttpResponse:
    codes = make_recovery_codes(request.user, at=timezone.now())
    return render(request, "account/recovery_codes.html", {"codes": codes, "onward": _next(request) or "/"})


def _enrol_page(request: HttpRequest, form: NewKeyForm | None = None) -> HttpResponse:
    context = {
        "form": form,
        "key_form": form or NewKeyForm(),
        "next": _next(request),
        "is_first": not is_proved(request.session, request.user),
        "passkeys_at": passkeys.work_elsewhere(request),
        "app_does": second_factor_is_optional() or not needs_key(request.user),
        "has_app": any(factor.type == TOTP for factor in factors_of(request.user)),
    }
    return render(request, "account/enrol.html", context)


def _next(request: HttpRequest) -> str:
    return get_next_redirect_url(request) or ""


def _factor(factor: Authenticator) -> dict:
    is_app = factor.type == TOTP
    return {
        "id": factor.pk,
        "name": "Authenticator app" if is_app else factor.data["name"],
        "kind": "Codes" if is_app else "Passkey or security key",
        "added_at": factor.created_at,
        "used_at": factor.last_used_at,
    }


# Sessions.


@require_POST
def end_one(request: HttpRequest, mark: str) -> HttpResponse:
    """Another's session, or one that is over, is as absent as one that never was."""
    at = timezone.now()
    for row in own_sessions(request.user, at):
        if _mark(row.session_key) == mark and row.session_key != request.session.session_key:
            end_session(row, request.user, by=actor_for_person(request.user), at=at)
            messages.success(request, "That session has ended.")
            return redirect("account")
    raise Http404


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    ended = end_sessions(
        request.user,
        by=actor_for_person(request.user),
        at=timezone.now(),
        besides=request.session.session_key,
    )
    messages.success(request, f"Ended: {ended}. You are signed in here alone.")
    return redirect("account")


def _session(row, request: HttpRequest) -> dict:
    return {
        "mark": _mark(row.session_key),
        "is_this": row.session_key == request.session.session_key,
        "browser": row.browser,
        "began_at": row.began_at,
        "seen_at": row.seen_at,
    }


def _mark(session_key: str) -> str:
    """A name for a session that is not its key."""
    return sha256(f"agencies.views.own {session_key}".encode()).hexdigest()[:24]
