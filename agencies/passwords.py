"""Is this password one that would be tried early? Length is asked for, never capitals, digits or signs.

Lists of passwords that leaked hold few of fifteen characters. What people do to reach the length is known too: a
common password twice, two of them, one with figures behind it, a row of the keyboard, the names of where they work.
Django's list of 20,000 leaked passwords is the measure of what is common.
"""

import re
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

OUR_WORDS = (
    "ohsc",
    "online",
    "harms",
    "harm",
    "safety",
    "centre",
    "center",
    "safeguarding",
    "referral",
    "police",
    "agency",
)
OF_ONES_OWN = 8  # characters that are neither the person's, the agency's nor the platform's name
FEWEST_DIFFERENT = 6
SHORTEST_WORD = 3
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")

GUESSABLE = (
    "This would be among the first that somebody tries: a common password, two of them, or one with figures. "
    "Three or four unrelated words are good."
)
NAMES = (
    "Too little is left of this without your name, your agency’s and the platform’s. "
    "Three or four unrelated words are good."
)


class NotEasilyGuessed:
    """Refuses what is long only because something common was stretched."""

    def validate(self, password: str, user=None) -> None:
        plain = re.sub(r"[\W_]", "", password.casefold())
        if is_stretched(plain):
            raise ValidationError(GUESSABLE, code="password_guessable")
        if len(_without_names(plain, user)) < OF_ONES_OWN:
            raise ValidationError(NAMES, code="password_names")

    def get_help_text(self) -> str:
        return "Not a common password, nor one with figures behind it, nor made of names."


def is_stretched(plain: str) -> bool:
    """A repetition, hardly any different characters, a row of the keyboard, or at most two common pieces."""
    if len(set(plain)) < FEWEST_DIFFERENT or plain in (plain + plain)[1:-1]:
        return True
    return _pieces(plain.rstrip("0123456789") or plain) <= 2


def _pieces(plain: str) -> int:
    """The fewest common passwords, runs of figures and pieces of keyboard rows that make it up; many, if none do."""
    fewest = [0] + [len(plain) + 1] * len(plain)
    for end in range(1, len(plain) + 1):
        for start in range(max(0, end - 24), end):
            if fewest[start] < fewest[end] - 1 and _is_common(plain[start:end]):
                fewest[end] = fewest[start] + 1
    return fewest[-1]


def _is_common(piece: str) -> bool:
    if piece.isdecimal() or len(set(piece)) == 1:
        return True
    if len(piece) < SHORTEST_WORD:
        return False
    return piece in _common() or any(piece in row or piece in row[::-1] for row in ROWS)


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def _without_names(plain: str, user) -> str:
    names = list(OUR_WORDS)
    if user is not None:
        said = f"{user.name} {user.email} {user.agency.name} {user.agency.slug}"
        names += [word for word in re.split(r"[\W_]+", said.casefold()) if len(word) >= SHORTEST_WORD]
    for name in sorted(set(names), key=len, reverse=True):
        plain = plain.replace(name, "")
    return plain
