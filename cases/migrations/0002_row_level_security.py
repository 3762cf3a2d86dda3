"""A case is its owner's and those it was granted to; a selector is its holder's."""

from django.db import migrations

from ohsc.core.rls import ME, Protect

REFERENCE = "GRANT SELECT ON auth_permission, django_content_type TO ohsc_agency, ohsc_centre, ohsc_steps;"
NO_REFERENCE = "REVOKE ALL ON auth_permission, django_content_type FROM ohsc_agency, ohsc_centre, ohsc_steps;"

OUR_GROUP = f"EXISTS (SELECT 1 FROM agencies_agency a WHERE a.id = {ME} AND a.group_id = {{}}.group_id)"
GRANTED = f"""EXISTS (
    SELECT 1 FROM cases_casegroupobjectpermission g
    JOIN agencies_agency a ON a.group_id = g.group_id
    JOIN auth_permission p ON p.id = g.permission_id
    WHERE g.content_object_id = cases_case.id AND a.id = {ME} AND p.codename = 'view_case')"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_cases_grants_and_selectors"),
        ("agencies", "0002_row_level_security"),
    ]

    operations = [
        migrations.RunSQL(REFERENCE, NO_REFERENCE),
        Protect("cases_case", agency=f"owner_id = {ME} OR {GRANTED}"),
        Protect(
            "cases_casegroupobjectpermission",
            agency=OUR_GROUP.format("cases_casegroupobjectpermission"),
            steps="INSERT, UPDATE, DELETE",
        ),
        Protect("cases_selector", agency=f"agency_id = {ME}"),
    ]
