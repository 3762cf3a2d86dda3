"""What somebody is looking at before it is sent is theirs alone."""

from django.db import migrations

from ohsc.core.rls import MYSELF, Protect

MINE = f"person_id = {MYSELF}"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_staged_documents"), ("agencies", "0002_row_level_security")]

    operations = [Protect("exchange_staged", agency=MINE, centre=MINE, steps="INSERT, DELETE")]
