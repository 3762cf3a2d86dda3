"""Each agency keeps the bank holidays of one nation. The default stands in the database too: the release before does
not write the column, and the model does not read it back (trap 5)."""

from django.db import migrations, models

FACTS = {"blank": True, "default": "GB-ENG", "max_length": 8}


class Migration(migrations.Migration):
    dependencies = [("agencies", "0006_agreement_terms")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AddField("agency", "calendar", models.CharField(db_default="GB-ENG", **FACTS))
            ],
            state_operations=[migrations.AddField("agency", "calendar", models.CharField(**FACTS))],
        )
    ]
