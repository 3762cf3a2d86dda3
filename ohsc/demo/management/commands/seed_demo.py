"""Fill an empty installation with the demonstration's invented data, once; write who can sign in, every time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from oauth2_provider.generators import generate_client_secret

from agencies.models import Agency
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from ohsc.demo import actions, credentials
from ohsc.demo.abreast import play_abreast
from ohsc.demo.agencies import AGENCIES
from ohsc.demo.at_risk import answer_alarms
from ohsc.demo.capacity import say_capacities
from ohsc.demo.emergencies import break_some_glass
from ohsc.demo.feedback import count, tell_some_sources
from ohsc.demo.founding import found_agencies, found_clients, found_people, is_seeded
from ohsc.demo.questions import chase_questions
from ohsc.demo.reading import look_around
from ohsc.demo.rules import write_a_draft
from ohsc.demo.stories import stories
from ohsc.demo.telling import Cast, invite_guests, open_cases, read_what_is_old, tell_the_rest


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Invented data is for a demonstration only: set OHSC_DEMO=1.")
        began = time.monotonic()
        with acting_as(CLOCK):
            there = set(Agency.objects.values_list("slug", flat=True))
        if not there:
            self._found()
        elif not there >= {agency.slug for agency in AGENCIES}:
            raise CommandError("This database holds other agencies; a demonstration needs an empty one.")
        self._see_to_credentials()
        if is_seeded():
            self.stdout.write("The demonstration's data is there already; nothing was made.")
            return
        self._tell()
        self.stdout.write(f"Seeded in {time.monotonic() - began:.1f} s. Credentials: {credentials.path()}")

    def _found(self) -> None:
        """Who takes part: all of them or none."""
        now, password = timezone.now(), credentials.new_password()
        with self._phase("Agencies, people and agreements"), transaction.atomic(), acting_as(CLOCK):
            agencies = found_agencies(now)
            people = found_people(agencies, password, now)
            clients = found_clients(agencies, now)
        credentials.write(credentials.listed(people, password, clients))

    def _see_to_credentials(self) -> None:
        """The file is the only place where they can be read: keep what it says, or set new ones when it is lost."""
        known, cast = credentials.read(), Cast()
        clients = cast.clients.values()
        if credentials.covers(known, clients):
            credentials.write(known | {"base_url": settings.BASE_URL})
            return
        now, password = timezone.now(), credentials.new_password()
        secrets = {client: generate_client_secret() for client in clients}
        with acting_as(CLOCK):
            actions.set_passwords(cast.people, make_password(password), by=CLOCK, at=now)
            for client, secret in secrets.items():
                actions.set_secret(client, secret, by=CLOCK, at=now)
        credentials.write(credentials.listed(cast.people, password, secrets))
        self.stdout.write("The credentials were lost: new passwords and secrets were set.")

    def _tell(self) -> None:
        """What happened in the last thirty days. Interrupted, the next run goes on where this one stopped."""
        now = timezone.now()
        with self._phase("Referrals"):
            play_abreast(list(stories(now)), now, self._said)
            tell_the_rest(now)
        cast = Cast()
        with self._phase("Cases, reading and inboxes"), transaction.atomic():
            open_cases(cast, now)
            break_some_glass(cast, now)
            tell_some_sources(cast, now)
            count(now)
            answer_alarms(cast, now)
            chase_questions(now)
            say_capacities(cast, now)
            write_a_draft(cast, now)
            tell_the_rest(now)
            look_around(cast, now)
            read_what_is_old(cast, now)
            invite_guests(cast, now)
            with acting_as(CLOCK):
                actions.let_email_reach(cast.people, by=CLOCK, at=now)
            actions.say_it_is_seeded(by=cast.keeper(), at=now)

    @contextmanager
    def _phase(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        self.stdout.write(f"{what} …")
        self.stdout.flush()
        yield
        self.stdout.write(f"  {time.monotonic() - began:.1f} s")

    def _said(self, done: int, of: int) -> None:
        tenth = done * 10 // of
        if tenth != getattr(self, "_tenth", 0):
            self._tenth = tenth
            self.stdout.write(f"  {done} of {of} events")
            self.stdout.flush()
