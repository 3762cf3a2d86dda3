"""Keep where the time went: end the open segment of a clock, and begin the next at the same moment.

Called by the effects that start, stop and hand over the clocks themselves (`clocks`, `questions`, `offering`,
`effects`); nothing here decides when a clock runs. Of a referral from before segments were kept, the time is known from
its next change on.
"""

from datetime import datetime
from uuid import UUID

from agencies.models import Agency
from referrals.models import ClockSegment, Question, Referral
from referrals.transitions import Status

Clock, Side, Runs, Because = ClockSegment.Clock, ClockSegment.Side, ClockSegment.Runs, ClockSegment.Because
CUSTODY = (Clock.EYES, Clock.ACTION)  # one line, of whoever is accountable


def first_segment(referral: Referral, centre_id: UUID, *, at: datetime) -> ClockSegment:
    """The time in which somebody of the Centre is to look at what arrived."""
    return _segment(referral, Clock.EYES, centre_id, Because.RECEIVED, None, at, centre_id)


def run(referral: Referral, clock: str, agency_id: UUID, because: str, *, at: datetime) -> None:
    """From now on this clock runs, and the time is that agency's."""
    _turn(referral, clock, agency_id, because, None, at)


def stand_still(referral: Referral, clock: str, question: Question, *, at: datetime) -> None:
    """From now on this clock waits for an answer, and the time is that of the agency that was asked."""
    _turn(referral, clock, question.to_agency_id, Because.ASKED, question, at)


def go_on_as(referral: Referral, status: str, because: str, *, at: datetime) -> None:
    """The custody line is the clock of this status now; it runs or stands still as it did."""
    clock, now = custody_clock(status), _open(referral, CUSTODY)
    waits_for = now.question if now is not None and now.clock != clock else None
    if now is None or now.question_id is None:
        run(referral, clock, referral.custodian_id, because, at=at)
    elif waits_for is not None:
        stand_still(referral, clock, waits_for, at=at)


def stop(referral: Referral, *clocks: str, at: datetime) -> None:
    """Nobody's time runs any more on these clocks."""
    now = _open(referral, clocks)
    if now is not None:
        now.ended_at = max(at, now.began_at)
        now.save(update_fields=["ended_at"])


def custody_clock(status: str) -> str:
    """Which clock whoever is accountable is under: to look at it, then to act."""
    return Clock.EYES if status == Status.RECEIVED else Clock.ACTION


def _turn(
    referral: Referral, clock: str, agency_id: UUID, because: str, question: Question | None, at: datetime
) -> None:
    """The next segment begins where the last one ends. What lasted no time at all is not kept: it becomes the next."""
    now = _open(referral, CUSTODY if clock in CUSTODY else (clock,))
    question_id = question.pk if question else None
    if now is not None and (now.clock, now.agency_id, now.question_id) == (clock, agency_id, question_id):
        return
    centre_id = Agency.objects.values_list("pk", flat=True).get(is_centre=True)
    begins = max(at, now.began_at) if now is not None else at
    following = _segment(referral, clock, agency_id, because, question, begins, centre_id)
    if now is not None and now.began_at == begins:
        following.pk = now.pk
        following.save(force_update=True)
        return
    if now is not None:
        now.ended_at = begins
        now.save(update_fields=["ended_at"])
    following.save(force_insert=True)


def _open(referral: Referral, clocks: tuple[str, ...]) -> ClockSegment | None:
    rows = ClockSegment.objects.filter(referral=referral, clock__in=clocks, ended_at=None)
    return rows.select_related("question").first()


def _segment(
    referral: Referral,
    clock: str,
    agency_id: UUID,
    because: str,
    question: Question | None,
    at: datetime,
    centre_id: UUID,
) -> ClockSegment:
    side = Side.AGENCY
    if agency_id in (centre_id, referral.source_id):
        side = Side.CENTRE if agency_id == centre_id else Side.SOURCE
    return ClockSegment(
        referral=referral,
        clock=clock,
        side=side,
        agency_id=agency_id,
        runs=Runs.PAUSED if question else Runs.RUNNING,
        because=because,
        question=question,
        began_at=at,
    )
