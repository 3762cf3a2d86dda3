"""How does somebody come to take part? An agency, a person, a client, an agreement, a capability is added."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model
from oauth2_provider.generators import generate_client_secret

from agencies.models import Agency, Capability, Client, SharingAgreement, User
from agencies.roles import SCOPES
from audit import actions as audit
from ohsc.core.acting import writing
from ohsc.core.actor import Actor


def add_agency(slug: str, *, by: Actor, at: datetime, **facts: Any) -> Agency:
    """A new agency, with the group that will hold its grants to cases."""
    with writing():
        agency = Agency(slug=slug, group=Group.objects.create(name=f"agency {slug}"), **facts)
        agency.save(force_insert=True)
        _record("agency.added", "agency", agency, by=by, at=at)
    return agency


def add_person(email: str, *, agency: Agency, password: str, by: Actor, at: datetime, **facts: Any) -> User:
    """A new person with a password of their own."""
    person = User(email=email.lower(), agency=agency, **facts)
    person.set_password(password)
    with writing():
        person.save(force_insert=True)
        _record("person.added", "person", person, by=by, at=at)
    return person


def add_client(
    name: str, *, agency: Agency, scopes: Iterable[str], by: Actor, at: datetime, secret: str = ""
) -> tuple[Client, str]:
    """A partner's client and its secret, which is stored hashed and shown this once. Unknown scopes are refused."""
    scopes = list(scopes)
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise ValueError(f"There is no scope {', '.join(unknown)}. Use: {', '.join(SCOPES)}.")
    secret = secret or generate_client_secret()
    client = Client(
        name=name,
        agency=agency,
        scopes=scopes,
        client_secret=secret,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
    )
    with writing():
        client.save(force_insert=True)
        _record("client.added", "client", client, by=by, at=at, scopes=scopes)
    return client, secret


def add_agreement(reference: str, *, by: Actor, at: datetime, **terms: Any) -> SharingAgreement:
    """A sharing agreement in force from its first day to its last."""
    agreement = SharingAgreement(reference=reference, **terms)
    with writing():
        agreement.save(force_insert=True)
        _record("agreement.added", "agreement", agreement, by=by, at=at)
    return agreement


def add_capability(*, by: Actor, at: datetime, **facts: Any) -> Capability:
    """What an agency can do, where, and how much of it in a week."""
    capability = Capability(**facts)
    with writing():
        capability.save(force_insert=True)
        _record("capability.added", "capability", capability, by=by, at=at)
    return capability


def _record(
    action: str, subject_type: str, subject: Model, *, by: Actor, at: datetime, **details: Any
) -> None:
    audit.record(
        audit.Kind.ALTERATION,
        action,
        by=by,
        at=at,
        subject_type=subject_type,
        subject_ids=[subject.pk],
        details=details,
    )
