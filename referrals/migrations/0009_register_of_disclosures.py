"""The register of disclosures: a line is read by those who disclosed and those it was disclosed to, and by the Centre.

It names others by id: a foreign key to a protected table could not be checked when this one is made.
"""

import uuid

import django.contrib.postgres.fields
from django.db import migrations, models

from ohsc.core.rls import ME, Protect

KINDS = [
    ("offer", "Offered"),
    ("pass-on", "Passed on"),
    ("accept", "Accepted"),
    ("ask", "Asked"),
    ("answer", "Answered"),
    ("conclude", "Outcome told"),
    ("grant", "Case shared"),
    ("export", "Taken out as a file"),
]
PARTS = [
    ("summary", "summary"),
    ("handling", "handling"),
    ("facts", "facts"),
    ("selectors", "selectors"),
    ("risk", "answers about risk"),
    ("history", "history"),
    ("narrative", "narrative"),
    ("report", "report as it arrived"),
    ("question", "question"),
    ("answer", "answer"),
    ("outcomes", "outcomes"),
    ("detail", "words beside the outcomes"),
    ("case", "case"),
    ("rows", "rows of a list"),
]
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


class Migration(migrations.Migration):
    dependencies = [("referrals", "0008_break_glass")]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("at", models.DateTimeField()),
                ("subject_type", models.CharField(max_length=32)),
                ("subject_id", models.UUIDField(null=True)),
                ("reference", models.CharField(blank=True, max_length=20)),
                ("from_agency_id", models.UUIDField()),
                ("to_agency_id", models.UUIDField()),
                ("agreement_id", models.UUIDField(null=True)),
                ("agreement", models.CharField(blank=True, max_length=40)),
                ("gateway", models.CharField(blank=True, choices=GATEWAYS, max_length=60)),
                (
                    "parts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=PARTS, max_length=20), size=None
                    ),
                ),
                ("rows", models.PositiveIntegerField(null=True)),
                ("offer_id", models.UUIDField(null=True)),
                ("by_kind", models.CharField(max_length=8)),
                ("by_id", models.UUIDField()),
                ("by_agency_id", models.UUIDField(null=True)),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("recalled_at", models.DateTimeField(null=True)),
                ("read_before", models.JSONField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="disclosure_at"),
                    models.Index(fields=["from_agency_id", "-at", "-id"], name="disclosure_from"),
                    models.Index(fields=["to_agency_id", "-at", "-id"], name="disclosure_to"),
                    models.Index(fields=["subject_id", "at"], name="disclosure_subject"),
                    models.Index(
                        fields=["agreement_id"],
                        condition=models.Q(("recalled_at", None)),
                        name="disclosure_agreement",
                    ),
                ]
            },
        ),
        Protect("referrals_disclosure", agency=f"{ME} IN (from_agency_id, to_agency_id)"),
    ]
