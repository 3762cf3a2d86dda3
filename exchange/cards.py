"""How is one referral to be shown, before it is made: what it says, and what was left out of it?"""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from exchange.importing import Plan, Planned
from exchange.models import Staged
from exchange.preview import Left, left_by_reason, selector_row
from ohsc.core.actor import Actor
from ohsc.core.words import Band
from referrals.forms_steps import FACTOR_QUESTIONS
from referrals.harms import harm_types
from referrals.record import READ_NARRATIVES
from referrals.views.wording import answer_in_words, in_words

A_PART = 20  # shown at once


@dataclass(frozen=True)
class Card:
    """What a preview says of one report: in the words of the record that it would become."""

    number: int
    item: Planned
    harm: str
    asked_band: str
    answers: list[tuple[str, str]]
    selectors: list[dict[str, Any]]
    missing: list[str]
    unread: list[Left]
    skipped: list[Left]
    narrative: dict[str, Any]


def cards_of(
    planned: Plan, part: int, *, actor: Actor, staged: Staged, opened: tuple[int, str]
) -> list[Card]:
    """The cards of one part of a document, a narrative open where it is the one that was opened."""
    labels = {harm.code: harm.label for harm in harm_types()}
    first = (part - 1) * A_PART
    return [
        _card(item, number, labels.get(item.draft.harm_type, ""), actor, staged, opened)
        for number, item in enumerate(planned.items[first : first + A_PART], first + 1)
    ]


def parts_of(planned: Plan) -> int:
    return max(1, -(-len(planned.items) // A_PART))


def _card(
    item: Planned, number: int, harm: str, actor: Actor, staged: Staged, opened: tuple[int, str]
) -> Card:
    draft = item.draft
    part = (number - 1) // A_PART + 1
    may_open = actor.may(READ_NARRATIVES)
    return Card(
        number=number,
        item=item,
        harm=harm,
        asked_band=Band(draft.source_priority).label if draft.source_priority else "",
        answers=[
            (FACTOR_QUESTIONS[key], answer_in_words(key, value)) for key, value in draft.factors.items()
        ],
        selectors=[selector_row(selector) for selector in draft.selectors],
        missing=[in_words(words) for words in item.told.missing],
        unread=left_by_reason(item.told.refused),
        skipped=left_by_reason(item.told.skipped),
        narrative={
            "words": len(draft.narrative.split()),
            "url": reverse("imports-narrative", args=[staged.pk, number]) if may_open else "",
            "text": opened[1] if opened[0] == number else "",
            "close_url": f"{reverse('imports-preview', args=[staged.pk])}?part={part}#report-{number}",
        },
    )
