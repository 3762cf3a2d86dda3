"""Everybody there can be: each role at each agency, each scope of each agency's system, and nobody."""

from dataclasses import dataclass
from datetime import timedelta

from django.test import Client as Browser
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from agencies import actions as agencies
from agencies.models import User
from agencies.roles import ROLES, SCOPES
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.access.world import AGENCIES
from tests.cast import PASSWORD, Cast


@dataclass
class Asker:
    """Somebody who asks. `role` is a person's role or a token's scope; empty: nobody is signed in."""

    agency: str
    role: str
    browser: Browser
    person: User | None = None

    @property
    def name(self) -> str:
        return f"{self.agency} {self.role}".strip() or "nobody"

    @property
    def is_system(self) -> bool:
        return self.role in SCOPES or self.role == "all"


def people(cast: Cast) -> list[Asker]:
    """Each role at each agency, signed in."""
    everybody = [_person(cast, agency, role) for agency in AGENCIES for role in ROLES]
    return [Asker(agency, role, cast.browser(person), person) for agency, role, person in everybody]


def _person(cast: Cast, agency: str, role: str) -> tuple[str, str, User]:
    home = getattr(cast, agency)
    with acting_as(CLOCK):
        person = agencies.add_person(
            f"{role}@{agency}.example",
            agency=home,
            name=f"{agency} {role}",
            role=role,
            password=PASSWORD,
            by=CLOCK,
            at=timezone.now(),
        )
    return agency, role, person


def systems(cast: Cast) -> list[Asker]:
    """Each agency's system with a token of each scope, and with one of all."""
    return [
        Asker(agency, scope, _with_token(getattr(cast, f"{agency}_client"), scope))
        for agency in AGENCIES
        for scope in (*SCOPES, "all")
    ]


def _with_token(client, scope: str) -> Browser:
    """The token stands in the database as the platform would keep it."""
    token = f"{client.client_id} {scope} for the sweep".replace(" ", "-")
    get_access_token_model().objects.create(
        application=client,
        token=token,
        scope=" ".join(SCOPES) if scope == "all" else scope,
        expires=timezone.now() + timedelta(hours=1),
    )
    return Browser(headers={"Authorization": f"Bearer {token}"})


def nobody() -> Asker:
    return Asker("", "", Browser())
