"""Write that an agency is to hear of something, with the change itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from agencies.beyond import News
from notifications import bell
from notifications.models import Notice
from ohsc.core.references import new_reference
from ohsc.core.together import insert


def tell(
    agency_ids: Iterable[UUID],
    *,
    topic: str,
    subject: tuple[str, UUID, str, int],
    says: str,
    at: datetime,
    to_people: bool = True,
    first_to: Mapping[UUID, UUID] | None = None,
    otherwise: Mapping[UUID, str] | None = None,
    urgent: bool = False,
    feed_only: bool = False,
) -> None:
    """Write that these agencies are to hear of it, and ring the bell once it is committed. The caller is writing.

    `otherwise`: what is said instead to the agencies it names.
    `feed_only` is for what an agency did itself or need not be told of: it finds it in its events feed.
    """
    subject_type, subject_id, reference, version = subject
    notices = [
        Notice(
            agency_id=agency_id,
            topic=topic,
            subject_type=subject_type,
            subject_id=subject_id,
            reference=reference,
            version=version,
            says=(otherwise or {}).get(agency_id, says),
            subject_at=at,
            to_people=to_people,
            first_to=(first_to or {}).get(agency_id),
            urgent=urgent,
            feed_only=feed_only,
        )
        for agency_id in agency_ids
    ]
    if notices:
        insert(notices)
        bell.ring_at_commit()


def tell_keepers(news: News, at: datetime) -> None:
    """Write, for each of these people, that there is news of a colleague or an invitation; one matter, one reference.
    The caller is writing."""
    subject = (news.subject_type, news.subject_id, new_reference("P"), 1)
    for person_id in news.to_people:
        first_to = {news.agency_id: person_id}
        tell([news.agency_id], topic=news.topic, subject=subject, says=news.says, at=at, first_to=first_to)
