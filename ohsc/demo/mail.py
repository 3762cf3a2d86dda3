"""What did the demonstration send, and to whom? It sends to files (OHSC_EMAIL_URL=file:…), one for each e-mail."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path

from django.conf import settings

MOST_FILES = 1000  # looked through, the newest first
MOST_SHOWN = 50
MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Letter:
    subject: str
    at: datetime | None
    text: str


def letters_to(address: str) -> list[Letter]:
    """The newest e-mails to this address, and to no other."""
    files = sorted(_files(), key=lambda file: file.name, reverse=True)
    messages = (message for file in files[:MOST_FILES] for message in reversed(_read(file)))
    mine = (message for message in messages if str(message["To"]).strip().lower() == address.lower())
    return [_letter(message) for message in islice(mine, MOST_SHOWN)]


def _files() -> list[Path]:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    return list(Path(folder).glob("*.log")) if folder else []


def _read(file: Path) -> list[EmailMessage]:
    """Django writes a line of hyphens after each e-mail; those of one second may stand in one file."""
    with file.open("rb") as opened:
        pieces = opened.read(MOST_BYTES).split(b"\n" + b"-" * 79 + b"\n")[:-1]
    return [message_from_bytes(piece, _class=EmailMessage, policy=policy.default) for piece in pieces]


def _letter(message: EmailMessage) -> Letter:
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    # Django dates it in UTC.
    at = parsedate_to_datetime(str(message["Date"])).replace(tzinfo=UTC) if message["Date"] else None
    return Letter(str(message["Subject"]), at, text.strip())
