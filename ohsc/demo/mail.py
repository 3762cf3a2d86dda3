"""What did the demonstration send, and to whom? It sends to files (OHSC_EMAIL_URL=file:…), one for each e-mail."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils.html import urlize
from django.utils.safestring import SafeString

MOST_FILES = 1000  # looked through, the newest first
MOST_SHOWN = 50
MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Letter:
    subject: str
    at: datetime | None
    text: str

    @property
    def linked(self) -> SafeString:
        """The text with its links to follow; everything else in it is escaped."""
        return urlize(self.text, autoescape=True)


def letters_to(address: str) -> list[Letter]:
    """The newest e-mails to this address."""
    files = sorted(_files(), key=lambda file: file.name, reverse=True)
    messages = (message for file in files[:MOST_FILES] if (message := _read(file)) is not None)
    mine = (message for message in messages if str(message["To"]).strip().lower() == address.lower())
    return [_letter(message) for message in islice(mine, MOST_SHOWN)]


def _files() -> list[Path]:
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    return list(Path(folder).glob("*.log")) if folder else []


def _read(file: Path) -> EmailMessage | None:
    """Django writes a line of hyphens after each e-mail; we send one at a time."""
    with file.open("rb") as opened:
        raw = opened.read(MOST_BYTES).rsplit(b"\n" + b"-" * 79, 1)[0]
    message = message_from_bytes(raw, policy=policy.default)
    return message if isinstance(message, EmailMessage) and message["To"] else None


def _letter(message: EmailMessage) -> Letter:
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    at = parsedate_to_datetime(str(message["Date"])) if message["Date"] else None
    return Letter(str(message["Subject"]), at, text.strip())
