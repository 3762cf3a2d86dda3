"""Make a partner's client at the console: for an agency that has no administrator yet, or no client to begin with."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencies.actions import LIFE, ClientRefused, Terms, make_client
from agencies.directory import agency_called
from agencies.roles import SCOPES
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK


class Command(BaseCommand):
    help = (
        "Make a client for a partner's system, and print its id and secret. The secret is printed this once: it is "
        "stored hashed. Everything after that is the agency's own: on the page of partner systems, or by the "
        "interface with the scope clients."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("agency", help="the agency's slug")
        parser.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=list(SCOPES),
            dest="scopes",
            help="what it may do; give it as often as needed",
        )
        parser.add_argument("--name", default="First system", help="what its keepers call it (First system)")
        parser.add_argument("--days", type=int, default=LIFE.days, help=f"how long it works ({LIFE.days})")

    def handle(self, *, agency: str, scopes: list[str], name: str, days: int, **options: Any) -> None:
        at = timezone.now()
        with acting_as(CLOCK):
            home = agency_called(agency, CLOCK)
            if home is None:
                raise CommandError(f"No agency of the slug {agency} takes part.")
            try:
                terms = Terms(name, tuple(dict.fromkeys(scopes)), at + timedelta(days=days))
                client, secret = make_client(terms, by=CLOCK, at=at, agency=home)
            except (ClientRefused, OverflowError) as refusal:
                raise CommandError(str(refusal)) from None
        self.stdout.write(f"client_id={client.client_id}")
        self.stdout.write(f"client_secret={secret}")
        self.stderr.write(f"Made for {home.name}, until {terms.expires_at:%-d %B %Y}. Keep the secret now.")
