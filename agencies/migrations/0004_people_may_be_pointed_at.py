"""allauth's tables of second factors point at people, and a foreign key to a table under FORCE cannot be checked by
its owner (trap 4). So FORCE is lifted from that one table until they are made, which is the migration after this.

Only the owner, who migrates, is freer meanwhile; web and workers are bound as before.
"""

from django.db import migrations

LIFT = "ALTER TABLE agencies_user NO FORCE ROW LEVEL SECURITY"
PUT_BACK = "ALTER TABLE agencies_user FORCE ROW LEVEL SECURITY"


class Migration(migrations.Migration):
    dependencies = [("agencies", "0003_abilities_for_the_directory")]
    run_before = [("mfa", "0001_initial")]

    operations = [migrations.RunSQL(LIFT, PUT_BACK)]
