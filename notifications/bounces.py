"""Which of our e-mails came back, and whose address is it? Delivery status notifications (RFC 3464) are read here.

Nothing in them is trusted but a Message-ID of ours, which is random and known to the recipient alone, and a status.
"""

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from pathlib import Path
from uuid import UUID

from agencies.access import visible_people
from agencies.models import User
from agencies.roles import Permission
from notifications.letters import row_named
from ohsc.core.actor import Actor

MOST_BYTES = 256 * 1024  # of one message; ours are small, and so is what tells of them
MOST_MESSAGES = 1000  # in one run; the next takes the rest
_FOR_GOOD = re.compile(r"5\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Bounce:
    """A mail of ours that will not arrive."""

    row_id: UUID
    status: str  # 5.1.1

    @property
    def reason(self) -> str:
        return f"The mail came back ({self.status})."


def read(raw: bytes) -> Bounce | None:
    """The bounce this message tells of; None for anything else: a delay, a person's answer, a message not ours."""
    if len(raw) > MOST_BYTES:
        return None
    try:
        message = message_from_bytes(raw)
        status, row_id = _status(message), _row(message)
    except Exception:  # whatever a stranger wrote, the messages beside it are read
        return None
    return Bounce(row_id, status) if status and row_id else None


def _status(message: Message) -> str:
    """The code under which it failed for good; "" where it did not."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list):
            for block in part.get_payload():
                code = _FOR_GOOD.match(str(block.get("Status", "")).strip())
                if str(block.get("Action", "")).strip().lower() == "failed" and code:
                    return code[0]
    return ""


def _row(message: Message) -> UUID | None:
    """The row of ours named by the returned message, whole or its headers alone."""
    for part in message.walk():
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list) and payload:
            returned = payload[0]
        elif kind == "text/rfc822-headers":
            decoded = part.get_payload(decode=True)
            returned = message_from_string(decoded.decode("ascii", "replace")) if decoded else None
        else:
            continue
        if returned is not None and (row_id := row_named(str(returned.get("Message-ID", "")))):
            return row_id
    return None


def open_mailbox(path: Path) -> mailbox.Mailbox:
    """A Maildir, or a file in mbox form. Raises OSError where there is neither."""
    if path.is_dir():
        if not ((path / "cur").is_dir() and (path / "new").is_dir()):
            raise NotADirectoryError(f"{path} is no Maildir: it lacks the folders new and cur.")
        return mailbox.Maildir(path, create=False)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there.")
    return mailbox.mbox(path, create=False)


def waiting(box: mailbox.Mailbox) -> Iterator[tuple[str, bytes]]:
    """The messages of one run, each cut off a byte after the largest that is read."""
    for number, key in enumerate(box.keys()):
        if number == MOST_MESSAGES:
            return
        with box.get_file(key) as file:
            yield key, file.read(MOST_BYTES + 1)


def came_back(actor: Actor) -> list[User]:
    """People whose mail comes back: the actor, and for who keeps the agency's people, any colleague."""
    people = visible_people(actor).filter(agency=actor.home_id, is_active=True).exclude(email_failed_at=None)
    if not actor.may(Permission.MANAGE_PEOPLE):
        people = people.filter(pk=actor.id)
    return list(people.order_by("name"))
