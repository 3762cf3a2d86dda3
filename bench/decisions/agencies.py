"""Who could be asked? Forty-five invented agencies, with what they can do, where, when, and how much in a week.

No share of work or capacity by agency is published: every number here is ours. Their sum is about 15 % above the mean
volume (tests/bench/test_decisions.py holds it), and so it is for each environment; how much room each place has
differs. A place is a nation, or one of six parts of England.
"""

from dataclasses import dataclass

from bench.decisions.desks import ALWAYS, EVENINGS, LONG, OFFICE, Hours
from ohsc.core.words import Environment, Sector, Skill
from referrals.routing.facts import Line

DARK, SURFACE, PHYSICAL = Environment.DARK_WEB, Environment.SURFACE_WEB, Environment.PHYSICAL_WORLD
PARTS = ("NORTH", "YORK", "MIDLANDS", "EAST", "LONDON", "SOUTH")
ENGLAND = tuple(f"GB-ENG-{part}" for part in PARTS)
NATIONS = ("GB-SCT", "GB-WLS", "GB-NIR")
PLACES = (*ENGLAND, *NATIONS)

FORCE = {SURFACE: (Skill.INVESTIGATION,), PHYSICAL: (Skill.INVESTIGATION, Skill.SAFEGUARDING)}
LARGE_FORCE = {DARK: (Skill.INVESTIGATION,), **FORCE}
CRIME_UNIT = {DARK: (Skill.INVESTIGATION, Skill.DISRUPTION), SURFACE: (Skill.INVESTIGATION,)}
PLATFORM = {SURFACE: (Skill.TAKEDOWN, Skill.ACCOUNT_ACTION)}
HOTLINE = {SURFACE: (Skill.TAKEDOWN,)}
COUNCIL = {PHYSICAL: (Skill.SAFEGUARDING, Skill.SUPPORT)}
HELPLINE = {PHYSICAL: (Skill.SUPPORT,)}
TEACHING = {PHYSICAL: (Skill.PREVENTION, Skill.SUPPORT)}

# An agreement need not cover every harm: these are the ones that it leaves out.
NO_TRAFFICKING = ("trafficking",)
NO_EXTORTION = ("sexual_extortion", "trafficking")


@dataclass(frozen=True)
class Agency:
    """`points` is what it takes in a week; `left_out` the harms which its agreement does not cover."""

    number: int
    name: str
    sector: str
    lines: tuple[Line, ...]
    points: int
    hours: Hours
    answers_at_night: bool
    left_out: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.number:02}"


# name, sector, what it can do, where, points a week, hours, whether it can be rung at night, what is left out
_LAW, _STATE, _FIRM, _THIRD = (
    Sector.LAW_ENFORCEMENT,
    Sector.GOVERNMENT,
    Sector.INDUSTRY,
    Sector.THIRD_SECTOR,
)
_ROWS = (
    ("Northshire Police", _LAW, LARGE_FORCE, ENGLAND[0], 75, ALWAYS, True, ()),
    ("Fellside Police", _LAW, FORCE, ENGLAND[0], 41, LONG, True, ()),
    ("Harrowdale Police", _LAW, FORCE, ENGLAND[1], 51, ALWAYS, True, ()),
    ("Wolds Constabulary", _LAW, FORCE, ENGLAND[1], 33, LONG, True, ()),
    ("Midmarch Police", _LAW, LARGE_FORCE, ENGLAND[2], 82, ALWAYS, True, ()),
    ("Tameford Police", _LAW, FORCE, ENGLAND[2], 48, LONG, True, ()),
    ("Eastmere Constabulary", _LAW, FORCE, ENGLAND[3], 49, ALWAYS, True, ()),
    ("Fenland Constabulary", _LAW, FORCE, ENGLAND[3], 36, EVENINGS, True, ()),
    ("Capital Police", _LAW, LARGE_FORCE, ENGLAND[4], 123, ALWAYS, True, ()),
    ("Riverside Police", _LAW, FORCE, ENGLAND[4], 23, LONG, True, ()),
    ("Downs Police", _LAW, LARGE_FORCE, ENGLAND[5], 79, ALWAYS, True, ()),
    ("Moorland Constabulary", _LAW, FORCE, ENGLAND[5], 52, LONG, True, ()),
    ("Glenmor Police", _LAW, LARGE_FORCE, NATIONS[0], 71, ALWAYS, True, ()),
    ("Isles Constabulary", _LAW, FORCE, NATIONS[0], 18, EVENINGS, False, ()),
    ("Westmarch Constabulary", _LAW, FORCE, NATIONS[1], 51, ALWAYS, True, ()),
    ("Loughside Police", _LAW, FORCE, NATIONS[2], 31, ALWAYS, True, ()),
    ("Aldermoor National Unit", _LAW, CRIME_UNIT, "GB", 74, ALWAYS, True, ()),
    ("Northern Crime Unit", _LAW, CRIME_UNIT, ENGLAND[0], 27, LONG, True, ()),
    ("Midland Crime Unit", _LAW, CRIME_UNIT, ENGLAND[2], 27, LONG, True, ()),
    ("Capital Crime Unit", _LAW, CRIME_UNIT, ENGLAND[4], 31, ALWAYS, True, ()),
    ("Southern Crime Unit", _LAW, CRIME_UNIT, ENGLAND[5], 26, OFFICE, True, ()),
    ("Lumen Social", _FIRM, PLATFORM, "GB", 140, ALWAYS, True, NO_TRAFFICKING),
    ("Parley Messaging", _FIRM, PLATFORM, "GB", 102, ALWAYS, True, NO_TRAFFICKING),
    ("Brightloop Video", _FIRM, PLATFORM, "GB", 84, ALWAYS, True, NO_TRAFFICKING),
    ("Questhall Games", _FIRM, PLATFORM, "GB", 56, LONG, False, NO_TRAFFICKING),
    ("Cairn Hosting", _FIRM, PLATFORM, "GB", 48, OFFICE, False, NO_EXTORTION),
    ("Tessera Photos", _FIRM, PLATFORM, "GB", 45, LONG, False, NO_EXTORTION),
    ("Pennant Forums", _FIRM, PLATFORM, "GB", 28, OFFICE, False, NO_EXTORTION),
    ("Clearway Hotline", _THIRD, HOTLINE, "GB", 99, EVENINGS, True, NO_EXTORTION),
    ("Harbour Helpline", _THIRD, HELPLINE, "GB", 28, ALWAYS, True, ()),
    ("Lantern Families", _THIRD, HELPLINE, "GB-ENG", 18, EVENINGS, False, NO_TRAFFICKING),
    ("Stepstone Trust", _THIRD, TEACHING, "GB", 17, OFFICE, False, NO_TRAFFICKING),
    ("Cwtch Support", _THIRD, HELPLINE, NATIONS[1], 6, OFFICE, False, ()),
    ("Thistle Care", _THIRD, HELPLINE, NATIONS[0], 8, OFFICE, True, ()),
    ("Northshire Children's Services", _STATE, COUNCIL, ENGLAND[0], 23, OFFICE, True, ()),
    ("Harrowdale Children's Services", _STATE, COUNCIL, ENGLAND[1], 17, OFFICE, True, ()),
    ("Midmarch Children's Services", _STATE, COUNCIL, ENGLAND[2], 27, OFFICE, True, ()),
    ("Eastmere Children's Services", _STATE, COUNCIL, ENGLAND[3], 17, OFFICE, True, ()),
    ("Capital Children's Services", _STATE, COUNCIL, ENGLAND[4], 29, OFFICE, True, ()),
    ("Downs Children's Services", _STATE, COUNCIL, ENGLAND[5], 28, OFFICE, True, ()),
    ("Glenmor Children's Services", _STATE, COUNCIL, NATIONS[0], 13, OFFICE, True, ()),
    ("Westmarch Children's Services", _STATE, COUNCIL, NATIONS[1], 9, OFFICE, False, ()),
    ("Loughside Children's Services", _STATE, COUNCIL, NATIONS[2], 7, OFFICE, True, ()),
    ("Office for Safer Services", _STATE, {SURFACE: (Skill.REGULATION,)}, "GB", 36, OFFICE, False, ()),
    ("Schools Safety Programme", _STATE, TEACHING, "GB-ENG", 13, OFFICE, False, NO_TRAFFICKING),
)


def agencies(share: float = 1.0) -> list[Agency]:
    """All of them, with this share of their points."""
    found = []
    for number, (name, sector, does, place, points, hours, at_night, left_out) in enumerate(_ROWS):
        lines = tuple(Line(where, skill, place) for where, skills in does.items() for skill in skills)
        kept = max(1, round(points * share))
        found.append(Agency(number, name, sector, lines, kept, hours, at_night, left_out))
    return found
