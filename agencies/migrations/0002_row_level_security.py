"""Agencies are a directory for everyone signed in; people, clients, capabilities and agreements are not."""

from django.db import migrations

from ohsc.core.rls import ME, Protect

GROUPS = """
GRANT SELECT ON auth_group TO ohsc_agency, ohsc_centre;
GRANT SELECT, INSERT ON auth_group TO ohsc_steps;
GRANT USAGE ON SEQUENCE auth_group_id_seq TO ohsc_steps;
"""
NO_GROUPS = """
REVOKE ALL ON auth_group FROM ohsc_agency, ohsc_centre, ohsc_steps;
REVOKE ALL ON SEQUENCE auth_group_id_seq FROM ohsc_steps;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_agencies_people_and_clients"),
        ("core", "0001_rights_and_kept_answers"),
        # Under FORCE a new foreign key to a protected table cannot be checked by the owner (trap 4): every
        # table that points here is made first.
        ("auth", "0012_alter_user_first_name_max_length"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
        ("oauth2_provider", "0022_refreshtoken_token_family_index"),
        ("notifications", "0001_outbox_inbox_and_deliveries"),
        ("referrals", "0001_reports_and_referrals"),
        ("exchange", "0001_staged_documents"),
    ]

    operations = [
        migrations.RunSQL(GROUPS, NO_GROUPS),
        Protect("agencies_agency", agency="true", login="true"),
        # The login finds who signs in, notes when, and stores a changed password.
        Protect("agencies_user", agency=f"agency_id = {ME}", login="true", login_may="SELECT, UPDATE"),
        Protect("agencies_client", agency=f"agency_id = {ME}", login="true"),
        Protect("agencies_capability", agency=f"agency_id = {ME}", steps="INSERT, UPDATE, DELETE"),
        Protect("agencies_sharingagreement", agency=f"discloser_id = {ME} OR recipient_id = {ME}"),
    ]
