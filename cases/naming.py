"""What is a case called? By its reference, for the apps below, and by the asker's rights."""

from uuid import UUID

from cases.access import visible_cases
from ohsc.core.actor import Actor
from ohsc.core.names import Named, Names


def _named(actor: Actor, ids: set[UUID]) -> dict[UUID, Named]:
    rows = visible_cases(actor).filter(pk__in=ids).values_list("pk", "reference")
    return {key: Named(reference) for key, reference in rows}


CASES = Names(_named)
