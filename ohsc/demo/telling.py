"""How are the stories played: who takes each step, in the order in which everything happened?

Each step is the real one, taken by somebody who may take it, at its own time; so parties, history, audit and
offers are what they would be.
"""

import json
import random
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter
from uuid import UUID

from agencies.access import actor_for_client, actor_for_person
from agencies.models import Agency, Client, User
from cases.actions import open_case, share
from notifications import actions as notifications
from notifications.access import visible_inbox
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK, Actor
from ohsc.demo.agencies import CENTRE
from ohsc.demo.stories import SEED, Planned, Story
from referrals.actions import perform, receive, take
from referrals.drafts import Arrival, Given

READ_AFTER = timedelta(days=2)
_SPREAD_EVERY = 12  # events between two rounds of telling; nearly as soon as in life


@dataclass
class Cast:
    """Everybody who can act, by agency."""

    agencies: dict[str, Agency]
    people: list[User]
    clients: dict[str, Client]

    def __post_init__(self) -> None:
        self.rng = random.Random(SEED)  # noqa: S311 -- who is on duty, no secret
        self.by_role: dict[tuple[str, str], list[Actor]] = {}
        for person in self.people:
            key = (person.agency.slug, person.role)
            self.by_role.setdefault(key, []).append(actor_for_person(person))

    def one(self, slug: str, *roles: str) -> Actor:
        """Somebody in that agency who has one of these roles."""
        return self.rng.choice([actor for role in roles for actor in self.by_role[slug, role]])

    def sender(self, slug: str) -> tuple[Actor, str]:
        """Who sends for that agency, and how: its system where it has one, else a person at a form."""
        client = self.clients.get(slug)
        if client and slug != CENTRE and self.rng.random() < 0.9:
            return actor_for_client(client, client.scopes), "rest"
        return self.one(slug, "analyst", "coordinator"), "form"

    def taker(self, step: Planned) -> Actor:
        """Who takes this step."""
        if not step.by:
            return CLOCK
        if step.name in ("offer", "recall"):
            return self.one(step.by, "coordinator")
        return self.one(step.by, "analyst", "analyst", "coordinator", "supervisor")


class Telling:
    """Plays stories; `said` is called with how many of how many events are done."""

    def __init__(self, cast: Cast, now: datetime, said: Callable[[int, int], None]) -> None:
        self.cast, self.now, self.said = cast, now, said
        self.referrals: dict[int, UUID] = {}

    def play(self, stories: Iterable[Story]) -> None:
        events: list[tuple[datetime, int, Callable[[], None]]] = []
        for story in stories:
            events.append((story.received_at, story.number, lambda story=story: self._arrive(story)))
            events += [
                (step.at, story.number, lambda story=story, step=step: self._step(story, step))
                for step in story.steps
            ]
            if story.held_by:
                events.append((self._taken_at(story), story.number, lambda story=story: self._take(story)))
        events.sort(key=itemgetter(0, 1))
        for done, (at, _, happen) in enumerate(events, 1):
            happen()
            if done % _SPREAD_EVERY == 0 or done == len(events):
                notifications.spread_waiting(at=at, limit=10_000)
                self.said(done, len(events))

    def _arrive(self, story: Story) -> None:
        sender, kind = self.cast.sender(story.source)
        draft = story.draft
        if story.wish:
            draft = replace(draft, to_agency=self.cast.agencies[story.wish])
        body = asdict(replace(draft, to_agency=None)) | {"to_agency": story.wish}
        raw = json.dumps({name: value for name, value in body.items() if value}, default=str).encode()
        with acting_as(sender):
            [referral] = receive(
                [draft],
                arrival=Arrival(kind, "application/json", raw),
                by=sender,
                at=story.received_at,
            )
        self.referrals[story.number] = referral.pk

    def _step(self, story: Story, step: Planned) -> None:
        given: Given = replace(step.given, to_agency=self.cast.agencies[step.to]) if step.to else step.given
        by = self.cast.taker(step)
        with acting_as(by):
            perform(step.name, referral_id=self.referrals[story.number], by=by, at=step.at, given=given)

    def _taken_at(self, story: Story) -> datetime:
        since = story.steps[-1].at if story.steps else story.received_at
        return since + (self.now - since) * self.cast.rng.uniform(0.1, 0.8)

    def _take(self, story: Story) -> None:
        by = self.cast.one(story.held_by, "analyst", "analyst", "coordinator")
        with acting_as(by):
            take(self.referrals[story.number], by=by, at=self._taken_at(story))


CASES = (  # title, owner, shared with, days ago
    ("Forum that moves between onion addresses", "aldermoor-unit", ("ohsc", "halyard-liaison"), 26),
    ("Payment handle in several extortion reports", CENTRE, ("northshire-police", "lumen-social"), 19),
    ("Accounts sold in bulk to reach young players", CENTRE, ("wrenfield-games", "westmarch-constabulary"), 15),
    ("Misleading domains registered in one week", "digital-conduct", ("ohsc", "cobblestack", "fernbank-hotline"), 12),
    ("Club messages outside the agreed channel", "northshire-police", ("eastmere-childrens-services",), 9),
    ("Support for families after threats online", "harbour-helpline", ("thistledown-trust", "ohsc"), 6),
)  # fmt: skip


def open_cases(cast: Cast, now: datetime) -> None:
    """A few cases, each shared with agencies that work on it."""
    for title, owner, others, days in CASES:
        at = now - timedelta(days=days, hours=2)
        by = cast.one(owner, "coordinator")
        with acting_as(by):
            case = open_case(title, by=by, at=at)
            for number, slug in enumerate(others, 1):
                if slug != CENTRE:  # it sees every case
                    share(case.pk, with_agency=cast.agencies[slug], by=by, at=at + timedelta(hours=number))


def read_what_is_old(cast: Cast, now: datetime) -> None:
    """Everybody has read what is older than two days."""
    for person in cast.people:
        actor = actor_for_person(person)
        with acting_as(actor):
            old = visible_inbox(actor).filter(at__lt=now - READ_AFTER).values_list("pk", flat=True)
            notifications.mark_read(list(old), by=actor, at=now - READ_AFTER)
