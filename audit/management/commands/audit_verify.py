"""Prove that no event was changed, removed or reordered since it was sealed, or name the first that was."""

import json
import os
import time
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.keys import public_keys, read_public_keys
from audit.notes import Checkpoint, PublicKey, Unreadable, read_note
from audit.verifying import Report, Tampered, as_it_is_now, growth_since, proof_of, verify

TOO_LONG = 5.0  # seconds an event may wait for its seal


class Command(BaseCommand):
    help = (
        "Verify the sealed log: every event against its leaf, every leaf against the heads, every head against the "
        "public keys (OHSC_AUDIT_KEYS_FILE). Reads by DATABASE_SEALER_URL or DATABASE_BACKUP_URL: both logins read the "
        "whole audit. Exit status: 0 all of it holds, 1 something was changed, removed or reordered, and the first "
        "record is named, 2 it could not be verified, 3 all of it holds but an event waits longer than 5 s for its "
        "seal."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--since-head",
            type=Path,
            metavar="FILE",
            help="a head that was kept elsewhere: the log must have grown out of it, and only events after it are "
            "compared with their leaves",
        )
        parser.add_argument("--prove", type=UUID, metavar="EVENT_ID", help="print that event's proof as JSON")
        parser.add_argument(
            "--json",
            action="store_true",
            help="with --since-head: print the proof that the log grew out of it",
        )
        parser.add_argument("--url", help="instead of the environment's login")
        parser.add_argument("--keys", type=Path, help="the public keys, instead of OHSC_AUDIT_KEYS_FILE")

    def handle(self, *, since_head, prove, url, keys, **options):
        login = url or os.environ.get("DATABASE_SEALER_URL") or settings.SEALER_URL
        login = login or os.environ.get("DATABASE_BACKUP_URL")
        if not login:
            raise CommandError("Set DATABASE_SEALER_URL or DATABASE_BACKUP_URL, or give --url.", returncode=2)
        try:
            known = _known(keys)
            note = since_head.read_text() if since_head else ""
            since = read_note(note, known) if note else None
            with psycopg.connect(login, autocommit=True) as connection, as_it_is_now(connection):
                if prove:
                    self.stdout.write(json.dumps(proof_of(connection, prove), indent=1))
                    return
                self._verify(connection, known, since, note if options["json"] else "")
        except Tampered as found:
            raise CommandError(str(found), returncode=1) from found
        except LookupError as error:
            raise CommandError(f"No sealed event has the id {prove}.", returncode=2) from error
        except (Unreadable, OSError, psycopg.Error) as error:
            raise CommandError(f"It could not be verified: {error}", returncode=2) from error

    def _verify(self, connection, known: list[PublicKey], since: Checkpoint | None, note: str) -> None:
        began = time.monotonic()
        report = verify(connection, known, since=since)
        if note and since:
            self.stdout.write(json.dumps(growth_since(connection, since, note), indent=1))
        else:
            self.stdout.write(_said(report, since, time.monotonic() - began))
        if report.oldest_waiting > TOO_LONG:
            raise CommandError(
                f"The oldest event has waited {report.oldest_waiting:.0f} s for its seal. Does the sealer run?",
                returncode=3,
            )


def _known(path: Path | None) -> list[PublicKey]:
    known = read_public_keys(path.read_text()) if path else public_keys()
    if not known:
        raise Unreadable(f"No public key in {path or settings.AUDIT_KEYS_FILE or 'OHSC_AUDIT_KEYS_FILE'}.")
    return known


def _said(report: Report, since: Checkpoint | None, took: float) -> str:
    rate = f", {report.records / took:,.0f} a second" if took > 1 else ""
    lines = [
        f"{report.records:,} events under {report.heads:,} heads: all as they were sealed ({took:.1f} s{rate})."
    ]
    if since:
        lines.append(f"The log grew out of the head of {since.size:,} that was given.")
    waits = f"; the oldest for {report.oldest_waiting:.1f} s" if report.waiting else ""
    lines.append(f"{report.waiting:,} events wait for their seal{waits}.")
    if report.last:
        lines.append(f"The last head, to keep elsewhere:\n\n{report.last.note}".rstrip("\n"))
    return "\n".join(lines)
