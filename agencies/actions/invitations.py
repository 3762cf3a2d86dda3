"""Ask somebody to take part; ask again; take it back; and what whoever holds the link does with it.

The person comes into being when the link is used. Until then there is the agency's invitation, which is the same
whether the address is new or belongs to somebody elsewhere: that is found out by the worker who writes the letter
(docs/decisions/0021-an-invitation-tells-nothing.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction

from agencies.access import actor_for_person, own_people, visible_invitations, visible_people
from agencies.actions.keeping import (
    locked_home,
    may_give,
    must_keep_people,
    note,
    still_may_give,
    tell_the_others,
    write_letter,
)
from agencies.actions.people import made_administrator
from agencies.actions.refused import PersonRefused
from agencies.models import AccountLetter, Agency, Invitation, User
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK, Actor

GOOD_FOR = timedelta(hours=72)
NOT_AGAIN_WITHIN = timedelta(minutes=5)
MOST_OPEN = 200  # of one agency: an invitation is an e-mail to whoever is named
_SIGNER = Signer(salt="agencies.invitation")


class InvitationRefused(Exception):
    """The link is no link of ours, or was used, replaced, withdrawn or left too long: all the same to its holder."""


@dataclass(frozen=True)
class Guest:
    """Who is invited, as what."""

    name: str
    email: str
    role: str


def invite(guest: Guest, *, by: Actor, at: datetime) -> Invitation:
    """An e-mail with a link goes to the address. Nothing tells whether it belongs to somebody of another agency."""
    must_keep_people(by)
    with writing():
        me = locked_home(by)
        if not may_give(me, guest.role):
            raise PersonRefused("role", "This role is above yours.")
        known = own_people(by).filter(email__iexact=guest.email).first()
        if known is not None:
            said = "works here already" if known.is_active else "has an account here, which is disabled"
            raise PersonRefused("email", f"{known.name} {said}.")
        return _invited(guest, by.home_id, by=by, at=at)


def invite_administrator(
    slug: str, guest: Guest, *, reason: str, by: Actor, at: datetime
) -> Invitation | None:
    """The Centre names an administrator of an agency, which may have lost its last, and says why.

    Who works there already becomes one (None is returned); anybody else is invited. The agency's administrators are
    told. Raises Agency.DoesNotExist.
    """
    must_keep_people(by)
    if not by.is_centre:
        raise PermissionDenied("Only the Centre names another agency’s administrator.")
    agency = Agency.objects.get(slug=slug, is_active=True, is_centre=False)
    guest = Guest(guest.name, guest.email, "administrator")
    with writing():
        locked_home(by)
        Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
        known = visible_people(by).filter(agency=agency.pk, email__iexact=guest.email).first()
        if known is None:
            made = _invited(guest, agency.pk, by=by, at=at, reason=reason, by_centre=True)
            _tell(made, "invitation.by_centre", f"The Centre invited {guest.name} as an administrator", at)
            return made
        if not known.is_active or known.role == "administrator":
            said = "is an administrator there" if known.is_active else "is disabled there"
            raise PersonRefused("email", f"{known.name} {said} already.")
        made_administrator(known, by=by, at=at, reason=reason)
    return None


def send_invitation_again(invitation_id: UUID, *, by: Actor, at: datetime) -> None:
    """A new link, good from now; the one before is not any more. Raises Invitation.DoesNotExist."""
    must_keep_people(by)
    with writing():
        me = locked_home(by)
        invitation = _open_of(invitation_id, by)
        if not may_give(me, invitation.role):
            raise PersonRefused("", "This role is above yours.")
        if at < invitation.sent_at + NOT_AGAIN_WITHIN:
            raise PersonRefused("", "It was sent a moment ago. Wait five minutes, then send it again.")
        invitation.sends, invitation.sent_at, invitation.invited_by = invitation.sends + 1, at, by.id
        invitation.save(update_fields=["sends", "sent_at", "invited_by"])
        note("invitation.sent_again", invitation.pk, kind="invitation", by=by, at=at)
        _write(invitation, at)


def withdraw_invitation(invitation_id: UUID, *, by: Actor, at: datetime) -> None:
    """Its link is good for nothing any more. Raises Invitation.DoesNotExist."""
    must_keep_people(by)
    with writing():
        locked_home(by)
        invitation = _open_of(invitation_id, by)
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
        note("invitation.withdrawn", invitation.pk, kind="invitation", by=by, at=at)


def link_of(invitation: Invitation) -> str:
    """What the newest e-mail holds; it stands nowhere. The invitation says for how long it is good."""
    return _SIGNER.sign_object([invitation.pk.hex, invitation.sends])


def open_invitation(link: str, *, at: datetime) -> tuple[Invitation, Agency]:
    """The invitation behind a link, and by whom. Raises InvitationRefused."""
    with acting_as(CLOCK), writing():
        return _behind(link, at)


def accept_invitation(link: str, password: str, *, at: datetime) -> User:
    """Whoever holds the link chose a password: now there is a person. Once. Raises InvitationRefused."""
    with acting_as(CLOCK), writing():
        invitation, agency = _behind(link, at)
        person = User(
            email=invitation.email,
            name=invitation.name,
            role=invitation.role,
            agency=agency,
            time_zone=agency.time_zone,
        )
        person.set_password(password)
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:  # the address came to have an account elsewhere meanwhile
            raise InvitationRefused from None
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
        note(
            "invitation.accepted",
            person.pk,
            by=actor_for_person(person),
            at=at,
            invitation=str(invitation.pk),
            role=person.role,
        )
        if person.role == "administrator":
            said = f"{person.name} is an administrator now"
            tell_the_others(
                agency.pk, ("person", person.pk), "person.made_administrator", said, besides=None, at=at
            )
    return person


def _behind(link: str, at: datetime) -> tuple[Invitation, Agency]:
    try:
        key, sends = _SIGNER.unsign_object(link)
    except (BadSignature, ValueError, TypeError):
        raise InvitationRefused from None
    invitation = Invitation.objects.select_for_update(no_key=True).filter(pk=key, sends=sends).first()
    if invitation is None or not is_open(invitation, at=at) or is_taken(invitation):
        raise InvitationRefused
    return invitation, Agency.objects.get(pk=invitation.agency_id)


def is_open(invitation: Invitation, *, at: datetime) -> bool:
    """Neither used, withdrawn nor too old; and whoever invited may still do so. For links and letters, which know no
    actor."""
    if invitation.accepted_at or invitation.withdrawn_at or at >= invitation.sent_at + GOOD_FOR:
        return False
    agency = Agency.objects.get(pk=invitation.agency_id)
    return agency.is_active and still_may_give(invitation.invited_by, invitation.role, agency=agency)


def is_taken(invitation: Invitation) -> bool:
    """Is there somebody with this address, wherever? For the worker who writes the letter, and nobody else."""
    return User.objects.filter(email__iexact=invitation.email).exists()


def _open_of(invitation_id: UUID, by: Actor) -> Invitation:
    held = visible_invitations(by).filter(agency_id=by.home_id).select_for_update(no_key=True)
    return held.get(pk=invitation_id, accepted_at=None, withdrawn_at=None)


def _invited(
    guest: Guest, agency_id: UUID, *, by: Actor, at: datetime, reason: str = "", by_centre: bool = False
) -> Invitation:
    email = guest.email.lower()
    waiting = Invitation.objects.filter(agency_id=agency_id, accepted_at=None, withdrawn_at=None)
    if waiting.filter(email=email).exists():
        raise PersonRefused("email", "This address was invited already. Send that invitation again.")
    if waiting.count() >= MOST_OPEN:
        raise PersonRefused("", f"{MOST_OPEN} invitations are open. Withdraw some first.")
    invitation = Invitation(
        agency_id=agency_id,
        email=email,
        name=guest.name,
        role=guest.role,
        invited_by=by.id,
        by_centre=by_centre,
        made_at=at,
        sent_at=at,
    )
    invitation.save(force_insert=True)
    note(
        "person.invited",
        invitation.pk,
        kind="invitation",
        by=by,
        at=at,
        purpose=reason,
        role=guest.role,
        agency=str(agency_id),
    )
    _write(invitation, at)
    return invitation


def _write(invitation: Invitation, at: datetime) -> None:
    write_letter(
        AccountLetter.About.INVITATION, agency_id=invitation.agency_id, invitation_id=invitation.pk, at=at
    )


def _tell(invitation: Invitation, topic: str, says: str, at: datetime) -> None:
    tell_the_others(invitation.agency_id, ("invitation", invitation.pk), topic, says, besides=None, at=at)
