"""A flood of notices for one agency is not walked through to find another's; dead letters are found among many sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_row_level_security")]

    operations = [
        migrations.RemoveIndex(model_name="notice", name="notice_waiting"),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["agency", "subject_at"],
                name="notice_waiting_of_agency",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "dead")),
                fields=["endpoint", "-next_at", "-id"],
                name="delivery_dead",
            ),
        ),
    ]
