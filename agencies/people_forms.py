"""What does an administrator say of a person, or of somebody to invite?

Only what stands here is read from what was sent: nobody's agency, address, password or standing can be slipped in.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError

from agencies.actions import Facts, Guest, PersonRefused
from agencies.models import User
from agencies.roles import ROLES
from ohsc.core.forms import Form
from ohsc.core.plain_text import why_not

_REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@cache
def time_zones() -> list[tuple[str, str]]:
    """Places by which people know their zone, and UTC."""
    names = sorted(name for name in available_timezones() if name.startswith(_REGIONS))
    return [(name, name.replace("_", " ")) for name in [*names, "UTC"]]


class RefusableForm(Form):
    def refuse(self, refusal: PersonRefused) -> None:
        """Say what the verb refused beside the field it names; above all of them where it names none here."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def _one_line(name: str) -> None:
    if problem := why_not(name):
        raise ValidationError(problem)


def _name_field() -> forms.CharField:
    return forms.CharField(
        label="Name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        validators=[_one_line],
    )


def _email_field(**more: Any) -> forms.EmailField:
    return forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": "Enter an e-mail address in the form name@agency.example"},
        **more,
    )


def _role_choices(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, f"{ROLES[name].label}. {ROLES[name].description}") for name in names]


class InviteForm(RefusableForm):
    """Whom to ask, and as what."""

    name = _name_field()
    email = _email_field(help_text="Their own address at your agency. A link goes there, and nowhere else.")
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _role_choices(roles)  # type: ignore[attr-defined]

    @property
    def guest(self) -> Guest:
        given = self.cleaned_data
        return Guest(given["name"], given["email"], given["role"])


class AdministratorForm(RefusableForm):
    """Whom the Centre names an agency's administrator, and why."""

    name = _name_field()
    email = _email_field(
        help_text="Their own address at that agency. Who works there already keeps their account."
    )
    reason = forms.CharField(
        label="Why the Centre does this",
        max_length=200,
        help_text="Such as “Their only administrator left”. It is recorded.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def guest(self) -> Guest:
        return Guest(self.cleaned_data["name"], self.cleaned_data["email"], "administrator")


class PersonForm(RefusableForm):
    """Name, role and time zone. Nobody's own form has a role in it."""

    name = _name_field()
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(label="Time zone", help_text="In which they read times.")

    def __init__(self, *args: Any, person: User, is_me: bool, roles: Iterable[str], **kwargs: Any) -> None:
        kept = {"name": person.name, "role": person.role, "time_zone": person.time_zone}
        super().__init__(*args, initial=kept, **kwargs)
        self.person = person
        self.fields["role"].choices = _role_choices(roles)  # type: ignore[attr-defined]
        zones = time_zones()
        if person.time_zone not in dict(zones):
            zones = [(person.time_zone, person.time_zone), *zones]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]
        if is_me:
            del self.fields["role"]

    @property
    def facts(self) -> Facts:
        given = self.cleaned_data
        return Facts(given["name"], given.get("role", self.person.role), given["time_zone"])


class SureForm(RefusableForm):
    """The second time of asking."""

    sure = forms.BooleanField()

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = label
