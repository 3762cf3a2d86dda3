"""What an agency sent or has and is still open is listed by urgency without reading all it ever had."""

from django.db import migrations, models
from django.db.models import Q

OPEN = Q(status__in=["received", "triaged", "offered", "accepted"])


def open_of(side: str) -> migrations.AddIndex:
    index = models.Index(
        fields=[side, "band", "due_at", "id"], condition=OPEN, name=f"referral_open_of_{side}"
    )
    return migrations.AddIndex(model_name="referral", index=index)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0006_handles_whatever_their_service")]

    operations = [open_of("source"), open_of("custodian")]
