"""Reading single fields of Stripe's JSON; a value of an unexpected type counts as not sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

Body = Mapping[str, Any]
_MOST = 2**63  # what SQLite can hold
_LAST = 32_503_680_000  # Unix seconds of the year 3000: calendars and zones reach no further


def day(body: Body) -> date | None:
    """Read a date given as day, month and year."""
    try:
        return date(number(body, "year") or 0, number(body, "month") or 0, number(body, "day") or 0)
    except (ValueError, OverflowError):
        return None


def child(body: Body, name: str) -> Body:
    """Read an object; {} if there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def children(body: Body, name: str) -> list[Body]:
    """Read a list of objects; anything else in it is left out."""
    value = body.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def text(body: Body, name: str) -> str:
    """Read a text; "" if there is none."""
    return as_text(body.get(name))


def as_text(value: object) -> str:
    """Return a text that can be stored, or ""."""
    if not isinstance(value, str) or value.isascii():
        return value if isinstance(value, str) else ""
    return value.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be stored


def texts(body: Body, name: str) -> tuple[str, ...]:
    """Read a list of texts."""
    value = body.get(name)
    if not isinstance(value, list):
        return ()
    return tuple(as_text(entry) for entry in value if isinstance(entry, str))


def number(body: Body, name: str) -> int | None:
    """Read a whole number; None if there is none."""
    return as_number(body.get(name))


def as_number(value: object) -> int | None:
    """Return a whole number SQLite can hold, or None."""
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -_MOST <= value < _MOST else None


def moment(body: Body, name: str) -> int | None:
    """Read an instant in Unix seconds; None if there is none, or none that a calendar has."""
    return as_moment(body.get(name))


def as_moment(value: object) -> int | None:
    """Return an instant in Unix seconds that can be shown as a date, or None."""
    seconds = as_number(value)
    return seconds if seconds is not None and 0 <= seconds < _LAST else None


def flag(body: Body, name: str) -> bool | None:
    """Read true or false; None if there is neither."""
    value = body.get(name)
    return value if isinstance(value, bool) else None


def ref(body: Body, name: str) -> str:
    """Read the id of another object, given by its id or whole."""
    return as_ref(body.get(name))


def as_ref(value: object) -> str:
    """Return the id of an object that may be given by its id or whole."""
    return text(value, "id") if isinstance(value, dict) else as_text(value)
