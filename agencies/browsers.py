"""Whose tries are these? Strangers to an account are counted together; a browser that has signed in to it, alone.

So nobody can shut a coordinator out by typing wrong passwords for them: their own browser has a count of its own, and
a passkey needs none. Such a browser carries a signed cookie for each account that has signed in there.
"""

import ipaddress
import secrets

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from agencies.models import User

KNOWN_FOR = 180 * 24 * 3600
MOST_ACCOUNTS = 5
SALT = "agencies.browsers.known"
OF_STRANGERS_FROM_ONE_ADDRESS, OF_STRANGERS, OF_AN_ADDRESS, OF_A_KNOWN_BROWSER = 10, 50, 50, 10


def limits_for(request: HttpRequest, email: str) -> dict[str, int]:
    """The counts that this try for this account falls under, whether there is such an account or not."""
    account = email.strip().lower()
    if mark := _marks(request).get(account):
        return {f"known:{account}:{mark}": OF_A_KNOWN_BROWSER}
    address = address_of(request)
    return {
        f"account at address:{account}:{address}": OF_STRANGERS_FROM_ONE_ADDRESS,
        f"address:{address}": OF_AN_ADDRESS,
        f"account:{account}": OF_STRANGERS,
    }


def remember(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """This browser has signed in to this account, second factor and all."""
    account = person.email.lower()
    marks = _marks(request)
    marks = {account: marks.pop(account, None) or secrets.token_urlsafe(12), **marks}
    value = signing.dumps(dict(list(marks.items())[:MOST_ACCOUNTS]), salt=SALT, compress=True)
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        value,
        max_age=KNOWN_FOR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def address_of(request: HttpRequest) -> str:
    """The connection's own address, or what the one trusted proxy says it is; of IPv6 the network, which is one
    household's. Where there is none, a unix socket, everybody is counted together."""
    said = get_adapter().get_client_ip(request) if request.META.get("REMOTE_ADDR") else ""
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return "none"
    return str(ipaddress.ip_network(f"{said}/64", strict=False)) if address.version == 6 else said


def _marks(request: HttpRequest) -> dict[str, str]:
    """E-mail address to mark, as this installation signed them; {} for what it did not."""
    try:
        return signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""), salt=SALT, max_age=KNOWN_FOR
        )
    except signing.BadSignature:
        return {}
