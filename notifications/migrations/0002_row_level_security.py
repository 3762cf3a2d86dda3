"""An inbox is one person's; endpoints and deliveries are one agency's, the Centre's included; the outbox is nobody's."""

from django.db import migrations

from ohsc.core.rls import ME, MYSELF, Protect

MINE = f"person_id = {MYSELF}"
OURS = f"agency_id = {ME}"


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_outbox_inbox_and_deliveries"),
        ("agencies", "0002_row_level_security"),
    ]

    operations = [
        Protect("notifications_notice", agency=None, centre=None),
        Protect("notifications_inboxitem", agency=MINE, centre=MINE),
        Protect("notifications_webhookendpoint", agency=OURS, centre=OURS),
        Protect("notifications_delivery", agency=OURS, centre=OURS),
        Protect("notifications_attempt", agency=OURS, centre=OURS, steps="INSERT"),
        Protect("notifications_feedcounter", agency=None, centre=None),
        Protect("notifications_feedevent", agency=OURS, centre=OURS, steps="INSERT"),
    ]
