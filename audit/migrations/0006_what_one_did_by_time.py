"""What one person or system did, and what was done by all: each newest first, along an index."""

from django.db import migrations, models

from ohsc.core.while_running import AddIndexWhileRunning


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0005_reviews_of_unusual_reads")]

    operations = [
        AddIndexWhileRunning("event", models.Index(fields=["actor_id", "at"], name="event_actor_at")),
        AddIndexWhileRunning("event", models.Index(fields=["at", "id"], name="event_at")),
    ]
