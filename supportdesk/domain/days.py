"""Calendar days between what people type, what Stripe sends and what the desk keeps."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from babel.dates import format_date, parse_date

_NUMBERS = re.compile(r"\s*\d{1,4}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{1,4}\.?\s*", re.ASCII)


class DayProblem(ValueError):
    """A typed day that cannot be used; the text is a sentence for the person who typed it."""


def format_day(day: date, locale: str = "en_GB") -> str:
    """Write a day in figures, four-digit year, in the order of `locale`: 23.11.2026."""
    short = format_date(day, format="short", locale=locale)
    two, four = f"{day:%y}", f"{day:%Y}"
    return short if four in short else re.sub(rf"(?<!\d){two}(?!\d)(?=\D*$)", four, short)


def parse_day(text: str, locale: str = "en_GB") -> date:
    """Read a typed day: in the order of `locale`, or as 2026-11-23.

    Raises DayProblem with a sentence for the person who typed it.
    """
    example = format_day(date(2026, 11, 23), locale)
    if not text.strip():
        raise DayProblem(f"Enter a date like {example}.")
    if not _NUMBERS.fullmatch(text):
        raise DayProblem(f"This is not a date. Write it like {example}.")
    try:
        day = parse_date(text.strip().rstrip("."), locale=locale)
    except (ValueError, IndexError) as problem:
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
