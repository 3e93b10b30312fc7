"""Calendar days between what people type, what Stripe sends and what the desk keeps."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from babel import Locale
from babel.dates import format_date

_LONGEST = 40  # characters; no date is longer


class DayProblem(ValueError):
    """A typed day that cannot be used; the text is a sentence for the person who typed it."""


def _pattern(locale: str) -> str:
    """The locale's short pattern with a four-figure year: "dd/MM/y"."""
    pattern = str(Locale.parse(locale).date_formats["short"].pattern)
    return pattern.replace("yyyy", "y").replace("yy", "y")


def format_day(day: date, locale: str = "en_GB") -> str:
    """Write a day in figures, four-digit year, in the order of `locale`: 23.11.2026."""
    return format_date(day, _pattern(locale), locale=locale)


def parse_day(text: str, locale: str = "en_GB", *, today: date | None = None) -> date:
    """Read a typed day: in the order of `locale`, or as 2026-11-23.

    Day and month are never exchanged to make sense of them. Two-figure years are this century's.

    Raises DayProblem with a sentence for the person who typed it.
    """
    example = format_day(today or date(2026, 11, 23), locale)
    if not text.strip():
        raise DayProblem(f"Enter a date like {example}.")
    parts = re.split(r"[\s./\-]+", text.strip().strip(".")) if len(text) <= _LONGEST else []
    if not 2 <= len(parts) <= 3 or not all(re.fullmatch(r"\d{1,4}", p, re.ASCII) for p in parts):
        raise DayProblem(f"This is not a date. Write it like {example}.")
    if len(parts) != 3:
        raise DayProblem(f"The year is missing. Write it like {example}.")
    order = "".join(dict.fromkeys(re.findall("[dMy]", _pattern(locale))))
    if len(parts[0]) == 4:
        order = "yMd"
    got = dict(zip(order, parts, strict=True))
    if len(got["y"]) not in (2, 4):
        raise DayProblem(f"This is not a year. Write it like {example}.")
    year = int(got["y"]) + (2000 if len(got["y"]) == 2 else 0)
    try:
        day = date(year, int(got["M"]), int(got["d"]))
    except ValueError as problem:
        raise DayProblem(f"There is no such day. Write it like {example}.") from problem
    if day.year < 1900:
        raise DayProblem(f"Check the year. Write the date like {example}.")
    return day


def to_unix(day: date) -> int:
    """Return noon UTC of `day` in Unix seconds: the same day in every zone of our programmes."""
    return int(datetime.combine(day, time(12), tzinfo=UTC).timestamp())


def from_unix(seconds: float) -> date:
    """Return the UTC day of an instant (Unix seconds)."""
    return datetime.fromtimestamp(seconds, tz=UTC).date()
