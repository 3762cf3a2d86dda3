"""What belongs together: cases, who has a right to them, and the selectors agencies hold."""

from django.db import models
from guardian.models import GroupObjectPermissionBase

from ohsc.core.models import Record
from ohsc.core.words import SelectorKind


class Case(Record):
    """What belongs together. Its owner always sees it; any other agency by a grant, and by nothing else."""

    reference = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner", "-opened_at"], name="case_owner_opened")]

    def __str__(self):
        return self.reference


class CaseGroupObjectPermission(GroupObjectPermissionBase):
    """A grant: an agency's group may do this with that case. Read only by `cases.access`."""

    id = Record._meta.get_field("id").clone()
    content_object = models.ForeignKey(Case, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class Selector(Record):
    """An account, address, number or hash in normal form, as a row of the agency that holds it.

    Nothing here is unique across agencies. `fingerprint` is a keyed hash of kind, platform and value, the same
    for whoever holds the selector: matching across agencies compares it and never the value.
    """

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=SelectorKind.choices)
    platform = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=2000)
    fingerprint = models.BinaryField(max_length=32)
    held_since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("agency", "fingerprint", name="selector_once_per_agency")]
        indexes = [models.Index(fields=["fingerprint"], name="selector_fingerprint")]
