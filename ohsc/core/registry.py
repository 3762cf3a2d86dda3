"""How does a lower app ask a higher one who may see a thing, without importing it?

An app that owns a type registers it in `ready()`. Notifications asks before it sends, for many records at once.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from uuid import UUID

from ohsc.core.actor import Actor

Happened = tuple[UUID, datetime]  # to which record, and when
ToldOf = Callable[[Actor, Iterable[Happened]], set[Happened]]
MayBeTold = Callable[[Actor, UUID, datetime], bool]
PagePath = Callable[[UUID], str]
WhyWithheld = Callable[[Actor, Collection[UUID]], dict[UUID, str]]

_types: dict[str, tuple[ToldOf, PagePath, WhyWithheld | None]] = {}


def register(
    name: str,
    *,
    page: PagePath,
    told_of: ToldOf | None = None,
    may_be_told: MayBeTold | None = None,
    why_withheld: WhyWithheld | None = None,
) -> None:
    """`told_of(actor, what happened)`: of which of it may this actor still hear?

    A type of which there is never much to tell may give `may_be_told(actor, id, at)` instead, asked one by one.
    `why_withheld(actor, ids)`: of those that are withheld for a reason which the recipient may read, that reason.
    """
    if told_of is None:
        if may_be_told is None:
            raise TypeError(f"{name} says neither told_of nor may_be_told.")
        told_of = _one_by_one(may_be_told)
    _types[name] = (told_of, page, why_withheld)


def told_of(name: str, actor: Actor, happened: Iterable[Happened]) -> set[Happened]:
    """What of this the actor may still hear of; a few statements, however much there is."""
    return _types[name][0](actor, happened)


def may_be_told(name: str, actor: Actor, subject_id: UUID, at: datetime) -> bool:
    """The same of one."""
    return bool(told_of(name, actor, [(subject_id, at)]))


def why_withheld(name: str, actor: Actor, subject_ids: Collection[UUID]) -> dict[UUID, str]:
    """Why this actor is not told of some of these records, each as a sentence for the log."""
    why = _types[name][2]
    return why(actor, subject_ids) if why else {}


def page_of(name: str, subject_id: UUID) -> str:
    """The path of the record's page, for a link."""
    return _types[name][1](subject_id)


def _one_by_one(may_be_told: MayBeTold) -> ToldOf:
    def told_of(actor: Actor, happened: Iterable[Happened]) -> set[Happened]:
        return {one for one in happened if may_be_told(actor, *one)}

    return told_of
