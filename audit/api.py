"""The heads of the sealed log, for partners' systems: what each can hold us to."""

from audit.access import published_heads
from audit.serializers import HeadAnswer, HeadsQuery, LatestHeadAnswer, head_shown, latest_shown
from ohsc.core.api import ANY, PartnerView, answer, items
from ohsc.core.openapi import described, list_of
from ohsc.core.pagination import DEFAULT_LIMIT, next_url, page
from ohsc.core.problems import not_found


class Heads(PartnerView):
    scopes = {"GET": ANY}
    query = HeadsQuery

    @described(
        "Heads of the audit",
        answers=list_of(HeadAnswer),
        query=HeadsQuery,
        tag="Audit",
        operation="list_audit_heads",
    )
    def get(self, request):
        """Newest first. A head says how many events there are and what all of them are; it is signed, and says nothing
        of any record. Keep one now and then: nothing it covers can be rewritten without your noticing."""
        limit, below = self.asked.get("limit", DEFAULT_LIMIT), self.asked.get("cursor")
        heads = published_heads(self.actor)
        heads = heads.filter(size__lt=below) if below else heads
        shown, more = page(heads[: limit + 1], limit)
        following = next_url(request, _Below(shown[-1].size)) if more else None
        return items([head_shown(head) for head in shown], following)


class LatestHead(PartnerView):
    scopes = {"GET": ANY}

    @described(
        "The latest head of the audit",
        answers=LatestHeadAnswer,
        finds=True,
        tag="Audit",
        operation="read_latest_audit_head",
    )
    def get(self, request):
        """With the public keys. 404 before anything is sealed."""
        head = published_heads(self.actor).first()
        if head is None:
            raise not_found()
        return answer(latest_shown(head))


class _Below:
    """Where a list of heads goes on."""

    def __init__(self, size: int) -> None:
        self.size = size

    def written(self) -> str:
        return str(self.size)
