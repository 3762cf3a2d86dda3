"""Which rows does the interface read for one answer, and in how few statements?

As `referrals.record`, through `access` and with one event for each look; without the history, which has an address
of its own, so that a detail is ten statements whatever its size.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery, Value

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
from referrals.models import Offer, Referral, StepTaken
from referrals.record import Seen, consulted
from referrals.transitions import Party, steps_open

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
) -> list[Referral]:
    """A page of what the actor may see, and one more row where more follows; one event names those shown."""
    capacities = [Party(asked["role"])] if "role" in asked else []
    rows = visible_referrals(actor, capacities).select_related("source", "custodian").only(*LINE)
    for name in ("status", "environment", "priority"):
        if name in asked:
            rows = rows.filter(**{name: asked[name]})
    if "updated_since" in asked:
        rows = rows.filter(updated_at__gte=asked["updated_since"])
    found = list(after(rows, cursor, at="received_at")[: limit + 1])
    filters = sorted(set(asked) - {"cursor", "limit"})
    consulted("referral.listed", [row.pk for row in found[:limit]], actor, at=at, filters=filters)
    return found


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
