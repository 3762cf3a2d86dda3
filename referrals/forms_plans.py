"""What is asked of whoever plans: which of the unassigned, and why a line is changed."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms

from ohsc.core.forms import Form
from ohsc.core.words import Band, Environment
from referrals.plans import CHOICES


def chosen_ids(texts: Iterable[str]) -> list[UUID]:
    """The referrals that were ticked; what is no id is dropped, as one that is not there would be."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


class ChoosingForm(Form):
    """Which of the unassigned are shown, all of them chosen at first."""

    band = forms.ChoiceField(label="Band", required=False, choices=[("", "Any"), *Band.choices])
    environment = forms.ChoiceField(
        label="Environment", required=False, choices=[("", "Any"), *Environment.choices]
    )
    most = forms.TypedChoiceField(
        label="How many, from the top",
        required=False,
        coerce=int,
        choices=[(number, str(number)) for number in CHOICES],
        empty_value=200,
    )

    def __init__(self, asked: Mapping[str, str]) -> None:
        super().__init__({"most": "200", **asked})

    @property
    def narrows(self) -> dict[str, str]:
        """What narrows, as the columns of a referral."""
        return {
            name: self.cleaned_data[name] for name in ("band", "environment") if self.cleaned_data.get(name)
        }

    @property
    def words(self) -> str:
        """What was asked for, for the plan's own line."""
        said = [dict(self.fields[name].choices)[value] for name, value in self.narrows.items()]
        return ", ".join(said) or "Everything unassigned"


class BecauseForm(Form):
    """Why a line of a plan is changed."""

    because = forms.CharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why, for whoever asks later"},
        help_text="Kept with the decision, for the Centre alone. Name no person.",
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="because_%s")
