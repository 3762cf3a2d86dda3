"""The verbs of being signed in: note it, end one session, end them all. What is ended is gone for the next request,
whichever process serves it, and nothing that a request saves brings it back (`agencies.sessions`)."""

from datetime import datetime

from django.db import transaction

from agencies.models import Session, User
from audit import actions as audit
from ohsc.core.acting import as_the_login
from ohsc.core.actor import Actor


def end_sessions(person: User, by: Actor, at: datetime, *, besides: str = "") -> int:
    """End every session of this person, or all besides the one with this key. Returns how many that were.

    For whoever may: the person themself, or whoever disables, moves or changes them. Whether they may is asked by
    the caller's action. Also for a person whose change is not yet committed: it and the end are one transaction.
    """
    with transaction.atomic():
        with as_the_login():
            ended, _ = Session.objects.filter(person_id=person.pk).exclude(session_key=besides).delete()
        if ended:
            record_access("person.sessions_ended", person, by=by, at=at, number=ended)
    return ended


def end_session(session: Session, person: User, by: Actor, at: datetime) -> None:
    """End one of the person's own sessions."""
    with transaction.atomic():
        with as_the_login():
            ended, _ = Session.objects.filter(pk=session.pk, person_id=person.pk).delete()
        if ended:
            record_access("person.sessions_ended", person, by=by, at=at, number=ended)


def clear_sessions(at: datetime) -> int:
    """Remove the sessions that are over by themselves. Returns how many."""
    with as_the_login():
        return Session.objects.filter(expire_date__lte=at).delete()[0]


def record_access(action: str, person: User, *, by: Actor | None, at: datetime, **details: object) -> None:
    """One event of signing in, of proving who one is, or of what that is done with; never a code or an address."""
    audit.record(
        audit.Kind.ACCESS,
        action,
        by=by,
        at=at,
        subject_type="person",
        subject_ids=[person.pk],
        details=details,
    )
