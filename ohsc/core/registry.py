"""How does a lower app ask a higher one who may see a thing, without importing it?

An app that owns a type registers it in `ready()`. Notifications asks before it sends.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from ohsc.core.actor import Actor

MayBeTold = Callable[[Actor, UUID, datetime], bool]
PagePath = Callable[[UUID], str]

_types: dict[str, tuple[MayBeTold, PagePath]] = {}


def register(name: str, *, may_be_told: MayBeTold, page: PagePath) -> None:
    """`may_be_told(actor, id, at)`: may this actor still hear of what happened to that record at that moment?"""
    _types[name] = (may_be_told, page)


def may_be_told(name: str, actor: Actor, subject_id: UUID, at: datetime) -> bool:
    return _types[name][0](actor, subject_id, at)


def page_of(name: str, subject_id: UUID) -> str:
    """The path of the record's page, for a link."""
    return _types[name][1](subject_id)
