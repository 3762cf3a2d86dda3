"""What does somebody say who tells a source how its referral stands, and what narrows the lists of feedback?"""

from collections.abc import Mapping

from django import forms

from ohsc.core.forms import Form
from referrals.feedback import LONGEST
from referrals.feedback_lists import CUSTODIAN, DUE, SOURCE, Wanted
from referrals.models import Progress
from referrals.transitions import Status


class ProgressForm(Form):
    """A code, and a few words where they help."""

    code = forms.ChoiceField(
        label="How it stands",
        choices=Progress.Code.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it stands"},
    )
    text = forms.CharField(
        label="In a few words, if they help",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"The source reads this. At most {LONGEST} characters; name nobody.",
        error_messages={"max_length": f"Shorten this to {LONGEST} characters"},
    )


class FeedbackForm(Form):
    """Sent as an address. What cannot be read narrows nothing."""

    role = forms.CharField(widget=forms.HiddenInput)
    status = forms.ChoiceField(label="State", choices=[("", "Any"), *Status.choices], required=False)
    due = forms.ChoiceField(
        label="Word from the custodian", choices=[("", "Any"), *DUE.items()], required=False
    )

    def __init__(self, asked: Mapping[str, str], *, role: str) -> None:
        self.wanted = Wanted(
            role=asked["role"] if asked.get("role") in (CUSTODIAN, SOURCE) else role,
            status=asked["status"] if asked.get("status") in Status.values else "",
            due=asked["due"] if asked.get("due") in DUE else "",
        )
        super().__init__(initial=self.narrowing, auto_id="filter_%s")

    @property
    def narrowing(self) -> dict[str, str]:
        """What is asked for, as the query of an address has it."""
        return {name: value for name, value in vars(self.wanted).items() if value}

    def chips(self) -> list[dict[str, str]]:
        """Each filter that is on, with what it is called."""
        words = {"status": dict(Status.choices), "due": DUE}
        return [
            {"name": name, "label": words[name][value]}
            for name, value in self.narrowing.items()
            if name in words
        ]
