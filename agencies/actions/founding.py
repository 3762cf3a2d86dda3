"""The verbs of who: add an agency, a person, an agreement, a capability."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model

from agencies.models import Agency, Capability, SharingAgreement, User
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
