"""The verbs of being signed in: end every session of a person."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from agencies.models import User
from audit import actions as audit
from ohsc.core.acting import as_the_login
from ohsc.core.actor import Actor


def end_sessions(person: User, by: Actor, at: datetime) -> int:
    """End every session of this person. Returns how many that were."""
    with as_the_login():
        live = Session.objects.filter(expire_date__gt=at)
        theirs = [each.pk for each in live if each.get_decoded().get(SESSION_KEY) == str(person.pk)]
        Session.objects.filter(pk__in=theirs).delete()
    if theirs:
        record_access("person.sessions_ended", person, by=by, at=at, number=len(theirs))
    return len(theirs)


def record_access(action: str, person: User, *, by: Actor | None, at: datetime, **details: object) -> None:
    """One event of signing in; never a code or an address."""
    audit.record(
        audit.Kind.ACCESS,
        action,
        by=by,
        at=at,
        subject_type="person",
        subject_ids=[person.pk],
        details=details,
    )
