"""What a page says, to whoever reads it: its words without their marks."""

import re


def words_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
