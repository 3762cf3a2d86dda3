"""What may be asked of the log, and what must be said when it is taken out or looked into?"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms

from audit.access import sees_every_event
from audit.reading import Wish
from audit.unusual import RULES
from audit.words import ACTIONS, KINDS, PURPOSES
from ohsc.core import names
from ohsc.core.actor import Actor
from ohsc.core.forms import DayInput, Form

ANY = [("", "Any")]


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput,
        required=False,
        error_messages={"invalid": f"Enter “{label}” as a day, such as 2026-11-22"},
    )


class DaysForm(Form):
    """From which day, to which."""

    since = _day("From")
    until = _day("To")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "“To” lies before “From”. Change one of them")
        return cleaned

    def wish(self, **more: Any) -> Wish:
        """What is asked; what cannot be read asks for nothing."""
        read = {name: value for name, value in self.cleaned_data.items() if name in Wish.__annotations__}
        return Wish(**read | more)


class RecordForm(DaysForm):
    """Who has seen one record: the kinds and the days."""

    kind = forms.ChoiceField(label="Kind", choices=ANY + list(KINDS.items()), required=False)
    field_order = ("kind", "since", "until")


class LogForm(DaysForm):
    """The log: everything that narrows it."""

    kind = forms.ChoiceField(label="Kind", choices=ANY + list(KINDS.items()), required=False)
    action = forms.ChoiceField(
        label="What",
        choices=ANY
        + sorted(((name, words.done) for name, words in ACTIONS.items()), key=lambda pair: pair[1]),
        required=False,
    )
    record = forms.CharField(
        label="Record",
        max_length=36,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("kind", "action", "agency", "who", "record", "since", "until")

    def __init__(self, actor: Actor, agencies: Iterable[tuple[UUID, str]], data: Any = None, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.actor = actor
        everybody = sees_every_event(actor)
        chosen = _as_id((data or {}).get("agency")) if everybody else None
        if everybody:
            self.fields["agency"] = forms.ChoiceField(
                label="Agency",
                choices=ANY + [(str(key), name) for key, name in agencies],
                required=False,
            )
        home = chosen or actor.home_id
        people = names.of_agency("person", actor, home)
        systems = names.of_agency("client", actor, home)
        self.fields["who"] = forms.ChoiceField(
            label="Person or system",
            choices=[
                *ANY,
                ("People", [(str(key), each.name) for key, each in people.items()]),
                ("Systems", [(str(key), each.name) for key, each in systems.items()]),
            ],
            required=False,
            help_text="Of the agency that is chosen, else of your own." if everybody else "",
            error_messages={"invalid_choice": "This person or system is not of the agency. Choose again"},
        )
        self.order_fields(self.field_order)

    def clean_record(self) -> str:
        """A reference, or the id itself; only what the reader may see can be asked for."""
        text = self.cleaned_data["record"].strip()
        if text and names.known_as("referral", self.actor, text) is None:
            raise forms.ValidationError("There is no record of this reference that you may see. Check it")
        return text

    def wish(self, **more: Any) -> Wish:
        read = self.cleaned_data
        record = read.get("record")
        return super().wish(
            agency_id=_as_id(read.get("agency")),
            actor_id=_as_id(read.get("who")),
            subject_id=names.known_as("referral", self.actor, record) if record else None,
            **more,
        )


class ExportForm(Form):
    """Why the log is taken out."""

    why = forms.ChoiceField(
        label="Why the log is taken out",
        choices=[(purpose.value, words) for purpose, words in PURPOSES.items()],
        widget=forms.RadioSelect,
        help_text="The log may be used for these purposes and no other (Data Protection Act 2018, section 62).",
        error_messages={"required": "Choose why the log is taken out"},
    )


class ReviewForm(Form):
    """What was found when an unusual read was looked into. `which` is the line's key (`audit.unusual.Shown`)."""

    which = forms.CharField(max_length=120, widget=forms.HiddenInput)
    note = forms.CharField(label="What you found", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_which(self) -> tuple[str, UUID, datetime]:
        try:
            rule, actor_id, since = self.cleaned_data["which"].split(" ")
            which = rule, UUID(actor_id), datetime.fromisoformat(since)
        except ValueError:
            raise forms.ValidationError("This line is not known") from None
        if rule not in RULES or which[2].tzinfo is None:
            raise forms.ValidationError("This line is not known")
        return which


def _as_id(text: Any) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
