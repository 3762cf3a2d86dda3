"""What does an e-mail about somebody's account say? What was done, what to do, and a link; no name, no agency, no role.

Whoever reads it may not be whom it was meant for. A link is made here, as the letter is sent, and stands nowhere else.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from agencies.actions import password_link
from agencies.actions.invitations import GOOD_FOR, is_taken, link_of
from agencies.models import AccountLetter, Invitation, User
from notifications import letters, sending
from notifications.transport import Answer

About = AccountLetter.About
NOT_YOU = "If you did not expect this, tell your agency’s administrator."


def to_person(waiting: AccountLetter, person: User, *, at: datetime) -> EmailMessage:
    """A letter to somebody about their own account."""
    subject, body = WORDS[About(waiting.about)](person, at)
    return letters.letter(waiting.pk, to=person.email, subject=f"OHSC: {subject}", body=body)


def to_guest(waiting: AccountLetter, invitation: Invitation) -> EmailMessage:
    """The letter to an invited address. Whoever has an account already, wherever, is told that somebody tried; who
    invited them learns of neither."""
    subject, body = _account_there() if is_taken(invitation) else _invited(invitation)
    return letters.letter(waiting.pk, to=invitation.email, subject=f"OHSC: {subject}", body=body)


def attempt(waiting: AccountLetter, message: EmailMessage, *, at: datetime) -> sending.Result:
    """Make one attempt. Trouble on the way is a result, and is tried again by the schedule of deliveries."""
    return sending.mailed(waiting.attempts, letters.hand_over(message), at)


def failed(waiting: AccountLetter, error: Exception, *, at: datetime) -> sending.Result:
    """The result of an attempt that an error of our own ended."""
    answer = Answer(status=None, reason=f"our own error: {type(error).__name__}")
    return sending.mailed(waiting.attempts, answer, at)


def _invited(invitation: Invitation) -> tuple[str, str]:
    hours = int(GOOD_FOR.total_seconds() // 3600)
    address = settings.BASE_URL + reverse("account_invitation", args=[link_of(invitation)])
    return "you are invited", (
        "You are invited to take part in the Online Harms Safety Centre’s platform.\n\n"
        f"Choose a password, once, within {hours} hours: {address}\n\n"
        "The link is yours alone: pass it to nobody. If you did not expect this, leave it: nothing happens.\n"
    )


def _account_there() -> tuple[str, str]:
    return "somebody tried to invite you", (
        "Somebody tried to invite this address to the Online Harms Safety Centre’s platform. It has an account there "
        "already, so no other was made, and nothing was changed.\n\n"
        f"{NOT_YOU} If you changed agency, ask the new one to invite another address.\n"
    )


def _password(person: User, at: datetime) -> tuple[str, str]:
    return "choose a new password", (
        "Your agency’s administrator asked for a link by which you choose a new password. It is good once, for a day:\n"
        f"{password_link(person, at)}\n\n"
        "The link is yours alone: pass it to nobody. Until you use it your password stays as it is.\n"
        f"{NOT_YOU}\n"
    )


def _saying(subject: str, text: str) -> Callable[[User, datetime], tuple[str, str]]:
    return lambda person, at: (subject, f"{text}\n\n{NOT_YOU}\n")


def _signs_in(text: str) -> str:
    return f"{text} Sign in: {settings.BASE_URL}{reverse('account_login')}"


WORDS: dict[AccountLetter.About, Callable[[User, datetime], tuple[str, str]]] = {
    About.PASSWORD_LINK: _password,
    About.ROLE: _saying(
        "your role was changed",
        "Your role was changed by an administrator. It holds from now on: sign in to see what it is.",
    ),
    About.DISABLED: _saying(
        "your account was disabled",
        "Your account was disabled by your agency’s administrator, and you were signed out everywhere.",
    ),
    About.ENABLED: lambda person, at: (
        "your account was enabled",
        f"{_signs_in('Your account was enabled again by your agency’s administrator.')}\n\n{NOT_YOU}\n",
    ),
    About.FACTORS: _saying(
        "your second factor was reset",
        "Your second factor was reset by your agency’s administrator, and you were signed out everywhere. "
        "You set up another when you sign in next.",
    ),
}
