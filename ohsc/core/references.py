"""What is a record called aloud? A random reference: a number would tell how much others do."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to misread on the telephone


_READ_AS = str.maketrans("ILO", "110")


def read_reference(letter: str, text: str) -> str:
    """The reference somebody wrote or heard: whatever its case, blanks and dashes, with its letter or without.

    "" when it cannot be one. The letters left out of the alphabet are read as the figures they are mistaken for.
    """
    code = "".join(character for character in text.upper() if character.isalnum())
    code = (code.removeprefix(letter) if len(code) == 11 else code).translate(_READ_AS)
    return f"{letter}-{code[:5]}-{code[5:]}" if len(code) == 10 and set(code) <= set(ALPHABET) else ""


def new_reference(letter: str) -> str:
    """Like R-7F3K9-2QDXV: 50 random bits, so a million references meet by chance about once in two thousand."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{letter}-{code[:5]}-{code[5:]}"
