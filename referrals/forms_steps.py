"""What does each step ask of a person? One form a step, drawn from the table of steps.

A form turns what was typed into `Given`; whether the step may be taken is not asked here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from agencies.models import Agency
from ohsc.core.forms import DayInput, Form
from ohsc.core.words import Band, Environment
from referrals import handling
from referrals.drafts import Given, OutcomeDraft
from referrals.form_rows import Rows
from referrals.models import HarmType, Question, Referral
from referrals.priority import AGE_BANDS, ANSWERS, FACTORS
from referrals.transitions import OUTCOMES, Step

FACTOR_QUESTIONS = {
    "child_identified": "Child identified",
    "contact_continuing": "Contact continuing",
    "suspect_has_access": "Suspect has access to a child",
    "position_of_trust": "Position of trust",
    "first_generation_material": "New material",
    "live_streaming": "Live streaming",
    "coercion": "Coercion",
    "self_harm_threat": "Threat of self-harm",
    "prior_record": "Earlier record",
    "multiple_children": "More than one child",
    "repeat_selector": "Identifier seen before",
    "data_expiring": "Data expires soon",
    "child_age_band": "Age of the youngest child",
}
ANSWER_LABELS = {"yes": "Yes", "no": "No", "unknown": "Not known"}
TIME_TO_ACT = {
    "P1": "4 hours",
    "P2": "7 days",
    "P3": "14 days",
    "P4": "30 days",
    "INFO": "review in 180 days",
}
WHAT_FOR = {  # under the box for words: who reads them
    "triage": "Why this band. Read by the Centre and by every agency that receives this.",
    "offer": "What the agency should know when it decides.",
    "decline": "Read by the Centre and by the next agency offered this.",
    "pass-on": "What the agency should know when it decides.",
    "re-band": "Why. Read by the Centre and by every agency that receives this.",
    "reopen": "Read by the Centre and by the next agency offered this.",
    "return": "Read by the Centre, the source and the next agency offered this.",
}


class AnswerField(forms.ChoiceField):
    """An answer about risk; no answer is "unknown", which is never no."""

    def clean(self, value: Any) -> str:
        return super().clean(value or "unknown")


def factor_field(key: str, answer: str = "unknown") -> forms.ChoiceField:
    """Yes, no or not known; the youngest child's age is a band."""
    if key == "child_age_band":
        choices = [
            (band, "Not known" if band == "unknown" else band.replace("-", " to ")) for band in AGE_BANDS
        ]
        widget: type[forms.Widget] = forms.Select
    else:
        choices, widget = [(word, ANSWER_LABELS[word]) for word in ANSWERS], forms.RadioSelect
    return AnswerField(label=FACTOR_QUESTIONS[key], choices=choices, widget=widget, initial=answer)


@dataclass(frozen=True)
class Known:
    """What the forms of a referral's steps must know besides the step."""

    referral: Referral
    factors: Mapping[str, str] = field(default_factory=dict)
    harm_types: Iterable[HarmType] = ()
    agencies: Iterable[Agency] = ()
    parties: Iterable[Agency] = ()  # whom one may ask
    asked: Iterable[Question] = ()  # what is asked of the reader's agency, open


class StepForm(Form):
    """What every step may ask: its reason code, words, and the version its reader saw."""

    def __init__(self, step: Step, known: Known, data: Any = None):
        self.step, self.known = step, known
        super().__init__(data, auto_id=f"{step.name}_%s")
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=known.referral.version, required=False
        )
        if step.codes:
            self.fields["reason_code"] = forms.ChoiceField(
                label="Reason", choices=step.codes, widget=forms.RadioSelect
            )
        self.add_fields()
        if "reason" in step.takes and not self.is_choice_alone:
            self.fields["reason"] = forms.CharField(
                label="In your words",
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text=WHAT_FOR.get(step.name, ""),
            )

    @property
    def is_choice_alone(self) -> bool:
        """Does it only choose whom to send to?"""
        return isinstance(self, OfferForm)

    def add_fields(self) -> None:
        """Fields of this step alone."""

    @property
    def given(self) -> Given:
        """What was typed, as the action takes it. For a valid form."""
        return Given(
            reason_code=self.cleaned_data.get("reason_code", ""),
            reason=self.cleaned_data.get("reason", ""),
            version=self.cleaned_data.get("version"),
            **self.more_given(),
        )

    def more_given(self) -> dict[str, Any]:
        return {}

    def hold_to(self, version: int) -> None:
        """The person has now seen this version: their next try counts from it."""
        self.data = {**{key: self.data.get(key) for key in self.data}, "version": version}

    def typed(self) -> list[tuple[str, str]]:
        """Labels and words of what was filled in, for a page on which this form no longer stands."""
        rows = []
        for bound in self:
            value = bound.value()
            if not bound.is_hidden and value not in (None, "", False, "unknown"):
                choices = dict(getattr(bound.field, "choices", ()))
                rows.append((str(bound.label), str(choices.get(value, value))))
        return rows


class TriageForm(StepForm):
    template_name = "referrals/forms/triage.html"

    def add_fields(self) -> None:
        referral = self.known.referral
        self.fields["priority"] = forms.ChoiceField(
            label="Band, and time to act",
            choices=[(band.value, f"{band.label}: {TIME_TO_ACT[band.value]}") for band in Band],
            widget=forms.RadioSelect,
            initial=referral.priority or None,
        )
        if not referral.environment:
            self.fields["environment"] = forms.ChoiceField(
                label="Environment", choices=[("", "Not known"), *Environment.choices], required=False
            )
        if not referral.harm_type_id:
            harms = [(harm.code, harm.label) for harm in self.known.harm_types]
            self.fields["harm_type"] = forms.ChoiceField(
                label="Kind of harm", choices=[("", "Not known"), *harms], required=False
            )
        for key in FACTORS:
            self.fields[f"factor-{key}"] = factor_field(key, self.known.factors.get(key, "unknown"))

    @property
    def factor_fields(self) -> list[forms.BoundField]:
        return [self[f"factor-{key}"] for key in FACTORS]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("environment", "harm_type", "reason") if name in self.fields]

    @property
    def factors_open(self) -> bool:
        return any(field.errors for field in self.factor_fields)

    @property
    def answered(self) -> int:
        return sum(answer != "unknown" for answer in self.known.factors.values())

    def more_given(self) -> dict[str, Any]:
        """Only answers that differ from what is known: an answer repeated is not a new answer."""
        answers = {key: self.cleaned_data[f"factor-{key}"] for key in FACTORS}
        return {
            "priority": self.cleaned_data["priority"],
            "environment": self.cleaned_data.get("environment", ""),
            "harm_type": self.cleaned_data.get("harm_type", ""),
            "factors": {
                key: answer
                for key, answer in answers.items()
                if answer != self.known.factors.get(key, "unknown")
            },
        }


class AcceptForm(StepForm):
    """Taken by its button; where there are conditions, whoever accepts says that they have read them."""

    def add_fields(self) -> None:
        if handling.asks_for_conditions(self.known.referral.handling_code):
            self.fields["conditions_read"] = forms.BooleanField(
                label="I have read the conditions, and we keep to them",
                help_text=self.known.referral.handling_conditions,
            )


class ReBandForm(StepForm):
    """Lowering a P1 or P2 takes words, and waits for a second person; the form says so beforehand."""

    def add_fields(self) -> None:
        now = self.known.referral.priority
        self.fields["priority"] = forms.ChoiceField(
            label="New band, and time to act",
            choices=[
                (band.value, f"{band.label}: {TIME_TO_ACT[band.value]}") for band in Band if band.value != now
            ],
            widget=forms.RadioSelect,
            help_text=f"Lowering {now} needs your reason, and a second person to confirm it."
            if now in ("P1", "P2")
            else "",
            initial=self.known.referral.lowering_to or None,
        )

    def more_given(self) -> dict[str, Any]:
        return {"priority": self.cleaned_data["priority"]}


class AskForm(StepForm):
    """Whom, and what. While it is open, the clock of whoever waits stands still."""

    def add_fields(self) -> None:
        self.agencies = {str(agency.pk): agency for agency in self.known.parties}
        self.fields["to_agency"] = forms.ChoiceField(
            label="Whom to ask",
            choices=[(key, agency.name) for key, agency in self.agencies.items()],
            widget=forms.RadioSelect,
        )
        self.fields["question"] = forms.CharField(
            label="Question",
            max_length=3000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Read by the one you ask, the custodian and the Centre. The clock of whoever waits stands still.",
        )

    def more_given(self) -> dict[str, Any]:
        return {
            "to_agency": self.agencies[self.cleaned_data["to_agency"]],
            "question": self.cleaned_data["question"],
        }


class AnswerForm(StepForm):
    def add_fields(self) -> None:
        self.questions = {str(question.pk): question for question in self.known.asked}
        only = next(iter(self.questions), "") if len(self.questions) == 1 else ""
        self.fields["question_id"] = forms.ChoiceField(
            label="Question",
            choices=[
                (key, f"{question.from_agency.name}: {question.text}")
                for key, question in self.questions.items()
            ],
            widget=forms.RadioSelect,
            initial=only,
        )
        self.fields["answer"] = forms.CharField(
            label="Answer",
            max_length=3000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Read by the one who asked, the custodian and the Centre.",
        )

    def more_given(self) -> dict[str, Any]:
        question = self.questions[self.cleaned_data["question_id"]]
        return {"question_id": question.pk, "answer": self.cleaned_data["answer"]}


class OfferForm(StepForm):
    """Which agency: what it would see is shown before it is sent."""

    def add_fields(self) -> None:
        self.agencies = {str(agency.pk): agency for agency in self.known.agencies}
        wished = self.known.referral.wished_agency_id
        self.fields["to_agency"] = forms.ChoiceField(
            label="Agency",
            choices=[
                ("", "Choose an agency"),
                *((key, agency.name) for key, agency in self.agencies.items()),
            ],
            initial=str(wished) if wished else "",
        )

    @property
    def agency(self) -> Agency:
        """The agency chosen. For a valid form."""
        return self.agencies[self.cleaned_data["to_agency"]]

    def more_given(self) -> dict[str, Any]:
        return {"to_agency": self.agency}


def _outcome_fields() -> dict[str, forms.Field]:
    return {
        "code": forms.ChoiceField(
            label="Outcome", choices=[("", "Choose an outcome"), *OUTCOMES.items()], required=False
        ),
        "count": forms.IntegerField(label="How many", min_value=0, max_value=100_000, required=False),
        "on": forms.DateField(label="When", widget=DayInput, required=False),
        "detail": forms.CharField(
            label="Detail", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
        ),
        "share": forms.BooleanField(label="Share this detail with the source", required=False),
    }


class ConcludeForm(StepForm):
    template_name = "referrals/forms/conclude.html"

    def __init__(self, step: Step, known: Known, data: Any = None):
        self.rows = Rows("outcomes", _outcome_fields, least=1, most=8)
        self._sent = data
        super().__init__(step, known, data)

    def add_fields(self) -> None:
        self.rows.add_to(self, self._sent)

    @property
    def outcomes(self) -> list[dict[str, forms.BoundField]]:
        return self.rows.bound(self)

    @property
    def may_add(self) -> bool:
        return self.rows.count < self.rows.most

    def clean(self) -> dict[str, Any]:
        super().clean()
        rows = self.rows.cleaned(self)
        if not rows:
            self.add_error(self.rows.field(0, "code"), "Choose at least one outcome")
        for number, row in rows:
            if not row["code"]:
                self.add_error(self.rows.field(number, "code"), "Choose the outcome this belongs to")
            if row["on"] and row["on"] > timezone.localdate():
                self.add_error(self.rows.field(number, "on"), "Give a day that is not in the future")
        return self.cleaned_data

    def more_given(self) -> dict[str, Any]:
        return {
            "outcomes": tuple(
                OutcomeDraft(
                    code=row["code"],
                    count=row["count"],
                    at=timezone.make_aware(datetime.combine(row["on"], time())) if row["on"] else None,
                    detail=row["detail"],
                    share_detail=row["share"],
                )
                for _, row in self.rows.cleaned(self)
            )
        }


FORMS = {
    "triage": TriageForm,
    "accept": AcceptForm,
    "re-band": ReBandForm,
    "offer": OfferForm,
    "pass-on": OfferForm,
    "ask": AskForm,
    "answer": AnswerForm,
    "conclude": ConcludeForm,
}
# Chosen on the record, then looked at, then sent: the words are asked for beside what the other side will see.
LOOKED_AT_FIRST = ("offer", "pass-on")


def form_for(step: Step, known: Known, data: Any = None) -> StepForm:
    return FORMS.get(step.name, StepForm)(step, known, data)


def asks_nothing(step: Step, referral: Referral) -> bool:
    """Taken by its button alone."""
    conditions = step.name == "accept" and handling.asks_for_conditions(referral.handling_code)
    return not step.needs and not conditions
