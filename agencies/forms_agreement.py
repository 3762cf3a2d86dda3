"""What is written down of an agreement, and which agreements does a list show?"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from agencies import wording
from agencies.actions.agreements import AgreementRefused
from agencies.agreed import STATES
from agencies.models import Agency, SharingAgreement
from ohsc.core.forms import DayInput, Form
from ohsc.core.words import Classification, Environment, LegalGateway, OnwardRule, Tlp

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{1,19}")
TERMS = (
    "purpose", "gateway", "environments", "harm_types", "classification_ceiling", "tlp_ceiling", "onward",
    "onward_rule", "retention_days", "starts_on", "ends_on", "review_on", "signed_for_discloser",
    "signed_for_recipient",
)  # fmt: skip


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput,
        help_text=help_text,
        error_messages={"invalid": f"Enter the {label.lower()} as a date, such as 2027-01-31"},
    )


class AgreementForm(Form):
    """A new agreement, term by term. It is never changed afterwards."""

    reference = forms.CharField(
        label="Reference",
        max_length=20,
        help_text="As both sides call it, such as SA-204. Letters, digits, dots and hyphens.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    discloser = forms.ChoiceField(label="Who discloses")
    recipient = forms.ChoiceField(label="Who receives")
    purpose = forms.CharField(
        label="Purpose",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For what the recipient may use it, in a sentence.",
    )
    gateway = forms.ChoiceField(label="Legal gateway", choices=[("", "Choose one"), *LegalGateway.offered()])
    environments = forms.MultipleChoiceField(
        label="Environments",
        choices=Environment.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one environment"},
    )
    harm_types = forms.MultipleChoiceField(
        label="Kinds of harm",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: every kind.",
    )
    classification_ceiling = forms.ChoiceField(
        label="Classification, up to", choices=Classification.choices, widget=forms.RadioSelect
    )
    tlp_ceiling = forms.ChoiceField(label="TLP, up to", choices=Tlp.choices)
    onward = forms.ChoiceField(
        label="May the recipient pass it on?", choices=OnwardRule.choices, widget=forms.RadioSelect
    )
    onward_rule = forms.CharField(
        label="The rule in words",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as to whom. The choice above is what is enforced.",
    )
    retention_days = forms.IntegerField(
        label="Days it may be kept",
        min_value=1,
        max_value=36_525,
        error_messages={"invalid": "Enter the days it may be kept as a number, such as 365"},
    )
    starts_on = _day("First day")
    ends_on = _day("Last day")
    review_on = _day("Day of review", "Within its days. Then somebody looks whether it still holds.")
    signed_for_discloser = forms.CharField(
        label="Signed for the discloser by", max_length=95, help_text="Name and office."
    )
    signed_for_recipient = forms.CharField(label="Signed for the recipient by", max_length=95)

    def __init__(
        self,
        agencies: Iterable[Agency],
        data: QueryDict | None = None,
        *,
        like: SharingAgreement | None = None,
    ) -> None:
        self.agencies = {agency.slug: agency for agency in agencies}
        super().__init__(data, initial=_terms_of(like) if like else {"classification_ceiling": "OFFICIAL"})
        named = [("", "Choose one"), *((agency.slug, agency.name) for agency in self.agencies.values())]
        for name in ("discloser", "recipient"):
            self.fields[name].choices = named  # type: ignore[attr-defined]
        self.fields["harm_types"].choices = list(wording.all_harms().items())  # type: ignore[attr-defined]

    def clean_reference(self) -> str:
        reference = self.cleaned_data["reference"].upper()
        if not _REFERENCE.fullmatch(reference) or reference == "NEW":
            raise ValidationError("Enter the reference in letters, digits, dots and hyphens, such as SA-204")
        return reference

    def clean(self) -> dict[str, Any]:
        """What one term says of another."""
        given = super().clean() or {}
        discloser, recipient = given.get("discloser"), given.get("recipient")
        if discloser and discloser == recipient:
            self.add_error("recipient", "Choose another agency: an agreement is between two")
        starts, ends, review = given.get("starts_on"), given.get("ends_on"), given.get("review_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "Enter a last day that is not before the first")
        elif starts and ends and review and not starts <= review <= ends:
            self.add_error("review_on", "Enter a day of review from the first day to the last")
        sides = [self.agencies[slug].sector for slug in (discloser, recipient) if slug]
        if sides == ["industry", "industry"] and given.get("gateway") in LegalGateway.for_policing():
            self.add_error("gateway", "Choose another gateway: this one needs the police on one side")
        return given

    @property
    def terms(self) -> dict[str, Any]:
        """What `actions.record_agreement` takes besides the reference."""
        given = self.cleaned_data
        signed = f"{given['signed_for_discloser']}; {given['signed_for_recipient']}"
        return {name: given[name] for name in TERMS} | {
            "discloser": self.agencies[given["discloser"]],
            "recipient": self.agencies[given["recipient"]],
            "signed_by": signed,
        }

    def refuse(self, refusal: AgreementRefused) -> None:
        """Say what the verb refused beside the field it names."""
        self.add_error(refusal.field or None, str(refusal))


def _terms_of(agreement: SharingAgreement) -> dict[str, Any]:
    """The terms of another agreement, to begin with; days and signatures are the new one's own."""
    own = {"starts_on", "ends_on", "review_on", "signed_for_discloser", "signed_for_recipient"}
    return {name: getattr(agreement, name) for name in TERMS if name not in own} | {
        "discloser": agreement.discloser.slug,
        "recipient": agreement.recipient.slug,
    }


class EndForm(Form):
    """The second time of asking."""

    sure = forms.BooleanField(label="End it for good")


class ListForm(Form):
    """Sent as an address. What is none of the choices narrows nothing."""

    agency = forms.ChoiceField(label="With", required=False)
    state = forms.ChoiceField(label="State", choices=[("", "Any"), *STATES.items()], required=False)

    def __init__(self, agencies: Iterable[Agency], asked: Mapping[str, str]) -> None:
        self.agencies = {agency.slug: agency for agency in agencies}
        self.narrowing = {
            name: asked[name]
            for name, known in (("agency", self.agencies), ("state", STATES))
            if asked.get(name) in known
        }
        super().__init__(initial=self.narrowing, auto_id="filter_%s")
        choices = [("", "Any agency"), *((agency.slug, agency.name) for agency in self.agencies.values())]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]
