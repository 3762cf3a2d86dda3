"""Which rows does the interface read for one answer, and in how few statements?

As `referrals.record`, through `access` and with one event for each look; without the history, which has an address
of its own, so that a detail is ten statements whatever its size.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery, Value

from agencies.access import visible_agreements
from ohsc.core.actor import Actor
from ohsc.core.pagination import Cursor, after
from referrals.access import (
    standing,
    visible_factors,
    visible_history,
    visible_narratives,
    visible_offers,
    visible_outcome_details,
    visible_outcomes,
    visible_referrals,
    visible_sightings,
)
from referrals.models import Offer, PartyRow, Referral, StepTaken
from referrals.record import Seen, consulted
from referrals.transitions import STANDING, Party, steps_open

LINE = (
    "reference", "external_ref", "source__slug", "custodian__slug", "status", "version", "environment", "harm_type_id",
    "summary", "priority", "suggested_priority", "suggested_because", "actionability", "missing", "received_at",
    "updated_at", "due_at",
)  # fmt: skip


def open_with_narrative(referral_id: UUID, actor: Actor, *, at: datetime) -> tuple[Seen, str | None]:
    """A referral as this actor sees it, and its narrative if it may read that; one event says which was opened."""
    rows = _with_names(visible_referrals(actor))
    narrative: Any = Value(None)
    if actor.may("narratives.read"):
        narrative = Subquery(visible_narratives(actor).filter(referral=OuterRef("pk")).values("text"))
    referral = rows.annotate(narrative_text=narrative).get(pk=referral_id)
    seen = parts_of(referral, actor)
    text = referral.narrative_text
    consulted(
        "referral.opened", [referral_id], actor, at=at, purpose=why(seen.standing), narrative=text is not None
    )
    return seen, text


def find(referral_id: UUID, actor: Actor) -> Referral | None:
    """The referral, where the actor may see it. Not recorded: for use after a step that was."""
    return _with_names(visible_referrals(actor)).filter(pk=referral_id).first()


def parts_of(referral: Referral, actor: Actor) -> Seen:
    """What hangs on a referral already fetched, but its history."""
    stands = standing(referral, actor)
    outcomes = list(
        visible_outcomes(actor).filter(referral=referral).select_related("agency").order_by("at", "id")
    )
    return Seen(
        referral=referral,
        standing=stands,
        steps=steps_open(status=referral.status, standing=stands, permissions=actor.permissions),
        factors=list(
            visible_factors(actor).filter(referral=referral).select_related("agency").order_by("at", "key")
        ),
        sightings=list(visible_sightings(actor).filter(referral=referral).order_by("kind", "value")),
        offers=_open_offer(referral, actor) if stands - {Party.SOURCE} else [],
        outcomes=outcomes,
        outcome_details=dict(
            visible_outcome_details(actor).filter(referral=referral).values_list("outcome_id", "text")
        )
        if outcomes
        else {},
    )


def _open_offer(referral: Referral, actor: Actor) -> list[Offer]:
    """An agreement its reader is no party to is not named, and must not take the offer with it as a join would."""
    agreement = visible_agreements(actor).filter(pk=OuterRef("agreement_id")).values("reference")
    rows = visible_offers(actor).filter(referral=referral, state=Offer.State.OPEN)
    return list(rows.select_related("to_agency").annotate(agreement_reference=Subquery(agreement)))


def list_page(
    actor: Actor, asked: Mapping[str, Any], cursor: Cursor | None, limit: int, *, at: datetime
) -> tuple[list[Referral], bool]:
    """A page of what the actor may see, and whether more follows; one event names those shown."""
    capacities = [Party(asked["role"])] if "role" in asked else []
    rows = visible_referrals(actor, capacities).select_related("source", "custodian").only(*LINE)
    if capacities or not actor.is_centre:
        keys = _next_in_own_index(actor, capacities, asked, cursor, limit + 1)
        found, more = list(after(rows.filter(pk__in=keys), None, at="received_at")), len(keys) > limit
    else:
        found = list(after(rows.filter(_wanted(asked)), cursor, at="received_at")[: limit + 1])
        more = len(found) > limit
    shown = found[:limit]
    filters = sorted(set(asked) - {"cursor", "limit"})
    consulted("referral.listed", [row.pk for row in shown], actor, at=at, filters=filters)
    return shown, more and bool(shown)


def _wanted(asked: Mapping[str, Any], of: str = "") -> Q:
    """The filters of the query, as a condition on the referral that `of` leads to."""
    wanted = {f"{of}{name}": asked[name] for name in ("status", "environment", "priority") if name in asked}
    if "updated_since" in asked:
        wanted[f"{of}updated_at__gte"] = asked["updated_since"]
    return Q(**wanted)


def _next_in_own_index(
    actor: Actor, capacities: list[Party], asked: Mapping[str, Any], cursor: Cursor | None, count: int
) -> list[UUID]:
    """The next referrals to look at, from the agency's own index of them: only a narrowing, for speed. Whether it
    may see them is asked again, of `access`, when they are fetched."""
    rows = PartyRow.objects.filter(_wanted(asked, "referral__"), agency=actor.agency_id, until=None)
    if capacities:
        rows = rows.filter(capacity__in=capacities)
    if cursor is not None:
        earlier = Q(received_at__lt=cursor.at) | Q(received_at=cursor.at, referral__lt=cursor.id)
        rows = rows.filter(earlier, received_at__lte=cursor.at)
    keys = rows.order_by("-received_at", "-referral_id").values_list("referral_id", flat=True)
    # An agency may stand to one referral in several capacities, each with its row.
    return list(dict.fromkeys(keys[: count * len(STANDING)]))[:count]


def open_history(
    referral_id: UUID, actor: Actor, *, at: datetime
) -> tuple[list[StepTaken], frozenset[Party]]:
    """The steps this actor may see, newest first, and what it is to the referral. Raises Referral.DoesNotExist."""
    referral = visible_referrals(actor).get(pk=referral_id)
    stands = standing(referral, actor)
    rows = visible_history(actor).filter(referral=referral).select_related("agency", "to_agency", "custodian")
    consulted("referral.history", [referral_id], actor, at=at, purpose=why(stands))
    return list(rows.order_by("-version")), stands


def why(stands: frozenset[Party]) -> str:
    """The purpose of a look, from the work at hand: what the reader's agency is to the referral."""
    return ", ".join(sorted(party.label for party in stands))


def _with_names(rows):
    return rows.select_related("source", "custodian", "wished_agency")
