"""What does somebody say who breaks the glass, and what the second person who reviews it?"""

from django import forms

from ohsc.core.forms import Form
from referrals.models import EmergencyOpening

_WORDS = {"max_length": "Shorten this to 500 characters"}


class BreakGlassForm(Form):
    """Which emergency, and what makes it one."""

    why = forms.ChoiceField(
        label="Which emergency is it?",
        choices=EmergencyOpening.Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which emergency it is"},
    )
    reason = forms.CharField(
        label="What makes it one now?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why it cannot wait for the custodian. Whoever reviews this reads it.",
        error_messages=_WORDS | {"required": "Write what makes it an emergency now"},
    )


class ReviewForm(Form):
    """Was it justified, and what the review found."""

    verdict = forms.ChoiceField(
        label="Was it justified?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it was justified"},
    )
    note = forms.CharField(
        label="What the review found",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was checked, and what follows from it.",
        error_messages=_WORDS | {"required": "Write what the review found"},
    )
