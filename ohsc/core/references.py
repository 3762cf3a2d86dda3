"""What is a record called aloud? A random reference: a number would tell how much others do."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to misread on the telephone


def new_reference(letter: str) -> str:
    """Like R-7F3K9-2QDXV: 50 random bits, so a million references meet by chance about once in two thousand."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{letter}-{code[:5]}-{code[5:]}"
