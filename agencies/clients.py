"""Which systems does an agency have, and which of them need somebody's eye? Each look is recorded."""

from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.access import own_clients
from agencies.models import Client
from audit import actions as audit
from ohsc.core.actor import Actor

WARNED_BEFORE = timedelta(days=30)


class State(Enum):
    """What a client is good for: its word for systems, and for people."""

    LIVE = "live", "In use"
    EXPIRING = "expiring", "Ends soon"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"

    def __init__(self, word: str, label: str) -> None:
        self.word, self.label = word, label


def state_of(client: Client, at: datetime) -> State:
    """Revoked by somebody, past its end, near it, or in use."""
    if client.revoked_at is not None:
        return State.REVOKED
    if not client.is_live(at):
        return State.EXPIRED
    near = client.expires_at is not None and client.expires_at <= at + WARNED_BEFORE
    return State.EXPIRING if near else State.LIVE


def listed(actor: Actor) -> QuerySet[Client]:
    """The agency's clients, newest first."""
    return own_clients(actor).order_by("-created", "-id")


def split(actor: Actor, at: datetime, *, most: int) -> tuple[list[Client], list[Client]]:
    """Those that work, and the newest of those that ended; one event for the look at both."""
    live = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=at))
    working, ended = list(listed(actor).filter(live)), list(listed(actor).exclude(live)[:most])
    consulted("clients.listed", [*working, *ended], actor, at=at)
    return working, ended


def opened(client_id: UUID, actor: Actor, *, at: datetime) -> Client:
    """One client, and the event of the look. Raises Client.DoesNotExist."""
    client = own_clients(actor).get(pk=client_id)
    consulted("client.opened", [client], actor, at=at)
    return client


def consulted(action: str, seen: list[Client], actor: Actor, *, at: datetime) -> None:
    """One event for one look, whether at a client or at a list of them."""
    audit.record(
        audit.Kind.CONSULTATION,
        action,
        by=actor,
        at=at,
        subject_type="client",
        subject_ids=[client.pk for client in seen],
    )
