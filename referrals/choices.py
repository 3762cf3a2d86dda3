"""Whom may a referral be sent to, as a form offers it? The directory is open to everyone signed in."""

from collections.abc import Iterable

from agencies.directory import visible_agencies
from agencies.models import Agency
from ohsc.core.actor import Actor


def agencies_to_ask(actor: Actor) -> Iterable[Agency]:
    """All that take part but the Centre, which does the asking, and the reader's own."""
    others = visible_agencies(actor).filter(is_centre=False)
    return (others.exclude(pk=actor.agency_id) if actor.agency_id else others).order_by("name")
