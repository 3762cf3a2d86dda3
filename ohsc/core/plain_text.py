"""Which characters may a text hold that people will read?

Control characters can hide what is written, and bidirectional overrides can make it read as something else. In one
line, such as a name, a reference or a summary, characters without width are refused too, for two that differ look
alike; longer words may quote what somebody wrote. Joiners are taken between characters that are not ASCII: scripts and
emoji need them there.
"""

import re

_HIDDEN = "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"
_REFUSED = re.compile(f"[{_HIDDEN}]")
_JOINER = "[\u200c\u200d]"
_WITHOUT_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
    f"|(?<![^\\x00-\\x7f]){_JOINER}|{_JOINER}(?![^\\x00-\\x7f])"
)
_LINE_BREAKS = re.compile("[\t\n\r\u2028\u2029]")


def why_not(text: str, *, lines: bool = False) -> str:
    """Why this text cannot be kept, as a sentence; "" when it can. `lines`: it may have more than one line."""
    if found := _REFUSED.search(text) or (not lines and _WITHOUT_WIDTH.search(text)):
        return f"It holds the character U+{ord(found[0]):04X}, which cannot be seen. Take it out."
    if not lines and _LINE_BREAKS.search(text):
        return "It must be one line, without tabs or line breaks."
    return ""


def made_visible(text: str, *, lines: bool = True) -> str:
    """The same text with what cannot be seen written out: for documents, which are not refused for it."""
    seen = _REFUSED.sub(_written_out, text)
    return seen if lines else _WITHOUT_WIDTH.sub(_written_out, seen)


def _written_out(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]"
