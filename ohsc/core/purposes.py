"""Why? Asked for where the work at hand does not say: picked from a list, or written where none of it fits.

What is said goes into the audit as the purpose of what was done, so it is short and says nothing of the content.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ohsc.core.forms import Form

OTHER = "other"
LONGEST = 120  # the audit's purpose holds what is done it for as well

# Why a list leaves as a file. Every export asks by `ExportForm`; the list stands here alone.
EXPORTS = {
    "planning": "Planning or handing over work",
    "casework": "Work on the matters listed",
    "reporting": "Figures or a report",
    "quality": "Checking the quality of work",
    "legal": "Court, disclosure or another legal duty",
}


class PurposeForm(Form):
    """One of the reasons, or another in words."""

    def __init__(self, reasons: Mapping[str, str], data: Any = None, *, label: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.reasons = reasons
        choices = [("", "Choose"), *reasons.items(), (OTHER, "Another reason, as written")]
        self.fields["purpose"] = forms.ChoiceField(
            label=label, choices=choices, error_messages={"required": f"Choose “{label}”"}
        )
        self.fields["purpose_text"] = forms.CharField(
            label="If another, which",
            required=False,
            max_length=LONGEST,
            help_text="Kept in the audit. Name no person.",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("purpose") == OTHER and not cleaned.get("purpose_text"):
            self.add_error("purpose_text", "Write the reason, or choose one from the list")
        return cleaned

    @property
    def said(self) -> str:
        """The reason as the audit has it."""
        code = self.cleaned_data["purpose"]
        if code == OTHER:
            return f"other: {self.cleaned_data['purpose_text']}"
        return self.reasons[code].lower()


class ExportForm(PurposeForm):
    """Why this list is taken out as a file."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(EXPORTS, data, label="What the file is for", auto_id="export_%s")


def ask_again(request: HttpRequest, form: ExportForm, back_url: str = "") -> HttpResponse:
    """No purpose, no file: the question on a page of its own, with all that said which list it was."""
    asked_here = {"csrfmiddlewaretoken", *form.fields}
    kept = [(name, value) for name, value in request.POST.items() if name not in asked_here]
    context = {"form": form, "kept": kept, "back_url": back_url}
    return render(request, "export_purpose.html", context, status=422)
