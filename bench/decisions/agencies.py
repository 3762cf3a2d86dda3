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
    ("Northshire Police", _LAW, LARGE_FORCE, ENGLAND[0], 92, ALWAYS, True, ()),
    ("Fellside Police", _LAW, FORCE, ENGLAND[0], 50, LONG, True, ()),
    ("Harrowdale Police", _LAW, FORCE, ENGLAND[1], 62, ALWAYS, True, ()),
    ("Wolds Constabulary", _LAW, FORCE, ENGLAND[1], 40, LONG, True, ()),
    ("Midmarch Police", _LAW, LARGE_FORCE, ENGLAND[2], 100, ALWAYS, True, ()),
    ("Tameford Police", _LAW, FORCE, ENGLAND[2], 58, LONG, True, ()),
    ("Eastmere Constabulary", _LAW, FORCE, ENGLAND[3], 60, ALWAYS, True, ()),
    ("Fenland Constabulary", _LAW, FORCE, ENGLAND[3], 44, EVENINGS, True, ()),
    ("Capital Police", _LAW, LARGE_FORCE, ENGLAND[4], 150, ALWAYS, True, ()),
    ("Riverside Police", _LAW, FORCE, ENGLAND[4], 28, LONG, True, ()),
    ("Downs Police", _LAW, LARGE_FORCE, ENGLAND[5], 96, ALWAYS, True, ()),
    ("Moorland Constabulary", _LAW, FORCE, ENGLAND[5], 64, LONG, True, ()),
    ("Glenmor Police", _LAW, LARGE_FORCE, NATIONS[0], 86, ALWAYS, True, ()),
    ("Isles Constabulary", _LAW, FORCE, NATIONS[0], 22, EVENINGS, False, ()),
    ("Westmarch Constabulary", _LAW, FORCE, NATIONS[1], 62, ALWAYS, True, ()),
    ("Loughside Police", _LAW, FORCE, NATIONS[2], 38, ALWAYS, True, ()),
    ("Aldermoor National Unit", _LAW, CRIME_UNIT, "GB", 130, ALWAYS, True, ()),
    ("Northern Crime Unit", _LAW, CRIME_UNIT, ENGLAND[0], 48, LONG, True, ()),
    ("Midland Crime Unit", _LAW, CRIME_UNIT, ENGLAND[2], 48, LONG, True, ()),
    ("Capital Crime Unit", _LAW, CRIME_UNIT, ENGLAND[4], 54, ALWAYS, True, ()),
    ("Southern Crime Unit", _LAW, CRIME_UNIT, ENGLAND[5], 46, OFFICE, True, ()),
    ("Lumen Social", _FIRM, PLATFORM, "GB", 150, ALWAYS, True, NO_TRAFFICKING),
    ("Parley Messaging", _FIRM, PLATFORM, "GB", 110, ALWAYS, True, NO_TRAFFICKING),
    ("Brightloop Video", _FIRM, PLATFORM, "GB", 90, ALWAYS, True, NO_TRAFFICKING),
    ("Questhall Games", _FIRM, PLATFORM, "GB", 60, LONG, False, NO_TRAFFICKING),
    ("Cairn Hosting", _FIRM, PLATFORM, "GB", 52, OFFICE, False, NO_EXTORTION),
    ("Tessera Photos", _FIRM, PLATFORM, "GB", 48, LONG, False, NO_EXTORTION),
    ("Pennant Forums", _FIRM, PLATFORM, "GB", 30, OFFICE, False, NO_EXTORTION),
    ("Clearway Hotline", _THIRD, HOTLINE, "GB", 110, EVENINGS, True, NO_EXTORTION),
    ("Harbour Helpline", _THIRD, HELPLINE, "GB", 46, ALWAYS, True, ()),
    ("Lantern Families", _THIRD, HELPLINE, "GB-ENG", 30, EVENINGS, False, NO_TRAFFICKING),
    ("Stepstone Trust", _THIRD, TEACHING, "GB", 26, OFFICE, False, NO_TRAFFICKING),
    ("Cwtch Support", _THIRD, HELPLINE, NATIONS[1], 10, OFFICE, False, ()),
    ("Thistle Care", _THIRD, HELPLINE, NATIONS[0], 14, OFFICE, True, ()),
    ("Northshire Children's Services", _STATE, COUNCIL, ENGLAND[0], 46, OFFICE, True, ()),
    ("Harrowdale Children's Services", _STATE, COUNCIL, ENGLAND[1], 34, OFFICE, True, ()),
    ("Midmarch Children's Services", _STATE, COUNCIL, ENGLAND[2], 54, OFFICE, True, ()),
    ("Eastmere Children's Services", _STATE, COUNCIL, ENGLAND[3], 34, OFFICE, True, ()),
    ("Capital Children's Services", _STATE, COUNCIL, ENGLAND[4], 58, OFFICE, True, ()),
    ("Downs Children's Services", _STATE, COUNCIL, ENGLAND[5], 56, OFFICE, True, ()),
    ("Glenmor Children's Services", _STATE, COUNCIL, NATIONS[0], 26, OFFICE, True, ()),
    ("Westmarch Children's Services", _STATE, COUNCIL, NATIONS[1], 18, OFFICE, False, ()),
    ("Loughside Children's Services", _STATE, COUNCIL, NATIONS[2], 14, OFFICE, True, ()),
    ("Office for Safer Services", _STATE, {SURFACE: (Skill.REGULATION,)}, "GB", 40, OFFICE, False, ()),
    ("Schools Safety Programme", _STATE, TEACHING, "GB-ENG", 20, OFFICE, False, NO_TRAFFICKING),
)


def agencies(share: float = 1.0) -> list[Agency]:
    """All of them, with this share of their points."""
    found = []
    for number, (name, sector, does, place, points, hours, at_night, left_out) in enumerate(_ROWS):
        lines = tuple(Line(where, skill, place) for where, skills in does.items() for skill in skills)
        kept = max(1, round(points * share))
        found.append(Agency(number, name, sector, lines, kept, hours, at_night, left_out))
    return found
