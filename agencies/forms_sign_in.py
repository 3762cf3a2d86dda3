"""What is typed, or made by the browser, to prove who one is: a code, a key's answer, a name for a key."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agencies.actions.factors import LONGEST_NAME
from ohsc.core.forms import Form

LONGEST_CREDENTIAL = 20_000


class CodeForm(Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "off"}
        ),
    )


class PasswordForm(Form):
    """The password again, where there is no second factor: in a demonstration."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class KeyForm(Form):
    """What the browser made of a key's answer: JSON, put there by a script."""

    credential = forms.CharField(
        max_length=LONGEST_CREDENTIAL,
        widget=forms.HiddenInput,
        error_messages={"required": "The key gave no answer. Try again, and follow what the browser says."},
    )

    def clean_credential(self) -> Any:
        try:
            answer = json.loads(self.cleaned_data["credential"])
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise ValidationError("The key’s answer could not be read. Try again.")
        return answer


class NewKeyForm(KeyForm):
    name = forms.CharField(
        label="Name of this key",
        help_text="So that you know it again, such as “work laptop” or “key on my ring”.",
        max_length=LONGEST_NAME,
    )
    field_order = ["name", "credential"]
