"""What an agreement says besides: how high a classification it reaches, whether what was received may be passed on,
and who signed it for each side. What stands already reaches what it reached, and is passed on with consent alone."""

from django.db import migrations, models

GATEWAYS = [
    ("osa_2023_s66", "Online Safety Act 2023, section 66"),
    ("cca_2013_s7", "Crime and Courts Act 2013, section 7"),
    ("ca_1989_s17_s47", "Children Act 1989, sections 17 and 47"),
    ("ca_2004_s10_s11", "Children Act 2004, sections 10 and 11"),
    ("cda_1998_s115", "Crime and Disorder Act 1998, section 115"),
    ("common_law_policing", "Common law: a policing purpose"),
    ("dpa_2018_s35", "Data Protection Act 2018, section 35 and schedule 8"),
    ("uk_gdpr_6_1_c", "UK GDPR, article 6(1)(c): a legal obligation"),
    ("uk_gdpr_6_1_d", "UK GDPR, article 6(1)(d): vital interests"),
    ("uk_gdpr_6_1_e", "UK GDPR, article 6(1)(e): a public task"),
    ("uk_gdpr_6_1_f", "UK GDPR, article 6(1)(f): legitimate interests"),
    (
        "uk_gdpr_9_2_g",
        "UK GDPR, article 9(2)(g), with Data Protection Act 2018, schedule 1, paragraphs 10 and 18",
    ),
    (
        "recognised_legitimate_interests",
        "Recognised legitimate interests: Data (Use and Access) Act 2025, schedule 4 (prospective)",
    ),
]


CLASSIFICATIONS = [("OFFICIAL", "OFFICIAL"), ("OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE")]
ONWARD = [
    ("not_allowed", "Not allowed"),
    ("with_consent_of_discloser", "With the discloser’s consent: the Centre makes the offer"),
    ("within_terms", "Allowed, under an agreement of the recipient’s own that covers it"),
]


def added(name: str, default: str, **facts) -> migrations.SeparateDatabaseAndState:
    """A column with a default in the database, for the release before does not write it. The model gives the value
    itself: with the default in it, each insert would ask the database what it wrote (trap 5)."""
    column = migrations.AddField(
        "sharingagreement", name, models.CharField(default=default, db_default=default, **facts)
    )
    known = migrations.AddField("sharingagreement", name, models.CharField(default=default, **facts))
    return migrations.SeparateDatabaseAndState(database_operations=[column], state_operations=[known])


class Migration(migrations.Migration):
    dependencies = [("agencies", "0005_invitations")]

    operations = [
        added("classification_ceiling", "OFFICIAL-SENSITIVE", choices=CLASSIFICATIONS, max_length=20),
        added("onward", "with_consent_of_discloser", choices=ONWARD, max_length=28),
        added("signed_for_discloser", "", blank=True, max_length=95),
        added("signed_for_recipient", "", blank=True, max_length=95),
        migrations.AlterField(
            "sharingagreement", "gateway", models.CharField(choices=GATEWAYS, max_length=60)
        ),
    ]
