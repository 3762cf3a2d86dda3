"""What does a person give who makes a referral by hand, and is it fit to be received?

One form in sections. What is typed becomes a `Draft`, the same as from every other entrance.
"""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from cases.selectors import SelectorRefused, doubt, normalise
from ohsc.core.actor import Actor
from ohsc.core.forms import Form, MomentInput, WordsField
from ohsc.core.words import (
    Band,
    Classification,
    Environment,
    HandlingCode,
    InformationGrade,
    Pap,
    SelectorKind,
    SourceGrade,
    Tlp,
)
from referrals import handling
from referrals.choices import agencies_to_ask
from referrals.drafts import Draft, Handling, SelectorDraft
from referrals.form_rows import Rows
from referrals.forms_steps import factor_field
from referrals.harms import harm_types
from referrals.priority import FACTORS

DECLARATION = (
    "All information reasonably available to us is included, and we may lawfully share it with the Centre."
)
NOT_SAID = [("", "Not said")]
ABOVE = "SECRET"  # a choice that leads to sending a pointer; what was typed with it is not read


def _selector_fields() -> dict[str, forms.Field]:
    return {
        "kind": forms.ChoiceField(
            label="Kind", choices=[("", "Choose a kind"), *SelectorKind.choices], required=False
        ),
        "value": forms.CharField(label="Value", max_length=2000, required=False),
        "platform": forms.CharField(label="Platform", max_length=120, required=False),
        "seen_at": forms.DateTimeField(label="Seen at", widget=MomentInput, required=False),
        "port": forms.IntegerField(label="Port", min_value=1, max_value=65535, required=False),
    }


class NewReferralForm(Form):
    summary = forms.CharField(
        label="Summary",
        max_length=300,
        help_text="One neutral line, shown in lists: what is asked, without what can hurt to read.",
    )
    narrative = WordsField(
        label="Narrative",
        max_words=2000,
        rows=6,
        required=False,
        help_text="What happened, in words. Shown only behind a content note. Never an image; summarise what is said.",
    )
    harm_type = forms.ChoiceField(label="Kind of harm", required=False)
    occurred_at = forms.DateTimeField(label="When it happened", widget=MomentInput, required=False)
    environment = forms.ChoiceField(
        label="Threat environment",
        choices=[*Environment.choices, ("", "Not known")],
        widget=forms.RadioSelect,
        required=False,
    )
    jurisdiction = forms.CharField(
        label="Jurisdiction",
        max_length=40,
        required=False,
        help_text="Where it falls to be dealt with, such as GB, GB-SCT or a police area.",
    )
    source_priority = forms.ChoiceField(
        label="Band you ask for", choices=[("", "Leave it to the Centre"), *Band.choices], required=False
    )
    escalate_reason = forms.CharField(
        label="Why it is urgent",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A reason here brings human eyes within the hour.",
    )
    classification = forms.ChoiceField(
        label="Classification",
        choices=[*Classification.choices, (ABOVE, "SECRET or TOP SECRET")],
        initial=Classification.OFFICIAL_SENSITIVE,
    )
    tlp = forms.ChoiceField(label="Traffic Light Protocol", choices=Tlp.choices, initial=Tlp.AMBER)
    pap = forms.ChoiceField(label="Permissible actions", choices=[*NOT_SAID, *Pap.choices], required=False)
    source_grade = forms.ChoiceField(
        label="Source", choices=[*NOT_SAID, *SourceGrade.choices], required=False
    )
    information_grade = forms.ChoiceField(
        label="Information", choices=[*NOT_SAID, *InformationGrade.choices], required=False
    )
    handling_code = forms.ChoiceField(
        label="Sharing", choices=[*NOT_SAID, *HandlingCode.choices], required=False
    )
    conditions = forms.CharField(label="Conditions", max_length=500, required=False)
    to_agency = forms.ChoiceField(
        label="Agency you would send it to",
        required=False,
        help_text="A wish. The Centre decides, and must have an agreement that covers it.",
    )
    external_ref = forms.CharField(
        label="Your own reference", max_length=200, required=False, help_text="Each can be used once."
    )
    declaration = forms.BooleanField(label=DECLARATION, required=False)
    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, data: Any = None, *, sender: Actor):
        self.selectors = Rows("selectors", _selector_fields, least=1, most=30)
        super().__init__(data)
        self.agencies = {str(agency.pk): agency for agency in agencies_to_ask(sender)}
        self.fields["to_agency"].choices = [
            ("", "Leave it to the Centre"),
            *((key, agency.name) for key, agency in self.agencies.items()),
        ]
        self.fields["harm_type"].choices = [
            ("", "Not known"),
            *((harm.code, harm.label) for harm in harm_types()),
        ]
        self.selectors.add_to(self, data)
        for key in FACTORS:
            self.fields[f"factor-{key}"] = factor_field(key)

    @property
    def selector_rows(self) -> list[dict[str, forms.BoundField]]:
        return self.selectors.bound(self)

    @property
    def may_add(self) -> bool:
        return self.selectors.count < self.selectors.most

    @property
    def factor_fields(self) -> list[forms.BoundField]:
        return [self[f"factor-{key}"] for key in FACTORS]

    def clean_summary(self) -> str:
        return " ".join(self.cleaned_data["summary"].split())

    def clean_occurred_at(self) -> Any:
        return _not_later(self.cleaned_data["occurred_at"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("handling_code") == HandlingCode.CONDITIONS and not given.get("conditions"):
            self.add_error("conditions", "Say under which conditions it may be shared")
        if handling.is_pointer(given.get("summary") or ""):
            self.add_error("summary", "Send what is held elsewhere as a pointer, with the form for it")
        for number, row in self.selectors.cleaned(self):
            self._check_selector(number, row)
        return self.cleaned_data

    def _check_selector(self, number: int, row: dict[str, Any]) -> None:
        if not row["kind"]:
            self.add_error(self.selectors.field(number, "kind"), "Choose the kind of selector")
        if not row["value"]:
            if not self.has_error(self.selectors.field(number, "value")):
                self.add_error(self.selectors.field(number, "value"), "Enter the value, or empty the row")
        elif row["kind"]:
            try:
                normalise(row["kind"], row["value"], platform=row["platform"] or "")
            except SelectorRefused as refused:
                self.add_error(self.selectors.field(number, "value"), str(refused))
        if row["seen_at"]:
            try:
                _not_later(row["seen_at"])
            except forms.ValidationError as error:
                self.add_error(self.selectors.field(number, "seen_at"), error)

    @property
    def draft(self) -> Draft:
        """What was typed, as `receive` takes it. For a valid form."""
        given = self.cleaned_data
        plain = (
            "summary", "narrative", "harm_type", "occurred_at", "environment", "jurisdiction", "source_priority",
            "escalate_reason", "external_ref",
        )  # fmt: skip
        answers = {key: given.get(f"factor-{key}") for key in FACTORS}
        return Draft(
            **{name: given[name] for name in plain},
            factors={key: answer for key, answer in answers.items() if answer not in ("", None, "unknown")},
            selectors=tuple(SelectorDraft(**_filled(row)) for _, row in self.selectors.cleaned(self)),
            handling=Handling(
                **{name: given[name] for name in ("classification", "tlp", "pap", "source_grade")},
                information_grade=given["information_grade"],
                code=given["handling_code"],
                conditions=given["conditions"],
            ),
            to_agency=self.agencies.get(given["to_agency"]),
            declaration=DECLARATION if given["declaration"] else "",
        )

    @property
    def remarks(self) -> list[dict[str, str]]:
        """Each selector in the form it will be matched by, and what makes it doubtful. For a valid form."""
        found = []
        for _, row in self.selectors.cleaned(self):
            normal = normalise(row["kind"], row["value"], platform=row["platform"] or "")
            found.append(
                {
                    "kind": SelectorKind(normal.kind).label,
                    "value": row["value"],
                    "normal": normal.value,
                    "platform": row["platform"],
                    "seen_at": row["seen_at"],
                    "port": row["port"],
                    "doubt": doubt(normal),
                }
            )
        return found


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"platform": row["platform"] or ""}


def _not_later(moment: Any) -> Any:
    if moment and moment > timezone.now():
        raise forms.ValidationError("Give a time that is not in the future")
    return moment
