"""Which characters may a text hold that people will read?

Control characters can hide what is written, and bidirectional overrides can make it read as something else.
"""

import re

_HIDDEN = "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"
_REFUSED = re.compile(f"[{_HIDDEN}]")
_LINE_BREAKS = re.compile("[\t\n\r\u2028\u2029]")


def why_not(text: str, *, lines: bool = False) -> str:
    """Why this text cannot be kept, as a sentence; "" when it can. `lines`: it may have more than one line."""
    if found := _REFUSED.search(text):
        return f"It holds the character U+{ord(found[0]):04X}, which cannot be seen. Take it out."
    if not lines and _LINE_BREAKS.search(text):
        return "It must be one line, without tabs or line breaks."
    return ""


def made_visible(text: str) -> str:
    """The same text with what cannot be seen written out: for documents, which are not refused for it."""
    return _REFUSED.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
