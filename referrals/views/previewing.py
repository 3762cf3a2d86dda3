"""What the other side will see, as a part of the page before an offer: their own page of the record."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from agencies.models import Agency
from ohsc.core.actor import Actor
from referrals.actions import StepRefused, foresee
from referrals.drafts import Given
from referrals.models import Referral
from referrals.record import Seen
from referrals.views.record_page import record_page


def preview(name: str, referral: Referral, agency: Agency, by: Actor, *, at: datetime) -> tuple[str, str]:
    """What the agency will see once this step is taken, and "" ; or "" and why the step cannot be taken."""
    given = Given(to_agency=agency)
    try:
        how = {"referral_id": referral.pk, "by": by, "at": at, "given": given, "before": agency}
        return foresee(name, **how, show=their_page), ""
    except StepRefused as refusal:
        return "", str(refusal)


def their_page(seen: Seen, reader: Actor) -> SafeString:
    """The parts of the record's page, by the templates that the page itself is drawn with."""
    return render_to_string("referrals/their_page.html", {"page": record_page(seen, reader)})
