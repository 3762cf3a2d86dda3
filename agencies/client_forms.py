"""What does an administrator say of a partner's system: its name, what it is for, until when, and its end?"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from agencies.actions import LIFE, LONGEST_LIFE, OVERLAP, ClientRefused, Terms
from agencies.models import Client
from agencies.roles import SCOPES
from ohsc.core.forms import DayInput, Form
from ohsc.core.templatetags.ohsc import when_in_full

FIELDS = {"expires_at": "expires_on", "overlap_hours": "old_secret"}  # where the form has another name
LOST, AT_ONCE = "lost", "0"


def scope_rows(names: Iterable[str]) -> list[tuple[str, str]]:
    """Each scope with what it lets a system do."""
    return [(name, SCOPES[name][0]) for name in names]


class RefusableForm(Form):
    def refuse(self, refusal: ClientRefused) -> None:
        """Say what the verb refused beside the field it names; above all of them where it names none here."""
        name = FIELDS.get(refusal.field, refusal.field)
        self.add_error(name if name in self.fields else None, str(refusal))


class ClientForm(RefusableForm):
    """The terms of a client, to be made or changed."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        help_text="What it does and for whom, such as “Intake, trust and safety”. It stands beside what it does here.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        help_text="As little as its work needs.",
        widget=forms.CheckboxSelectMultiple,
    )
    expires_on = forms.DateField(
        label="Last day it works",
        widget=DayInput,
        help_text="At most two years from now. Your administrators are warned 30 days before.",
    )

    def __init__(
        self, *args: Any, open_scopes: Iterable[str], client: Client | None = None, **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {"expires_on": timezone.localdate() + LIFE}
        if client is not None:
            ends = client.expires_at and timezone.localdate(client.expires_at)
            initial = {"name": client.name, "scopes": client.scopes, "expires_on": ends}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["scopes"].choices = [(name, f"{does} ({name})") for name, does in scope_rows(open_scopes)]
        self.fields["scopes"].error_messages["required"] = "Tick at least one thing it may do"
        self.fields["expires_on"].error_messages["invalid"] = (
            "Enter the last day as a date, such as 2027-01-31"
        )

    def terms(self, at: datetime) -> Terms:
        """Until the end of the last day, where the person is."""
        given = self.cleaned_data
        end = timezone.make_aware(datetime.combine(given["expires_on"], time(23, 59, 59)))
        furthest = at + LONGEST_LIFE
        if given["expires_on"] == timezone.localdate(furthest):
            end = min(end, furthest)
        return Terms(given["name"], tuple(given["scopes"]), end)


class SecretForm(RefusableForm):
    """How long the secret before stays good."""

    old_secret = forms.ChoiceField(label="The secret in use now", widget=forms.RadioSelect)

    def __init__(self, *args: Any, client: Client, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_secret"].error_messages["invalid_choice"] = (
            "The secret was changed meanwhile. Choose again"
        )
        ends = (AT_ONCE, "Ends at once, and every token it was given: for a secret that others may know")
        field = self.fields["old_secret"]
        if client.changes_secret(at) and client.old_secret_until is not None:
            until = when_in_full(client.old_secret_until)
            field.label = "A change is under way"
            field.choices = [
                (LOST, f"The newest secret was lost: replace it. The one before stays good until {until}"),
                (AT_ONCE, "Both secrets end at once, and every token they were given"),
            ]
        else:
            field.choices = [("24", "Stays good for 24 hours"), ("168", "Stays good for 7 days"), ends]
            field.initial = str(OVERLAP // timedelta(hours=1))

    @property
    def replaces_lost(self) -> bool:
        return self.cleaned_data["old_secret"] == LOST

    @property
    def overlap(self) -> timedelta:
        chosen = self.cleaned_data["old_secret"]
        return OVERLAP if chosen == LOST else timedelta(hours=int(chosen))


class RevokeForm(Form):
    """The second time of asking."""

    sure = forms.BooleanField(label="Revoke it for good")
