"""When does a desk work? In seconds since the simulated year began, so that whole numbers decide and no clock is read.

The year has 52 equal weeks from a Monday in UTC: no bank holidays and no summer time; the platform knows both.
"""

from bisect import bisect_right
from dataclasses import dataclass

MINUTE, HOUR = 60, 3600
DAY, WEEK = 24 * HOUR, 168 * HOUR


@dataclass(frozen=True)
class Hours:
    """On these many days of the week, from Monday, from one hour to another."""

    days: int
    opens: int
    closes: int

    @property
    def weekly(self) -> int:
        """Seconds open in a week."""
        return self.days * (self.closes - self.opens) * HOUR


ALWAYS = Hours(7, 0, 24)
LONG = Hours(7, 7, 23)
EVENINGS = Hours(7, 8, 20)
OFFICE = Hours(5, 9, 17)


class Desk:
    """Open time of one agency: how much of it has passed by a moment, and by when so much of it will have."""

    def __init__(self, hours: Hours, weeks: int, dark: tuple[int, int] = (0, 0)) -> None:
        self.dark = dark
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = []  # open time before each shift
        passed = 0
        for day in range(weeks * 7):
            if day % 7 < hours.days:
                shift = (day * DAY + hours.opens * HOUR, day * DAY + hours.closes * HOUR)
                for opens, closes in _without(shift, dark):
                    self._opens.append(opens)
                    self._closes.append(closes)
                    self._before.append(passed)
                    passed += closes - opens

    def is_open(self, at: int) -> bool:
        shift = bisect_right(self._opens, at) - 1
        return shift >= 0 and at < self._closes[shift]

    def next_open(self, at: int) -> int:
        """That moment where it is open, else when it opens next."""
        shift = bisect_right(self._opens, at) - 1
        if shift >= 0 and at < self._closes[shift]:
            return at
        return self._opens[shift + 1]

    def passed(self, at: int) -> int:
        """Seconds open before that moment."""
        shift = bisect_right(self._opens, at) - 1
        if shift < 0:
            return 0
        return self._before[shift] + min(at, self._closes[shift]) - self._opens[shift]

    def after(self, at: int, seconds: int) -> int:
        """When it will have been open for so many seconds more."""
        wanted = self.passed(at) + seconds
        if seconds == 0:
            return self.next_open(at)
        shift = bisect_right(self._before, wanted - 1) - 1
        return self._opens[shift] + wanted - self._before[shift]

    def awake(self, at: int) -> int:
        """That moment, or the end of its being dark: for who answers by night as by day."""
        starts, ends = self.dark
        return ends if starts <= at < ends else at


def _without(shift: tuple[int, int], dark: tuple[int, int]) -> list[tuple[int, int]]:
    """What is left of a shift."""
    parts = [(shift[0], min(shift[1], dark[0])), (max(shift[0], dark[1]), shift[1])]
    return [part for part in parts if part[0] < part[1]] if dark[0] < dark[1] else [shift]
