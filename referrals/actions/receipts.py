"""What had an agency read of a referral when its offer was recalled? The receipt, from the events of its looks.

It says which part, through what, when first and when last. It never says who: a discloser is told of a person or a
system of that agency, and neither how many there were nor which.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from audit.models import Event, Kind
from referrals.models import Offer, Referral

RECORD, LINE, HISTORY, REFERENCE = "record", "line", "history", "reference"
# What each event of a look showed; every other look at it, as a list or a search, showed a line of it. A step that an
# offered agency takes is answered with the record, and so is a step refused on a page.
SHOWED = {
    "referral.opened": RECORD,
    "referral.acknowledge": RECORD,
    "referral.ask": RECORD,
    "referral.answer": RECORD,
    "request.refused": RECORD,
    "referral.history": HISTORY,
    "webhook.sent": REFERENCE,
    "email.sent": REFERENCE,
    "events.read": REFERENCE,
}
THROUGH = {"webhook.sent": "webhook", "email.sent": "e-mail"}
LOOKS = (
    Q(kind__in=(Kind.CONSULTATION, Kind.DISCLOSURE))
    | Q(action="referral.acknowledge")
    | Q(action="request.refused", details__shown="record")
)


def read_before(referral: Referral, offer: Offer, *, at: datetime) -> list[dict[str, str]]:
    """One line for each part and way, the first read first. The caller is writing: the events are another agency's."""
    found: dict[tuple[str, str], list[datetime]] = {}
    for moment, showed, through in _looks(referral, offer, at):
        found.setdefault((showed, through), []).append(moment)
    lines = [
        {
            "part": showed,
            "through": through,
            "first": min(moments).isoformat(),
            "last": max(moments).isoformat(),
        }
        for (showed, through), moments in found.items()
    ]
    return sorted(lines, key=lambda line: (line["first"], line["part"], line["through"]))


def _looks(referral: Referral, offer: Offer, at: datetime) -> Iterator[tuple[datetime, str, str]]:
    """The agency's own looks, and what was sent to it, from the offer on."""
    theirs = Q(agency_id=offer.to_agency_id) | Q(
        agency_id=None, action__in=THROUGH, recipient_ids__contains=[offer.to_agency_id]
    )
    events = Event.objects.filter(
        theirs, LOOKS, at__gte=offer.made_at, at__lte=at, subject_ids__contains=[referral.pk]
    )
    for moment, action, kind in events.values_list("at", "action", "actor_kind"):
        if action in SHOWED or kind != "clock":
            through = THROUGH.get(action) or ("interface" if kind == "client" else "page")
            yield moment, SHOWED.get(action, LINE), through
