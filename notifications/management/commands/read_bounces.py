"""Read the mailbox to which mail that could not be delivered comes back."""

import mailbox
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications import actions, bounces


class Command(BaseCommand):
    help = (
        "Read delivery status notifications (RFC 3464) from a Maildir or an mbox file and stop mail to the addresses "
        "that fail for good. What was understood is removed from the mailbox, anything else stays. "
        f"At most {bounces.MOST_MESSAGES} messages a run. Run it every few minutes; it can be run twice."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", default="", help="instead of OHSC_BOUNCES")

    def handle(self, *, path, verbosity=1, **options):
        if not (path or settings.BOUNCES):
            raise CommandError("Set OHSC_BOUNCES to a Maildir or an mbox file, or name it.")
        try:
            box = bounces.open_mailbox(Path(path or settings.BOUNCES))
            box.lock()
        except (OSError, mailbox.Error) as error:
            raise CommandError(f"The mailbox cannot be read: {error}") from error
        taken = known = left = 0
        try:
            for key, raw in bounces.waiting(box):
                bounce = bounces.read(raw)
                if bounce is None:
                    left += 1
                    continue
                if actions.take_bounce(bounce, at=timezone.now()):
                    taken += 1
                else:
                    known += 1
                box.remove(key)
            box.flush()
        finally:
            box.unlock()
            box.close()
        if verbosity:
            self.stdout.write(
                f"{taken} came back, {known} known already or not ours, {left} left in the mailbox."
            )
