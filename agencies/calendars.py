"""On which days does a desk not work because its nation has a bank holiday? A library knows them, offline."""

from datetime import date
from functools import cache

from holidays import country_holidays

from agencies.capacity import working_days

# What an agency may choose. A desk that works every day of the year keeps none.
CALENDARS = {
    "GB-ENG": "England",
    "GB-WLS": "Wales",
    "GB-SCT": "Scotland",
    "GB-NIR": "Northern Ireland",
    "": "None: it works on bank holidays",
}


@cache
def bank_holidays(calendar: str, year: int) -> dict[date, str]:
    """Those of a year with their names; none for a calendar that is not known here."""
    if calendar not in CALENDARS or not calendar:
        return {}
    country, subdivision = calendar.split("-")
    return dict(country_holidays(country, subdiv=subdivision, years=year))


def not_worked(calendar: str, week_of: date) -> dict[date, str]:
    """The bank holidays from Monday to Friday of the week that holds the day."""
    days = working_days(week_of)
    return {day: name for day in days if (name := bank_holidays(calendar, day.year).get(day))}
