"""Draw the diagram of steps in docs/architecture.md from the table of steps, or check that it is the table's."""

from collections.abc import Iterable

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from referrals.transitions import STEPS, Party, Status, Step

PAGE = settings.BASE_DIR / "docs" / "architecture.md"
START, END = "<!-- steps: made by manage.py docs_diagrams -->", "<!-- steps end -->"


class Command(BaseCommand):
    help = "Draw the diagram and the table of steps in docs/architecture.md from referrals/transitions.py."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if the page is out of date"
        )

    def handle(self, *, check, **options):
        page = PAGE.read_text()
        before, _, rest = page.partition(START)
        _, end, after = rest.partition(END)
        if not end:
            raise CommandError(f"{PAGE.name} lacks the marks {START} and {END}.")
        drawn = f"{before}{START}\n{drawing()}{END}{after}"
        if drawn == page:
            return
        if check:
            raise CommandError(f"{PAGE.name} is not the table's. Run: manage.py docs_diagrams")
        PAGE.write_text(drawn)
        self.stdout.write(f"{PAGE.name} redrawn.")


def drawing() -> str:
    """A Mermaid diagram and a table, both in the order of the table of steps."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> received: receive"]
    for step in STEPS.values():
        for source in Status:
            if source in step.sources and step.target(source) != source:
                lines.append(f"    {source.value} --> {step.target(source).value}: {step.name}")
    for status in (Status.CONCLUDED, Status.REJECTED, Status.WITHDRAWN):
        lines.append(f"    {status.value} --> [*]")
    lines += ["```", "", "| step | from | to | by | needs | tells |", "|---|---|---|---|---|---|"]
    lines += [_row(step) for step in STEPS.values()]
    return "\n".join(lines) + "\n"


def _row(step: Step) -> str:
    by = _names(step.by) + (" (coordinator)" if step.coordinator else "")
    needs = ", ".join(f"`{need}`" for need in step.needs) or "nothing"
    if step.codes:
        needs = " ".join(f"`{code}`" for code, _ in step.codes)
    sources = ", ".join(status.value for status in Status if status in step.sources)
    targets = {step.target(source) for source in step.sources}
    ends = ", ".join(status.value for status in Status if status in targets)
    if all(step.target(source) == source for source in step.sources):
        ends = "same"
    return f"| {step.name} | {sources} | {ends} | {by} | {needs} | {_names(step.tells)} |"


def _names(parties: Iterable[Party]) -> str:
    return ", ".join(party.value for party in Party if party in parties)
