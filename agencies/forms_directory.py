"""What may narrow the directory, and what does an administrator write of their own agency's desk?"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from agencies.actions.directory import DESK
from agencies.directory import Wanted
from agencies.models import Agency, User
from ohsc.core.forms import Form
from ohsc.core.words import Environment, Sector, Skill

ANY = [("", "Any")]
SUPERVISORS = "supervisors"
_PHONE = re.compile(r"\+?[0-9][0-9 ]{2,}")


class FilterForm(Form):
    """Sent as an address. What is none of the choices narrows nothing."""

    sector = forms.ChoiceField(label="Sector", choices=ANY + Sector.choices, required=False)
    environment = forms.ChoiceField(label="Environment", choices=ANY + Environment.choices, required=False)
    skill = forms.ChoiceField(label="Can do", choices=ANY + Skill.choices, required=False)

    def __init__(self, asked: Mapping[str, str]) -> None:
        self.narrowing = {
            name: asked[name]
            for name, field in self.base_fields.items()
            if asked.get(name) and field.valid_value(asked[name])  # type: ignore[attr-defined]
        }
        super().__init__(initial=self.narrowing, auto_id="filter_%s")

    @property
    def wanted(self) -> Wanted:
        return Wanted(**self.narrowing)

    def chips(self, asked: Mapping[str, str]) -> list[dict[str, str]]:
        """Each filter that is on, with the address that takes it off."""
        return [
            {
                "label": dict(self.fields[name].choices)[value],  # type: ignore[attr-defined]
                "remove_url": _address({other: v for other, v in self.narrowing.items() if other != name}),
            }
            for name, value in self.narrowing.items()
        ]


def _address(narrowing: Mapping[str, str]) -> str:
    return reverse("agencies") + (f"?{urlencode(narrowing)}" if narrowing else "")


class DeskForm(Form):
    """Whom others ring, when, and what they read of the agency; and who at home is told of missed clocks."""

    does = forms.CharField(
        label="What your agency does",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For those who look for help: two sentences at most.",
        error_messages={"max_length": "Shorten this to 300 characters; it has %(show_value)d"},
    )
    desk_name = forms.CharField(label="Name of the desk", max_length=120, required=False)
    desk_phone = forms.CharField(label="Phone of the desk", max_length=40, required=False)
    desk_email = forms.EmailField(
        label="E-mail address of the desk",
        required=False,
        error_messages={"invalid": "Enter an e-mail address in the form desk@agency.example"},
    )
    desk_hours = forms.CharField(
        label="Hours of the desk",
        max_length=120,
        required=False,
        help_text="Written like “Monday to Friday, 09:00 to 17:00” or “Every day, 24 hours”, "
        "so that the directory can say whether it is open now.",
    )
    out_of_hours_name = forms.CharField(
        label="Who answers out of hours", max_length=120, required=False, help_text="Such as “Duty manager”."
    )
    out_of_hours_phone = forms.CharField(label="Phone out of hours", max_length=40, required=False)
    breach_officer = forms.ChoiceField(
        label="Who is told of missed clocks",
        help_text="Only your own agency sees who it is.",
        error_messages={"invalid_choice": "Choose one of your own people, or the supervisors"},
    )

    def __init__(self, agency: Agency, people: Iterable[User], data: Mapping[str, str] | None = None) -> None:
        known = {name: getattr(agency, name) for name in DESK}
        super().__init__(
            data, initial=known | {"breach_officer": str(agency.breach_officer_id or SUPERVISORS)}
        )
        self.fields["breach_officer"].choices = [  # type: ignore[attr-defined]
            (SUPERVISORS, "The supervisors"),
            *((str(person.pk), f"{person.name}, {person.role_label.lower()}") for person in people),
        ]

    def clean_desk_phone(self) -> str:
        return self._phone("desk_phone")

    def clean_out_of_hours_phone(self) -> str:
        return self._phone("out_of_hours_phone")

    def _phone(self, name: str) -> str:
        number = " ".join(self.cleaned_data[name].split())
        if number and not _PHONE.fullmatch(number):
            raise ValidationError("Enter a phone number of digits and spaces, such as 01632 960001")
        return number

    @property
    def facts(self) -> dict[str, str]:
        """What `actions.change_desk` takes."""
        return {name: self.cleaned_data[name] for name in DESK}

    @property
    def officer(self) -> UUID | None:
        chosen = self.cleaned_data["breach_officer"]
        return None if chosen == SUPERVISORS else UUID(chosen)
