"""An operator makes a client for an agency that has none: the secret is printed once, and a mistake fails."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from audit.models import Event
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK


def create(*arguments) -> dict[str, str]:
    printed = StringIO()
    call_command("create_client", *arguments, stdout=printed, stderr=StringIO())
    return dict(line.split("=", 1) for line in printed.getvalue().splitlines())


def test_the_client_works_and_its_secret_is_in_no_event(cast):
    made = create("harbour-helpline", "--scope", "referrals:write", "--scope", "clients", "--name", "Intake")
    answer = Browser().post("/oauth/token", {"grant_type": "client_credentials", **made})
    assert answer.status_code == 200
    assert set(answer.json()["scope"].split()) == {"referrals:write", "clients"}
    with acting_as(CLOCK), writing():
        event = Event.objects.filter(action="client.added").latest("at")
    assert event.actor_kind == "clock"
    assert made["client_secret"] not in str(event.details)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody", "--scope", "webhooks"], "No agency of the slug nobody"),
        (["harbour-helpline"], "required: --scope"),
        (["harbour-helpline", "--scope", "everything"], "invalid choice"),
        (["harbour-helpline", "--scope", "webhooks", "--days", "0"], "an end in the future"),
        (["harbour-helpline", "--scope", "webhooks", "--days", "800"], "two years"),
        (["harbour-helpline", "--scope", "webhooks", "--name", "harbour system"], "called harbour system"),
    ],
)
def test_a_mistake_is_a_sentence_and_a_failure(cast, arguments, said):
    with pytest.raises(CommandError, match=said):
        create(*arguments)
