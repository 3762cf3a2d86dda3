"""What do several pages put into words alike: addresses, answers, what is missing, how long a narrative is?"""

from urllib.parse import urlencode

from django.db.models import F, Func, IntegerField

from ohsc.core.actor import Actor
from referrals.access import visible_narratives
from referrals.forms_steps import ANSWER_LABELS
from referrals.record import Seen


def words_of_narrative(seen: Seen, actor: Actor) -> int | None:
    """How long it is, counted where it lies: the words themselves are fetched only when they are opened."""
    pieces = Func(
        Func(F("text"), template=r"regexp_split_to_array(trim(%(expressions)s), '\s+')"),
        template="cardinality(%(expressions)s)",
        output_field=IntegerField(),
    )
    found = visible_narratives(actor).filter(referral=seen.referral).annotate(pieces=pieces)
    return found.values_list("pieces", flat=True).first()


def with_query(path: str, came_from: str) -> str:
    return f"{path}?{urlencode({'from': came_from})}" if came_from else path


def in_words(missing: str) -> str:
    """What is missing, without the interface's names of the fields."""
    return missing.rsplit(" (", 1)[0]


def answer_in_words(key: str, value: str) -> str:
    if key == "child_age_band":
        return value.replace("-", " to ") if value != "unknown" else "Not known"
    return ANSWER_LABELS.get(value, value)
