"""How does the narrative stand on a referral's page: behind its note, open, or closed to this reader; and why?"""

from dataclasses import dataclass

from django.urls import reverse

from agencies.roles import Permission
from ohsc.core.actor import Actor
from ohsc.core.purposes import PurposeForm
from referrals.caseload import REASONS, derived_purpose
from referrals.models import EmergencyOpening
from referrals.record import Seen
from referrals.views.wording import with_query, words_of_narrative


@dataclass
class NarrativePart:
    """What the template `referrals/narrative.html` draws.

    words -- how many it has; None where there is none to see. form -- asks why it is opened, where that is asked.
    purpose -- why it is opened, where that is known. closed -- who alone may read it, where the Centre may not.
    opening -- the reader broke the glass over it.
    """

    words: int | None
    url: str
    form: PurposeForm | None = None
    purpose: str = ""
    closed: str = ""
    break_url: str = ""
    end_url: str = ""
    opening: EmergencyOpening | None = None
    text: str = ""


def narrative_part(seen: Seen, actor: Actor, *, came_from: str, reason: str) -> NarrativePart:
    """`reason` is what the reader said a short while ago of opening this one."""

    def to(route: str) -> str:
        return with_query(reverse(route, args=[seen.referral.pk]), came_from)

    words = words_of_narrative(seen, actor) if actor.may(Permission.READ_NARRATIVES) else None
    part = NarrativePart(words, to("referral-narrative"))
    if words is not None:
        part.purpose = derived_purpose(seen, actor) or reason
        part.form = None if part.purpose else asked_why()
    if seen.narrative_is_closed:
        names = dict.fromkeys([seen.referral.custodian.name, seen.referral.source.name])
        part.closed = " and ".join(names)
        part.break_url = reverse("referral-break-glass", args=[seen.referral.pk]) if _may_break(actor) else ""
    if seen.glass_is_broken:
        part.opening, part.end_url = seen.opening, to("referral-break-glass-end")
    return part


def asked_why(data=None) -> PurposeForm:
    """The question that opens it."""
    return PurposeForm(REASONS, data, label="Why you open it now", auto_id="why_%s")


def _may_break(actor: Actor) -> bool:
    return actor.may(Permission.BREAK_GLASS) and actor.may(Permission.READ_NARRATIVES)
