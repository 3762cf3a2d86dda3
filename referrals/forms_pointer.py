"""What does a person give who only says that something is held elsewhere, and whom to contact about it?"""

from typing import Any
from uuid import uuid4

from django import forms

from ohsc.core.forms import Form
from ohsc.core.words import Environment
from referrals.drafts import Draft, Handling
from referrals.handling import POINTER
from referrals.harms import harm_types


class PointerForm(Form):
    """Enough for the Centre to know that there is something, where, and whom to ring. Nothing of what it is."""

    contact = forms.CharField(
        label="Whom to contact",
        max_length=300,
        help_text="A desk and how to reach it, such as “Duty desk, secure line 12”. Nothing of what is held.",
    )
    environment = forms.ChoiceField(
        label="Threat environment",
        choices=[*Environment.choices, ("", "Not known")],
        widget=forms.RadioSelect,
        required=False,
    )
    harm_type = forms.ChoiceField(label="Kind of harm", required=False)
    jurisdiction = forms.CharField(label="Jurisdiction", max_length=40, required=False)
    external_ref = forms.CharField(
        label="Your own reference",
        max_length=200,
        required=False,
        help_text="Each can be used once. Leave it empty where the reference itself is higher.",
    )
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, data: Any = None):
        super().__init__(data)
        self.fields["harm_type"].choices = [
            ("", "Not known"),
            *((harm.code, harm.label) for harm in harm_types()),
        ]

    @property
    def draft(self) -> Draft:
        """A referral that names the contact as its conditions, so that it is read wherever the referral is shown."""
        given = self.cleaned_data
        return Draft(
            summary=f"{POINTER}: whom to contact stands in the conditions.",
            **{name: given[name] for name in ("environment", "harm_type", "jurisdiction", "external_ref")},
            handling=Handling(
                code="C", conditions=f"{POINTER}, higher than OFFICIAL-SENSITIVE. Contact: {given['contact']}"
            ),
        )
