"""Where can a person go from every page? Each app names its own places in `ready()`; the navigation draws them,
and the menu under a person's name those that are set up once rather than worked in.

A registry, because the page's frame is drawn by a lower app than those whose pages it leads to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.urls import reverse

from ohsc.core.actor import Actor

MOST = 7  # of what one person is shown: more would not be read (tests/agencies/test_roles.py)


@dataclass(frozen=True)
class Place:
    """One item of the navigation.

    leads_to -- the route's name; its pages are those named so, or beginning so with a hyphen.
    shown_to -- whose navigation has it; the page itself still asks for the right.
    waiting -- the rows there that ask for action; those of all places are counted in one statement.
    """

    label: str
    leads_to: str
    order: int
    shortcut: str = ""
    shown_to: Callable[[Actor], bool] = lambda actor: True
    waiting: Callable[[Actor], QuerySet] | None = None

    def holds(self, route: str) -> bool:
        return route == self.leads_to or route.startswith(f"{self.leads_to}-")


_places: list[Place] = []
_menu: list[Place] = []


def who_may(permission: str) -> Callable[[Actor], bool]:
    """Whoever has the permission is shown the place."""
    return lambda actor: actor.may(permission)


def add(*places: Place) -> None:
    _places.extend(places)
    _places.sort(key=lambda place: place.order)


def add_to_menu(*places: Place) -> None:
    """Places in the menu under the person's name."""
    _menu.extend(places)
    _menu.sort(key=lambda place: place.order)


def counts(actor: Actor) -> dict[str, int]:
    """How many things wait for this actor in each place where anything does."""
    parts = [
        place.waiting(actor)
        .order_by()
        .annotate(place=Value(place.leads_to))
        .values_list("place")
        .annotate(count=Count("pk"))
        for place in (*_places, *_menu)
        if place.waiting and place.shown_to(actor)
    ]
    return dict(parts[0].union(*parts[1:], all=True)) if parts else {}


def menu(actor: Actor, counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """What the menu in `components/whose.html` takes for this actor."""
    return [
        {
            "label": place.label,
            "url": reverse(place.leads_to),
            "count": counted.get(place.leads_to, 0),
        }
        for place in _menu
        if place.shown_to(actor)
    ]


def items(actor: Actor, route: str, counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """What `components/navigation.html` takes, for this actor on the page of that route."""
    return [
        {
            "label": place.label,
            "url": reverse(place.leads_to),
            "current": place.holds(route),
            "count": counted.get(place.leads_to, 0),
            "shortcut": place.shortcut,
        }
        for place in _places
        if place.shown_to(actor)
    ]
