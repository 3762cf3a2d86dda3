"""Which filters does a person want to come back to, and what may be kept of an address?

Only words that the page itself knows survive, and no place in the list: a saved filter is a list, not a row.
"""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from agencies.directory import visible_agencies
from ohsc.core.actor import Actor
from referrals.access import visible_saved_filters
from referrals.listing import Wish
from referrals.models import SavedFilter
from referrals.narrowing import Narrowing
from referrals.queues import Filters, tabs_for

MOST = 30


def saved_for(actor: Actor, page: str) -> list[SavedFilter]:
    """The person's own for this page, by name."""
    return list(visible_saved_filters(actor).filter(page=page).order_by("name"))


def _triage(given: Mapping[str, str], actor: Actor) -> str:
    return Filters.read(given, actor, tabs_for(actor)[0]).query()


def _all(given: Mapping[str, str], actor: Actor) -> str:
    narrowing = Narrowing.read(given, actor, visible_agencies(actor))
    return Wish.read(given, narrowing, actor).query()


PAGES: dict[
    str, tuple[str, Callable[[Mapping[str, str], Actor], str]]
] = {  # route: label, how it reads an address
    "triage": ("Triage", _triage),
    "search-list": ("All referrals", _all),
}


def kept(page: str, query: str, actor: Actor) -> str:
    """What of this query the page knows."""
    given = {name: values[0] for name, values in parse_qs(query).items()}
    return PAGES[page][1](given, actor)
