"""The events feed: everything that happened to what the agency may see, in the order in which it was committed."""

from django.utils import timezone

from notifications import feed
from notifications.serializers import EventsAnswer, FeedQuery, event_shown
from ohsc.core.api import READ, PartnerView, answer
from ohsc.core.openapi import described
from ohsc.core.pagination import DEFAULT_LIMIT, next_url
from ohsc.core.problems import FieldError, refused_fields


class Events(PartnerView):
    scopes = {"GET": READ}
    query = FeedQuery

    @described(
        "What happened, in order",
        answers=EventsAnswer,
        query=FeedQuery,
        tag="Events",
        operation="list_events",
    )
    def get(self, request):
        """For systems that cannot take webhooks, and for what came while they could not. Oldest first.

        Follow `next` until it is null; keep `cursor`, and ask again from it later. Each event says what a webhook
        would, and was judged when it happened: what your agency may see of the referral now, the referral says.
        """
        limit = self.asked.get("limit", DEFAULT_LIMIT)
        try:
            part = feed.read_feed(self.actor, self.asked.get("cursor"), limit, at=timezone.now())
        except feed.NotAPlace:
            said = "This is no cursor of your agency's feed. Start again without one."
            raise refused_fields([FieldError("cursor", "invalid", said, "query")]) from None
        following = next_url(request._request, part.place) if part.more else None
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        body = {
            "items": [event_shown(event) for event in part.events],
            "next": following,
            "cursor": part.place.written(),
        }
        return answer(body, headers=headers)
