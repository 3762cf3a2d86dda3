"""The verbs of an agency's own sign-in service: keep one, end it, bind a person to their subject there.

A person binds themself, signed in here with what they have here; so the service cannot make itself anybody. It speaks
for its own agency: who moves to another is no longer signed in by it.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from agencies.access import actor_for_person
from agencies.actions.sessions import record_access
from agencies.models import Agency, OutsideIdentity, SignInService, User
from agencies.openid import why_not_issuer
from agencies.sealing import seal
from audit import actions as audit
from ohsc.core.acting import as_the_login
from ohsc.core.actor import Actor


class IdentityRefused(Exception):
    """What cannot be, as a sentence."""


def keep_service(
    agency: Agency, *, issuer: str, client_id: str, secret: str, by: Actor, at: datetime
) -> SignInService:
    """This is the agency's service from now on. Another issuer is another service: who was bound is bound no more."""
    if problem := why_not_issuer(issuer):
        raise IdentityRefused(problem)
    facts = {
        "slug": agency.slug,
        "name": agency.name,
        "issuer": issuer,
        "client_id": client_id,
        "sealed_secret": seal(secret),
    }
    with transaction.atomic():
        with as_the_login():
            SignInService.objects.filter(agency_id=agency.pk).exclude(issuer=issuer).delete()
            service, _ = SignInService.objects.update_or_create(agency_id=agency.pk, defaults=facts)
        _record("agency.sign_in_service_kept", agency, by=by, at=at)
    return service


def end_service(agency: Agency, *, by: Actor, at: datetime) -> bool:
    """Nobody is signed in by it any more. True where there was one."""
    with transaction.atomic():
        with as_the_login():
            ended, _ = SignInService.objects.filter(agency_id=agency.pk).delete()
        if ended:
            _record("agency.sign_in_service_ended", agency, by=by, at=at)
    return bool(ended)


def bind(person: User, service: SignInService, subject: str, *, at: datetime) -> None:
    """From now on this subject signs this person in. One subject, one person, for the service's own agency."""
    if service.agency_id != person.agency_id:
        raise IdentityRefused("This is not your agency’s sign-in.")
    try:
        with transaction.atomic(), as_the_login():
            OutsideIdentity.objects.filter(service=service, person_id=person.pk).delete()
            OutsideIdentity.objects.create(service=service, subject=subject, person_id=person.pk)
            record_access("person.bound_to_service", person, by=actor_for_person(person), at=at)
    except IntegrityError:
        raise IdentityRefused("Somebody else is signed in by that already.") from None


def _record(action: str, agency: Agency, *, by: Actor, at: datetime) -> None:
    audit.record(audit.Kind.ALTERATION, action, by=by, at=at, subject_type="agency", subject_ids=[agency.pk])
