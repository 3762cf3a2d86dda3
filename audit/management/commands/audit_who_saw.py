"""Who has seen this record? The answer of the page, for an operator."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import operating
from audit.reading import who_saw_all
from ohsc.core import names
from ohsc.core.acting import acting_as


class Command(BaseCommand):
    help = (
        "Who has seen, changed or been told of one record, newest first. The asking is recorded with --for and the "
        "name of whoever runs it. Exit status: 0 answered, 1 there is no such record."
    )

    def add_arguments(self, parser):
        parser.add_argument("record", metavar="REFERENCE_OR_ID", help="such as R-7F3K-92QD")
        operating.add_arguments(parser)

    def handle(self, *, record, reason, since, until, format, **options):
        run, wish = operating.run_by(reason), operating.narrowed(since, until)
        with acting_as(operating.OPERATOR):
            key = names.known_as("referral", operating.OPERATOR, record)
            if key is None:
                raise CommandError(f"There is no record {record}.")
            lines = who_saw_all(key, wish, operating.OPERATOR, at=timezone.now(), most=operating.MOST, **run)
        operating.show(lines, format, self.stdout)
        if len(lines) == operating.MOST:
            self.stderr.write(f"Only the newest {operating.MOST}. Ask for fewer days.")
