"""Say which migrations could not be applied while the system runs."""

from django.core.management.base import BaseCommand, CommandError

from ohsc.core.migration_rules import RULES, broken_rules


class Command(BaseCommand):
    help = (
        "Hold our migrations to the rules of docs/migrations.md. Reaches no database. "
        "Exit status 1: one breaks a rule."
    )
    requires_system_checks: list[str] = []

    def handle(self, **options):
        broken = broken_rules()
        if broken:
            lines = [f"{name}: {RULES[rule]}" for name, rules in broken.items() for rule in rules]
            raise CommandError("\n".join(["These migrations would disturb a running system:", *lines]))
        self.stdout.write("Every migration can be applied while the system runs.")
