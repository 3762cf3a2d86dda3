"""Who was asked to take part and is no person yet; and which e-mail about somebody's account is to be written?"""

from django.db import models
from django.db.models import Q

from agencies.roles import ROLES
from ohsc.core.models import Record


class Invitation(Record):
    """Somebody was asked to take part. The person comes into being when the link in the e-mail is used, not before.

    So that the address of somebody at another agency is invited like one that nobody has (decision 21). The agency is
    named by id: a foreign key to a protected table could not be checked when this one is added.
    """

    agency_id = models.UUIDField()
    email = models.EmailField()  # in small letters
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20)
    invited_by = models.UUIDField()
    by_centre = models.BooleanField(default=False)  # the Centre named an administrator of another agency
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    sends = models.PositiveSmallIntegerField(default=1)  # only the newest link is good
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "agency_id",
                "email",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="invitation_role_is_known"),
        ]

    @property
    def role_label(self) -> str:
        return ROLES[self.role].label


class AccountLetter(Record):
    """An e-mail about somebody's account, written with what it tells of. The text, and a link in it, are made when it
    is sent and stand nowhere. Its agency and person are named by id, as an invitation's."""

    class About(models.TextChoices):
        INVITATION = "invitation"
        PASSWORD_LINK = "password_link"  # noqa: S105 -- what the letter is about
        ROLE = "role"
        DISABLED = "disabled"
        ENABLED = "enabled"
        FACTORS = "factors"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DEAD = "dead"
        DROPPED = "dropped"

    about = models.CharField(max_length=20, choices=About.choices)
    agency_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    invitation_id = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    last_reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_letter_has_one_recipient",
                condition=Q(about="invitation", person_id=None, invitation_id__isnull=False)
                | (~Q(about="invitation") & Q(person_id__isnull=False, invitation_id=None)),
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="account_letter_waiting")
        ]
