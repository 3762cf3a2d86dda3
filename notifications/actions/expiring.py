"""Tell an agency's administrators of a partner system that stops working soon, once for each end it is given."""

from datetime import datetime, timedelta

from agencies.models import Client
from notifications.actions.tell import tell
from notifications.models import Notice
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from ohsc.core.references import new_reference

TOPIC = "client.expiring"


def warn_of_expiring_clients(*, at: datetime, within: timedelta) -> int:
    """Tell of every client that is live and ends within that time. One that was told of already, with the same last
    day, is passed over; a new last day is a new matter. Returns how many were told of."""
    told = 0
    with acting_as(CLOCK), writing():
        near = Client.objects.filter(revoked_at=None, expires_at__gt=at, expires_at__lte=at + within)
        near = near.filter(agency__is_active=True).order_by("expires_at", "pk")
        for client in near.select_for_update(
            no_key=True, of=("self",)
        ):  # a second clock waits, and finds it told
            end = client.expires_at
            assert end is not None
            version = end.toordinal()
            if Notice.objects.filter(topic=TOPIC, subject_id=client.pk, version=version).exists():
                continue
            tell(
                [client.agency_id],
                topic=TOPIC,
                subject=("client", client.pk, new_reference("S"), version),
                says=f"A partner system stops working on {end:%-d %B %Y}",
                at=at,
            )
            told += 1
    return told
