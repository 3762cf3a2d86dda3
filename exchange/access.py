"""Who may see a document that waits to be looked at? No other module answers that question.

The same rule stands in PostgreSQL as policies (migration 0002).
"""

from django.db.models import QuerySet

from exchange.models import Staged
from ohsc.core.actor import Actor


def visible_staged(actor: Actor) -> QuerySet[Staged]:
    """The person's own, of their present agency; nobody else's, not a colleague's and not for the Centre."""
    return Staged.objects.filter(person=actor.id, agency=actor.agency_id)
