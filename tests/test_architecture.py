"""What holds of the code as a whole: where writes are made, what may read rows, how long a file may be."""

import ast
import inspect
import re
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from referrals.actions.effects import EFFECTS
from referrals.transitions import STEPS
from tests.scratch import scratch_database

ROOT = Path(__file__).resolve().parent.parent
APPS = ("audit", "agencies", "notifications", "cases", "referrals", "exchange")
OURS = [
    path
    for folder in (*APPS, "ohsc", "deploy")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    return [ROOT / name for name in names.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def is_actions(path: Path) -> bool:
    return "actions" in {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}


# Writing.

ALSO_WRITES = {"ohsc/core/idempotency.py"}  # keeps the answer of a request in that request's own transaction


def test_the_writing_role_is_entered_from_actions_alone():
    entering = {"writing", "as_the_login"}
    entered = {name_of(path) for path in OURS if entering & calls(path) and not is_actions(path)}
    assert entered - {"ohsc/core/acting.py"} <= ALSO_WRITES


WRITES = re.compile(
    r"\.(bulk_create|bulk_update|create|update_or_create|get_or_create)\(|objects\.[\w().=,]*\.(update|delete)\("
)


def test_views_and_interfaces_reach_rows_only_as_access_lets_them():
    at_fault = {}
    for path in OURS:
        parts = path.relative_to(ROOT).parts
        if {"views", "views.py", "api", "api.py"} & set(parts) and parts[0] in APPS:
            text = path.read_text()
            at_fault[name_of(path)] = re.findall(r"\w+\.objects\b", text) + WRITES.findall(text)
    assert {name: found for name, found in at_fault.items() if found} == {}


def test_every_step_has_an_effect_and_nothing_else_has():
    assert set(EFFECTS) == set(STEPS)


def test_a_status_is_changed_in_one_place_only():
    assigning = {
        name_of(path)
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "status" and "referral" in ast.unparse(target)
    }
    assert assigning == {"referrals/actions/perform.py"}


# Reading.


def test_modules_are_short_enough_to_read():
    long = {name_of(path): lines for path in OURS if (lines := len(path.read_text().splitlines())) > 400}
    tests = {
        name_of(path): lines
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if (lines := len(path.read_text().splitlines())) > 600
    }
    assert long | tests == {}


FORBIDDEN = {"utils", "helpers", "services", "signals", "managers", "common", "misc"}


def test_no_module_has_a_name_that_says_nothing():
    assert [
        name_of(path) for path in OURS if FORBIDDEN & {part.removesuffix(".py") for part in path.parts[-3:]}
    ] == []


def test_every_module_says_which_question_it_answers():
    said = {path: path.read_text() for path in OURS if path.name != "apps.py"}
    silent = [
        name_of(path)
        for path, text in said.items()
        if text.strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_every_verb_says_its_rule():
    silent = [
        f"{name_of(path)}:{node.name}"
        for path in OURS
        if is_actions(path) or path.name in {"access.py", "transitions.py", "record.py"}
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        and not re.fullmatch(r"factor_rows|sealed|may_be_told|page_of", node.name)
    ]  # fmt: skip
    assert silent == []


def test_every_way_to_see_is_a_function_of_the_actor():
    from agencies import access as agencies
    from audit import access as audit
    from cases import access as cases
    from exchange import access as exchange
    from notifications import access as notifications
    from referrals import access as referrals

    for room in (agencies, audit, cases, exchange, notifications, referrals):
        for name, function in vars(room).items():
            if name.startswith("visible_"):
                assert next(iter(inspect.signature(function).parameters)) == "actor", name


def test_every_template_is_used():
    everything = "\n".join(
        path.read_text() for path in [*OURS, *sorted((ROOT / "templates").rglob("*.html"))]
    )
    # allauth, the error handlers and the form renderer ask for these by convention.
    statuses = ("400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html")
    by_convention = ("account/", "allauth/", "django/forms/", *statuses)
    unused = [
        name
        for path in sorted((ROOT / "templates").rglob("*.*"))
        if not (name := path.relative_to(ROOT / "templates").as_posix()).startswith(by_convention)
        and name not in everything
        and not any(f"{part}/" in everything and f"/{path.name}" in everything for part in [path.parent.name])
    ]
    assert unused == []


# What may not stand in a file.

PATHS = re.compile(rb"/(?:work|home/(?!app\b)\w+|Users|root)/(?:main|shared|\w+/)")
REGISTRIES = re.compile(
    rb"https?://[\w.-]*(?:artifactory|nexus|jfrog|devpi|pypi-mirror|verdaccio)[\w.-]*", re.I
)


def test_no_path_of_a_machine_and_no_private_registry_stands_in_a_file():
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if path.name != Path(__file__).name and (bad := PATHS.findall(content) + REGISTRIES.findall(content)):
            found[name_of(path)] = bad
    assert found == {}


def test_no_lock_names_the_registry_it_was_made_from():
    locks = [*(ROOT / "requirements").glob("*.txt")]
    assert locks
    assert [name_of(path) for path in locks if "://" in path.read_text().replace("https://github", "")] == []


# Migrations.


def test_the_migrations_make_what_the_models_say(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.fixture
def scratch(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), scratch_database("scratch") as made:
        yield made


@pytest.mark.slow
def test_every_migration_can_be_taken_back_and_made_again(scratch):
    _, owner_url = scratch

    def shape():
        with psycopg.connect(owner_url) as owner:
            columns = owner.execute(
                "SELECT table_name, column_name, data_type FROM information_schema.columns"
                " WHERE table_schema = 'public' ORDER BY 1, 2"
            ).fetchall()
            policies = owner.execute(
                "SELECT tablename, policyname, qual FROM pg_policies ORDER BY 1, 2"
            ).fetchall()
            rights = owner.execute(
                "SELECT table_name, grantee, privilege_type FROM information_schema.table_privileges"
                " WHERE table_schema = 'public' AND grantee LIKE 'ohsc%' ORDER BY 1, 2, 3"
            ).fetchall()
        return columns, policies, rights

    def migrate(*where):
        call_command("migrate", *where, database="owner", verbosity=0, interactive=False)

    migrate()
    first = shape()
    for app in ("referrals", "cases", "notifications", "agencies", "audit", "core"):
        migrate(app, "zero")
    with psycopg.connect(owner_url) as owner:
        left = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ %s",
            [r"^(referrals|cases|notifications|agencies|audit|core)_"],
        ).fetchall()
        assert left == []
        assert owner.execute("SELECT * FROM pg_policies").fetchall() == []
    migrate()
    assert shape() == first
