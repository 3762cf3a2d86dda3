"""Which agencies take part in the demonstration, and what can each do? All are invented.

Telephone numbers are those that the regulator keeps for drama (01632 960xxx); every domain ends in .example.
"""

from dataclasses import dataclass

from ohsc.core.words import Environment, Sector, Skill

DARK, SURFACE, PHYSICAL = Environment.DARK_WEB, Environment.SURFACE_WEB, Environment.PHYSICAL_WORLD
EVERYWHERE = (DARK, SURFACE, PHYSICAL)
ROUND_THE_CLOCK = "Every day, 24 hours"
OFFICE_HOURS = "Monday to Friday, 09:00 to 17:00"


@dataclass(frozen=True)
class Skilled:
    """A line of the capability map: what, where, and how many points a week."""

    skill: Skill
    environments: tuple[Environment, ...]
    weekly: int
    powers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Invented:
    """An agency; `desk` is the last two digits of its telephone numbers, even by day and the next one at night."""

    slug: str
    name: str
    sector: Sector
    jurisdiction: str
    environments: tuple[Environment, ...]
    desk: tuple[str, int]
    hours: str
    skills: tuple[Skilled, ...]
    languages: tuple[str, ...] = ("en",)
    has_client: bool = False
    does: str = ""

    @property
    def facts(self) -> dict:
        """What `agencies.actions.add_agency` takes."""
        name, number = self.desk
        always = self.hours == ROUND_THE_CLOCK
        return {
            "name": self.name,
            "sector": self.sector,
            "jurisdiction": self.jurisdiction,
            "environments": list(self.environments),
            "desk_name": name,
            "desk_phone": f"01632 960{number:03}",
            "desk_email": f"desk@{self.slug}.example",
            "desk_hours": self.hours,
            "out_of_hours_name": "" if always else "Duty manager",
            "out_of_hours_phone": "" if always else f"01632 960{number + 1:03}",
            "does": self.does,
            "is_centre": self.slug == CENTRE,
            "calendar": self.calendar,
        }

    @property
    def calendar(self) -> str:
        """Its nation's bank holidays; of the others, England's where the desk keeps office hours, else none."""
        if self.jurisdiction.startswith("GB-"):
            return self.jurisdiction
        return "GB-ENG" if self.hours == OFFICE_HOURS else ""


CENTRE = "ohsc"
_WARRANTS = ("Search warrants", "Production orders")

AGENCIES = (
    Invented(
        CENTRE, "Online Harms Safety Centre", Sector.GOVERNMENT, "GB", EVERYWHERE,
        ("Coordination desk", 100), ROUND_THE_CLOCK,
        (
            Skilled(Skill.TRIAGE, EVERYWHERE, 600),
            Skilled(Skill.INTELLIGENCE, EVERYWHERE, 80),
            Skilled(Skill.DISRUPTION, (DARK,), 10),
        ),
        languages=("en", "cy", "pl"), has_client=True,
        does="The front door for reports: triages them, finds who can act, and keeps the clocks.",
    ),
    Invented(
        "lumen-social", "Lumen Social", Sector.INDUSTRY, "GB", EVERYWHERE,
        ("Trust and safety", 112), ROUND_THE_CLOCK,
        (
            Skilled(Skill.TAKEDOWN, (SURFACE,), 200),
            Skilled(Skill.ACCOUNT_ACTION, EVERYWHERE, 250),
            Skilled(Skill.PREVENTION, (SURFACE, PHYSICAL), 15),
        ),
        languages=("en", "fr", "es", "ar"), has_client=True,
        does="Runs a social network. Removes content, acts on accounts and preserves records on request.",
    ),
    Invented(
        "northshire-police", "Northshire Police", Sector.LAW_ENFORCEMENT, "GB-ENG", EVERYWHERE,
        ("Online child protection team", 120), ROUND_THE_CLOCK,
        (
            Skilled(Skill.INVESTIGATION, EVERYWHERE, 60, _WARRANTS),
            Skilled(Skill.VICTIM_IDENTIFICATION, EVERYWHERE, 12),
            Skilled(Skill.SAFEGUARDING, (PHYSICAL,), 25, ("Police protection",)),
        ),
        languages=("en", "pl", "ur"), has_client=True,
        does="Investigates offences against children online and protects children in Northshire.",
    ),
    Invented(
        "harbour-helpline", "Harbour Helpline", Sector.THIRD_SECTOR, "GB", EVERYWHERE,
        ("Duty manager", 134), ROUND_THE_CLOCK,
        (
            Skilled(Skill.SUPPORT, EVERYWHERE, 90),
            Skilled(Skill.PREVENTION, (SURFACE, PHYSICAL), 30),
            Skilled(Skill.SAFEGUARDING, (PHYSICAL,), 20),
        ),
        languages=("en", "cy", "so", "pa"), has_client=True,
        does="Listens to children and adults who seek help, and stays with them while others act.",
    ),
    Invented(
        "eastmere-childrens-services", "Eastmere Children's Services", Sector.GOVERNMENT, "GB-ENG",
        (SURFACE, PHYSICAL), ("Multi-agency safeguarding hub", 142), OFFICE_HOURS,
        (
            Skilled(Skill.SAFEGUARDING, (SURFACE, PHYSICAL), 40, ("Children Act 1989 enquiries",)),
            Skilled(Skill.SUPPORT, (PHYSICAL,), 35),
        ),
        languages=("en", "bn", "ro"), has_client=True,
        does="Safeguards children in Eastmere: enquiries, plans and support for families.",
    ),
    Invented(
        "aldermoor-unit", "Aldermoor National Unit", Sector.LAW_ENFORCEMENT, "GB", EVERYWHERE,
        ("National coordination", 150), ROUND_THE_CLOCK,
        (
            Skilled(Skill.INVESTIGATION, EVERYWHERE, 40, (*_WARRANTS, "Covert internet investigation")),
            Skilled(Skill.DISRUPTION, (DARK, SURFACE), 8, ("Seizure of infrastructure",)),
            Skilled(Skill.VICTIM_IDENTIFICATION, EVERYWHERE, 30),
            Skilled(Skill.INTELLIGENCE, EVERYWHERE, 50),
        ),
        languages=("en", "nl", "ro", "tl"),
        does="Investigates the most serious offenders across the country and disrupts services on the dark web.",
    ),
    Invented(
        "westmarch-constabulary", "Westmarch Constabulary", Sector.LAW_ENFORCEMENT, "GB-WLS",
        (SURFACE, PHYSICAL), ("Online investigations", 162), "Every day, 07:00 to 23:00",
        (
            Skilled(Skill.INVESTIGATION, (SURFACE, PHYSICAL), 18, _WARRANTS),
            Skilled(Skill.SAFEGUARDING, (PHYSICAL,), 15, ("Police protection",)),
        ),
        languages=("en", "cy"),
        does="Investigates online offences and protects children in Westmarch.",
    ),
    Invented(
        "halyard-liaison", "Halyard Cross-Border Liaison", Sector.LAW_ENFORCEMENT, "International", EVERYWHERE,
        ("Duty officers", 170), ROUND_THE_CLOCK,
        (
            Skilled(Skill.INTELLIGENCE, EVERYWHERE, 45, ("Requests to other states",)),
            Skilled(Skill.DISRUPTION, (DARK,), 5),
        ),
        languages=("en", "fr", "de", "th"),
        does="Passes intelligence to and from other states, and finds who can act abroad.",
    ),
    Invented(
        "wrenfield-games", "Wrenfield Games", Sector.INDUSTRY, "GB", (SURFACE,),
        ("Player safety", 182), OFFICE_HOURS,
        (Skilled(Skill.ACCOUNT_ACTION, (SURFACE,), 120), Skilled(Skill.PREVENTION, (SURFACE,), 10)),
        languages=("en", "sv", "ko"),
        does="Runs games played by children. Acts on accounts and warns players.",
    ),
    Invented(
        "cobblestack", "Cobblestack Hosting", Sector.INDUSTRY, "IE", (SURFACE, DARK),
        ("Abuse desk", 190), ROUND_THE_CLOCK,
        (
            Skilled(Skill.TAKEDOWN, (SURFACE,), 150),
            Skilled(Skill.DISRUPTION, (DARK, SURFACE), 6, ("Suspension of a customer",)),
        ),
        does="Hosts web sites and servers. Takes down content and suspends customers.",
    ),
    Invented(
        "fernbank-hotline", "Fernbank Report Hotline", Sector.THIRD_SECTOR, "GB", (SURFACE, DARK),
        ("Hotline desk", 202), "Every day, 08:00 to 20:00",
        (
            Skilled(Skill.TRIAGE, (SURFACE, DARK), 300),
            Skilled(Skill.TAKEDOWN, (SURFACE,), 180),
        ),
        languages=("en", "de", "pt"),
        does="Takes reports from the public, assesses content and has it removed.",
    ),
    Invented(
        "thistledown-trust", "Thistledown Children's Trust", Sector.THIRD_SECTOR, "GB-SCT", (SURFACE, PHYSICAL),
        ("Safeguarding lead", 212), OFFICE_HOURS,
        (
            Skilled(Skill.SUPPORT, (PHYSICAL, SURFACE), 25),
            Skilled(Skill.PREVENTION, (PHYSICAL,), 20),
        ),
        languages=("en", "gd"),
        does="Supports children and families in Scotland and teaches in schools.",
    ),
    Invented(
        "digital-conduct", "Office for Digital Conduct", Sector.GOVERNMENT, "GB", (SURFACE, DARK),
        ("Supervision desk", 222), OFFICE_HOURS,
        (Skilled(Skill.REGULATION, (SURFACE,), 20, ("Information notices",)),),
        does="Supervises services under the law on online safety, and can require information.",
    ),
)  # fmt: skip
