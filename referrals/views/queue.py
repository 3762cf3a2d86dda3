"""Which referrals wait for me, in which order, and who has which?"""

from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.roles import Permission
from ohsc.core.purposes import ExportForm
from ohsc.core.words import Band, Environment
from referrals import handling
from referrals.forms_queue import FilterForm
from referrals.harms import harm_types
from referrals.priority import BANDS
from referrals.queues import COUNTED, HELD, Filters, Page, Position, Queue, first_tab, how_many_wait, tabs_for
from referrals.record import consulted
from referrals.saved import saved_for
from referrals.transitions import ACT, OPEN, Status
from referrals.views.record_page import colleagues_of
from referrals.views.wording import with_query


def filters_of(request: HttpRequest, given: dict[str, Any]) -> Filters:
    return Filters.read(given, request.actor, first_tab(request.actor, request.user.agency.sector))


def came_from(request: HttpRequest) -> str:
    """The queue a record was opened from, and the place in it, read anew so that only known words survive."""
    given = {name: values[0] for name, values in parse_qs(request.GET.get("from", "")).items()}
    if "tab" not in given:
        return ""
    here = Position.read(given.get("at", ""))
    return filters_of(request, given).query(at=here)


@require_safe
def triage(request: HttpRequest) -> HttpResponse:
    """The queue, and beside it the record that was open in it."""
    given = request.GET.dict()
    filters = filters_of(request, given)
    queue = Queue(request.actor, filters)
    page = queue.page(
        after=Position.read(given.get("after", "")), before=Position.read(given.get("before", ""))
    )
    counts = queue.counts()
    consulted(
        "referral.listed",
        [row["pk"] for row in page.rows],
        request.actor,
        at=timezone.now(),
        purpose=filters.tab.label,
        filters=filters.narrowing(),
    )
    harms = list(harm_types())
    holds_any = any(row["holder_id"] == request.actor.id for row in page.rows)
    opened = _opened(given.get("record", ""), page, queue)
    context = {
        "filters": filters,
        "tabs": _tabs(request, filters),
        "counts": _counts(filters, counts),
        "chips": _chips(filters, {harm.code: harm.label for harm in harms}),
        "clear_url": f"?{urlencode({'tab': filters.tab.name})}",
        "form": FilterForm(filters, harms),
        "items": [
            item_of(row, queue, request) | {"is_open": opened is not None and opened["id"] == row["pk"]}
            for row in page.rows
        ],
        "colleagues": colleagues_of(request.actor) if holds_any else [],
        "previous_url": _part(filters, before=page.previous),
        "next_url": _part(filters, after=page.next),
        "shown": _shown(page, filters),
        "opened": opened,
        "saved": saved_for(request.actor, "triage"),
        "chosen": [("tab", filters.tab.name), *filters.narrowing().items()],
        "export_form": ExportForm() if request.actor.may(Permission.EXPORT) else None,
        "empty": _empty(filters),
    }
    return render(request, "referrals/queue.html", context)


@require_safe
def beside(request: HttpRequest, direction: str) -> HttpResponse:
    """From a record to the next or the previous one of the queue it was opened from."""
    if direction not in ("next", "previous"):
        raise Http404
    given = request.GET.dict()
    filters = filters_of(request, given)
    here = Position.read(given.get("at", ""))
    queue = Queue(request.actor, filters)
    row = queue.beside(here, backwards=direction == "previous") if here else None
    if row is None:
        end = "beginning" if direction == "previous" else "end"
        messages.info(request, f"That is the {end} of “{filters.tab.label}”.")
        return redirect(f"{reverse('triage')}?{filters.query()}")
    return redirect(_record_url(row, queue))


def item_of(row: dict[str, Any], queue: Queue, request: HttpRequest) -> dict[str, Any]:
    """What `components/queue_item.html` takes."""
    mine = row["holder_id"] == request.actor.id
    several = len(queue.filters.tab.statuses) > 1
    may_take = ACT in request.actor.permissions and row["status"] in OPEN and queue.filters.tab.name != "sent"
    place = queue.filters.query(at=queue.position(row))
    to_take, to_hand_over = (
        with_query(reverse(route, args=[row["pk"]]), place)
        for route in ("referral-take", "referral-hand-over")
    )
    return {
        "id": row["pk"],
        "reference": row["reference"],
        "url": _record_url(row, queue),
        "band": row["band"],
        "environment": row["environment"],
        "summary": row["summary"],
        "marking": handling.marking(row),
        "due_at": row["due_at"] if row["status"] in OPEN else None,
        "received_at": row["received_at"],
        "status": row["status"] if several else "",
        "source": row["source__name"] if row["source_id"] != request.actor.agency_id else "",
        "holder": "you" if mine else row["holder"],
        "take_url": to_take if may_take and not mine else "",
        "hand_over_url": to_hand_over if may_take and mine else "",
    }


def _record_url(row: dict[str, Any], queue: Queue) -> str:
    return with_query(reverse("referral", args=[row["pk"]]), queue.filters.query(at=queue.position(row)))


def _tabs(request: HttpRequest, filters: Filters) -> list[dict[str, Any]]:
    return [
        {
            "label": tab.label,
            "url": f"?{urlencode({'tab': tab.name})}",
            "current": tab == filters.tab,
            "count": how_many_wait(request.actor)
            if tab.name == "offered" and not request.actor.is_centre
            else 0,
        }
        for tab in tabs_for(request.actor)
    ]


def _counts(filters: Filters, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "band": band,
            "count": f"{COUNTED - 1}+" if counts[band] >= COUNTED else counts[band],
            "url": f"?{filters.query(band=None if filters.band == band else band)}",
            "current": filters.band == band,
        }
        for band in BANDS
    ]


def _chips(filters: Filters, harms: dict[str, str]) -> list[dict[str, str]]:
    words = {
        "status": lambda code: Status(code).label,
        "band": lambda code: Band(code).label,
        "environment": lambda code: Environment(code).label if code != "unset" else "Environment not known",
        "harm": lambda code: harms.get(code, code),
        "held": lambda code: HELD[code],
    }
    return [
        {"label": words[name](value), "remove_url": f"?{filters.query(**{name: None})}"}
        for name, value in filters.narrowing().items()
    ]


def _part(filters: Filters, **place: Position | None) -> str:
    return f"?{filters.query(**place)}" if any(place.values()) else ""


def _shown(page: Page, filters: Filters) -> str:
    order = "latest first" if filters.tab.newest else "by band, then first due"
    return f"{len(page.rows)} shown, {order}" if page.rows else ""


def _opened(word: str, page: Page, queue: Queue) -> dict[str, Any] | None:
    """The row whose record stood beside the list when the page was left, wherever it is now."""
    try:
        referral_id = UUID(word)
    except ValueError:
        return None
    row = next((row for row in page.rows if row["pk"] == referral_id), None) or queue.row(referral_id)
    return {"id": row["pk"], "reference": row["reference"], "url": _record_url(row, queue)} if row else None


def _empty(filters: Filters) -> dict[str, str]:
    if filters.narrowing():
        return {
            "title": "Nothing here with these filters",
            "text": "Take a filter off to see more.",
            "url": f"?{urlencode({'tab': filters.tab.name})}",
            "action": "Take all off",
        }
    return {
        "title": f"Nothing under “{filters.tab.label}”",
        "text": "What arrives appears here by itself when the page is opened again. The other tabs hold the rest.",
    }
