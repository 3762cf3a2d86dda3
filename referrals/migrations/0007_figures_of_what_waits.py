"""An index for counting what waits by status and band, and for the oldest of each."""

from django.db import migrations, models

from ohsc.core.while_running import AddIndexWhileRunning


class Migration(migrations.Migration):
    atomic = False  # an index that is made while the system runs cannot be made inside a transaction
    dependencies = [("referrals", "0006_handles_whatever_their_service")]

    operations = [
        AddIndexWhileRunning(
            "referral",
            models.Index(
                fields=["status", "band", "received_at"],
                condition=models.Q(status__in=["received", "triaged", "offered", "accepted"]),
                name="referral_waiting",
            ),
        ),
    ]
