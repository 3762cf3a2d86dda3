"""What do the demonstration's agencies say of their capacity: what weighs more, who is away when, what one proposes?"""

from datetime import date, datetime, timedelta

from agencies import actions as agencies
from agencies.actions.capabilities import lines_of
from agencies.lines import fingerprint
from ohsc.core.acting import acting_as
from ohsc.core.words import Band, Skill
from ohsc.demo.agencies import DARK, SURFACE
from ohsc.demo.telling import Cast, unrung

ANY = ""
SAID_AGO = timedelta(days=20)
PROPOSED_AGO = timedelta(hours=30)

# Whose, environment, kind of harm, band, and how many points one referral counts as.
WEIGHTS = (
    ("northshire-police", ANY, ANY, Band.P1, 4),
    ("northshire-police", DARK, ANY, ANY, 2),
    ("northshire-police", ANY, "live_streaming", ANY, 5),
    ("aldermoor-unit", DARK, ANY, ANY, 3),
    ("aldermoor-unit", ANY, ANY, Band.P1, 5),
    ("westmarch-constabulary", ANY, ANY, Band.P1, 3),
    ("eastmere-childrens-services", ANY, ANY, Band.P1, 2),
    ("fernbank-hotline", ANY, ANY, ANY, 2),
)
# Whose, of which environment, from which day after this week's Monday for how many days, per cent, and why.
ABSENCES = (
    ("northshire-police", ANY, 1, 3, 30, "Training for the whole unit"),
    ("eastmere-childrens-services", ANY, 0, 12, 25, "Two posts are vacant"),
    ("westmarch-constabulary", SURFACE, 0, 5, 60, "A trial at court takes the team"),
    ("thistledown-trust", ANY, 7, 5, 100, "Closed for the move of the office"),
    ("aldermoor-unit", DARK, 14, 10, 50, "New systems are set up"),
)
PROPOSES = "northshire-police"
WHY = "Two investigators and a Welsh speaker joined us; the national unit identifies victims on the dark web for us."


def say_capacities(cast: Cast, now: datetime) -> None:
    """Weights and absences of several agencies, and one proposal that waits for the Centre."""
    monday = now.date() - timedelta(days=now.weekday())
    with unrung():
        for slug, *kind, points in WEIGHTS:
            by = cast.one(None, slug, "administrator")
            with acting_as(by):
                agencies.set_weight(*kind, points, by=by, at=now - SAID_AGO)
        for slug, environment, after, days, share, reason in ABSENCES:
            first = monday + timedelta(days=after)
            _plan(cast, slug, _away(first, days, share, reason, environment), now)
        _propose(cast, now)


def _away(first: date, days: int, share: int, reason: str, environment: str) -> agencies.Away:
    return agencies.Away(first, first + timedelta(days=days - 1), share, reason, environment)


def _plan(cast: Cast, slug: str, away: agencies.Away, now: datetime) -> None:
    by = cast.one(None, slug, "administrator")
    with acting_as(by):
        agencies.plan_absence(away, by=by, at=now - SAID_AGO)


def _propose(cast: Cast, now: datetime) -> None:
    """More of one line, a language more in another, one line less and one that is new."""
    by = cast.one(None, PROPOSES, "administrator")
    with acting_as(by):
        today = lines_of(by.home_id, by)
        lines = [line.as_json() for line in today]
        proposed = [line for line in lines if not _goes(line)]
        for line in proposed:
            if line["skill"] == Skill.INVESTIGATION and line["environment"] == SURFACE:
                line["weekly_capacity"] += 15
            if line["skill"] == Skill.SAFEGUARDING:
                line["languages"] = [*line["languages"], "cy"]
        new = {"skill": Skill.INTELLIGENCE.value, "weekly_capacity": 10, "legal_powers": []}
        proposed.append(lines[0] | {"environment": SURFACE.value} | new)
        agencies.change_capabilities(proposed, WHY, fingerprint(today), by=by, at=now - PROPOSED_AGO)


def _goes(line: dict) -> bool:
    return line["skill"] == Skill.VICTIM_IDENTIFICATION and line["environment"] == DARK
