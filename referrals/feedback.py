"""When is a source owed word of what came of its referral? The rule, in one place.

No law and no agreement sets these days: the scale is our own (decision 25). They are calendar days, from the hour of
acceptance or of the last word; nothing stops them, for a question to the source is not yet word of what came of it.
"""

from datetime import datetime, timedelta

DAYS = {"P1": 3, "P2": 14, "P3": 28, "P4": 60, "INFO": 60}
CHASED_AFTER = timedelta(days=7)  # the custodian was reminded when it was due, and nothing came
LONGEST = 300  # characters of the text beside a coded word


def due(band: str, since: datetime) -> datetime:
    """When the next word is due of a referral in this band, accepted or last told of at `since`."""
    return since + timedelta(days=DAYS[band])


def days_late(due_at: datetime, at: datetime) -> int:
    """Whole days since it was due; 0 while it is not a day late."""
    return max((at - due_at).days, 0)
