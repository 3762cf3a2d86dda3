"""What is kept of signing in? Sessions, tries that failed, and how an agency's own sign-in service knows its people.

All of it belongs to the login alone (`ohsc.core.exempt`): it is asked before anybody is known. Second factors are
allauth's (`mfa_authenticator`). A person is named by id, without a foreign key: a session is looked up a thousand
times for each time somebody joins it to its person.
"""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from ohsc.core.models import Record


class Session(AbstractBaseSession):
    """One browser's session. It ends when it is not used for a while, after a day's work, and when anybody ends it.

    `expire_date` is the earlier of the two limits, so that whoever reads it needs to know neither.
    """

    person_id = models.UUIDField(null=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "sign_in_session"
        indexes = [models.Index(fields=["person_id"], name="session_person")]

    @classmethod
    def get_session_store_class(cls):
        """Django asks, to read what a row holds."""
        from agencies.sessions import SessionStore

        return SessionStore


class Tries(models.Model):
    """How often something was tried and failed since a moment: by one browser, one address, for one account.

    `key` is a hash of which: neither an address nor who was meant can be read from it.
    """

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    used = models.PositiveIntegerField()

    class Meta:
        db_table = "sign_in_tries"
        indexes = [models.Index(fields=["since"], name="tries_since")]


class SignInService(Record):
    """An agency's own sign-in service (OpenID Connect), kept by an operator. It speaks for that agency's people."""

    agency_id = models.UUIDField(unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    sealed_secret = models.TextField()

    class Meta:
        db_table = "sign_in_service"


class OutsideIdentity(Record):
    """Who a person is at their agency's service: its subject, which is theirs for ever. Never an e-mail address, which
    the service could give to somebody else."""

    service = models.ForeignKey(SignInService, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    person_id = models.UUIDField()

    class Meta:
        db_table = "sign_in_identity"
        constraints = [
            models.UniqueConstraint("service", "subject", name="identity_one_person"),
            models.UniqueConstraint("service", "person_id", name="identity_once_for_a_person"),
        ]
