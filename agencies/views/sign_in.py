"""The pages before somebody is signed in: the first factor, the second, and a passkey, which is both.

The way from one to the next is allauth's; what each asks and judges is ours. Each refuses whoever was disabled since
the one before, and none takes any method but those of a form.
"""

from allauth.account import views as allauth
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import passkeys
from agencies.actions.factors import kinds_of, use_code
from agencies.actions.sessions import record_access
from agencies.actions.tries import count_try, give_back
from agencies.adapter import PENDING, PROVING, refused
from agencies.browsers import OF_AN_ADDRESS, address_of, limits_for
from agencies.forms import REFUSED
from agencies.forms_sign_in import CodeForm, KeyForm
from agencies.models import User
from agencies.passkeys import KeyRefused
from agencies.proof import How, second_factor_is_optional

FORM = ["GET", "POST"]
NOT_RIGHT = "This code is not right, or was used already. Enter the one that the app shows now."
NO_KEY = "The key did not prove who you are. Try again, or sign in another way."


class SignInPage(allauth.LoginView):
    """allauth's, with the passkey's form beside it."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "key_form": KeyForm(),
            "next": get_next_redirect_url(self.request) or "",
            "optional": second_factor_is_optional(),
            "passkeys_at": passkeys.work_elsewhere(self.request),
        }


login = require_http_methods(FORM)(SignInPage.as_view())
logout = require_http_methods(FORM)(allauth.logout)


@require_safe
def passkey_options(request: HttpRequest) -> JsonResponse:
    return JsonResponse(passkeys.ask(None))


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey alone: what somebody has, and a finger, a face or a PIN. No count but the address's stands in its way,
    so that nobody can be shut out of it."""
    if request.user.is_authenticated:
        return redirect("home")
    form = KeyForm(request.POST)
    counted = count_try({f"passkey at address:{address_of(request)}": OF_AN_ADDRESS}, timezone.now())
    try:
        if counted is None or not form.is_valid():
            raise KeyRefused
        factor = passkeys.accept(None, form.cleaned_data["credential"])
    except KeyRefused:
        messages.error(request, NO_KEY)
        return redirect("account_login")
    give_back(counted)
    person = factor.user
    if not person.may_sign_in:
        return refused(request)
    request.session[PROVING] = str(How.KEY)
    way = Login(user=person, redirect_url=get_next_redirect_url(request))
    return perform_passwordless_login(request, factor, way)


def _pending(request: HttpRequest) -> User | None:
    """Who gave a password in this session, if they are still as they were then."""
    person: User = request._login_stage.login.user
    as_then = request.session.get(PENDING) == person.get_session_auth_hash()
    return person if as_then and person.may_sign_in else None


second = login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")


@require_http_methods(FORM)
@second
def second_factor(request: HttpRequest) -> HttpResponse:
    """After the password: a passkey, or a code. Nobody is signed in before this."""
    person = _pending(request)
    if person is None:
        return refused(request)
    if request.method == "POST" and "start-again" in request.POST:
        clear_login(request)
        return redirect("account_login")
    forms = {"key": KeyForm(), "code": CodeForm()}
    if request.method == "POST":
        which = "key" if "credential" in request.POST else "code"
        forms[which] = form = (KeyForm if which == "key" else CodeForm)(request.POST)
        if form.is_valid() and (how := judged(request, person, form)):
            request.session[PROVING] = str(how)
            return request._login_stage.exit()
    tried = next((form for form in forms.values() if form.is_bound), None)
    context = {"kinds": kinds_of(person), "key_form": forms["key"], "code_form": forms["code"], "form": tried}
    return render(request, "account/second_factor.html", context)


@require_safe
@second
def second_factor_options(request: HttpRequest) -> HttpResponse:
    person = _pending(request)
    return JsonResponse(passkeys.ask(person)) if person else JsonResponse({}, status=409)


def judged(request: HttpRequest, person: User, form: KeyForm | CodeForm) -> How | None:
    """What this form proves of the person; on the form, why it does not. Tries are counted before they are made."""
    at = timezone.now()
    if isinstance(form, KeyForm):
        try:
            if passkeys.accept(person, form.cleaned_data["credential"]).user_id == person.pk:
                return How.KEY
        except KeyRefused:
            pass
        form.add_error(None, NO_KEY)
        return None
    counted = count_try(
        {f"code:{name}": limit for name, limit in limits_for(request, person.email).items()}, at
    )
    if counted is None:
        form.add_error("code", REFUSED["too_many_login_attempts"])
        return None
    how = use_code(person, form.cleaned_data["code"], at=at)
    if how is None:
        record_access("person.second_factor_failed", person, by=None, at=at)
        form.add_error("code", NOT_RIGHT)
        return None
    give_back(counted)
    return how
