"""An endpoint may ask to be told of the audit's signed heads; null: it did not."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_index_of_dead_deliveries")]

    operations = [
        migrations.AddField("webhookendpoint", "heads_since", models.DateTimeField(null=True)),
    ]
