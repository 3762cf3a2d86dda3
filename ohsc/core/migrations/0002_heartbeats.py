"""When each job of the clock was last done, so that a stopped clock is noticed."""

from django.db import migrations, models

from ohsc.core.rls import Protect


class Migration(migrations.Migration):
    dependencies = [("core", "0001_rights_and_kept_answers")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("job", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        Protect("core_heartbeat", agency=None, centre="true"),
    ]
