"""How long is somebody signed in, and what ends it? The sessions of Django, in the database, with limits of our own.

Fifteen minutes without a request, or twelve hours whatever was done. A session that was ended stays so: what a
request saves at its end, or takes to a new key, is only ever an update of a row that is still there.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.utils import timezone

IDLE, LONGEST = timedelta(minutes=15), timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)
BEGAN, BROWSER = "began", "browser"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls):
        from agencies.models import Session

        return Session

    def load(self) -> dict[str, Any]:
        """Being asked for is being used, which is noted once a minute."""
        row = self._get_session_from_db()
        if row is None:
            return {}
        now = timezone.now()
        if row.seen_at <= now - NOTED_EVERY:
            mine = self.model.objects.filter(session_key=row.session_key)
            mine.update(seen_at=now, expire_date=_ends(row.began_at, now))
        return self.decode(row.session_data)

    def create_model_instance(self, data: dict[str, Any]):
        now = timezone.now()
        began = datetime.fromisoformat(data[BEGAN]) if BEGAN in data else now
        return self.model(
            session_key=self._get_or_create_session_key(),
            session_data=self.encode(data),
            person_id=data.get(SESSION_KEY),
            browser=data.get(BROWSER, ""),
            began_at=began,
            seen_at=now,
            expire_date=_ends(began, now),
        )

    def cycle_key(self) -> None:
        """The same session under a new key. Django would make a second row, also of a session ended meanwhile."""
        old = self.session_key
        if old is None:
            return super().cycle_key()
        self._get_session()  # read under the old key before there is none
        if self.session_key is None:  # it was not there, or is over
            return self.create()
        new = self._get_new_session_key()
        if not self.model.objects.filter(session_key=old).update(session_key=new):
            raise SessionInterrupted("The session was ended while this request was answered.")
        self._session_key = new
        self.modified = True
        return None


def _ends(began: datetime, seen: datetime) -> datetime:
    return min(seen + IDLE, began + LONGEST)
