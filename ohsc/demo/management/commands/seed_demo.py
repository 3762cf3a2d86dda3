"""Fill an empty installation with the demonstration's invented data, once; write who can sign in, every time."""

import time
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from oauth2_provider.generators import generate_client_secret

from agencies.models import Agency, Client, User
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from ohsc.demo import actions, credentials
from ohsc.demo.agencies import AGENCIES
from ohsc.demo.founding import found_agencies, found_clients, found_people
from ohsc.demo.stories import stories
from ohsc.demo.telling import Cast, Telling, open_cases, read_what_is_old


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Invented data is for a demonstration only: set OHSC_DEMO=1.")
        with acting_as(CLOCK):
            there = set(Agency.objects.values_list("slug", flat=True))
        ours = {agency.slug for agency in AGENCIES}
        if there >= ours:
            self._keep()
        elif there:
            raise CommandError("This database holds other agencies already; a demonstration needs an empty one.")
        else:
            self._seed()

    def _seed(self) -> None:
        """All in one transaction: interrupted, it leaves nothing, and the next run starts afresh."""
        began, now, password = time.monotonic(), timezone.now(), credentials.new_password()
        with transaction.atomic():
            with acting_as(CLOCK):
                with self._phase("Agencies, agreements and capabilities"):
                    agencies = found_agencies(now)
                with self._phase("People and partner systems"):
                    people = found_people(agencies, password, now)
                    clients = found_clients(agencies, now)
            cast = Cast(agencies, people, {client.agency.slug: client for client in clients})
            with self._phase("Referrals"):
                Telling(cast, now, self._said).play(stories(now))
            with self._phase("Cases and inboxes"):
                open_cases(cast, now)
                read_what_is_old(cast, now)
                with acting_as(CLOCK):
                    actions.let_email_reach(people, by=CLOCK, at=now)
            # Each notice would ring for a worker; the notices are spread already, so there is nothing to hear.
            connection.run_on_commit.clear()
        credentials.write(credentials.listed(people, password, clients))
        self.stdout.write(f"Seeded in {time.monotonic() - began:.1f} s. Credentials: {credentials.path()}")

    def _keep(self) -> None:
        """The data is there: make nothing, but see that the credentials can be read and name the right address."""
        known = credentials.read()
        with acting_as(CLOCK):
            people = list(User.objects.order_by("agency__slug", "role", "email"))
            clients = list(Client.objects.select_related("agency"))
        secret = {client.get("client_id"): client.get("client_secret") for client in known.get("clients", [])}
        if known.get("users") and all(secret.get(client.client_id) for client in clients):
            credentials.write(known | {"base_url": settings.BASE_URL})
            self.stdout.write("The demonstration's data is there already; nothing was made.")
            return
        password, now = credentials.new_password(), timezone.now()
        secrets = {client: generate_client_secret() for client in clients}
        with acting_as(CLOCK):
            actions.set_passwords(people, make_password(password), by=CLOCK, at=now)
            for client, new in secrets.items():
                actions.set_secret(client, new, by=CLOCK, at=now)
        credentials.write(credentials.listed(people, password, secrets))
        self.stdout.write("The data is there, its credentials were lost: new passwords and secrets were set.")

    @contextmanager
    def _phase(self, what: str):
        began = time.monotonic()
        self.stdout.write(f"{what} …")
        yield
        self.stdout.write(f"  {time.monotonic() - began:.1f} s")

    def _said(self, done: int, of: int) -> None:
        if done * 10 // of != (done - 12) * 10 // of:
            self.stdout.write(f"  {done} of {of} events")
            self.stdout.flush()
