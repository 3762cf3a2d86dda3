"""What may narrow the register of disclosures?"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms

from agencies.models import Agency
from ohsc.core.forms import DayInput, Form
from ohsc.core.references import read_reference
from referrals.disclosing import Wanted
from referrals.models import Disclosure


class RegisterForm(Form):
    """Sent as an address. What cannot be read narrows nothing."""

    kind = forms.ChoiceField(
        label="What", choices=[("", "Anything"), *Disclosure.Kind.choices], required=False
    )
    agency = forms.ChoiceField(label="From or to", required=False)
    reference = forms.CharField(label="Reference", required=False, max_length=20)
    since = forms.DateField(label="From the day", widget=DayInput, required=False)
    until = forms.DateField(label="To the day", widget=DayInput, required=False)
    recalled = forms.BooleanField(label="Taken back only", required=False)

    def __init__(self, agencies: Iterable[Agency], asked: Mapping[str, str]) -> None:
        self.agencies = {agency.slug: agency for agency in agencies}
        self.narrowing = {name: value for name, value in self._read(asked).items() if value}
        super().__init__(initial=self.narrowing, auto_id="filter_%s")
        choices = [("", "Any agency"), *((slug, agency.name) for slug, agency in self.agencies.items())]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        chosen: dict[str, Any] = dict(self.narrowing)
        if "agency" in chosen:
            chosen["agency"] = self.agencies[chosen["agency"]].pk
        for name in ("since", "until"):
            if name in chosen:
                chosen[name] = date.fromisoformat(chosen[name])
        return Wanted(**chosen | {"recalled": bool(chosen.get("recalled"))})

    def chips(self) -> list[dict[str, str]]:
        """Each filter that is on, with what it is called."""
        words = {
            "kind": lambda value: Disclosure.Kind(value).label,
            "agency": lambda value: self.agencies[value].name,
            "since": lambda value: f"From {value}",
            "until": lambda value: f"To {value}",
            "recalled": lambda value: "Taken back",
            "reference": lambda value: value,
        }
        return [{"name": name, "label": words[name](value)} for name, value in self.narrowing.items()]

    def _read(self, asked: Mapping[str, str]) -> dict[str, str]:
        return {
            "kind": asked.get("kind", "") if asked.get("kind") in Disclosure.Kind.values else "",
            "agency": asked.get("agency", "") if asked.get("agency") in self.agencies else "",
            "reference": _reference(asked.get("reference", "")),
            "since": _day(asked.get("since", "")),
            "until": _day(asked.get("until", "")),
            "recalled": "on" if asked.get("recalled") else "",
        }


def _reference(text: str) -> str:
    """A referral's or a case's reference in its normal form, or what was written."""
    text = text.strip().upper()[:20]
    kind = text[:1] if text[:1] in ("R", "C") else "R"
    return (read_reference(kind, text) or text) if text.isascii() and text.isprintable() else ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
