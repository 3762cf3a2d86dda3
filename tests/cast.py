"""The cast: who takes part in the tests, always the same, and what they do to bring a referral to a state.

The Online Harms Safety Centre: Cora coordinates, Anil is an analyst, Sol a supervisor, Ada the administrator,
Otis the auditor. Asha works at Lumen Social, which sends. Ben and Bea (coordinator) work at Northshire Police,
which is offered and accepts. Dev works at Eastmoor Police, which could be offered surface web matters only.
Cleo works at Harbour Helpline and is the outsider. Each agency has one client with every scope.
"""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

from django.test import Client as Browser
from django.utils import timezone

from agencies import actions as agencies
from agencies.access import actor_for_client, actor_for_person
from agencies.models import Agency, Client, User
from agencies.proof import How, mark_proved
from agencies.roles import SCOPES
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK, Actor
from ohsc.core.words import Environment
from referrals.actions import perform, receive
from referrals.drafts import Arrival, Draft, Given, OutcomeDraft, SelectorDraft
from referrals.models import Referral

PASSWORD = "correct horse battery staple"
SECRET = "a-secret-that-only-tests-know-0123456789"

AGENCIES = {  # attribute: slug, name, sector, jurisdiction
    "centre": ("ohsc", "Online Harms Safety Centre", "government", "GB"),
    "lumen": ("lumen-social", "Lumen Social", "industry", "GB"),
    "police": ("northshire-police", "Northshire Police", "law_enforcement", "GB-ENG"),
    "eastmoor": ("eastmoor-police", "Eastmoor Police", "law_enforcement", "GB-ENG"),
    "harbour": ("harbour-helpline", "Harbour Helpline", "third_sector", "GB"),
}
PEOPLE = {  # attribute: name, agency, role
    "cora": ("Cora Lindqvist", "centre", "coordinator"),
    "anil": ("Anil Mehta", "centre", "analyst"),
    "sol": ("Sol Okafor", "centre", "supervisor"),
    "ada": ("Ada Novak", "centre", "administrator"),
    "otis": ("Otis Byrne", "centre", "auditor"),
    "asha": ("Asha Rahman", "lumen", "analyst"),
    "ben": ("Ben Carrow", "police", "analyst"),
    "bea": ("Bea Dunmore", "police", "coordinator"),
    "dev": ("Dev Sandhu", "eastmoor", "analyst"),
    "cleo": ("Cleo Marsh", "harbour", "analyst"),
}
EVERYWHERE = [*Environment.values]
AGREEMENTS = {  # reference: discloser, recipient, environments, TLP ceiling
    "SA-NORTHSHIRE": ("centre", "police", EVERYWHERE, "RED"),
    "SA-EASTMOOR": ("centre", "eastmoor", ["surface_web"], "AMBER"),
    "SA-FORCES": ("police", "eastmoor", ["surface_web"], "AMBER"),
}


def assemble() -> None:
    """Make the cast, once for each test database."""
    now = timezone.now()
    how = {"by": CLOCK, "at": now}
    with acting_as(CLOCK):
        made = {
            attribute: agencies.add_agency(
                slug,
                name=name,
                sector=sector,
                jurisdiction=where,
                is_centre=attribute == "centre",
                environments=EVERYWHERE,
                desk_name=f"{name} desk",
                desk_phone="01632 960000",
                desk_hours="Monday to Friday, 08:00 to 18:00",
                **how,
            )
            for attribute, (slug, name, sector, where) in AGENCIES.items()
        }
        for attribute, (name, agency, role) in PEOPLE.items():
            agencies.add_person(
                f"{attribute}@{made[agency].slug}.example",
                agency=made[agency],
                name=name,
                role=role,
                password=PASSWORD,
                **how,
            )
        for attribute, agency in made.items():
            agencies.add_client(f"{attribute} system", agency=agency, scopes=SCOPES, secret=SECRET, **how)
        for reference, (discloser, recipient, environments, ceiling) in AGREEMENTS.items():
            agencies.add_agreement(
                reference,
                discloser=made[discloser],
                recipient=made[recipient],
                purpose="Protection of children",
                gateway="common_law_policing",
                environments=environments,
                tlp_ceiling=ceiling,
                onward="within_terms",
                retention_days=365,
                starts_on=date(2026, 1, 1),
                ends_on=date(2036, 1, 1),
                signed_by="Both data protection officers",
                **how,
            )


class Cast(SimpleNamespace):
    """Agencies, people and clients as attributes; `…_client` is an agency's system."""

    def actor(self, who: User | Client) -> Actor:
        """Whoever this is, as the edge would make them."""
        if isinstance(who, User):
            return actor_for_person(who)
        return actor_for_client(who, who.scopes)

    def browser(self, person: User, **options) -> Browser:
        """The person, signed in, with a second factor just proved."""
        browser = Browser(**options)
        browser.force_login(person)
        session = browser.session
        mark_proved(session, How.KEY, timezone.now())
        session.save()
        return browser

    def token(self, client: Client, scope: str = "") -> str:
        """A bearer token, asked for as a partner does."""
        asked = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": SECRET}
        answer = Browser().post("/oauth/token", asked | ({"scope": scope} if scope else {}))
        assert answer.status_code == 200, answer.content
        return answer.json()["access_token"]

    def system(self, client: Client, scope: str = "") -> Browser:
        """The partner's system, with its token on every call."""
        return Browser(headers={"Authorization": f"Bearer {self.token(client, scope)}"})

    def referral(self, status: str = "received", *, at: datetime | None = None, **draft) -> Referral:
        """A referral from Lumen Social that went its way to this status; offered to, accepted by the police."""
        at = at or timezone.now() - timedelta(minutes=30)
        source = self.actor(self.asha)
        with acting_as(source):
            (referral,) = receive([Draft(**SUMMARY | draft)], arrival=ARRIVAL(draft), by=source, at=at)
        for minutes, (name, who, given) in enumerate(self.way_to(status), 1):
            referral = self.step(name, referral, who, at=at + timedelta(minutes=minutes), **given)
        return referral

    def step(
        self, name: str, referral: Referral | UUID, who, *, at: datetime | None = None, **given
    ) -> Referral:
        """One step, taken by somebody through the one function that takes steps."""
        actor = who if isinstance(who, Actor) else self.actor(who)
        key = referral.pk if isinstance(referral, Referral) else referral
        with acting_as(actor):
            return perform(name, referral_id=key, by=actor, at=at or timezone.now(), given=Given(**given))

    def way_to(self, status: str) -> list[tuple]:
        triage = ("triage", self.anil, {"priority": "P2"})
        offer = ("offer", self.cora, {"to_agency": self.police})
        accept = ("accept", self.ben, {})
        return {
            "received": [],
            "triaged": [triage],
            "offered": [triage, offer],
            "accepted": [triage, offer, accept],
            "passed_on": [triage, offer, accept, ("pass-on", self.ben, {"to_agency": self.eastmoor})],
            "asked": [
                triage,
                offer,
                accept,
                ("ask", self.ben, {"to_agency": self.lumen, "question": QUESTION}),
            ],
            "concluded": [triage, offer, accept, ("conclude", self.ben, {"outcomes": (CHILD_SAFE,)})],
            "rejected": [("reject", self.anil, {"reason_code": "insufficient"})],
            "withdrawn": [("withdraw", self.asha, {"reason_code": "entered_in_error"})],
        }[status]


QUESTION = "When was the account made?"
CHILD_SAFE = OutcomeDraft("CHILD_SAFEGUARDED", count=1, detail="Held with the family.", share_detail=False)
SUMMARY = {
    "summary": "An account asked a child to move to a private channel.",
    "environment": "surface_web",
    "harm_type": "grooming",
    "narrative": "The reporter states that the account asked to continue elsewhere.",
    "selectors": (SelectorDraft("account", "@heron", platform="lumen"),),
    "factors": {"contact_continuing": "yes"},
}


def ARRIVAL(draft: dict) -> Arrival:
    return Arrival("rest", "application/json", repr(sorted(draft.items())).encode())


def call() -> Cast:
    """Fetch the cast as the clock, who sees everybody."""
    with acting_as(CLOCK):
        found = {agency.slug: agency for agency in Agency.objects.all()}
        people = {person.email.split("@")[0]: person for person in User.objects.all()}
        # By name: a test that commits may have left another.
        own = Client.objects.filter(name__in=[f"{attribute} system" for attribute in AGENCIES])
        clients = {client.agency_id: client for client in own.select_related("agency")}
    named = {attribute: found[slug] for attribute, (slug, *_) in AGENCIES.items()}
    return Cast(
        **named,
        **{attribute: people[attribute] for attribute in PEOPLE},
        **{f"{attribute}_client": clients[agency.pk] for attribute, agency in named.items()},
    )
