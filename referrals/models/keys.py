"""How do the tables of referrals point at others?"""

from django.db import models


def to(model, **more):
    """A foreign key that cannot be walked backwards: from a protected row, only `access` leads on."""
    return models.ForeignKey(model, on_delete=models.PROTECT, related_name="+", **more)
