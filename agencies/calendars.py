"""On which days does a desk not work because its nation has a bank holiday? A library knows them, offline."""

from datetime import date
from functools import lru_cache

from holidays import country_holidays

from agencies.capacity import working_days

# What an agency may choose. A desk that works every day of the year keeps none.
CALENDARS = {
    "GB-ENG": "England",
    "GB-WLS": "Wales",
    "GB-SCT": "Scotland",
    "GB-NIR": "Northern Ireland",
    "": "None: open on bank holidays",
}


@lru_cache(maxsize=256)
def bank_holidays(calendar: str, year: int) -> dict[date, str]:
    """Those of a year with their names, the days kept instead of one among them. A calendar not known has none."""
    country, _, nation = calendar.partition("-")
    try:
        return dict(country_holidays(country, subdiv=nation or None, years=year))
    except NotImplementedError:
        return {}


def is_bank_holiday(day: date, calendar: str) -> bool:
    return day in bank_holidays(calendar, day.year)


def not_worked(calendar: str, week_of: date) -> dict[date, str]:
    """The bank holidays from Monday to Friday of the week that holds the day."""
    days = [day for day in working_days(week_of) if is_bank_holiday(day, calendar)]
    return {day: bank_holidays(calendar, day.year)[day] for day in days}
