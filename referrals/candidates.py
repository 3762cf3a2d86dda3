"""Who can take this referral, as the board shows it: each agency's load beside how well it fits, and why.

What fits is judged in `referrals.routing.matching`, from what `referrals.routing.gathering` knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from agencies.models import SharingAgreement
from ohsc.core.actor import Actor
from referrals.board import AgencyLoad
from referrals.models import Referral
from referrals.routing.gathering import gather, rules_now
from referrals.routing.matching import Match, ranked, what_is_set_aside


@dataclass(frozen=True)
class Candidate:
    """One agency for one referral. `agreement` covers it where an offer can be made."""

    load: AgencyLoad
    match: Match
    agreement: SharingAgreement | None
    sets_aside: str  # why whoever chooses it is to give a reason; "" where none is needed

    @property
    def blocker(self) -> str:
        """Why it cannot be offered; "" when it can."""
        return next((one.says for one in self.match.blockers if one.forbids), "")

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.match.reasons

    @property
    def cautions(self) -> tuple[str, ...]:
        return self.match.against


def candidates(
    referral: Referral, loads: Iterable[AgencyLoad], actor: Actor, *, at: datetime
) -> list[Candidate]:
    """Every agency, those that nothing keeps from it first, the best fit at the top. `loads` are those of all."""
    by_agency = {str(load.agency.pk): load for load in loads}
    known = gather([referral.pk], actor, at=at, found=[load.standing for load in by_agency.values()])
    (task,) = known.tasks
    every = ranked(
        task,
        known.receivers,
        {one.id: known.between(task, one) for one in known.receivers},
        rules_now(actor),
        at=at,
    )
    return [
        Candidate(
            by_agency[one.receiver.id],
            one,
            known.agreement(task, one.receiver),
            what_is_set_aside(one, every),
        )
        for one in every
    ]
