"""A selector is found in a referral without naming the service it was seen on: who rings knows only the handle."""

import hmac

from django.conf import settings
from django.db import migrations, models

BOTH = ("referrals_sighting", "cases_selector")
# Rows that stand already: read by the owner, whom the policies bind too until they are lifted (and put back).
LIFTED = ";".join(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in BOTH)
BOUND = ";".join(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in BOTH)


def fill(apps, schema_editor):
    """The keyed hash of kind and value alone. The rule is frozen here as `cases.actions.fingerprint` had it."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.kind, c.value FROM referrals_sighting s JOIN cases_selector c ON c.id = s.selector_id"
        )
        for kind, value in cursor.fetchall():
            said = "\x1f".join((kind, "", value))
            print_ = hmac.digest(settings.SELECTOR_KEY.encode(), said.encode(), "sha256")
            cursor.execute(
                "UPDATE referrals_sighting s SET fingerprint_anywhere = %s FROM cases_selector c"
                " WHERE c.id = s.selector_id AND c.kind = %s AND c.value = %s",
                [print_, kind, value],
            )


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_search_of_summaries")]

    operations = [
        migrations.AddField(
            model_name="sighting",
            name="fingerprint_anywhere",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.RunSQL(LIFTED, BOUND),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(BOUND, LIFTED),
        migrations.AddIndex(
            model_name="sighting",
            index=models.Index(fields=["fingerprint_anywhere"], name="sighting_anywhere"),
        ),
    ]
