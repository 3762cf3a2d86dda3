"""Make a key with which the sealer signs heads."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.keys import make_key
from audit.notes import Unreadable


class Command(BaseCommand):
    help = (
        "Make an Ed25519 key for the sealer: the private key into a file of its own, readable by its owner only, the "
        "public key as one more line of the published file. To change the key, make another one, give its file to "
        "the sealer and restart it: what the earlier key signed stays valid. Exit status 1: the file is there "
        "already, and nothing was changed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("private", type=Path, help="the sealer's file (OHSC_SEALER_KEY_FILE)")
        parser.add_argument("public", type=Path, help="the published file (OHSC_AUDIT_KEYS_FILE)")
        parser.add_argument(
            "--name", help="of the log, the same for all its keys; else the host of OHSC_BASE_URL and /audit"
        )
        parser.add_argument(
            "--if-absent", action="store_true", help="where the private file is there, do nothing"
        )

    def handle(self, *, private, public, name, if_absent, **options):
        if if_absent and private.exists():
            return
        try:
            key = make_key(private, public, name or f"{urlsplit(settings.BASE_URL).netloc}/audit")
        except Unreadable as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}") from error
        self.stdout.write(key.written())
