"""The verbs of a person's second factors."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from agencies.actions.sessions import end_sessions, record_access
from agencies.models import User
from ohsc.core.acting import as_the_login
from ohsc.core.actor import Actor


def reset_factors(person: User, by: Actor, at: datetime) -> int:
    """Take away every second factor and recovery code, and end every session: whoever lost theirs enrols anew when
    they next sign in. Returns how many were taken away.

    Whether `by` may is asked by the caller's action; that it was really the person who asked, by a human being.
    """
    with transaction.atomic():
        with as_the_login():
            removed, _ = Authenticator.objects.filter(user_id=person.pk).delete()
        record_access("person.factors_reset", person, by=by, at=at, number=removed)
        end_sessions(person, by=by, at=at)
    return removed
