"""An agency reads its own events; readers and the login may add, nobody may change (see also the triggers)."""

from django.db import migrations

from ohsc.core.rls import ME, Protect

OWN = f"agency_id IS NOT DISTINCT FROM {ME}"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_events"), ("core", "0001_rights_and_kept_answers")]

    operations = [
        Protect(
            "audit_event",
            agency=OWN,
            centre=OWN,
            append=OWN,
            steps="INSERT",
            login="true",
            login_may="INSERT",
        ),
    ]
