"""Which rows does the interface read for one answer, and in how few statements?

As `referrals.record`, through `access` and with one event for each look; without the history, which has an address
of its own, so that a detail is ten statements whatever its size.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery, TextField, Value

from ohsc.core.actor import Actor
from ohsc.core.pagination import Cursor, after, page
from ohsc.core.references import read_reference
from referrals.access import (
    called_by_its_sender,
    listed_referrals,
    standing,
    visible_narratives,
    visible_referrals,
)
from referrals.actions.deciding import matches_of
from referrals.caseload import derived_purpose
from referrals.handling import may_leave
from referrals.models import Referral, StepTaken
from referrals.record import Seen, consulted, history_of, look, referral_of, why
from referrals.representation import LINE
from referrals.routing.matching import Match
from referrals.transitions import Party


def open_with_narrative(referral_id: UUID, actor: Actor, *, at: datetime) -> tuple[Seen, str | None]:
    """A referral as this actor sees it, and its narrative if it may read that here; one event says which was opened."""
    rows = _with_names(visible_referrals(actor))
    narrative: Any = Value(None, output_field=TextField())
    if actor.may("narratives.read"):
        narrative = Subquery(visible_narratives(actor).filter(referral=OuterRef("pk")).values("text"))
    referral = rows.annotate(narrative_text=narrative).get(pk=referral_id)
    seen = look(referral, actor, history=False)
    is_own = referral.source_id == actor.agency_id
    text = referral.narrative_text if may_leave(referral.tlp, is_own=is_own) else None
    purpose = why(seen.standing) if text is None else derived_purpose(seen, actor)
    consulted("referral.opened", [referral_id], actor, at=at, purpose=purpose, narrative=text is not None)
    return seen, text


def find(referral_id: UUID, actor: Actor) -> Referral | None:
    """The referral, where the actor may see it. Not recorded: for use after a step that was."""
    return _with_names(visible_referrals(actor)).filter(pk=referral_id).first()


def list_page(
    actor: Actor, asked: Mapping[str, Any], cursor: Cursor | None, limit: int, *, at: datetime
) -> tuple[list[dict[str, Any]], bool]:
    """A page of lines of what the actor may see, and whether more follows; one event names those shown."""
    capacities = [Party(asked["role"])] if "role" in asked else []
    statuses = [asked["status"]] if "status" in asked else []
    rows = listed_referrals(actor, capacities, statuses).filter(_wanted(asked, actor))
    found, more = page(after(rows, cursor, at="arrived_at").values(*LINE)[: limit + 1], limit)
    filters = sorted(set(asked) - {"cursor", "limit"})
    consulted("referral.listed", [row["pk"] for row in found], actor, at=at, filters=filters)
    return found, more


def _wanted(asked: Mapping[str, Any], actor: Actor) -> Q:
    """The filters of the query, as a condition on the referral."""
    wanted = {name: asked[name] for name in ("environment", "priority") if name in asked}
    if "updated_since" in asked:
        wanted["updated_at__gte"] = asked["updated_since"]
    if "reference" in asked:
        wanted["reference"] = read_reference("R", asked["reference"])
    if "external_ref" in asked:
        return Q(**wanted) & called_by_its_sender(asked["external_ref"], actor)
    return Q(**wanted)


def open_history(
    referral_id: UUID, actor: Actor, *, at: datetime
) -> tuple[list[StepTaken], frozenset[Party], str]:
    """The steps this actor may see, newest first; what it is to the referral; its TLP. Raises Referral.DoesNotExist."""
    referral = visible_referrals(actor).get(pk=referral_id)
    stands = standing(referral, actor)
    consulted("referral.history", [referral_id], actor, at=at, purpose=why(stands))
    return list(history_of(referral, actor)), stands, referral.tlp


def _with_names(rows):
    return rows.select_related("source", "custodian", "wished_agency")


def open_matches(referral_id: UUID, actor: Actor, *, at: datetime) -> list[Match]:
    """Every agency for one referral, the best first; the look is recorded. The Centre's alone.

    Raises Referral.DoesNotExist: absent, not the actor's to see, or the actor is not the Centre's.
    """
    if not actor.is_centre:
        raise Referral.DoesNotExist
    referral = referral_of(referral_id, actor)
    consulted("matches.read", [referral.pk], actor, at=at, purpose="coordination")
    return matches_of(referral, actor, at=at)[3]
