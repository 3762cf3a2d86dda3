"""What people do to sign in, as tests do it: passwords by the form, codes by an app of their own."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client as Browser
from django.utils import timezone

from agencies.actions.factors import make_recovery_codes
from agencies.sealing import seal
from audit.models import Event
from ohsc.core.acting import acting_as
from tests.cast import PASSWORD

PERIOD = 30


def give_password(email: str, password: str = PASSWORD, browser: Browser | None = None, **more):
    """The browser after the first form, and the answer to it."""
    browser = browser or Browser()
    return browser, browser.post("/account/login/", {"login": email, "password": password} | more)


def give_app(person) -> str:
    """The person has an authenticator app; its secret."""
    from allauth.mfa.models import Authenticator

    secret = generate_totp_secret()
    Authenticator.objects.create(user=person, type="totp", data={"secret": seal(secret), "last": -1})
    return secret


def give_recovery_codes(person) -> list[str]:
    return make_recovery_codes(person, at=timezone.now())


def code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or showed some half minutes before."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps))


def wait_for_a_whole_period() -> None:
    """So that a code read now is still the one a moment later: near the end of a half minute, wait for the next."""
    left = PERIOD - time.time() % PERIOD
    if left < 8:
        time.sleep(left + 0.1)


def events(cast, person, *actions) -> list[Event]:
    """What the person's agency reads of these in its audit, oldest first."""
    with acting_as(cast.actor(person)):
        return list(Event.objects.filter(action__in=actions, subject_ids=[person.pk]).order_by("at"))
