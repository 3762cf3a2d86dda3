"""What must whoever calls an address be allowed to do? Said once, where the address is given.

    route("board", board.board, name="board", needs=Need(SEE, post=COORDINATE))

The view is not asked before the need is met, so no view forgets to look. A need is of the role, never of the record:
the refusal is the same for every id, and says nothing of whether there is such a record. Whether this record may be
seen is `access.py`'s to say, and whether this step may be taken `transitions.py`'s.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, get_resolver, path

from ohsc.core.actor import Actor

READING = ("GET", "HEAD", "OPTIONS")
METHODS = ("GET", "HEAD", "POST")  # of pages; each view says which of them it answers


@dataclass(frozen=True)
class Need:
    """Whom an address serves.

    permission -- a word of `agencies.roles.Permission` that the actor must hold; empty: whoever is signed in.
    post -- the word for anything but reading, where it is another.
    centre -- for the Centre's people alone.
    fresh -- the methods for which the person must have proved who they are within the last few minutes.
    public -- for anybody, signed in or not, and before there is an actor.
    own -- a person's own page about signing in, served by the login, where there is no actor: "proven" for whoever has
    proved their second factor, "unproven" for whoever has given a password and is about to. The edge holds both.
    """

    permission: str = ""
    post: str = ""
    centre: bool = False
    fresh: tuple[str, ...] = ()
    public: bool = False
    own: str = ""

    def of(self, method: str | None) -> str:
        """The permission that this method needs."""
        return self.permission if method in READING else self.post or self.permission

    def is_met(self, actor: Actor | None, method: str | None) -> bool:
        if self.public or self.own:
            return True
        if actor is None or (self.centre and not actor.is_centre):
            return False
        needed = self.of(method)
        return not needed or actor.may(needed)


PUBLIC = Need(public=True)
SIGNED_IN = Need()
OWN, UNPROVEN = Need(own="proven"), Need(own="unproven")


def route(address: str, view: Callable[..., HttpResponse], *, name: str, needs: Need | str) -> URLPattern:
    """One address of the pages, with its need: a `Need`, or the word of the one permission."""
    need = needs if isinstance(needs, Need) else Need(needs)
    return path(address, guarded(view, need), name=name)


def guarded(view: Callable[..., HttpResponse], need: Need) -> Callable[..., HttpResponse]:
    """The view behind its need; `need` stays readable on it, for the middleware and for the sweep of the tests."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not need.is_met(getattr(request, "actor", None), request.method):
            raise PermissionDenied
        if request.method not in METHODS:  # some views of libraries take a PUT for a POST
            return HttpResponseNotAllowed(METHODS)
        return view(request, *args, **named)

    asked.need = need  # type: ignore[attr-defined]
    if need.public:
        asked.login_required = False  # type: ignore[attr-defined]
    return asked


def need_of(view: Callable[..., Any]) -> Need | None:
    """What was declared for this view, with its address or on its class; None where nothing was."""
    return getattr(view, "need", None) or getattr(class_of(view), "need", None)


def class_of(view: Callable[..., Any]) -> type | None:
    """The class of a view made by `as_view`."""
    return getattr(view, "cls", None) or getattr(view, "view_class", None)


@dataclass(frozen=True)
class Address:
    """One address of the project: `route` as it is given, such as `/referrals/<uuid:referral_id>`."""

    name: str
    route: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]


def addresses(patterns: list | None = None, before: str = "/") -> Iterator[Address]:
    """Every address there is, in the order in which they are tried."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        where = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, where)
        else:
            yield Address(entry.name or "", where, tuple(entry.pattern.converters), entry.callback)
