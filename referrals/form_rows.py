"""How does one form ask for several of a thing, and for one more, without a script?

Each row's fields stand in the form itself, named `<prefix>-<number>-<name>`, so that the error summary, the
messages beside fields and the keeping of what was typed are those of every other field. How many rows there are
travels in a hidden field; "add another" is a submit button that draws the form again with one more.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

MORE = "more"  # the name of the button that asks for another row


class Rows:
    """The rows of one kind in a form. `make` gives a fresh set of a row's fields."""

    def __init__(self, prefix: str, make: Callable[[], dict[str, forms.Field]], *, least: int, most: int):
        self.prefix, self.make, self.least, self.most = prefix, make, least, most

    def add_to(self, form: forms.Form, data: Mapping[str, Any] | None) -> None:
        """Give the form as many rows as were sent, and one more where another was asked for."""
        count = self._sent(form.add_prefix(f"{self.prefix}-rows"), data)
        if data is not None and data.get(MORE) == self.prefix:
            count = min(count + 1, self.most)
        self.count = count
        form.fields[f"{self.prefix}-rows"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=count, required=False
        )
        if data is not None:
            form.data = {
                **{key: data.get(key) for key in data},
                form.add_prefix(f"{self.prefix}-rows"): count,
            }
        for number in range(count):
            for name, field in self.make().items():
                form.fields[f"{self.prefix}-{number}-{name}"] = field

    def bound(self, form: forms.Form) -> list[dict[str, BoundField]]:
        """For the template: each row's fields by their short names."""
        names = list(self.make())
        return [
            {name: form[f"{self.prefix}-{number}-{name}"] for name in names} for number in range(self.count)
        ]

    def cleaned(self, form: forms.Form) -> list[tuple[int, dict[str, Any]]]:
        """The rows in which anything was given, each with its number, for naming its fields in errors."""
        names = list(self.make())
        rows = []
        for number in range(self.count):
            row = {name: form.cleaned_data.get(f"{self.prefix}-{number}-{name}") for name in names}
            if any(value not in (None, "", False) for value in row.values()):
                rows.append((number, row))
        return rows

    def field(self, number: int, name: str) -> str:
        return f"{self.prefix}-{number}-{name}"

    def _sent(self, name: str, data: Mapping[str, Any] | None) -> int:
        sent = str((data or {}).get(name, ""))
        count = int(sent) if sent.isdecimal() and len(sent) < 4 else self.least
        return max(self.least, min(count, self.most))
