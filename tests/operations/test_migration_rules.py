"""A migration that would disturb what is running is found before anybody applies it."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections, migrations, models
from django.db.migrations import Migration
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Q

from ohsc.core import migration_rules
from ohsc.core.migration_rules import RULES, breaks, broken_rules
from ohsc.core.rls import Protect
from ohsc.core.while_running import AddIndexWhileRunning

INDEX = models.Index(fields=["name"], name="thing_name")
CHECK = models.CheckConstraint(condition=~Q(name=""), name="thing_has_name")
NAME = models.CharField(max_length=20)


def broken(*operations, atomic=True) -> set[str]:
    """Which rules a migration with these operations breaks, on a table that is in use."""
    migration = Migration("0009_later", "trial")
    migration.operations, migration.atomic = list(operations), atomic
    state = ProjectState()
    fields = [
        ("id", models.UUIDField(primary_key=True)),
        ("name", NAME),
        ("note", models.TextField(null=True)),
    ]
    state.add_model(ModelState("trial", "Thing", fields))
    return set(breaks(migration, state))


def add(field):
    return migrations.AddField("thing", "more", field)


def alter(name, field):
    return migrations.AlterField("thing", name, field)


@pytest.mark.parametrize(
    ("rule", "operation"),
    [
        ("not null", add(models.IntegerField())),
        ("not null", add(models.IntegerField(default=0))),
        ("index", add(models.IntegerField(null=True, db_index=True))),
        ("constraint", add(models.ForeignKey("agencies.Agency", models.PROTECT, null=True, db_index=False))),
        ("removes", migrations.RemoveField("thing", "name")),
        ("removes", migrations.RenameField("thing", "name", "title")),
        ("removes", migrations.DeleteModel("Thing")),
        ("removes", migrations.RenameModel("Thing", "Item")),
        ("removes", migrations.RunSQL("ALTER TABLE thing DROP COLUMN name", "SELECT 1")),
        ("index", migrations.AddIndex("thing", INDEX)),
        ("index", AddIndexConcurrently("thing", INDEX)),
        ("index", AddIndexWhileRunning("thing", INDEX)),  # in a transaction
        ("index", migrations.RemoveIndex("thing", "thing_name")),
        ("index", migrations.RunSQL("CREATE INDEX x ON thing (name)", "DROP INDEX x")),
        ("constraint", migrations.AddConstraint("thing", CHECK)),
        ("constraint", migrations.RunSQL("ALTER TABLE thing ADD CONSTRAINT c CHECK (true)", "SELECT 1")),
        ("rewrites", alter("note", models.TextField())),
        ("rewrites", alter("name", models.IntegerField())),
        ("rewrites", alter("name", models.CharField(max_length=10))),
        ("no way back", migrations.RunPython(lambda apps, editor: None)),
        ("no way back", migrations.RunSQL("SELECT 1")),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_would_stop_those_who_work_is_found(rule, operation):
    assert broken(operation) == {rule}


def test_a_constraint_is_not_validated_in_the_transaction_that_adds_it():
    added, validated = AddConstraintNotValid("thing", CHECK), ValidateConstraint("thing", "thing_has_name")
    assert broken(added, validated) == {"constraint"}
    assert broken(added) == broken(validated) == set()


def test_what_disturbs_nobody_passes():
    new = migrations.CreateModel("Other", [("id", models.UUIDField(primary_key=True)), ("name", NAME)])
    assert broken(new, migrations.AddIndex("other", INDEX), migrations.AddConstraint("other", CHECK)) == set()
    assert broken(Protect("trial_other", agency="true")) == set()
    assert broken(add(models.IntegerField(null=True)), add(models.IntegerField(db_default=0))) == set()
    assert broken(alter("name", models.CharField(max_length=40, help_text="longer"))) == set()
    assert broken(AddIndexWhileRunning("thing", INDEX), atomic=False) == set()
    assert broken(migrations.RunPython(lambda apps, editor: None, migrations.RunPython.noop)) == set()


def test_our_migrations_keep_the_rules():
    assert broken_rules() == {}
    call_command("migration_rules", verbosity=0)


def test_one_that_does_not_is_named_with_its_rule_unless_it_says_why(monkeypatch):
    monkeypatch.setitem(migration_rules.BASELINE, "referrals", "0000")
    with pytest.raises(CommandError, match=rf"referrals\.0005_search_of_summaries: {RULES['index'][:30]}"):
        call_command("migration_rules")


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_migration_gives_up_on_a_lock_before_others_queue_behind_it():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("2s",)
    connections["owner"].close()
