"""What is asked of whoever writes rules: weights, what else is supposed, and why; how to rehearse; why to go back."""

from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField

from ohsc.core.forms import Form
from ohsc.core.words import Band
from referrals.actions.rehearsals import DAYS, TIMES
from referrals.routing.supposing import MOST_POINTS, Like, Supposed
from referrals.rulebooks import Choices
from referrals.rules import LABELS, MOST, NUMBERS, Rules

FIT = tuple(name for name in NUMBERS if name not in ("fairness", "most_offers"))
AS_OFTEN = {1: "As it was", 2: "Twice as many of each", 5: "Five times as many of each"}


class RulesForm(Form):
    """A draft. Fields of bands are `risk_P1` and so on, of agencies `points_` with the agency's id."""

    why = forms.CharField(
        label="What is this to achieve?", max_length=300, help_text="Kept with the draft, for the Centre."
    )
    next_after = forms.MultipleChoiceField(
        label=LABELS["next_after"],
        required=False,
        choices=Band.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    ended = forms.MultipleChoiceField(
        label="Suppose that these agreements have ended", required=False, widget=forms.CheckboxSelectMultiple
    )
    like_agency = forms.ChoiceField(label="Suppose that this agency", required=False)
    like_agreement = forms.ChoiceField(label="has an agreement with the terms of", required=False)

    def __init__(self, data: Any, *, rules: Rules, supposed: Supposed, choices: Choices) -> None:
        kept = rules.written()
        like = supposed.like[0] if supposed.like else Like("", "")
        initial = {name: kept[name] for name in (*NUMBERS, "next_after")}
        initial |= {f"risk_{band}": rules.risk[band] for band in Band.values}
        initial |= {f"points_{agency}": many for agency, many in supposed.points.items()}
        initial |= {
            "ended": list(supposed.ended),
            "like_agency": like.agency,
            "like_agreement": like.agreement,
        }
        super().__init__(data, initial=initial)
        for name in NUMBERS:
            self.fields[name] = forms.IntegerField(label=LABELS[name], min_value=0, max_value=MOST)
        for band in Band.values:
            self.fields[f"risk_{band}"] = forms.IntegerField(
                label=f"What {band} weighs", min_value=1, max_value=MOST
            )
        for agency in choices.agencies:
            now = choices.points.get(str(agency.pk))
            self.fields[f"points_{agency.pk}"] = forms.IntegerField(
                label=agency.name,
                min_value=0,
                max_value=MOST_POINTS,
                required=False,
                help_text=f"{now} points a week now" if now else "Has not said now",
            )
        agreements = [(str(one.pk), f"{one.reference}, {one.recipient}") for one in choices.agreements]
        self.fields["ended"].choices = agreements
        self.fields["like_agreement"].choices = [("", "None"), *agreements]
        self.fields["like_agency"].choices = [
            ("", "None"),
            *((str(one.pk), one.name) for one in choices.agencies),
        ]
        self._now = choices.points

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("like_agency")) != bool(cleaned.get("like_agreement")):
            self.add_error("like_agreement", "Choose both the agency and whose terms, or neither.")
        return cleaned

    @property
    def body(self) -> dict[str, Any]:
        """The rules, as they are kept."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in NUMBERS},
            "risk": {band: given[f"risk_{band}"] for band in Band.values},
            "next_after": given["next_after"],
        }

    @property
    def supposed(self) -> Supposed:
        """What differs from what is so now."""
        given = self.cleaned_data
        points = {
            name.removeprefix("points_"): value
            for name, value in given.items()
            if name.startswith("points_") and value is not None
        }
        like = (Like(given["like_agency"], given["like_agreement"]),) if given["like_agency"] else ()
        return Supposed(
            {agency: many for agency, many in points.items() if many != self._now.get(agency)},
            tuple(given["ended"]),
            like,
        )

    def refuse(self, errors: dict[str, str]) -> None:
        """What the rules themselves would not have, beside its field where it has one."""
        for name, error in errors.items():
            self.add_error(name if name in self.fields else None, error)

    @property
    def fit(self) -> list[BoundField]:
        return [self[name] for name in FIT]

    @property
    def risk(self) -> list[BoundField]:
        return [self[f"risk_{band}"] for band in Band.values]

    @property
    def points(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("points_")]


class RehearsalForm(Form):
    """On how many days, and how much of it."""

    days = forms.TypedChoiceField(
        label="What was placed in the last",
        coerce=int,
        choices=[(days, f"{days} days") for days in DAYS],
        initial=14,
    )
    times = forms.TypedChoiceField(
        label="How much of it", coerce=int, choices=[(many, AS_OFTEN[many]) for many in TIMES], initial=1
    )


class GoingBackForm(Form):
    """To which version, and why."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    why = forms.CharField(
        label="Why", max_length=300, error_messages={"required": "Say why, for whoever asks later"}
    )

    @classmethod
    def to(cls, version: int) -> "GoingBackForm":
        """An empty one, for that version."""
        return cls(initial={"version": version}, auto_id=f"back_{version}_%s")


def id_or_none(text: str) -> UUID | None:
    """What is no id is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
