"""How is a selector's text cleaned before its kind is looked at?

- Unicode form NFKC, so that full-width and ligature spellings meet the plain ones.
- Zero-width characters, bidi controls, soft hyphens and other marks nobody sees are stripped: they come with
  copy and paste, or are put there so that two spellings do not meet. In host names the two joiners stay,
  because some scripts need them; where they mean nothing, the rules of host names refuse them.
- Control characters inside the text are refused; blanks around it are dropped, and runs of blanks are one.
- Defanged spellings (hxxp, [.], (dot), [at]) are made whole.
"""

import re
import unicodedata

LIMIT = 2_000

_JOINERS = "\u200c\u200d"
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_DOT = re.compile(r"\s{0,2}(?:\[\s?(?:\.|dot)\s?\]|\(\s?(?:\.|dot)\s?\)|\{\s?(?:\.|dot)\s?\})\s{0,2}", re.I)
_AT = re.compile(r"\s{0,2}(?:\[\s?(?:@|at)\s?\]|\(\s?(?:@|at)\s?\)|\{\s?(?:@|at)\s?\})\s{0,2}", re.I)
_SCHEME = re.compile(r"(h(?:tt|xx|\*\*)ps?|f[tx]ps?)\s?(?:\[:\]|\[:?//\]|:)(?://|\[//\])?(?=\S)", re.I)


class SelectorRefused(ValueError):
    """The message is written for whoever sent the selector: what is wrong, and what to send instead."""


def cleaned(text: str, *, keep_joiners: bool = False) -> str:
    """The text in one spelling. Repeated until nothing changes, because each step can make work for another."""
    for _ in range(5):
        before = text
        text = _seen("".join(text.split("\ufeff")), keep_joiners)
        text = " ".join(unicodedata.normalize("NFKC", text).split())
        if text == before:
            break
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise SelectorRefused("The value holds control characters. Send it as plain text on one line.")
    return text


def folded(text: str) -> str:
    """One spelling for upper and lower case, in every script."""
    for _ in range(5):
        before = text
        text = unicodedata.normalize("NFKC", text.casefold())
        if text == before:
            break
    return text


def _seen(text: str, keep_joiners: bool) -> str:
    kept = _JOINERS if keep_joiners else ""
    text = "".join(mark for mark in text if mark in kept or unicodedata.category(mark) != "Cf")
    return _UNSEEN.sub("", text)


def refanged_host(text: str) -> str:
    """example[.]com and name[at]example(dot)com, made whole."""
    return _AT.sub("@", _DOT.sub(".", text))


def refanged_scheme(text: str) -> str:
    """hxxps[:]//, made whole; what follows is left as it is."""
    match = _SCHEME.match(text)
    if not match:
        return text
    name = re.sub(r"xx|\*\*", "tt", match[1].lower()).replace("fxp", "ftp")
    return f"{name}://{text[match.end() :]}"
