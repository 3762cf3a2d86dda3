"""An agency with administrators of its own, and what was sent by e-mail."""

from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone

from agencies import actions
from notifications import tasks
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from tests.cast import PASSWORD


@pytest.fixture
def add_person(cast):
    """`add_person("pat", "Pat Ellison", cast.police, "administrator")`, who signs in with the cast's password."""

    def add(who: str, name: str, agency, role: str):
        with acting_as(CLOCK):
            return actions.add_person(
                f"{who}@{agency.slug}.example",
                agency=agency,
                password=PASSWORD,
                by=CLOCK,
                at=timezone.now(),
                name=name,
                role=role,
            )

    return add


@pytest.fixture
def force(cast, add_person):
    """Pat and Quinn administer the police; Ida the helpline."""
    return SimpleNamespace(
        pat=add_person("pat", "Pat Ellison", cast.police, "administrator"),
        quinn=add_person("quinn", "Quinn Abara", cast.police, "administrator"),
        ida=add_person("ida", "Ida Solberg", cast.harbour, "administrator"),
    )


@pytest.fixture
def post(settings):
    """`post()` lets the worker send what waits, and gives what was sent since, the oldest first."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    def sent():
        mail.outbox.clear()
        tasks.sweep()
        return list(mail.outbox)

    mail.outbox = []
    return sent
