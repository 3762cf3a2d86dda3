"""What is kept of signing in? Sessions, and tries that failed.

All of it belongs to the login alone (`ohsc.core.exempt`): it is asked before anybody is known. Second factors are
allauth's (`mfa_authenticator`). A person is named by id, without a foreign key: a session is looked up a thousand
times for each time somebody joins it to its person.
"""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


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
