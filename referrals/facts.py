"""Answers about risk: which of several counts?"""

from collections.abc import Iterable

from referrals.models import Factor


def effective_factors(factors: Iterable[Factor]) -> dict[str, str]:
    """The answer that counts for each question: the latest that is not `unknown`, for unknown is never no."""
    answers: dict[str, str] = {}
    for factor in sorted(factors, key=lambda factor: factor.at):
        if factor.value != "unknown" or factor.key not in answers:
            answers[factor.key] = factor.value
    return answers
