"""What does an e-mail say, and did the mail server take it? A reference and a link, never content.

An e-mail's Message-ID holds the id of the row it was sent for, so that one that comes back is known again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from agencies.models import EmailChoice, User
from notifications.models import Delivery, Digest
from notifications.schedule import GONE
from notifications.transport import Answer
from ohsc.core import registry

MOST_NAMED = 50  # references in one digest; the inbox has the rest
_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@ohsc>")


@dataclass(frozen=True)
class News:
    """There is something new of this record."""

    subject_type: str
    subject_id: UUID
    reference: str

    @property
    def link(self) -> str:
        return settings.BASE_URL + registry.page_of(self.subject_type, self.subject_id)


def of_delivery(delivery: Delivery) -> EmailMessage:
    """The e-mail about one notice."""
    notice = delivery.notice
    news = News(notice.subject_type, notice.subject_id, notice.reference)
    return letter(
        delivery.pk,
        to=delivery.person.email,
        subject=f"OHSC: {news.reference}",
        body=f"There is news of {news.reference}.\n\nSign in to read it: {news.link}\n",
    )


def of_digest(digest: Digest, person: User, news: Sequence[News]) -> EmailMessage:
    """The e-mail about an hour's or a day's news: each reference with its link, and where to choose otherwise."""
    subject = f"OHSC: {news[0].reference}" if len(news) == 1 else f"OHSC: news of {len(news)} records"
    how_often = "once a day" if person.email_choice == EmailChoice.DAILY else "once an hour"
    lines = [f"{one.reference}  {one.link}" for one in news[:MOST_NAMED]]
    if len(news) > MOST_NAMED:
        lines.append(f"and {len(news) - MOST_NAMED} more: {settings.BASE_URL}{reverse('inbox')}")
    body = (
        f"There is news of {news[0].reference if len(news) == 1 else f'{len(news)} records'}.\n"
        "Sign in to read it:\n\n" + "\n".join(lines) + "\n\n"
        f"It comes {how_often} at most. To choose otherwise: {settings.BASE_URL}{reverse('email-choice')}\n"
    )
    return letter(digest.pk, to=person.email, subject=subject, body=body)


def hand_over(message: EmailMessage) -> Answer:
    """Give it to the mail server. An address it refuses for good is answered like an endpoint that is gone."""
    try:
        message.send()
    except SMTPRecipientsRefused as refusal:
        code = max(code for code, _ in refusal.recipients.values())
        if 500 <= code < 600:
            return Answer(status=GONE, reason=f"The mail server refused the address ({code}).")
        return Answer(status=None, reason=f"mail: the address was put off ({code})")
    except OSError as error:  # smtplib's own errors are among them
        return Answer(status=None, reason=f"mail: {type(error).__name__}")
    return Answer(status=200, reason="handed over")


def row_named(message_id: str) -> UUID | None:
    """The delivery or digest a Message-ID was made for, if it is one of ours."""
    found = _MESSAGE_ID.fullmatch(message_id.strip())
    return UUID(found[1]) if found else None


def letter(row_id: UUID, *, to: str, subject: str, body: str) -> EmailMessage:
    """An e-mail that is known again, by the id of its row, when it comes back."""
    headers = {"Message-ID": f"<{row_id.hex}@ohsc>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject=subject, body=body, to=[to], headers=headers)
