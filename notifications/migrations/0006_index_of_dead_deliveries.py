"""An index for counting the deliveries that were given up, the latest first."""

from django.db import migrations, models

from ohsc.core.while_running import AddIndexWhileRunning


class Migration(migrations.Migration):
    atomic = False  # an index that is made while the system runs cannot be made inside a transaction
    dependencies = [("notifications", "0005_figures_of_the_outbox")]

    operations = [
        AddIndexWhileRunning(
            "delivery",
            models.Index(fields=["done_at"], condition=models.Q(state="dead"), name="delivery_dead_at"),
        ),
    ]
