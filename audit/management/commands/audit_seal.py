"""Put every event under a seal, each second."""

import logging
import os
import signal
import time
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.keys import signing_key
from audit.notes import SigningKey, Unreadable
from audit.sealing import missing, seal_all

log = logging.getLogger("audit.sealer")

PAUSES = (0.5, 1.0, 2.0, 5.0)  # before a database that went away is asked again, the last one repeating
LOOKED_AFTER = 60.0  # seconds between two looks for events that vanished before their seal


class Command(BaseCommand):
    help = (
        "Seal events as they come: a leaf for each in the Merkle log, and a signed head each second in which there "
        "were any. Runs until it is stopped; TERM lets it finish its batch. Needs DATABASE_SEALER_URL, straight to "
        "PostgreSQL, and OHSC_SEALER_KEY_FILE. More than one does no harm: they take turns. "
        "Exit status 1: no key, or with --once the database refused."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="seal what waits now, and end")
        parser.add_argument("--beat", type=Path, help="touch this file after each round, for a health check")
        parser.add_argument("--every", type=float, default=1.0, help="seconds from one round to the next")

    def handle(self, *, once, every, beat, **options):
        url = os.environ.get("DATABASE_SEALER_URL") or settings.SEALER_URL
        path = os.environ.get("OHSC_SEALER_KEY_FILE") or settings.SEALER_KEY_FILE
        if not url or not path:
            raise CommandError("Set DATABASE_SEALER_URL and OHSC_SEALER_KEY_FILE.")
        try:
            key = signing_key(path)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        if once:
            try:
                with _connected(url) as connection:
                    sealed = sum(batch.events for batch in seal_all(connection, key))
            except psycopg.Error as error:
                raise CommandError(f"The database refused: {error}") from error
            self.stdout.write(f"Sealed {sealed} events.")
        else:
            _Sealer(url, key, every, beat).run()


class _Sealer:
    """Goes on whatever the database does, until it is told to stop."""

    def __init__(self, url: str, key: SigningKey, every: float, beat: Path | None) -> None:
        self.url, self.key, self.every, self.beat = url, key, every, beat
        self.stopping = False
        self.looked_at = 0.0

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        failures = 0
        while not self.stopping:
            try:
                with _connected(self.url) as connection:
                    log.info("sealing, with the key %s of %s", self.key.public.id, self.key.name)
                    while not self.stopping:
                        self._round(connection)
                        failures = 0
            except psycopg.Error as error:
                log.error("nothing is sealed: %s", error)
                self._pause(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1
        log.info("stopped")

    def _round(self, connection: psycopg.Connection) -> None:
        began = time.monotonic()
        for batch in seal_all(connection, self.key):
            if batch.events:
                log.debug("sealed %d, and the log has %d", batch.events, batch.size)
            if self.stopping:
                return
        if began - self.looked_at > LOOKED_AFTER:
            self.looked_at = began
            if gone := missing(connection):
                log.error("%d events vanished before they were sealed, the first %s", len(gone), gone[0])
        if self.beat is not None:
            self.beat.touch()
        self._pause(self.every - (time.monotonic() - began))

    def _pause(self, seconds: float) -> None:
        """In short pieces, for a signal does not cut a sleep short."""
        end = time.monotonic() + seconds
        while not self.stopping and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))

    def _stop(self, *_: object) -> None:
        self.stopping = True


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, connect_timeout=5, application_name="ohsc sealer")
