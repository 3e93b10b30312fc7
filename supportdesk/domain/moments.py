"""A day and a time of day as people type them, as an instant of a zone."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_TIME = re.compile(r"(\d{1,2})[:.h](\d{2})\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE | re.ASCII)
_HALF = 12  # hours


class TimeProblem(ValueError):
    """A typed time that cannot be used; the text is a sentence for the person who typed it."""


def parse_time(text: str) -> time:
    """Read a typed time of day: 14:30, 9.05, 2:30 pm.

    Raises:
        TimeProblem: with a sentence for the person who typed it.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise TimeProblem("This is not a time. Write it like 14:30.")
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").casefold()
    if half:
        if not 1 <= hour <= _HALF:
            raise TimeProblem("This is not a time. Write it like 14:30.")
        hour = hour % _HALF + _HALF * (half == "p")
    try:
        return time(hour, minute)
    except ValueError as problem:
        raise TimeProblem("There is no such time. Write it like 14:30.") from problem


def format_time(instant: float, zone: str) -> str:
    """Write the time of day of an instant (Unix seconds) in an IANA zone as it is typed: 14:30."""
    return f"{datetime.fromtimestamp(instant, ZoneInfo(zone)):%H:%M}"


def is_noon(instant: float, zone: str) -> bool:
    """Whether an instant is noon sharp: as such a day is kept of which no hour is known."""
    return f"{datetime.fromtimestamp(instant, ZoneInfo(zone)):%H:%M:%S.%f}" == "12:00:00.000000"


def instant_of(day: date, at: time, zone: str, old: float | None = None) -> float:
    """The instant (Unix seconds) of a day and time in an IANA zone.

    Args:
        old: an instant known before; it is kept, with its seconds, when it is that minute. Of an
            hour that comes twice in autumn it tells which; without it the first one is taken.

    Raises:
        TimeProblem: clocks were put forward over that time.
    """
    place = ZoneInfo(zone)
    if old is not None:
        known = datetime.fromtimestamp(old, place)
        if (known.date(), known.hour, known.minute) == (day, at.hour, at.minute):
            return old
    made = datetime.combine(day, at, place)
    back = datetime.fromtimestamp(made.timestamp(), place)
    if (back.date(), back.hour, back.minute) != (day, at.hour, at.minute):
        later = made.replace(tzinfo=None) + timedelta(hours=1)
        raise TimeProblem(f"Clocks were put forward over {at:%H:%M}; write {later:%H:%M}.")
    return made.timestamp()
