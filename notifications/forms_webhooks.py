"""What is typed to keep a webhook?"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms

from notifications.destinations import LONGEST_URL
from ohsc.core.forms import Form

OVERLAPS = [
    ("24", "24 hours"),
    ("1", "1 hour"),
    ("72", "3 days"),
    ("168", "7 days"),
    ("0", "Not at all: it leaked"),
]
SPANS = [("1", "The last day"), ("3", "The last 3 days"), ("7", "The last 7 days"), ("3650", "Ever")]


class WebhookForm(Form):
    """`form` tells a second press from a second webhook."""

    form = forms.UUIDField(widget=forms.HiddenInput)
    url = forms.CharField(
        label="Address",
        max_length=LONGEST_URL,
        help_text="Messages are posted there. It begins with https:// and leads to a public address.",
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}),
    )
    description = forms.CharField(
        label="What it is for",
        max_length=200,
        required=False,
        help_text="For your colleagues, such as “Case system, production”.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"form": uuid4()}, **kwargs)


class SecretForm(Form):
    """`replaces` marks the secret the form was drawn for, so that a second press changes nothing."""

    replaces = forms.CharField(widget=forms.HiddenInput)
    overlap = forms.ChoiceField(
        label="The old secret goes on signing for",
        choices=OVERLAPS,
        help_text="Each message is signed with both until then, so your system can change over while it runs.",
    )

    @property
    def span(self) -> timedelta:
        return timedelta(hours=int(self.cleaned_data["overlap"]))


class ReplayForm(Form):
    """Since when what was given up is sent again."""

    days = forms.ChoiceField(label="Given up in", choices=SPANS)

    @property
    def span(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["days"]))


class StopForm(Form):
    """Nothing to fill in; it opens in place, so that one press does not stop what others rely on."""

    sure = forms.CharField(widget=forms.HiddenInput, initial="yes")
