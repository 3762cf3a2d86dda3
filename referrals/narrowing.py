"""What narrows a list of referrals? Read from an address or a form, written back, and put to the database."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from agencies.models import Agency
from ohsc.core.actor import Actor
from ohsc.core.words import Environment
from referrals.priority import BANDS
from referrals.transitions import OPEN, STANDING, Party, Status

# What a code may look like: nothing else reaches the database or the audit.
A_HARM = re.compile("[a-z_]{1,40}")
PARTS = {Party.SOURCE: "Sent by us", Party.CUSTODIAN: "In our custody", Party.OFFERED: "Offered to us"}
ANY_OPEN = "open"
UNSET = "unset"


@dataclass(frozen=True)
class Narrowing:
    """Each is a code, or nothing. `agency` is the source or the custodian, `part` what the reader's own is to it."""

    agency: str = ""
    part: str = ""
    status: str = ""
    band: str = ""
    environment: str = ""
    harm: str = ""
    since: str = ""  # received on this day or later, in the reader's zone
    until: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any], actor: Actor, agencies: Iterable[Agency]) -> "Narrowing":
        """Words that are not ours are dropped, so that an address can be edited, shortened and kept."""
        known = {
            "agency": {agency.slug for agency in agencies},
            "part": set() if actor.is_centre else {*STANDING},  # the Centre has a part in all
            "status": {ANY_OPEN, *Status.values},
            "band": {*BANDS},
            "environment": {UNSET, *Environment.values},
        }
        chosen = {name: str(given[name]) for name, words in known.items() if given.get(name) in words}
        for name in ("since", "until"):
            if day := _day(str(given.get(name) or "")):
                chosen[name] = day.isoformat()
        harm = str(given.get("harm") or "")
        return cls(**chosen, harm=harm if A_HARM.fullmatch(harm) else "")

    def chosen(self) -> dict[str, str]:
        """Those that are on."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}

    @property
    def statuses(self) -> list[str]:
        """Those it lets through; none where it does not say."""
        if self.status == ANY_OPEN:
            return sorted(OPEN)
        return [self.status] if self.status else []

    def wanted(self, *, received: str = "received_at") -> Q:
        """The condition on a referral, but for agency and part. `received` names the column of its arrival."""
        wanted = Q()
        if self.status:
            wanted &= Q(status__in=self.statuses)
        if self.band:
            wanted &= Q(band=self.band)
        if self.environment:
            wanted &= Q(environment="" if self.environment == UNSET else self.environment)
        if self.harm:
            wanted &= Q(harm_type=self.harm)
        if day := _day(self.since):
            wanted &= Q(**{f"{received}__gte": _begins(day)})
        if day := _day(self.until):
            wanted &= Q(**{f"{received}__lt": _begins(day + timedelta(days=1))})
        return wanted


def _day(text: str) -> date | None:
    """A day as an address writes it; one at the very end of the calendar has no day after it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if len(text) == 10 and 1900 < day.year < 3000 else None


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
