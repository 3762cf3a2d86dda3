"""A clock that tests set, and people who choose how they hear by e-mail."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from agencies.models import User
from notifications import actions, tasks
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK


@pytest.fixture
def clock(monkeypatch):
    """`clock.strikes("2026-02-03 08:00")` is a moment, UTC, at which the clock rings and workers send what is due."""

    def at(moment: str) -> datetime:
        return datetime.fromisoformat(moment).replace(tzinfo=UTC)

    def strikes(moment: str) -> None:
        monkeypatch.setattr(tasks, "timezone", SimpleNamespace(now=lambda: at(moment)))
        tasks.sweep()
        tasks.send_digests()

    return SimpleNamespace(at=at, strikes=strikes)


@pytest.fixture
def wants():
    """`wants(person, "daily")` sets a choice as if it had always been so; what it was is put back in the end."""
    before: dict = {}

    def wanted(person: User, choice: str = "", **more) -> None:
        more |= {"email_choice": choice} if choice else {}
        before.setdefault(person.pk, {})
        for name in more:
            before[person.pk].setdefault(name, getattr(person, name))
        _set(person.pk, more)

    yield wanted
    for key, values in before.items():
        _set(key, values)


def _set(key, values) -> None:
    with acting_as(CLOCK), writing():
        User.objects.filter(pk__in=[key]).update(**values)


@pytest.fixture
def offered(cast, clock):
    """`offered("2026-02-03 07:30")` is a referral offered to the police then; Bea, their coordinator, is told."""

    def offer(moment: str, band: str = "P2", *, spread: bool = True):
        at = clock.at(moment)
        referral = cast.referral(at=at)
        cast.step("triage", referral, cast.anil, at=at, priority=band)
        referral = cast.step("offer", referral, cast.cora, at=at, to_agency=cast.police)
        if spread:
            actions.spread_waiting(at=at)
        return referral

    return offer
