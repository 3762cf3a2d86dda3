"""What did this person or system see and do? The answer of the page, for an operator."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import operating
from audit.doings import what_did
from ohsc.core import names
from ohsc.core.acting import acting_as
from ohsc.core.shapes import shown_moment

HEADER = ("Record", "Opened", "Narrative", "Also", "Why", "Last (UTC)")
COUNTED = ("What", "Times")


class Command(BaseCommand):
    help = (
        "Which records a person or partner system opened or worked on, how often and why, and everything else they "
        "did, counted. Without --since it is the last --days. The asking is recorded with --for and the name of "
        "whoever runs it. Exit status: 0 answered, 1 there is no such person or system."
    )

    def add_arguments(self, parser):
        parser.add_argument("who", metavar="EMAIL_OR_CLIENT", help="an e-mail address, or a client_id")
        parser.add_argument("--days", type=int, default=7, help="the last days, today with them (7)")
        operating.add_arguments(parser)

    def handle(self, *, who, days, reason, since, until, format, **options):
        if days < 1:
            raise CommandError("--days is 1 or more.")
        since = since or (until or timezone.localdate()) - timedelta(days=days - 1)
        run, wish = operating.run_by(reason), operating.narrowed(since, until)
        actor = operating.OPERATOR
        with acting_as(actor):
            key = names.known_as("person", actor, who) or names.known_as("client", actor, who)
            if key is None:
                raise CommandError(f"There is nobody known as {who}.")
            done = what_did(key, wish, actor, at=timezone.now(), **run)
        records = [
            (
                record.name or str(record.id),
                str(record.opened or ""),
                str(record.narratives or ""),
                "; ".join(record.others),
                "; ".join(record.why),
                shown_moment(record.last) or "",
            )
            for record in done.records
        ]
        if format == "table":
            self.stdout.write(f"{done.who.name}, {done.who.note.lower()}, {done.agency}")
            operating.show_rows(
                COUNTED, [(each["done"], str(each["times"])) for each in done.counts], format, self.stdout
            )
        operating.show_rows(HEADER, records, format, self.stdout)
        if done.is_cut:
            self.stderr.write(f"Only the last {len(records)} records. Ask for fewer days.")
