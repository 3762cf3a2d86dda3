"""How do people sign in? With an account somebody made for them; each coming and going is recorded."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from agencies import browsers
from agencies.access import actor_for_person
from agencies.actions.sessions import record_access
from agencies.actions.tries import count_try, give_back
from agencies.proof import How, is_proved, mark_proved
from agencies.sessions import BEGAN, BROWSER
from audit import actions as audit

PROVING, PENDING = "proving", "pending"  # in the session, from one step of signing in to the next
LONGEST_BROWSER = 200


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def is_safe_url(self, url):
        """Only an address of ours, written as a path: no host is better than a right one."""
        return url_has_allowed_host_and_scheme(url or "", allowed_hosts=None)

    def authenticate(self, request, **credentials):
        """The same work, and the same counting, for an account that is there and for one that is not."""
        counted = count_try(browsers.limits_for(request, credentials.get("email", "")), timezone.now())
        if counted is None:
            raise self.validation_error("too_many_login_attempts")
        AuthenticationBackend.unstash_authenticated_user()
        person = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if person is None or not person.may_sign_in:
            # Who was meant is not written down: a password typed into the wrong field would be.
            audit.record(audit.Kind.ACCESS, "person.sign_in_failed", by=None, at=timezone.now())
            return None
        give_back(counted)
        return person

    def pre_login(self, request, user, **kwargs):
        """Asked with the first factor, and held to until the second: who was disabled, moved or given another
        password meanwhile begins again."""
        if not user.may_sign_in:
            return refused(request)
        request.session[PENDING] = user.get_session_auth_hash()
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request, user, **kwargs):
        at = timezone.now()
        how = How(request.session.pop(PROVING, How.PASSWORD))
        request.session.pop(PENDING, None)
        mark_proved(request.session, how, at)
        request.session[BEGAN] = at.isoformat()
        request.session[BROWSER] = request.headers.get("User-Agent", "")[:LONGEST_BROWSER]
        record_access("person.signed_in", user, by=actor_for_person(user), at=at, how=str(how))
        response = super().post_login(request, user, **kwargs)
        if is_proved(request.session, user):
            browsers.remember(request, response, user)
        return response

    def logout(self, request):
        if request.user.is_authenticated:
            record_access(
                "person.signed_out", request.user, by=actor_for_person(request.user), at=timezone.now()
            )
        super().logout(request)


def refused(request):
    """Back to the first page, with nothing kept of what was proved."""
    request.session.flush()
    messages.error(request, "Sign in again.")
    return redirect("account_login")


class SecondFactors(DefaultMFAAdapter):
    """What allauth asks when it makes and judges passkeys: who we are, whatever host a request names."""

    def get_public_key_credential_rp_entity(self):
        return {"id": settings.PASSKEY_DOMAIN, "name": "Online Harms Safety Centre"}

    def get_totp_issuer(self):
        return f"OHSC {urlsplit(settings.BASE_URL).hostname}"
