"""All the referrals I may see: narrowed, sorted by a heading, a part at a time, as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agencies.directory import visible_agencies
from agencies.models import Agency
from agencies.roles import Permission
from ohsc.core.purposes import ExportForm, ask_again
from ohsc.core.spreadsheet import MOST_ROWS, download, is_asked_for_the_first, only_the_first
from ohsc.core.words import Band, Environment
from referrals.exporting import export
from referrals.forms_finding import NarrowingForm
from referrals.handling import marking
from referrals.harms import harm_types
from referrals.listing import Listing, Page, Wish, orders_for
from referrals.narrowing import ANY_OPEN, PARTS, UNSET, Narrowing
from referrals.queues import Position
from referrals.record import consulted
from referrals.saved import saved_for
from referrals.transitions import Status
from referrals.views.leaving import say_left_out

HEADINGS = (  # the name of the order it gives, or nothing; how its column is named
    ("", "Reference"),
    ("band", "Band"),
    ("", "State"),
    ("", "Environment"),
    ("", "Kind of harm"),
    ("", "Source"),
    ("", "Custodian"),
    ("received", "Received"),
    ("updated", "Changed"),
    ("due", "Due"),
)
FROM = {  # how each order begins, and its other way round
    "received": ("newest first", "oldest first"),
    "updated": ("last changed first", "longest unchanged first"),
    "due": ("soonest due first, open ones only", "latest due first, open ones only"),
    "band": ("by band, then first due, open ones only", "lowest band first, open ones only"),
}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    given, actor = request.GET.dict(), request.actor
    agencies, wish, rows = _listing(request, given)
    page = rows.page(
        after=Position.read(given.get("after", "")), before=Position.read(given.get("before", ""))
    )
    consulted(
        "referral.listed",
        [row["pk"] for row in page.rows],
        actor,
        at=timezone.now(),
        purpose="all referrals",
        filters=wish.narrowing.chosen(),
    )
    harms = list(harm_types())
    narrowing = wish.narrowing
    context = {
        "rows": [row | {"marking": marking(row)} for row in page.rows],
        "headings": _headings(wish, orders_for(actor, narrowing)),
        "form": NarrowingForm(actor, agencies, harms, initial=narrowing.chosen(), auto_id="filter_%s"),
        "order": wish.parameters().get("order", ""),
        "chips": _chips(wish, agencies, {harm.code: harm.label for harm in harms}),
        "clear_url": reverse("search-list"),
        "shown": _shown(page, wish),
        "previous_url": _part(wish, before=page.previous),
        "next_url": _part(wish, after=page.next),
        "query": wish.query(),
        "chosen": wish.parameters().items(),
        "saved": saved_for(actor, "search-list"),
        "export_form": ExportForm() if actor.may(Permission.EXPORT) else None,
    }
    return render(request, "referrals/listing.html", context)


@require_POST
def listing_csv(request: HttpRequest) -> HttpResponse:
    """The whole list as a file, its first 1,000 rows."""
    actor, at = request.actor, timezone.now()
    _, wish, rows = _listing(request, request.POST.dict())
    back_url, form = f"{reverse('search-list')}?{wish.query()}", ExportForm(request.POST)
    if not form.is_valid():
        return ask_again(request, form, back_url)
    ids = [row["pk"] for row in rows.read(None, limit=MOST_ROWS + 1)]
    if len(ids) > MOST_ROWS and not is_asked_for_the_first(request):
        return only_the_first(request, back_url)
    filters = wish.narrowing.chosen()
    content, left_out = export(ids, actor, at=at, of="all referrals", purpose=form.said, filters=filters)
    say_left_out(request, left_out)
    return download(content, "referrals", timezone.localdate(at))


def _listing(request: HttpRequest, given: dict[str, Any]) -> tuple[list[Agency], Wish, Listing]:
    agencies = list(visible_agencies(request.actor).order_by("name"))
    narrowing = Narrowing.read(given, request.actor, agencies)
    wish = Wish.read(given, narrowing, request.actor)
    chosen = next((agency.pk for agency in agencies if agency.slug == narrowing.agency), None)
    return agencies, wish, Listing(request.actor, wish, chosen)


def _headings(wish: Wish, orders: dict) -> list[dict[str, str]]:
    """What `components/sort_heading.html` takes; a heading that gives no order has no address."""
    headings = []
    for name, label in HEADINGS:
        heading = {"label": label, "url": "", "direction": ""}
        if name in orders:
            is_this = wish.order.name == name
            turns = is_this and not wish.turned
            heading["url"] = f"?{wish.query(order=f'-{name}' if turns else name)}"
            if is_this:
                down = wish.order.latest_first ^ wish.turned
                heading["direction"] = "descending" if down else "ascending"
        headings.append(heading)
    return headings


def _chips(wish: Wish, agencies: list[Agency], harms: dict[str, str]) -> list[dict[str, str]]:
    names = {agency.slug: agency.name for agency in agencies}
    words = {
        "agency": lambda code: names[code],
        "part": lambda code: PARTS[code],
        "status": lambda code: "Any open" if code == ANY_OPEN else Status(code).label,
        "band": lambda code: Band(code).label,
        "environment": lambda code: Environment(code).label if code != UNSET else "Environment not known",
        "harm": lambda code: harms.get(code, code),
        "since": lambda day: f"From {day}",
        "until": lambda day: f"To {day}",
    }
    return [
        {"label": words[name](value), "remove_url": f"?{wish.query(**{name: None})}"}
        for name, value in wish.narrowing.chosen().items()
    ]


def _shown(page: Page, wish: Wish) -> str:
    return f"{len(page.rows)} shown, {FROM[wish.order.name][wish.turned]}" if page.rows else ""


def _part(wish: Wish, **place: Position | None) -> str:
    return f"?{wish.query(**place)}" if any(place.values()) else ""
