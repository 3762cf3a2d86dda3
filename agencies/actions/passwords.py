"""The verbs of a password: a link that lets a person set one, and setting it.

Whoever invites or resets a person gives them a link and never learns the password. The link says nothing that could
be guessed, is good for a day and for one use: it is signed over the password there was. It opens no session, and
whoever set a password by it still proves their second factor.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from agencies.access import actor_for_person
from agencies.actions.sessions import end_sessions, record_access
from agencies.models import User
from ohsc.core.acting import as_the_login

LINK_LIFE = timedelta(days=1)


class LinkRefused(Exception):
    """The link was used, is too old, was never one, or its person may not sign in: the four are not told apart."""


class _Links(PasswordResetTokenGenerator):
    """Django's signature over the password and the last sign-in, for less time than Django's, in UTC all year."""

    key_salt = "agencies.password_link"

    def made_at(self, person: User, at: datetime) -> str:
        return self._make_token_with_timestamp(person, self._num_seconds(_plain(at)), self.secret)

    def is_good(self, person: User, token: str, at: datetime) -> bool:
        if not self.check_token(person, token):
            return False
        made = int(token.partition("-")[0], 36)
        return self._num_seconds(_plain(at)) - made <= LINK_LIFE.total_seconds()

    def _now(self) -> datetime:
        return _plain(timezone.now())


_LINKS = _Links()


def password_link(person: User, at: datetime) -> str:
    """The address, on this installation's own origin, where the person sets a password. Good until it is used, until
    they sign in or their password changes, and for a day."""
    token = f"{person.pk.hex}-{_LINKS.made_at(person, at)}"
    return f"{settings.BASE_URL}{reverse('account_set_password', args=[token])}"


def person_of_link(token: str, at: datetime) -> User:
    """Whose link this is. Raises LinkRefused."""
    known, _, signed = token.partition("-")
    try:
        person = User.objects.filter(pk=UUID(hex=known)).first()
    except ValueError:
        person = None
    if person is None or not person.may_sign_in or not _LINKS.is_good(person, signed, at):
        raise LinkRefused
    return person


def set_password_by_link(token: str, password: str, *, at: datetime) -> User:
    """Set it, and end every session there was. The row is held, so of two uses at once one finds the link used."""
    with transaction.atomic(), as_the_login():
        found = person_of_link(token, at)
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
        person = person_of_link(token, at)
        change_password(person, password, at=at)
    return person


def change_password(person: User, password: str, *, at: datetime, session_key: str = "") -> None:
    """A new password, and the end of every other session. The caller judged the password and asked the old one."""
    actor = actor_for_person(person)
    with transaction.atomic(), as_the_login():
        person.set_password(password)
        person.save(update_fields=["password"])
        record_access("person.changed_password", person, by=actor, at=at)
        end_sessions(person, by=actor, at=at, besides=session_key)


def _plain(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
