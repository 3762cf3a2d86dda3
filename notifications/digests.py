"""Who gets an e-mail at once, who one an hour or a day, and when does that hour or day begin?

What cannot wait (P1 and missed clocks) goes at once to everybody but those who want no e-mail.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agencies.models import EmailChoice, User
from notifications import letters, sending
from notifications.models import Digest
from notifications.transport import Answer

PERIODIC = (EmailChoice.HOURLY, EmailChoice.DAILY)
MORNING = time(8)
REACH = timedelta(days=7)  # what is older is no news: somebody who chose otherwise is not sent a year's inbox


def goes_at_once(person: User, *, urgent: bool) -> bool:
    """Whether this person gets an e-mail of their own about such a notice."""
    if person.email_failed_at is not None or person.email_choice == EmailChoice.NONE:
        return False
    return urgent or person.email_choice == EmailChoice.EACH


def period_start(choice: str, zone: str, *, at: datetime) -> datetime:
    """When the period began in which this moment lies: the full hour, or eight o'clock where the person is."""
    if choice == EmailChoice.HOURLY:
        return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    here = ZoneInfo(zone)
    today = at.astimezone(here).date()
    for day in (today, today - timedelta(days=1)):
        began = datetime.combine(day, MORNING, tzinfo=here).astimezone(UTC)
        if began <= at:
            break
    return began


def send(digest: Digest, person: User, news: list[letters.News], *, at: datetime) -> sending.Result:
    """Make one attempt. Trouble on the way is a result, and is tried again by the schedule of deliveries."""
    return sending.mailed(digest.attempts, letters.hand_over(letters.of_digest(digest, person, news)), at)


def failed(digest: Digest, error: Exception, *, at: datetime) -> sending.Result:
    """The result of an attempt that an error of our own ended."""
    answer = Answer(status=None, reason=f"our own error: {type(error).__name__}")
    return sending.mailed(digest.attempts, answer, at)
