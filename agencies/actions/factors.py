"""The verbs of a person's second factors."""

from datetime import datetime

from agencies.actions.sessions import end_sessions, record_access
from agencies.models import User
from ohsc.core.actor import Actor


def reset_factors(person: User, by: Actor, at: datetime) -> int:
    """Take away every second factor, and end every session. There are none yet."""
    record_access("person.factors_reset", person, by=by, at=at, number=0)
    end_sessions(person, by=by, at=at)
    return 0
