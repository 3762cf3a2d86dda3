"""Who is told, and what is still to be told? PostgreSQL is the queue; Celery only rings the bell."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ohsc.core.models import Record


class Notice(Record):
    """The outbox: one agency is to hear of one thing. Written in the transaction of the thing itself.

    It holds a reference and no content. `subject_at` is the moment of the change, by which rights are judged
    when it is sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"  # each person and endpoint has its row below
        DROPPED = "dropped"  # nobody may be told any more

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=64)  # referral.accept
    subject_type = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    says = models.CharField(max_length=200)
    subject_at = models.DateTimeField()
    to_people = models.BooleanField(
        default=True
    )  # the flood of arrivals is the queue's matter, not the inbox's
    first_to = models.UUIDField(null=True)  # the person who holds it for the agency, if any
    urgent = models.BooleanField(default=False)  # P1 and missed clocks: for those who want e-mail for no less
    feed_only = models.BooleanField(
        default=False
    )  # the agency's own doing: in its events feed, told to nobody
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency", "subject_at"], condition=Q(state="waiting"), name="notice_waiting_of_agency"
            )
        ]


class FeedCounter(models.Model):
    """How far an agency's events feed has come. Whoever adds to the feed holds this row until the commit, so the
    numbers are in the order of commits and none comes late."""

    agency = models.OneToOneField(
        "agencies.Agency", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    last = models.BigIntegerField(default=0)


class FeedEvent(Record):
    """One thing that happened to what an agency may see, in the order in which that was committed.

    Its id is its notice's, so that a notice is in the feed once.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()
    topic = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("agency", "number", name="feed_event_number_once")]


class InboxItem(Record):
    """A line in one person's inbox. The pair of notice and person is unique, so it appears exactly once."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("agencies.User", on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    says = models.CharField(max_length=200)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("notice", "person", name="inbox_item_once")]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="inbox_person_at"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="inbox_unread"),
        ]


class WebhookEndpoint(Record):
    """Where an agency's system takes webhooks. Secrets are sealed at rest; each endpoint has its own."""

    SUBJECT = "webhook_endpoint"  # what a notice or an event of the audit calls it

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(null=True)
    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    sealed_secrets = ArrayField(
        models.TextField()
    )  # the newest first; more than one while a secret is changed
    old_secret_until = models.DateTimeField(null=True)  # when all but the newest lapse
    made_at = models.DateTimeField()
    heads_since = models.DateTimeField(null=True)  # since when it takes heads of the audit; null: it does not
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency"], condition=Q(stopped_at=None), name="endpoint_of_agency")]

    @property
    def reference(self) -> str:
        """How people call it: enough of its id to tell it from the agency's others."""
        return f"webhook {self.pk.hex[:8]}"


class Delivery(Record):
    """One message to one endpoint or one e-mail address, with its attempts. Its id is the `webhook-id`.

    A worker leases it before it sends, and the lease's token must still be its own when it writes the result.
    """

    class Channel(models.TextChoices):
        WEBHOOK = "webhook"
        EMAIL = "email"

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        DEAD = "dead"
        DROPPED = "dropped"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=64)
    reference = models.CharField(max_length=20)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    endpoint = models.ForeignKey(
        WebhookEndpoint, null=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    person = models.ForeignKey("agencies.User", null=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    replayed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint("notice", "endpoint", name="delivery_once_per_endpoint"),
            models.UniqueConstraint("notice", "person", name="delivery_once_per_person"),
            models.CheckConstraint(
                name="delivery_has_one_recipient",
                condition=Q(channel="webhook", endpoint__isnull=False, person=None)
                | Q(channel="email", endpoint=None, person__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["endpoint", "-next_at", "-id"], name="delivery_of_endpoint"),
            models.Index(
                fields=["endpoint", "-next_at", "-id"], condition=Q(state="dead"), name="delivery_dead"
            ),
            models.Index(fields=["done_at"], condition=Q(state="dead"), name="delivery_dead_at"),
        ]


class Attempt(Record):
    """One attempt to deliver, and how it went. The log a partner reads; it holds no content."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="tries")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["delivery", "at"], name="attempt_of_delivery")]


class Digest(Record):
    """One e-mail about an hour's or a day's news. The pair of person and period is unique, so it is made once.

    `items` are the inbox items it is about: one that stands in a digest stands in no other. The person is named by
    id: a foreign key to a protected table could not be checked when this one is added.
    """

    person_id = models.UUIDField()
    period_start = models.DateTimeField()
    items = ArrayField(models.UUIDField())
    state = models.CharField(max_length=8, choices=Delivery.State.choices, default=Delivery.State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    last_reason = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("person_id", "period_start", name="digest_once_a_period")]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="digest_waiting")]
