"""What narrows the page of what will be late next?"""

from collections.abc import Iterable, Mapping

from django import forms

from agencies.models import Agency
from ohsc.core.actor import Actor
from ohsc.core.forms import Form
from ohsc.core.words import Band
from referrals.late import CLOCKS, EYES, HORIZONS, Wanted


class LateForm(Form):
    """Sent as an address. What cannot be read narrows nothing. Whose clock it is, and what is yet to be looked at, is
    asked at the Centre alone: an agency sees its own."""

    horizon = forms.ChoiceField(label="Until when", required=False)
    clock = forms.ChoiceField(label="Which clock", required=False)
    band = forms.ChoiceField(label="Band", choices=[("", "Any"), *Band.choices], required=False)
    agency = forms.ChoiceField(label="Whose clock", required=False)

    def __init__(self, asked: Mapping[str, str], actor: Actor, agencies: Iterable[Agency]) -> None:
        clocks = {name: label for name, label in CLOCKS.items() if actor.is_centre or name != EYES}
        names = {one.slug: one.name for one in agencies} if actor.is_centre else {}
        known = {"horizon": HORIZONS, "clock": clocks, "band": dict(Band.choices), "agency": names}
        given = {name: asked[name] for name, words in known.items() if asked.get(name) in words}
        self.wanted = Wanted(**given)
        self.words = known
        super().__init__(initial=self.narrowing, auto_id="filter_%s")
        choices = {
            "horizon": sorted(HORIZONS.items(), key=lambda one: one[0] != ""),
            "clock": [("", "Any"), *clocks.items()],
            "agency": [("", "Anybody’s"), *names.items()],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        if not actor.is_centre:
            del self.fields["agency"]

    @property
    def narrowing(self) -> dict[str, str]:
        """What is asked for, as the query of an address has it."""
        return {name: value for name, value in vars(self.wanted).items() if value}

    def chips(self) -> list[dict[str, str]]:
        """Each filter that is on, with what it is called."""
        return [{"name": name, "label": self.words[name][value]} for name, value in self.narrowing.items()]
