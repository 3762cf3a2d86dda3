"""Who calls? A client of each measured agency with a token, and a session of a coordinator of each; as JSON.

Run once for each database, with its settings: `python -m bench.people 0 42 100`.
"""

import json
import sys

import django


def main(numbers: list[int]) -> None:
    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from agencies import actions as agencies
    from agencies.models import Agency, User
    from agencies.proof import How, mark_proved
    from agencies.roles import SCOPES
    from agencies.sessions import SessionStore
    from ohsc.core.acting import acting_as
    from ohsc.core.actor import CLOCK

    callers = {}
    for number in numbers:
        with acting_as(CLOCK):
            agency = Agency.objects.get(slug=f"agency-{number}")
            client, secret = agencies.add_client(
                "Benchmark", agency=agency, scopes=list(SCOPES), by=CLOCK, at=timezone.now()
            )
            person = User.objects.get(email=f"person@{number}.example")
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        mark_proved(session, How.KEY, timezone.now())
        session.create()
        callers[number] = {
            "agency": str(agency.pk),
            "client_id": client.client_id,
            "secret": secret,
            "session": session.session_key,
        }
    print(json.dumps(callers))


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
