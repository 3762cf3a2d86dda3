"""What does only a demonstration write? People who share one password, and what is set again when a file is lost.

Everything else goes through the verbs of the apps. Each of these leaves its event as those do.
"""

from collections.abc import Iterable
from datetime import datetime

from agencies.models import Agency, Client, User
from audit import actions as audit
from notifications.models import Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK, Actor

SEEDED = "demonstration.seeded"


def add_people(people: Iterable[User], *, by: Actor, at: datetime) -> list[User]:
    """People whose password is hashed already: one hash for all, for hashing is slow and the password no secret."""
    people = list(people)
    with writing():
        User.objects.bulk_create(people)
        for person in people:
            _record("person.added", "person", person, by=by, at=at)
    return people


def let_email_reach(people: Iterable[User], *, by: Actor, at: datetime) -> None:
    """From now on they get e-mails; of what happened before they got none."""
    ids = [person.pk for person in people]
    with writing():
        User.objects.filter(pk__in=ids).update(email_choice="each")
        audit.record(
            audit.Kind.ALTERATION, "person.email_on", by=by, at=at, subject_type="person", subject_ids=ids
        )


def set_passwords(people: Iterable[User], hashed: str, *, by: Actor, at: datetime) -> None:
    """The demonstration's password anew, for everybody; open sessions end by it."""
    with writing():
        for person in people:
            person.password = hashed
            person.save(update_fields=["password"])
            _record("person.password_set", "person", person, by=by, at=at)


def set_secret(client: Client, secret: str, *, by: Actor, at: datetime) -> None:
    """A new secret for a partner's client; it is stored hashed."""
    client.client_secret = secret
    with writing():
        client.save(update_fields=["client_secret"])
        _record("client.secret_set", "client", client, by=by, at=at)


def set_aside_old_notices(*, before: datetime) -> None:
    """Notices of the distant past reach no inbox and no feed.

    Several tell stories at once: each takes what nobody else has in hand, and so waits for nobody.
    """
    with acting_as(CLOCK), writing():
        old = Notice.objects.filter(state=Notice.State.WAITING, subject_at__lt=before)
        mine = list(old.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
        Notice.objects.filter(pk__in=mine).update(state=Notice.State.DROPPED)


def say_it_is_seeded(*, by: Actor, at: datetime) -> None:
    """The last thing the seeding writes; what is there without it was interrupted."""
    with acting_as(by), writing():
        audit.record(audit.Kind.COLLECTION, SEEDED, by=by, at=at)


def _record(action: str, kind: str, subject: Agency | User | Client, *, by: Actor, at: datetime) -> None:
    audit.record(audit.Kind.ALTERATION, action, by=by, at=at, subject_type=kind, subject_ids=[subject.pk])
