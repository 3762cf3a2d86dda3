"""Who may see a case, or a selector? No other module answers that question."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Case, Selector
from ohsc.core.actor import Actor

VIEW = "view_case"


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Cases the actor's agency owns, and cases its group was granted; for the Centre, all."""
    if actor.is_centre:
        return Case.objects.all()
    grant = apps.get_model("cases", "CaseGroupObjectPermission")
    granted = grant.objects.filter(
        content_object=OuterRef("pk"), group__agency=actor.agency_id, permission__codename=VIEW
    )
    return Case.objects.filter(Q(owner=actor.agency_id) | Exists(granted))


def visible_selectors(actor: Actor) -> QuerySet[Selector]:
    """The selectors the actor's agency holds; for the Centre, all."""
    return Selector.objects.all() if actor.is_centre else Selector.objects.filter(agency=actor.home_id)
