"""What finds a referral? A reference, ours or the sender's; a selector; an agency's name; words in the summary.

Each way goes through what the actor may see, so nothing is found by a fact that would not be shown: a source finds
by the selectors it sent, an offered agency not by the sender's reference. The narrative is never searched. What
was asked is content: the audit holds a keyed hash of it, and what was found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, Q, Value

from agencies.models import Agency
from cases.actions import fingerprint
from cases.selectors import KINDS, Normal, SelectorRefused, normalise
from ohsc.core.actor import Actor
from ohsc.core.references import read_reference
from ohsc.core.words import SelectorKind
from referrals.access import called_by_its_sender, visible_referrals, visible_sightings
from referrals.listing import PAGE, ROW, Listing, Wish, newest_first
from referrals.narrowing import Narrowing
from referrals.queues import Position
from referrals.record import consulted

MOST = 1000  # referrals of one selector or reference, and of the same words, looked at for one page
REFERENCE, EXTERNAL, AGENCY, WORDS = "reference", "external_ref", "agency", "words"
WAYS = {
    REFERENCE: "Reference",
    EXTERNAL: "Sender’s reference",
    AGENCY: "Agency",
    WORDS: "Summary",
    **dict(SelectorKind.choices),
}


@dataclass(frozen=True)
class Found:
    """One page, newest first. A row is a mapping of ROWS, and `ways`: by what it was found, as labels.

    next -- where the next page starts. is_cut: one selector or reference stands in more than MOST referrals.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    next: Position | None = None
    is_cut: bool = False


def search(
    text: str,
    narrowing: Narrowing,
    actor: Actor,
    agencies: Iterable[Agency],
    *,
    at: datetime,
    after: Position | None = None,
) -> Found:
    """What the actor may see of what was asked; one event says what was shown."""
    found = find(text, narrowing, actor, agencies, after=after)
    consulted(
        "referral.searched",
        [row["pk"] for row in found.rows],
        actor,
        at=at,
        purpose="search",
        **said_of(text, narrowing),
    )
    return found


def said_of(text: str, narrowing: Narrowing) -> dict[str, Any]:
    """What the audit says of a question: whether the same was asked before, and what narrowed it."""
    asked = fingerprint(Normal("asked", " ".join(text.casefold().split()))).hex() if text else ""
    return {"asked": asked, "filters": sorted(narrowing.chosen())}


def find(
    text: str,
    narrowing: Narrowing,
    actor: Actor,
    agencies: Iterable[Agency],
    *,
    after: Position | None = None,
    limit: int = PAGE,
) -> Found:
    """As `search`, unrecorded, and as many as are asked for."""
    agencies = list(agencies)
    chosen = next((agency for agency in agencies if agency.slug == narrowing.agency), None)
    wanted = _of(chosen) if chosen else Q()
    if not text:
        listing = Listing(actor, Wish(narrowing), chosen.pk if chosen else None)
        return _page(listing.read(after, limit=limit + 1), limit)
    ways, is_cut = _exact(text, actor, Q())
    if is_cut and narrowing.chosen():
        ways, is_cut = _exact(text, actor, narrowing.wanted() & wanted)
    # Filters are put to the rows, so with any of them on more has to be found by words than a page shows.
    most = max(MOST, limit + 1) if narrowing.chosen() else limit + 1
    worded = _worded(text, actor, after, most)
    for key in worded:
        ways[key].append(WORDS)
    rows = _rows(list(ways), narrowing.wanted() & wanted, actor, after, limit + 1)
    if named := _named(text, agencies):
        wish = Wish(replace(narrowing, agency=named.slug))
        rows += Listing(actor, wish, named.pk, also=wanted).read(after, limit=limit + 1)
        for row in rows:
            if named.pk in (row["source_id"], row["custodian_id"]) and AGENCY not in ways[row["pk"]]:
                ways[row["pk"]].append(AGENCY)
    for row in rows:
        row["ways"] = [WAYS[way] for way in dict.fromkeys(ways[row["pk"]])]
    # Not all that the words find was looked at: the page ends where the looking did.
    end = _place(worded[-1], actor) if narrowing.chosen() and len(worded) == most else None
    return _page(rows, limit, end=end, is_cut=is_cut)


def _exact(text: str, actor: Actor, wanted: Q) -> tuple[dict[UUID, list[str]], bool]:
    """Referrals that hold the very thing, each with the ways it was found by; and whether there are too many."""
    referrals = visible_referrals(actor).filter(wanted)
    sent = referrals.filter(called_by_its_sender(text, actor))
    ours = referrals.filter(reference=read_reference("R", text))
    seen = visible_sightings(actor).filter(fingerprint_anywhere__in=_prints(text))
    if wanted:
        seen = seen.filter(referral__in=referrals)
    parts = [
        ours.values_list("pk", _way(REFERENCE)),
        sent.values_list("pk", _way(EXTERNAL))[: MOST + 1],
        seen.order_by("-at", "-pk").values_list("referral_id", "kind")[: MOST + 1],
    ]
    rows = list(parts[0].union(*parts[1:], all=True))
    ways: dict[UUID, list[str]] = defaultdict(list)
    for key, way in rows:
        ways[key].append(way)
    return ways, len(rows) > MOST


def _way(name: str) -> Value:
    return Value(name, output_field=CharField())


def _prints(text: str) -> list[bytes]:
    """The keyed hash of every selector the text could be, on whatever service."""
    prints = []
    for kind in KINDS:
        with suppress(SelectorRefused):
            prints.append(fingerprint(normalise(kind, text)))
    return prints


def _worded(text: str, actor: Actor, after: Position | None, most: int) -> list[UUID]:
    """The newest with these words in their summary. The function knows by itself for whom it works (0005)."""
    if actor.agency_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM referrals_search_summaries(%s, %s, %s, %s)",
            [text, after.at if after else None, after.id if after else None, most],
        )
        return [key for (key,) in cursor.fetchall()]


def _rows(
    ids: Collection[UUID], wanted: Q, actor: Actor, after: Position | None, limit: int
) -> list[dict[str, Any]]:
    rows = visible_referrals(actor).filter(wanted, pk__in=ids)
    return list(newest_first(rows, after).values(*ROW)[:limit])


def _named(text: str, agencies: Iterable[Agency]) -> Agency | None:
    said = text.casefold()
    return next((agency for agency in agencies if said in (agency.slug, agency.name.casefold())), None)


def _of(agency: Agency) -> Q:
    return Q(source=agency.pk) | Q(custodian=agency.pk)


def _place(key: UUID, actor: Actor) -> Position | None:
    row = visible_referrals(actor).filter(pk=key).values("pk", "band", "received_at").first()
    return _position(row) if row else None


def _position(row: Mapping[str, Any]) -> Position:
    return Position(row["band"], row["received_at"], row["pk"])


def _page(
    rows: list[dict[str, Any]], limit: int, *, end: Position | None = None, is_cut: bool = False
) -> Found:
    """Each once, newest first, and where to go on."""
    once = {row["pk"]: row for row in rows}
    ranked = sorted(once.values(), key=lambda row: (row["received_at"], row["pk"]), reverse=True)
    if end:
        ranked = [row for row in ranked if (row["received_at"], row["pk"]) >= (end.at, end.id)]
    shown = ranked[:limit]
    following = _position(shown[-1]) if len(ranked) > limit else end
    return Found(shown, following, is_cut)
