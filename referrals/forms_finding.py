"""What may be asked of the search and of the list of all referrals?"""

from collections.abc import Iterable

from django import forms

from agencies.models import Agency
from cases.selectors import LIMIT
from ohsc.core.actor import Actor
from ohsc.core.forms import DayInput, Form
from ohsc.core.words import Band, Environment
from referrals.models import HarmType
from referrals.narrowing import ANY_OPEN, PARTS, UNSET
from referrals.transitions import Status

ANY = [("", "Any")]


class NarrowingForm(Form):
    """The filters of the list: all but the days are choices."""

    def __init__(
        self, actor: Actor, agencies: Iterable[Agency], harms: Iterable[HarmType], data=None, **kwargs
    ):
        super().__init__(data, **kwargs)
        choices = {
            "agency": ("Source or custodian", [(agency.slug, agency.name) for agency in agencies]),
            "part": ("Our part in it", list(PARTS.items())),
            "status": ("State", [(ANY_OPEN, "Any open"), *Status.choices]),
            "band": ("Band", Band.choices),
            "environment": ("Environment", [*Environment.choices, (UNSET, "Not known")]),
            "harm": ("Kind of harm", [(harm.code, harm.label) for harm in harms]),
        }
        if actor.is_centre:
            del choices["part"]
        for name, (label, options) in choices.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=ANY + list(options), required=False)
        for name, label in (("since", "Received from"), ("until", "Received to")):
            self.fields[name] = forms.DateField(
                label=label,
                widget=DayInput,
                required=False,
                error_messages={"invalid": f"Enter “{label}” as a day, such as 2026-11-22"},
            )

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "“Received to” lies before “Received from”. Change one of them")
        return cleaned


class SearchForm(NarrowingForm):
    """One box, and the filters."""

    def filters(self) -> list[forms.BoundField]:
        return [field for field in self if field.name != "text"]

    def is_narrowed(self) -> bool:
        """Something is chosen among the filters, or wrong there: they then stand open."""
        return any(field.value() or field.errors for field in self.filters())

    text = forms.CharField(
        label="Find",
        max_length=LIMIT,
        required=False,
        help_text="A reference, a selector (account, address, number, hash), an agency, or words of a summary."
        " Narratives are not searched.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "data-shortcut": "/",
                "data-shortcut-name": "Write what to find",
            }
        ),
        error_messages={"max_length": "Shorten this to 2,000 characters"},
    )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            self.add_error("text", "Enter what to find, or choose a filter")
        return cleaned
