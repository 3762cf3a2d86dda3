"""By when a question is to be answered, and when it was chased and escalated.

Columns alone, and each may be null: the release before puts questions without them, and the clock adds the times to
those. Who reads a question is unchanged (0002): the policies are of whole rows.
"""

from django.db import migrations, models

MOMENTS = ("answer_by", "next_at", "chased_at", "escalated_at", "pressed_at")


class Migration(migrations.Migration):
    dependencies = [("referrals", "0013_feedback")]

    operations = [
        migrations.AddField(
            model_name="question", name=moment, field=models.DateTimeField(blank=True, null=True)
        )
        for moment in MOMENTS
    ]
