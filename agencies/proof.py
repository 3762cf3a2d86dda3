"""What has this session proved, is that enough for this person, and how lately was it?

One mark in the session, set by one function whenever somebody proves who they are. What it is worth is judged at
each request: it may be that a person's role, or the installation's rule, asks for more than it did.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from agencies.models import User
from agencies.roles import ROLES, Permission

FRESH_FOR = timedelta(minutes=5)
MARK, MARKED_AT = "proved", "proved_at"


class How(StrEnum):
    PASSWORD = "password"  # noqa: S105  (a word, not a secret)
    SERVICE = "service"  # the agency's own sign-in service: no more than a password
    CODE = "code"
    RECOVERY = "recovery"
    KEY = "key"


def mark_proved(session: SessionBase, how: How, at: datetime) -> None:
    """This session's person has just proved who they are in this way. A weaker way takes nothing from a stronger."""
    if session.get(MARK) != How.KEY:
        session[MARK] = str(how)
    session[MARKED_AT] = at.timestamp()


def second_factor_is_optional() -> bool:
    """Only ever in a demonstration: the settings refuse it elsewhere."""
    return bool(settings.SECOND_FACTOR == "optional")


def needs_key(person: User) -> bool:
    """Whoever sees everything, and whoever makes people and systems, signs in with what cannot be phished: a passkey
    or a security key. A code from an app does not do for them."""
    return person.agency.is_centre or Permission.MANAGE_PEOPLE in ROLES[person.role].permissions


def is_enough(how: str | None, person: User) -> bool:
    """Does this way do for this person, to see anything at all?"""
    if second_factor_is_optional():
        return how is not None
    return how == How.KEY or (how in (How.CODE, How.RECOVERY) and not needs_key(person))


def is_proved(session: SessionBase, person: User) -> bool:
    """Has this session's person proved enough?"""
    return is_enough(session.get(MARK), person)


def is_fresh(session: SessionBase, person: User, at: datetime) -> bool:
    """Enough, and so lately that it is still they who sit there?"""
    proved_at = session.get(MARKED_AT, 0.0)
    return is_proved(session, person) and 0 <= at.timestamp() - proved_at <= FRESH_FOR.total_seconds()


def used_recovery_code(session: SessionBase) -> bool:
    """Whoever lost their key came in with a recovery code, and may add another key; nothing else."""
    return bool(session.get(MARK) == How.RECOVERY)
