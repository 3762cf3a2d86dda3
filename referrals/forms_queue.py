"""What may narrow a queue? A form sent as an address, so that a list can be kept and shared as a link."""

from collections.abc import Iterable

from django import forms

from ohsc.core.forms import Form
from ohsc.core.words import Band, Environment
from referrals.models import HarmType
from referrals.queues import HELD, Filters
from referrals.transitions import Status

ANY = [("", "Any")]


class FilterForm(Form):
    def __init__(self, filters: Filters, harms: Iterable[HarmType]):
        super().__init__(initial=filters.narrowing(), auto_id="filter_%s")
        choices = {
            "status": [(code, Status(code).label) for code in filters.tab.statuses],
            "band": Band.choices,
            "environment": [*Environment.choices, ("unset", "Not known")],
            "harm": [(harm.code, harm.label) for harm in harms],
            "held": list(HELD.items()),
        }
        labels = {"harm": "Kind of harm", "held": "Held", "status": "State"}
        for name, options in choices.items():
            if name != "status" or len(options) > 1:
                label = labels.get(name, name.capitalize())
                self.fields[name] = forms.ChoiceField(label=label, choices=ANY + list(options))
