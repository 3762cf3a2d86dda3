"""How do templates put codes, times and numbers into words?"""

from datetime import UTC, date, datetime, timedelta

from django import template
from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format

from ohsc.core.words import Band, Environment, Sector

register = template.Library()

CLOSED_STATUSES = frozenset({"concluded", "rejected", "merged", "withdrawn"})
SOON = timedelta(hours=4)
MINUTE, HOUR, DAY = 60, 3600, 86400


def _label(choices: type[TextChoices], code: str, missing: str) -> str:
    return str(choices(code).label) if code in choices.values else missing


@register.filter
def band_label(code: str) -> str:
    return _label(Band, code, "No band yet")


@register.filter
def environment_label(code: str) -> str:
    return _label(Environment, code, "Environment not known")


@register.filter
def sector_label(code: str) -> str:
    return _label(Sector, code, code)


@register.filter
def status_label(code: str) -> str:
    return code.replace("_", " ").capitalize()


@register.filter
def is_closed_status(code: str) -> bool:
    return code in CLOSED_STATUSES


@register.filter
def words(text: str) -> int:
    """How many words a text has, as people count them: what stands between spaces."""
    return len((text or "").split())


def _span(seconds: int) -> str:
    """A length of time as short as it can be read: "12 min", "3 h 10", "1 d 4 h", "9 d"."""
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        hours, minutes = divmod(seconds // MINUTE, 60)
        return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"
    days, hours = divmod(seconds // HOUR, 24)
    return f"{days} d {hours} h" if days == 1 and hours else f"{days} d"


def _left(at: datetime, now: datetime | None) -> timedelta:
    return at - (now or timezone.now())


@register.filter
def due(at: datetime, now: datetime | None = None) -> str:
    """How long is left, or since when it is late: "due in 3 h 10", "overdue by 2 d"."""
    seconds = int(_left(at, now).total_seconds())
    if abs(seconds) < MINUTE:
        return "due now"
    return f"due in {_span(seconds)}" if seconds > 0 else f"overdue by {_span(-seconds)}"


@register.filter
def age(at: datetime, now: datetime | None = None) -> str:
    """How long ago, as short as it can be read: "6 d old"."""
    return f"{_span(max(0, -int(_left(at, now).total_seconds())))} old"


@register.filter
def lasted(span: timedelta) -> str:
    """A length of time, as short as it can be read: "3 h 10"."""
    return _span(int(span.total_seconds()))


@register.filter
def due_state(at: datetime, now: datetime | None = None) -> str:
    """ "overdue", "soon" (four hours, the span in which P1 must be passed on) or "later"."""
    left = _left(at, now)
    if left <= timedelta(0):
        return "overdue"
    return "soon" if left <= SOON else "later"


def _here(at: datetime | date) -> datetime | date:
    return timezone.localtime(at) if isinstance(at, datetime) else at


@register.filter
def when(at: datetime | date) -> str:
    """In the person's own zone: "22 Nov, 14:05"; the year only where it is not this one."""
    local = _here(at)
    day = "j M" if local.year == timezone.localtime().year else "j M Y"
    return date_format(local, f"{day}, H:i" if isinstance(local, datetime) else day)


@register.filter
def when_in_full(at: datetime | date) -> str:
    """ "Sunday 22 November 2026, 14:05 GMT": for the tooltip and for those who listen."""
    local = _here(at)
    return date_format(local, "l j F Y, H:i T" if isinstance(local, datetime) else "l j F Y")


@register.filter
def machine_time(at: datetime | date) -> str:
    """What a <time> element's datetime attribute takes, always in UTC."""
    if isinstance(at, datetime):
        return at.astimezone(UTC).isoformat(timespec="seconds")
    return at.isoformat()


@register.filter
def share_of(part: float, whole: float) -> int:
    """How many hundredths of the whole this is, between 0 and 100: the length of a bar."""
    return max(0, min(100, round(100 * part / whole))) if whole else 100 * bool(part)


@register.simple_tag
def is_demonstration() -> bool:
    """Asked of the settings, so that even the page for a failure says it is a demonstration."""
    return bool(settings.DEMO)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """This page's address with some parameters changed and the others kept; None takes one away."""
    request: HttpRequest = context["request"]
    parameters = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    encoded = parameters.urlencode()
    return f"?{encoded}" if encoded else request.path
