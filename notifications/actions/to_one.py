"""A message of our own to one endpoint: it goes into no inbox and no feed, and nobody else hears of it."""

from datetime import datetime

from notifications.models import Delivery, Notice, WebhookEndpoint


def send_to_one(
    endpoint: WebhookEndpoint, topic: str, *, says: str, subject_at: datetime, at: datetime
) -> Delivery:
    """Waiting to be sent from now on. The caller is writing, and rings."""
    notice = Notice.objects.create(
        agency_id=endpoint.agency_id,
        topic=topic,
        subject_type=WebhookEndpoint.SUBJECT,
        subject_id=endpoint.pk,
        reference=endpoint.reference,
        version=1,
        says=says,
        subject_at=subject_at,
        to_people=False,
        state=Notice.State.SENT,
    )
    return Delivery.objects.create(
        notice=notice,
        agency_id=endpoint.agency_id,
        topic=topic,
        reference=endpoint.reference,
        channel=Delivery.Channel.WEBHOOK,
        endpoint=endpoint,
        next_at=at,
    )
