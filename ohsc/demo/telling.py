"""How are the stories played: who takes each step, in the order in which everything happened?

Each step is the real one, taken by somebody who may take it, at its own time; so parties, history, audit and
offers are what they would be.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from agencies import actions as agencies
from agencies.access import actor_for_client, actor_for_person, visible_clients, visible_people
from agencies.models import Agency
from cases.actions import open_case, share
from notifications import actions as notifications
from notifications import bell
from notifications.access import visible_inbox
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK, Actor
from ohsc.demo.actions import set_aside_old_notices
from ohsc.demo.agencies import CENTRE, DARK, PHYSICAL, SURFACE
from ohsc.demo.stories import Planned, Story
from referrals.access import visible_referrals
from referrals.actions import perform, receive, take
from referrals.drafts import Arrival, Given
from referrals.record import open_record

READ_AFTER = timedelta(days=2)
TOLD_SINCE = timedelta(days=2, hours=12)  # older notices reach no inbox: nobody would look there any more
_SPREAD_EVERY = 12  # events between two rounds of telling; nearly as soon as in life


@dataclass(frozen=True)
class Event:
    """One thing that happens in a story."""

    at: datetime
    story: Story
    happen: Callable[[Story], None]


class Cast:
    """Everybody who can act, by agency."""

    def __init__(self) -> None:
        with acting_as(CLOCK):
            self.agencies = {agency.slug: agency for agency in Agency.objects.all()}
            self.people = list(visible_people(CLOCK).order_by("email"))
            self.clients = {client.agency.slug: client for client in visible_clients(CLOCK)}
        self.by_role: dict[tuple[str, str], list[Actor]] = {}
        for person in self.people:
            self.by_role.setdefault((person.agency.slug, person.role), []).append(actor_for_person(person))

    def one(self, story: Story | None, slug: str, *roles: str) -> Actor:
        """Somebody in that agency who has one of these roles; the same in the same story."""
        able = [actor for role in roles for actor in self.by_role[slug, role]]
        return able[story.number % len(able)] if story else able[0]

    def keeper(self) -> Actor:
        """The Centre's administrator, who keeps the installation."""
        return self.one(None, CENTRE, "administrator")

    def sender(self, story: Story) -> tuple[Actor, str]:
        """Who sends for that agency, and how: its system where it has one, else a person at a form."""
        client = self.clients.get(story.source)
        if client and story.source != CENTRE and story.number % 10:
            return actor_for_client(client, client.scopes), "rest"
        return self.one(story, story.source, "analyst", "coordinator"), "form"

    def taker(self, step: Planned, story: Story) -> Actor:
        """Who takes this step."""
        if not step.by:
            return CLOCK
        if step.name in ("offer", "recall"):
            return self.one(story, step.by, "coordinator")
        return self.one(story, step.by, "analyst", "analyst", "coordinator", "supervisor")


class Telling:
    """Plays stories. What an interrupted telling left stands where it is; the rest of each story is played."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now = cast, now
        with acting_as(CLOCK):
            rows = visible_referrals(CLOCK).values_list("source__slug", "external_ref", "pk", "version")
            self.there = {(source, ref): (pk, version) for source, ref, pk, version in rows}

    def events(self, stories: Iterable[Story]) -> list[Event]:
        """What is still to happen, in the order in which it happens."""
        events = []
        for story in stories:
            _, version = self.there.get(_key(story), (None, 0))
            if not version:
                events.append(Event(story.received_at, story, self._arrive))
            events += [
                Event(step.at, story, partial(self._step, step))
                for step in story.steps[max(version - 1, 0) :]
            ]
            if story.held_by:
                events.append(Event(self._taken_at(story), story, self._take))
        return sorted(events, key=lambda event: (event.at, event.story.number))

    def play(self, events: Sequence[Event], said: Callable[[int], None]) -> None:
        """`said` is called with how many more are done, now and then. Agencies are told nearly as soon as in life."""
        with unrung():
            for place in range(0, len(events), _SPREAD_EVERY):
                some = events[place : place + _SPREAD_EVERY]
                for event in some:
                    event.happen(event.story)
                set_aside_old_notices(before=self.now - TOLD_SINCE)
                notifications.spread_waiting(at=some[-1].at, limit=len(some) * 8)
                said(len(some))

    def _arrive(self, story: Story) -> None:
        sender, kind = self.cast.sender(story)
        draft = story.draft
        body = asdict(draft) | {"to_agency": story.wish}
        if story.wish:
            draft = replace(draft, to_agency=self.cast.agencies[story.wish])
        raw = json.dumps({name: value for name, value in body.items() if value}, default=str).encode()
        with acting_as(sender):
            arrival = Arrival(kind, "application/json", raw)
            [referral] = receive([draft], arrival=arrival, by=sender, at=story.received_at)
        self.there[_key(story)] = referral.pk, referral.version

    def _step(self, step: Planned, story: Story) -> None:
        given: Given = replace(step.given, to_agency=self.cast.agencies[step.to]) if step.to else step.given
        by = self.cast.taker(step, story)
        if step.name == "recall":
            self._read(step, story)
        with acting_as(by):
            perform(step.name, referral_id=self.there[_key(story)][0], by=by, at=step.at, given=given)

    def _read(self, recall: Planned, story: Story) -> None:
        """Somebody looks at an offer before it is recalled, so that the recall has a receipt to show."""
        slug = next(step.to for step in reversed(story.steps) if step.name == "offer" and step.at < recall.at)
        reader = self.cast.one(story, slug, "analyst", "coordinator")
        with acting_as(reader):
            open_record(self.there[_key(story)][0], reader, at=recall.at - timedelta(minutes=9))

    def _taken_at(self, story: Story) -> datetime:
        since = story.steps[-1].at if story.steps else story.received_at
        return since + (self.now - since) * (0.1 + story.number % 7 / 10)

    def _take(self, story: Story) -> None:
        by = self.cast.one(story, story.held_by, "analyst", "analyst", "coordinator")
        with acting_as(by):
            take(self.there[_key(story)][0], by=by, at=self._taken_at(story))


def tell_the_rest(now: datetime) -> None:
    """What one part left because another had that agency in hand."""
    with unrung():
        notifications.spread_waiting(at=now, limit=10_000)


def _key(story: Story) -> tuple[str, str]:
    return story.source, story.draft.external_ref


@contextmanager
def unrung() -> Iterator[None]:
    """No doorbell for the past: a worker that starts later would answer it a thousand times, for nothing."""
    ring, bell.ring = bell.ring, lambda: None
    try:
        yield
    finally:
        bell.ring = ring


CASES = (  # title, where, owner, shared with, days ago
    ("Forum that moves between onion addresses", DARK, "aldermoor-unit", ("ohsc", "halyard-liaison"), 26),
    ("Payment handle in several extortion reports", SURFACE, CENTRE, ("northshire-police", "lumen-social"), 19),
    ("Accounts sold to reach young players", SURFACE, CENTRE, ("wrenfield-games", "westmarch-constabulary"), 15),
    ("Misleading domains registered in one week", SURFACE, "digital-conduct", ("cobblestack", "fernbank-hotline"), 12),
    ("Club messages outside the agreed channel", PHYSICAL, "northshire-police", ("eastmere-childrens-services",), 9),
    ("Support for families after threats online", SURFACE, "harbour-helpline", ("thistledown-trust", "ohsc"), 6),
)  # fmt: skip


def open_cases(cast: Cast, now: datetime) -> None:
    """A few cases, each shared with agencies that work on it."""
    for title, where, owner, others, days in CASES:
        at = now - timedelta(days=days, hours=2)
        by = cast.one(None, owner, "coordinator")
        with acting_as(by):
            case = open_case(title, by=by, at=at)
            for number, slug in enumerate(others, 1):
                if slug != CENTRE:  # it sees every case
                    later = at + timedelta(hours=number)
                    share(case.pk, with_agency=cast.agencies[slug], environments=[where], by=by, at=later)


def read_what_is_old(cast: Cast, now: datetime) -> None:
    """Everybody has read what is older than two days."""
    for person in cast.people:
        actor = actor_for_person(person)
        with acting_as(actor):
            old = visible_inbox(actor).filter(at__lt=now - READ_AFTER).values_list("pk", flat=True)
            notifications.mark_read(list(old), by=actor, at=now - READ_AFTER)


def invite_guests(cast: Cast, now: datetime) -> None:
    """In every agency somebody was just invited and has not come yet."""
    for slug in sorted(cast.agencies):
        keeper = cast.one(None, slug, "administrator")
        guest = agencies.Guest("Rowan Achebe", f"rowan.achebe@{slug}.example", "analyst")
        with acting_as(keeper):
            agencies.invite(guest, by=keeper, at=now)
