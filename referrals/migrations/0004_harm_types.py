"""The harms a referral can be about, under the preferred terms (Luxembourg Guidelines; DOMAIN §5)."""

from django.db import migrations

HARMS = (
    ("csam", "Child sexual abuse material", "Making, holding or sharing it"),
    ("csam_ai_generated", "AI-generated child sexual abuse material", "Made or altered with generative AI"),
    ("grooming", "Online grooming", "Contact with a child for sexual purposes"),
    (
        "sexual_extortion",
        "Sexual extortion of a child",
        "Threats over sexual content, for money or more content",
    ),
    ("live_streaming", "Live streaming of child sexual abuse", "Abuse shown as it happens"),
    ("trafficking", "Trafficking of a child for sexual exploitation", ""),
    ("exploitation_in_travel", "Sexual exploitation of children in travel and tourism", ""),
    ("contact_abuse", "Contact sexual abuse of a child", ""),
    ("self_generated", "Self-generated sexual content", "Coerced, groomed, between peers, or not known"),
    ("solicitation_of_csam", "Soliciting child sexual abuse material", ""),
    (
        "misleading_domain",
        "Misleading domain name or words",
        "Words or names that lead to harmful content unawares",
    ),
    ("unsolicited_obscene_material", "Unsolicited obscene material sent to a child", ""),
    ("other", "Other online harm to a child", ""),
)


def add(apps, schema_editor):
    harm_type = apps.get_model("referrals", "HarmType")
    harm_type.objects.using(schema_editor.connection.alias).bulk_create(
        harm_type(code=code, label=label, means=means, order=order)
        for order, (code, label, means) in enumerate(HARMS, 1)
    )


def remove(apps, schema_editor):
    # Not through the ORM: it would look for referrals, which row-level security keeps from the owner.
    schema_editor.execute("DELETE FROM referrals_harmtype")


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_promises_across_tables")]

    operations = [migrations.RunPython(add, remove)]
