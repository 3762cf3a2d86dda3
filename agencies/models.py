"""Who takes part: agencies, their people, what they can do, what they agreed, and their systems."""

from datetime import datetime

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from oauth2_provider.models import AbstractApplication

from agencies.models_accounts import AccountLetter, Invitation  # noqa: F401  (Django looks for models here)
from agencies.models_capacity import Absence, CapabilityProposal, WorkWeight  # noqa: F401
from agencies.roles import ROLES
from ohsc.core.models import Record
from ohsc.core.words import Classification, Environment, LegalGateway, OnwardRule, Sector, Skill, Tlp


class Agency(Record):
    """An organisation that sends, takes or coordinates referrals. Exactly one of them is the Centre.

    The desk is whom others ring. `group` holds the agency's grants to cases (django-guardian).
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    sector = models.CharField(max_length=20, choices=Sector.choices)
    jurisdiction = models.CharField(
        max_length=40, help_text="Where it may act, as ISO 3166 (GB, GB-ENG) or a name"
    )
    environments = ArrayField(models.CharField(max_length=20, choices=Environment.choices), default=list)
    desk_name = models.CharField(max_length=120, blank=True)
    desk_phone = models.CharField(max_length=40, blank=True)
    desk_email = models.EmailField(blank=True)
    desk_hours = models.CharField(max_length=120, blank=True)
    out_of_hours_name = models.CharField(max_length=120, blank=True)
    out_of_hours_phone = models.CharField(max_length=40, blank=True)
    time_zone = models.CharField(max_length=40, default="Europe/London")
    # Whose bank holidays it keeps, as ISO 3166-2; "" for a desk that knows none.
    calendar = models.CharField(max_length=8, blank=True, default="GB-ENG")
    does = models.CharField(max_length=300, blank=True, help_text="What it does, for those who look for help")
    # Who is told when a clock of theirs is missed; none named: the supervisors.
    breach_officer = models.ForeignKey(
        "agencies.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_centre = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="agency")

    class Meta:
        verbose_name_plural = "agencies"
        constraints = [
            models.UniqueConstraint("is_centre", condition=Q(is_centre=True), name="agency_one_centre"),
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="agency_sector_is_known"),
        ]

    def __str__(self):
        return self.name


class EmailChoice(models.TextChoices):
    """How a person wants to hear by e-mail of what is in their inbox. Never content, whatever they choose."""

    EACH = "each", "An e-mail for each"
    HOURLY = "hourly", "One an hour, where there is news"
    DAILY = "daily", "One a day, at eight in the morning"
    URGENT = "urgent", "Only what cannot wait: P1 and missed clocks"
    NONE = "none", "No e-mail"


class People(BaseUserManager):
    """People are fetched with their agency: it is needed wherever a person acts."""

    def get_queryset(self):
        return super().get_queryset().select_related("agency")

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, Record):
    """A person with one home agency and one role in it (`agencies.roles`)."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="people")
    role = models.CharField(max_length=20, choices=[(role.name, role.label) for role in ROLES.values()])
    time_zone = models.CharField(max_length=40, default="Europe/London")
    is_active = models.BooleanField(default=True)
    email_choice = models.CharField(max_length=8, choices=EmailChoice.choices, default=EmailChoice.EACH)
    # A mail that came back: no more is sent there until somebody says that the address is right.
    email_failed_at = models.DateTimeField(null=True, blank=True)
    email_failed_because = models.CharField(max_length=200, blank=True)
    # Set by the database when the agency changes: what the person was told of before is not theirs any more.
    moved_at = models.DateTimeField(null=True, blank=True)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    # allauth and Django's templates ask; nobody here is above the roles.
    is_staff = is_superuser = False

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="user_role_is_known")]
        indexes = [models.Index(fields=["agency", "role"], name="user_agency_role")]
        triggers = [
            pgtrigger.Trigger(
                name="moved",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__agency__df=pgtrigger.F("new__agency")),
                func="NEW.moved_at := clock_timestamp(); RETURN NEW;",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def role_label(self) -> str:
        return ROLES[self.role].label

    @property
    def may_sign_in(self) -> bool:
        """Neither they nor their agency left."""
        return self.is_active and self.agency.is_active

    def _get_session_auth_hash(self, secret=None) -> str:
        """Django ends a session whose hash is another's: with the password, also with the role and the agency."""
        standing = f"{self.password}|{self.role}|{self.agency_id}"
        salt = "agencies.models.User.session"
        return salted_hmac(salt, standing, secret=secret, algorithm="sha256").hexdigest()


class Client(AbstractApplication, Record):
    """A partner's system. It acts for one agency with, at most, the scopes named here."""

    id = Record._meta.get_field("id").clone()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="clients")
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the minute
    # The secret before this one, hashed, good until then: so that a system can change over while it runs.
    old_secret = models.CharField(max_length=255, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractApplication.Meta):
        abstract = False
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    def is_usable(self, request) -> bool:
        """oauthlib asks before it gives a token; `request` is not used."""
        from django.utils.timezone import now

        return self.is_live(now()) and self.agency.is_active

    def is_live(self, at: datetime) -> bool:
        """Neither ended by somebody nor past its day."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)

    def changes_secret(self, at: datetime) -> bool:
        """Is the secret before this one still good?"""
        return bool(self.old_secret) and self.old_secret_until is not None and self.old_secret_until > at


class Capability(Record):
    """What an agency can do, where, and how much of it in a week."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="capabilities")
    environment = models.CharField(max_length=20, choices=Environment.choices)
    skill = models.CharField(max_length=30, choices=Skill.choices)
    jurisdiction = models.CharField(max_length=40)
    languages = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    legal_powers = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    hours = models.CharField(max_length=120, blank=True)
    weekly_capacity = models.PositiveIntegerField(help_text="Points a week")

    class Meta:
        verbose_name_plural = "capabilities"
        constraints = [
            models.UniqueConstraint(
                "agency", "environment", "skill", "jurisdiction", name="capability_said_once"
            )
        ]


class Ability(Record):
    """What an agency can do, as everybody who takes part may read it: a view of the above, without how much."""

    agency = models.ForeignKey(Agency, on_delete=models.DO_NOTHING, related_name="abilities")
    environment = models.CharField(max_length=20, choices=Environment.choices)
    skill = models.CharField(max_length=30, choices=Skill.choices)
    jurisdiction = models.CharField(max_length=40)
    languages = ArrayField(models.CharField(max_length=8))
    legal_powers = ArrayField(models.CharField(max_length=120))
    hours = models.CharField(max_length=120)

    class Meta:
        verbose_name_plural = "abilities"
        db_table = "agencies_ability"
        managed = False  # a migration makes the view


class SharingAgreement(Record):
    """What one agency may disclose to another, under which law. None in force, no disclosure.

    `harm_types` empty means every harm. The ceilings are the most restricted markings it covers. `onward` is the rule
    of passing on, `onward_rule` its words. Terms are never changed: other terms are another agreement.
    """

    reference = models.CharField(max_length=40)
    discloser = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=300)
    gateway = models.CharField(max_length=60, choices=LegalGateway.choices)
    environments = ArrayField(models.CharField(max_length=20, choices=Environment.choices))
    harm_types = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    tlp_ceiling = models.CharField(max_length=16, choices=Tlp.choices)
    # What was agreed before there was a choice said its rule in words alone: then the discloser is asked first.
    classification_ceiling = models.CharField(
        max_length=20,
        choices=Classification.choices,
        default=Classification.OFFICIAL_SENSITIVE,
    )
    onward = models.CharField(
        max_length=28,
        choices=OnwardRule.choices,
        default=OnwardRule.WITH_CONSENT,
    )
    onward_rule = models.CharField(max_length=300, blank=True)
    retention_days = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    review_on = models.DateField(null=True, blank=True)
    signed_by = models.CharField(max_length=200)
    signed_for_discloser = models.CharField(max_length=95, blank=True, default="")
    signed_for_recipient = models.CharField(max_length=95, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("discloser", "recipient", "reference", name="agreement_reference_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="agreement_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(discloser=models.F("recipient")), name="agreement_between_two"
            ),
        ]
        indexes = [models.Index(fields=["recipient", "discloser"], name="agreement_parties")]

    def __str__(self):
        return self.reference


from agencies.models_sign_in import (  # noqa: E402, F401  (Django looks for models here)
    OutsideIdentity,
    Session,
    SignInService,
    Tries,
)
