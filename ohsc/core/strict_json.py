"""Is this body one JSON object that every reader would read alike?

Two parsers that disagree about a body are a way past whichever of them checks it. So what they are known to
disagree about is refused: a key said twice, NaN and numbers out of range, lone surrogates, NUL, deep nesting, very
many fields.
"""

import json
import math
from typing import Any

DEPTH_LIMIT = 20
MOST_FIELDS = 1_000  # in one object; ours have some twenty


class JsonRefused(ValueError):
    """The body is not taken; a sentence for the one who sent it."""


def parse(raw: bytes) -> dict[str, Any]:
    """The object in these bytes. JsonRefused says what is wrong with them."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonRefused("The body is not UTF-8.") from None
    _refuse_depth(text)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int
        )
    except json.JSONDecodeError as error:
        raise JsonRefused(f"The body is not JSON: line {error.lineno}, column {error.colno}.") from None
    if not isinstance(value, dict):
        raise JsonRefused("The body must be a JSON object.")
    return value


def render(value: Any) -> bytes:
    """JSON as the interface sends it: UTF-8, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _refuse_depth(text: str) -> None:
    """Before parsing: a hundred thousand brackets would exhaust the stack. Brackets in strings are not counted."""
    depth, in_string, escaped = 0, False, False
    for character in text if text.count("[") + text.count("{") > DEPTH_LIMIT else "":
        if in_string:
            escaped, in_string = character == "\\" and not escaped, character != '"' or escaped
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise JsonRefused(f"The body nests more than {DEPTH_LIMIT} levels.")
        elif character in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_FIELDS:
        raise JsonRefused(f"An object has more than {MOST_FIELDS:,} fields.")
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise JsonRefused(f"The field {key[:100]!a} stands twice.")
        _check_text(key)
        _check_value(value)
        found[key] = value
    return found


def _check_value(value: Any) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for item in value:
            _check_value(item)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise JsonRefused("A text holds the NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise JsonRefused("A text holds half a surrogate pair.") from None


def _constant(name: str) -> float:
    raise JsonRefused(f"{name} is not a JSON number.")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise JsonRefused("A number is out of range.")
    return number


def _int(text: str) -> int:
    if len(text) > 20:
        raise JsonRefused("A number is out of range.")
    return int(text)
