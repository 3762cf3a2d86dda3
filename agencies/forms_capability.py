"""What does an administrator write of what their agency can do, and the Centre of what it decides?

Places and languages are written and read as words; what is kept is their code.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from agencies import wording
from agencies.actions.capacity import Away
from agencies.calendars import CALENDARS
from agencies.lines import MOST_A_WEEK, MOST_LINES, CapabilityLine, LinesRefused, read
from agencies.models_capacity import MOST_WEIGHT
from ohsc.core.forms import DayInput, Form
from ohsc.core.words import Band, Environment, Skill

BLANK = 2  # lines to write in, below those that stand
ANY = [("", "Any")]
NONE = "none"
_PLACES = {name.casefold(): code for code, name in wording.PLACES.items()}
_LANGUAGES = {name.casefold(): code for code, name in wording.LANGUAGES.items()}


class LineForm(Form):
    """One line: what, where, in which languages, with which powers, when, how much."""

    environment = forms.ChoiceField(choices=[("", "Choose one"), *Environment.choices])
    skill = forms.ChoiceField(choices=[("", "Choose one"), *Skill.choices])
    jurisdiction = forms.CharField(
        label="Where", max_length=40, help_text="England, United Kingdom, or another name."
    )
    languages = forms.CharField(required=False, max_length=300, help_text="With commas between.")
    legal_powers = forms.CharField(
        label="Legal powers",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One in each row.",
    )
    hours = forms.CharField(max_length=120, required=False, help_text="Such as Every day, 24 hours.")
    weekly_capacity = forms.IntegerField(
        label="Points a week",
        min_value=0,
        max_value=MOST_A_WEEK,
        error_messages={"invalid": "Enter the points a week as a whole number, such as 20"},
    )

    def clean_jurisdiction(self) -> str:
        where = " ".join(self.cleaned_data["jurisdiction"].split())
        return _PLACES.get(where.casefold(), where)

    def clean_languages(self) -> list[str]:
        named = [name.strip() for name in self.cleaned_data["languages"].split(",") if name.strip()]
        codes = [
            name.lower() if name.lower() in wording.LANGUAGES else _LANGUAGES.get(name.casefold(), "")
            for name in named
        ]
        if "" in codes:
            raise ValidationError(
                f"“{named[codes.index('')][:40]}” is no language known here. Write them like English, Welsh"
            )
        return list(dict.fromkeys(codes))

    def clean_legal_powers(self) -> list[str]:
        named = [" ".join(row.split()) for row in self.cleaned_data["legal_powers"].splitlines()]
        return list(dict.fromkeys(name for name in named if name))

    @property
    def written(self) -> dict[str, Any]:
        """The line as `agencies.lines` reads it."""
        return {name: self.cleaned_data[name] for name in LineForm.base_fields}


class _Lines(forms.BaseFormSet):
    """All lines of the agency. What is taken away or left blank is not there."""

    lines: list[CapabilityLine]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Take this line away"

    def clean(self) -> None:
        """What one line says of another."""
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        try:
            self.lines = read([form.written for form in kept])
        except LinesRefused as refusal:
            for problem in refusal.problems:
                if problem.line is None:
                    raise ValidationError(problem.sentence) from None
                kept[problem.line].add_error(problem.field, problem.sentence)


LinesForm = forms.formset_factory(
    LineForm,
    formset=_Lines,
    extra=BLANK,
    can_delete=True,
    can_delete_extra=False,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES + BLANK,
)


def lines_form(lines: list[CapabilityLine]) -> forms.BaseFormSet:
    """The agency's lines to be changed, with blank ones below."""
    return LinesForm(initial=[_in_words(line) for line in lines], prefix="lines")


def lines_sent(data: QueryDict) -> forms.BaseFormSet:
    """The lines as they were sent. What stands now is not mixed in: somebody may have changed it meanwhile."""
    return LinesForm(data, prefix="lines")


def with_more_lines(data: QueryDict) -> forms.BaseFormSet:
    """What was typed so far, unjudged, with blank lines below: for who works without a script."""
    names = list(LineForm.base_fields)
    total = data.get("lines-TOTAL_FORMS", "")
    count = min(int(total), MOST_LINES) if total.isdecimal() else 0
    typed = [{name: data.get(f"lines-{number}-{name}", "") for name in names} for number in range(count)]
    for number, line in enumerate(typed):
        line["DELETE"] = f"lines-{number}-DELETE" in data
    kept = [line for line in typed if any(line.values())]
    form = LinesForm(initial=kept, prefix="lines")
    form.extra = min(count - len(kept) + BLANK, MOST_LINES + BLANK - len(kept))
    return form


def _in_words(line: CapabilityLine) -> dict[str, Any]:
    return line.as_json() | {
        "jurisdiction": line.place,
        "languages": ", ".join(line.spoken),
        "legal_powers": "\n".join(line.legal_powers),
    }


class WhyForm(Form):
    """Said once for all the lines."""

    why = forms.CharField(
        label="Why",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For the Centre, in a sentence. Taking less or other hours alone needs none.",
    )


class WeightForm(Form):
    """One kind of work, and what one referral of it uses."""

    environment = forms.ChoiceField(choices=ANY + Environment.choices, required=False)
    harm_type = forms.ChoiceField(label="Kind of harm", required=False)
    band = forms.ChoiceField(choices=ANY + Band.choices, required=False)
    weight = forms.IntegerField(
        label="Counts as",
        min_value=1,
        max_value=MOST_WEIGHT,
        help_text=f"Points, from 1 to {MOST_WEIGHT}.",
        error_messages={"invalid": f"Enter points from 1 to {MOST_WEIGHT}"},
    )

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id="weight_%s")
        self.fields["harm_type"].choices = ANY + list(wording.all_harms().items())  # type: ignore[attr-defined]

    @property
    def kind(self) -> tuple[str, str, str]:
        return tuple(self.cleaned_data[name] for name in ("environment", "harm_type", "band"))  # type: ignore[return-value]


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput,
        error_messages={"invalid": f"Enter the {label.lower()} as a date, such as 2027-01-31"},
    )


class AbsenceForm(Form):
    """From when to when, how much of what, and why."""

    starts_on = _day("First day")
    ends_on = _day("Last day")
    share = forms.IntegerField(
        label="Per cent away",
        min_value=1,
        max_value=100,
        help_text="100: all of it.",
        error_messages={"invalid": "Enter the per cent away as a whole number from 1 to 100"},
    )
    environment = forms.ChoiceField(
        label="Of what", choices=[("", "The whole agency"), *Environment.choices], required=False
    )
    reason = forms.CharField(max_length=200, help_text="Such as training. No names and nothing of health.")

    def __init__(self, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, auto_id="absence_%s")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts, ends = given.get("starts_on"), given.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Enter a last day that is not before the first")
        return given

    @property
    def away(self) -> Away:
        return Away(**self.cleaned_data)


class CalendarForm(Form):
    """Whose bank holidays the agency keeps. To keep none is chosen too, and so has a word here."""

    calendar = forms.ChoiceField(
        label="Whose bank holidays you keep",
        choices=[(code or NONE, name) for code, name in CALENDARS.items()],
        widget=forms.RadioSelect,
    )

    def __init__(self, calendar: str, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data, initial={"calendar": calendar or NONE}, auto_id="calendar_%s")

    def clean_calendar(self) -> str:
        chosen = self.cleaned_data["calendar"]
        return "" if chosen == NONE else chosen


class DecisionForm(Form):
    """What is said to the agency."""

    note = forms.CharField(
        label="Note to the agency",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A refusal says why.",
    )


class EnvironmentForm(Form):
    """Sent as an address. What is none of the choices narrows nothing."""

    environment = forms.ChoiceField(choices=[("", "All"), *Environment.choices], required=False)

    def __init__(self, asked: Mapping[str, str]) -> None:
        chosen = asked.get("environment", "")
        self.chosen = chosen if chosen in Environment.values else ""
        super().__init__(initial={"environment": self.chosen}, auto_id="filter_%s")
