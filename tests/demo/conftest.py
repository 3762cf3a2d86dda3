"""A database of its own, seeded as `make demo` does it: by the commands, in processes, with the runtime's login."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from tests.conftest import _renamed, drop

ROOT = Path(__file__).parents[2]


class Demonstration:
    """The environment of the seeding, and how to run it again."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.credentials = folder / "credentials.json"
        self.env = os.environ | {
            "OHSC_DEMO": "1",
            "OHSC_DEMO_CREDENTIALS": str(self.credentials),
            "DATABASE_URL": _renamed(os.environ["DATABASE_URL"], name),
            "DATABASE_OWNER_URL": _renamed(os.environ["DATABASE_OWNER_URL"], name),
        }

    def manage(self, *arguments: str, **env: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env | env,
            capture_output=True,
            text=True,
            timeout=180,
        )

    def manage_well(self, *arguments: str, **env: str) -> str:
        done = self.manage(*arguments, **env)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def empty_demonstration(django_db_setup, tmp_path_factory, worker_id):
    """Roles and tables, and no agency yet."""
    folder = tmp_path_factory.mktemp("demo")
    base = os.environ.get("OHSC_TEST_DB", "test_ohsc")
    made = Demonstration(folder, f"{base}_demo" + ("" if worker_id == "master" else f"_{worker_id}"))
    admin = os.environ["DATABASE_ADMIN_URL"]
    drop(admin, made.name)
    made.manage_well("database_roles")
    made.manage_well("migrate", "--database", "owner", "--verbosity=0", "--no-input")
    yield made
    drop(admin, made.name)


@pytest.fixture(scope="session")
def seeded(empty_demonstration):
    """The first run's words are kept: `seeded.said`."""
    empty_demonstration.said = empty_demonstration.manage_well("seed_demo")
    return empty_demonstration


@pytest.fixture
def demo(seeded, django_db_blocker):
    """Django works on the demonstration's database; what a test writes there stays, so tests only read."""
    default = connections["default"]
    usual = settings.DATABASES["default"]["NAME"]
    default.close()
    default.settings_dict["NAME"] = seeded.name
    with django_db_blocker.unblock():
        yield seeded
        default.close()
    default.settings_dict["NAME"] = usual
