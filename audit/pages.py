"""What do the pages of the log share: filters that are read from the address, and the next part?"""

from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest

from audit.forms import DaysForm
from audit.reading import Part
from ohsc.core.pagination import Cursor, read_cursor

F = TypeVar("F", bound=DaysForm)


def narrowed(form: F) -> F:
    """The form, read; without anything asked it asks for nothing."""
    if not form.is_bound:
        form.is_bound, form.data = True, {}
    form.is_valid()
    return form


def parameters(form: DaysForm) -> dict[str, str]:
    """What an address says to ask for the same: what is set, and no more."""
    return {name: _written(value) for name, value in form.cleaned_data.items() if value}


def chips(form: DaysForm, url: str) -> list[dict[str, str]]:
    """What `components/filters.html` takes: each filter that is on, and the page's address without it."""
    on = parameters(form)
    return [
        {
            "label": f"{form.fields[name].label}: {_in_words(form.fields[name], value)}",
            "remove_url": f"{url}?{urlencode({other: said for other, said in on.items() if other != name})}",
        }
        for name, value in on.items()
    ]


def place_in(request: HttpRequest) -> Cursor | None:
    """From where the list goes on; from its beginning where the address says no place of ours."""
    return read_cursor(request.GET.get("cursor", ""))


def next_part(form: DaysForm, url: str, part: Part) -> str:
    """The address of the part after this one; "" at the end."""
    if part.following is None:
        return ""
    return f"{url}?{urlencode(parameters(form) | {'cursor': part.following.written()})}"


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _in_words(field: forms.Field, value: str) -> str:
    """The label of what was chosen, where it was chosen from a list."""
    if not isinstance(field, forms.ChoiceField):
        return value
    for key, label in field.choices:
        pairs = label if isinstance(label, list | tuple) else [(key, label)]
        for each, words in pairs:
            if str(each) == value:
                return str(words)
    return value
