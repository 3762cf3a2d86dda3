"""An offer ended without a taker: the next best agency is offered it by itself, when the rules say so.

Where nobody is left that nothing keeps from it, or it was offered often enough, it stays on the board.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from agencies.models import Agency
from agencies.roles import Permission
from ohsc.core.acting import writing
from ohsc.core.actor import Actor
from referrals.access import visible_offers, visible_referrals
from referrals.actions.deciding import keep_ranking, matches_of
from referrals.actions.perform import perform
from referrals.actions.refused import StepRefused, VersionStale
from referrals.drafts import Given
from referrals.models import Referral
from referrals.rules import Rules
from referrals.transitions import Status

MAY = frozenset({Permission.ACT, Permission.COORDINATE})
BECAUSE = "By rule: the offer before ended without a taker."


def offer_on(referral_id: UUID, *, by: Actor, at: datetime) -> bool:
    """Offer it to the next best. False where nobody is asked; that is kept too, and not tried again."""
    rows = visible_referrals(by).filter(pk=referral_id, status=Status.TRIAGED)
    referral = rows.select_related("source", "harm_type").first()
    if referral is None:
        return False
    rule = replace(
        by, agency_id=Agency.objects.get(is_centre=True).pk, permissions=MAY, name="The rule of offers"
    )
    known, task, rules, every = matches_of(referral, rule, at=at)
    made = visible_offers(rule).filter(referral=referral).count()
    best = next((one for one in every if not one.blockers), None)
    if referral.band in rules.next_after and made < rules.most_offers and best is not None:
        agency = known.agencies[best.receiver.id]
        given = Given(to_agency=agency, version=referral.version, because=BECAUSE)
        try:
            perform("offer", referral_id=referral.pk, by=rule, at=at, given=given)
            return True
        except (StepRefused, VersionStale, Referral.DoesNotExist):
            return False  # somebody was first
    with writing():
        keep_ranking(
            referral, known, task, rules, every, by=by, at=at, because=_why_nobody(made, rules, referral)
        )
    return False


def _why_nobody(made: int, rules: Rules, referral: Referral) -> str:
    if referral.band not in rules.next_after:
        return f"The rules do not offer {referral.band} on by themselves."
    if made >= rules.most_offers:
        return f"It was offered {made} times: the Centre decides."
    return "No other agency can take it without something being set aside."
