"""Why does this person open a narrative that is not in front of their agency now? Asked once in half an hour.

Kept in the person's session, on the server: another person, another referral or another sign-in asks again.
"""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from referrals.caseload import REMEMBERED

KEY = "reasons"  # of the session: a referral's id, to the reason and until when it holds


def remember(request: HttpRequest, referral_id: UUID, reason: str, *, at: datetime) -> None:
    """The reason holds from now on for a while; those whose time is over are forgotten."""
    kept = {key: said for key, said in _all(request).items() if _until(said) > at}
    request.session[KEY] = kept | {str(referral_id): [reason, (at + REMEMBERED).isoformat()]}


def remembered(request: HttpRequest, referral_id: UUID, *, at: datetime) -> str:
    """The reason this person gave for this referral a short while ago, or nothing."""
    said = _all(request).get(str(referral_id))
    return said[0] if said and _until(said) > at else ""


def _all(request: HttpRequest) -> dict[str, list[str]]:
    return request.session.get(KEY, {})


def _until(said: list[str]) -> datetime:
    return datetime.fromisoformat(said[1])
