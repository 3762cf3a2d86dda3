"""What is in an invented report? One story a band, judged by `referrals.priority` as intake would judge it."""

import json
from datetime import UTC, datetime, timedelta

from referrals.priority import action_due, actionability, eyes_due, offer_window, suggest_band

_WHEN = datetime(2025, 1, 1, tzinfo=UTC)
_NO = dict.fromkeys(
    (
        "live_streaming",
        "self_harm_threat",
        "contact_continuing",
        "child_identified",
        "suspect_has_access",
        "position_of_trust",
    ),
    "no",
)
DECLARATION = "All reasonably available information is included."
NARRATIVE = (
    "The reporter states that an account first wrote in a public room and then asked to continue elsewhere. The"
    " reporter kept the name of the account and the times at which it was seen, and has told nobody else so far. The"
    " service has looked at its own records and adds what it holds; nothing further was asked of the reporter."
)
STORIES = {
    "P1": {
        "summary": "A reporter says that a live session is announced for tonight.",
        "factors": {"live_streaming": "yes", "child_age_band": "11-13"},
    },
    "P2": {
        "summary": "An account goes on writing to a child after it was told to stop.",
        "factors": {"contact_continuing": "yes", "child_identified": "yes", "child_age_band": "14-15"},
    },
    "P3": {
        "summary": "An account asked a child to move to a private channel.",
        "factors": {"prior_record": "yes"},
    },
    "P4": {"summary": "A closed account was reported by a former user.", "factors": _NO},
    "INFO": {
        "summary": "A service passes on a name it has seen, with nothing else known.",
        "factors": {},
        "source_priority": "INFO",
    },
}


def stories_sql() -> str:
    """The stories as a temporary table, with what the field's rules make of them."""
    rows = ",\n".join(_row(band, story) for band, story in STORIES.items())
    return (
        "CREATE TEMP TABLE story (band text, summary text, narrative text, declaration text, source_priority text,"
        " factors json, because text[], score int, missing text[], eyes interval, action interval,"
        f" offer_window interval);\nINSERT INTO story VALUES\n{rows};"
    )


def _row(band: str, story: dict) -> str:
    asked = story.get("source_priority", "")
    suggestion = suggest_band(story["factors"], source_priority=asked or None, escalate_reason="")
    assert suggestion.band == band, (band, suggestion)
    complete = actionability(
        {
            "environment": "surface_web",
            "harm_type": "grooming",
            "narrative": NARRATIVE,
            "occurred_at": _WHEN,
            "jurisdiction": "GB",
            "factors": story["factors"],
            "selectors": [{"kind": "account", "seen_at": _WHEN}],
            "declaration": DECLARATION,
        }
    )
    values = [
        _text(band),
        _text(story["summary"]),
        _text(NARRATIVE),
        _text(DECLARATION),
        _text(asked),
        _text(json.dumps(story["factors"])),
        _array(suggestion.because),
        str(complete.score),
        _array(complete.missing),
        _interval(eyes_due(band, _WHEN) - _WHEN),
        _interval(action_due(band, _WHEN) - _WHEN),
        _interval(offer_window(band)),
    ]
    return f"({', '.join(values)})"


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _array(words: tuple[str, ...]) -> str:
    return f"ARRAY[{', '.join(_text(one) for one in words)}]::text[]"


def _interval(span: timedelta) -> str:
    return f"interval '{int(span.total_seconds())} seconds'"
