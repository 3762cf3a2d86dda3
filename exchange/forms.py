"""What does a person give who imports a document: a file, or its text?"""

import re
from typing import Any

from django import forms

from exchange.document import SIZE_LIMIT, DocumentRefused
from exchange.formats import format_of
from exchange.importing import Plan, plan
from exchange.uploads import FIELD, PASTE_LIMIT
from ohsc.core import plain_text
from ohsc.core.actor import Actor
from ohsc.core.forms import Form

_DECLARED = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")


class _OneOfTwo:
    """Neither is optional and neither is needed: the form asks for one of the two."""

    def validate(self, value: Any) -> None:
        return None


class DocumentField(_OneOfTwo, forms.FileField):
    pass


class TextField(_OneOfTwo, forms.Field):
    """Any characters: what cannot be seen in a document is written out when it is read, as from every entrance."""

    widget = forms.Textarea


class ImportForm(Form):
    takes_documents = True
    document = DocumentField(
        label="A file",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "file-input"}),
        help_text=f"Up to {SIZE_LIMIT // 1024 // 1024} MB. What it is, is told by what it holds, not by its name.",
    )
    text = TextField(
        label="Its text",
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "code"}
        ),
        help_text=f"Up to {PASTE_LIMIT // 1024 // 1024} MB. Paste the whole document, its first line included.",
    )

    def __init__(self, data: Any = None, files: Any = None, *, sender: Actor):
        super().__init__(data, files)
        self.sender = sender
        self.plan: Plan | None = None
        self.refusal: DocumentRefused | None = None
        self.given = b""

    @property
    def name(self) -> str:
        """What the person calls it, for their own list. Only their own: a name can describe what it holds."""
        file = self.files.get(FIELD)
        return plain_text.made_visible(file.name) if file else "Pasted text"

    def clean(self) -> dict[str, Any]:
        file, text = self.cleaned_data.get(FIELD), self.cleaned_data.get("text") or ""
        if file and text.strip():
            self.add_error("text", "Give a file or a text, not both: empty this, or choose no file")
        elif not file and not text.strip():
            self.add_error(FIELD, "Choose a file, or paste the text of the document")
        elif not self.errors:
            self._read(file.read() if file else bytes_of(text), FIELD if file else "text")
        return self.cleaned_data

    def _read(self, document: bytes, field: str) -> None:
        self.given = document
        try:
            if len(document) > SIZE_LIMIT:
                raise DocumentRefused("too_large", TOO_LARGE)
            self.plan = plan(document, written_in=format_of(document), by=self.sender)
        except DocumentRefused as refusal:
            self.refusal = refusal
            self.add_error(field, refusal.sentence)
            if refusal.code == "imagery":
                self.data = self.data.copy()
                self.data["text"] = ""  # it is not sent back either


TOO_LARGE = (
    f"The document is larger than {SIZE_LIMIT // 1024 // 1024} MB. Nothing of it was kept. "
    "Send fewer reports in one document."
)


def bytes_of(text: str) -> bytes:
    """A pasted document as the file it was: browsers pair line ends, and the first line may name an encoding."""
    text = text.replace("\r\n", "\n")
    declared = _DECLARED.match(text.lstrip("\ufeff \n\t"))
    try:
        return text.encode(declared[1] if declared else "utf-8")
    except (LookupError, UnicodeError):
        return text.encode("utf-8", "replace")
