"""The verbs of an agency's systems: make a client, change it, change its secret, end it, note that it was used.

A secret is in what the verb gives back, once, and hashed in the row; in no event and no log. Nobody gives a client
more than they may: a person what the agency's systems may hold, a system no more than its own.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import Q
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model

from agencies.access import own_clients
from agencies.models import Agency, Client
from agencies.roles import SCOPES, Permission, permissions_of_scopes, scopes_open_to
from audit import actions as audit
from ohsc.core.acting import acting_as, as_the_login, writing
from ohsc.core.actor import Actor
from ohsc.core.plain_text import why_not

log = logging.getLogger(__name__)

LIVE_PER_AGENCY = 20
LIFE, LONGEST_LIFE = timedelta(days=365), timedelta(days=731)  # two years, one of them a leap year
OVERLAP, LONGEST_OVERLAP = timedelta(hours=24), timedelta(days=7)
AT_ONCE = timedelta(0)
LONGEST_NAME = 120
NOTED_EVERY = timedelta(minutes=1)


class ClientRefused(Exception):
    """What cannot be, as a sentence. `field` names what to correct; "" where the client itself stands in the way."""

    def __init__(self, field: str, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.code = field, code


@dataclass(frozen=True)
class Terms:
    """What is agreed of a client: its name, what it is for, until when."""

    name: str
    scopes: tuple[str, ...]
    expires_at: datetime


def add_client(
    name: str, *, agency: Agency, scopes: Iterable[str], by: Actor, at: datetime, secret: str = ""
) -> tuple[Client, str]:
    """A client made with its agency, before there is anybody to manage it; it has no end. Unknown scopes are
    refused."""
    scopes = list(scopes)
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise ValueError(f"There is no scope {', '.join(unknown)}. Use: {', '.join(SCOPES)}.")
    with writing():
        return _insert(name, agency, scopes, None, by=by, at=at, secret=secret)


def make_client(terms: Terms, *, by: Actor, at: datetime, agency: Agency | None = None) -> tuple[Client, str]:
    """A new client of the actor's agency, and its secret, which is shown this once.

    Only an operator at the console (the clock's actor) names another agency.
    """
    _may_manage(by)
    with writing():
        home = _locked_agency(agency.pk if agency and by.kind == "clock" else by.home_id)
        _check(terms, home, by=by, at=at)
        _check_room(home, at)
        return _insert(terms.name, home, list(terms.scopes), terms.expires_at, by=by, at=at)


def change_client(client_id: UUID, terms: Terms, *, by: Actor, at: datetime) -> Client:
    """Another name, other scopes, another end; what a token may do follows at its next request. An end in the future
    brings an expired client back. Raises Client.DoesNotExist."""
    _may_manage(by)
    with writing():
        home = _locked_agency(by.home_id)
        client = _locked(client_id, by)
        _check_not_revoked(client)
        _within_ones_own(client.scopes, by)
        _check(terms, home, by=by, at=at, besides=client)
        if not client.is_live(at):
            _check_room(home, at)
        new = {"name": terms.name, "scopes": list(terms.scopes), "expires_at": terms.expires_at}
        changed = [name for name, value in new.items() if getattr(client, name) != value]
        for name in changed:
            setattr(client, name, new[name])
        if changed:
            client.save(update_fields=[*changed, "updated"])
            _record("client.changed", client, by=by, at=at, fields=changed, scopes=client.scopes)
    return client


def rotate_secret(
    client_id: UUID,
    *,
    overlap: timedelta = OVERLAP,
    replaces_lost: bool = False,
    by: Actor,
    at: datetime,
) -> tuple[Client, str]:
    """A new secret, shown this once; the one before is good for the overlap, so that a system can change over while
    it runs. At once: the one before is refused from now on, and so are the tokens it was given.

    While such a change is under way another would end a secret that may be in use. So it is refused, unless the
    newest was lost and is replaced, and the one before stays good as it was; or all end at once. Raises
    Client.DoesNotExist.
    """
    _may_manage(by)
    with writing():
        client = _locked(client_id, by)
        _within_ones_own(client.scopes, by)
        return _rotated(client, overlap, replaces_lost, by=by, at=at)


def rotate_own_secret(secret: str, *, overlap: timedelta, by: Actor, at: datetime) -> tuple[Client, str]:
    """A system changes its own secret, whatever its scopes. It must know the present one: a token alone, which may
    have been stolen, is not enough, and neither is the secret that is being replaced."""
    with writing():
        client = _locked(by.id, by)
        if not check_password(secret, client.client_secret):
            raise ClientRefused("client_secret", "wrong", "It is not this client’s present secret.")
        return _rotated(client, overlap, False, by=by, at=at)


def revoke_client(client_id: UUID, *, by: Actor, at: datetime) -> Client:
    """The end of a client: it gets no token any more, and those it has are refused from the next request on. It
    stays on the list. Revoked twice is revoked once. Raises Client.DoesNotExist."""
    _may_manage(by)
    with writing():
        client = _locked(client_id, by)
        if client.revoked_at is None:
            client.revoked_at, client.old_secret, client.old_secret_until = at, "", None
            client.save(update_fields=["revoked_at", "old_secret", "old_secret_until", "updated"])
            _record("client.revoked", client, by=by, at=at)
    return client


def note_use(client: Client, *, by: Actor, at: datetime) -> None:
    """Remember that the system was seen, at most once a minute, in a transaction of its own after the answer is made.

    Each request has its event; this is only for who looks at the list, so a row somebody else holds, or a failure,
    is passed over.
    """
    if client.last_used_at is not None and client.last_used_at > at - NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
    free = Client.objects.select_for_update(skip_locked=True, no_key=True).filter(stale, pk=client.pk)
    try:
        with acting_as(by), writing():
            Client.objects.filter(pk__in=free.values("pk")).update(last_used_at=at)
    except DatabaseError:
        log.warning("the use of client %s was not noted", client.pk)


# What may be.


def _may_manage(by: Actor) -> None:
    if by.kind != "clock" and not by.may(Permission.MANAGE_CLIENTS):
        raise PermissionDenied("This role, or this token, does not keep clients.")


def _check(terms: Terms, home: Agency, *, by: Actor, at: datetime, besides: Client | None = None) -> None:
    if not terms.name.strip() or len(terms.name) > LONGEST_NAME or why_not(terms.name):
        raise ClientRefused("name", "invalid", f"Give a name of one line, up to {LONGEST_NAME} characters.")
    others = home.clients.filter(_live(at), name__iexact=terms.name)
    if others.exclude(pk__in=[besides.pk] if besides else []).exists():
        raise ClientRefused("name", "taken", f"Your agency has a client called {terms.name}. Name another.")
    may_hold = scopes_open_to(centre=home.is_centre)
    if not terms.scopes or (wrong := sorted(set(terms.scopes) - set(may_hold))):
        said = f"There is no scope {', '.join(wrong)} for your agency." if terms.scopes else "It needs one."
        raise ClientRefused("scopes", "not_open", f"{said} Use: {', '.join(may_hold)}.")
    _within_ones_own(terms.scopes, by, "scopes")
    if not at < terms.expires_at <= at + LONGEST_LIFE:
        raise ClientRefused(
            "expires_at", "out_of_range", "Give an end in the future, at most two years away."
        )


def _within_ones_own(scopes: Iterable[str], by: Actor, field: str = "") -> None:
    """A system with a token can neither give nor take over more than that token may do itself."""
    if by.kind != "client":
        return
    own = Client.objects.get(pk=by.id).scopes
    more = sorted(set(scopes) - set(own))
    if more or not permissions_of_scopes(scopes) <= by.permissions:
        said = f" It lacks {', '.join(more)}." if more else " Ask for a token with all of them."
        raise ClientRefused(field, "more_than_own", f"The token’s own scopes do not reach that far.{said}")


def _check_room(home: Agency, at: datetime) -> None:
    if home.clients.filter(_live(at)).count() >= LIVE_PER_AGENCY:
        raise ClientRefused("", "full", f"An agency has at most {LIVE_PER_AGENCY} clients. Revoke one first.")


def _check_not_revoked(client: Client) -> None:
    if client.revoked_at is not None:
        raise ClientRefused("", "revoked", "This client was revoked. Make a new one.")


def _live(at: datetime) -> Q:
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=at))


# What is written. The caller is writing.


def _locked_agency(agency_id: UUID) -> Agency:
    """Held, so that two at once do not both find room, or the name free; no key is changed, so work goes on."""
    return Agency.objects.select_for_update(no_key=True).get(pk=agency_id)


def _locked(client_id: UUID, by: Actor) -> Client:
    return own_clients(by).select_for_update(no_key=True).get(pk=client_id)


def _insert(
    name: str,
    agency: Agency,
    scopes: list[str],
    expires_at: datetime | None,
    *,
    by: Actor,
    at: datetime,
    secret: str = "",
) -> tuple[Client, str]:
    secret = secret or generate_client_secret()
    client = Client(
        name=name,
        agency=agency,
        scopes=scopes,
        expires_at=expires_at,
        client_secret=secret,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
    )
    client.save(force_insert=True)
    _record("client.added", client, by=by, at=at, scopes=scopes)
    return client, secret


def _rotated(
    client: Client, overlap: timedelta, replaces_lost: bool, *, by: Actor, at: datetime
) -> tuple[Client, str]:
    _check_not_revoked(client)
    if not AT_ONCE <= overlap <= LONGEST_OVERLAP:
        raise ClientRefused("overlap_hours", "out_of_range", "The old secret stays good for 7 days at most.")
    changing = client.changes_secret(at)
    if replaces_lost and not changing:
        raise ClientRefused("", "not_changing", "No change of secret is under way, so none can be replaced.")
    if changing and not replaces_lost and overlap:
        raise ClientRefused(
            "",
            "changing",
            "A change of secret is under way: the one before is still good. Wait for its end, replace the newest "
            "if that was lost, or end all at once.",
        )
    if not replaces_lost:
        client.old_secret, client.old_secret_until = (
            (client.client_secret, at + overlap) if overlap else ("", None)
        )
    secret = client.client_secret = generate_client_secret()
    client.save(update_fields=["client_secret", "old_secret", "old_secret_until", "updated"])
    if not client.old_secret:
        with as_the_login():
            get_access_token_model().objects.filter(application=client).delete()
    until = client.old_secret_until
    _record(
        "client.secret_rotated",
        client,
        by=by,
        at=at,
        old_secret_until=until and until.isoformat(),
        lost=replaces_lost,
    )
    return client, secret


def _record(action: str, client: Client, *, by: Actor, at: datetime, **details: object) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type="client",
        subject_ids=[client.pk],
        details=details,
    )
