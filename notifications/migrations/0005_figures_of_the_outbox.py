"""The clock may read when the outbox's rows were written and where they stand: for figures, and nothing else of them."""

from django.db import migrations

THE_CLOCK = "(SELECT ohsc_actor_id()) = '00000000-0000-0000-0000-000000000000'"

RIGHTS = f"""
GRANT SELECT (agency_id, state, subject_at, attempts) ON notifications_notice TO ohsc_centre;
CREATE POLICY clock_counts ON notifications_notice FOR SELECT TO ohsc_centre USING ({THE_CLOCK});
CREATE POLICY clock_counts ON notifications_delivery FOR SELECT TO ohsc_centre USING ({THE_CLOCK});
"""
BACK = """
DROP POLICY clock_counts ON notifications_delivery;
DROP POLICY clock_counts ON notifications_notice;
REVOKE SELECT (agency_id, state, subject_at, attempts) ON notifications_notice FROM ohsc_centre;
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_digests")]

    operations = [migrations.RunSQL(RIGHTS, BACK)]
