"""Words, amounts and dates as the person at the desk reads them."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from PySide6.QtCore import QCoreApplication, QLocale

from supportdesk.domain import days
from supportdesk.domain.money import format_money

_FALLBACK: Final = "en_GB"
#: A place, of no width, where a line may end.
MAY_BREAK: Final = "\u200b"
_LONG_WORD = re.compile(r"\S{32}(?=\S)")
_current = _FALLBACK


def tr(text: str, **values: object) -> str:
    """Return `text` in the language of the window, with `{name}` places filled afterwards."""
    translated = QCoreApplication.translate("supportdesk", text)
    return translated.format(**values) if values else translated


def spoken(key: str, words: Mapping[str, str]) -> str:
    """Say a key in words.

    One that has none, such as what Stripe added since, is shown as it came, with spaces for "_".
    """
    return words.get(key, key.replace("_", " "))


def breakable(text: str) -> str:
    """Let words break that are longer than any line, so that a label need not grow for them."""
    return _LONG_WORD.sub(lambda found: found.group() + MAY_BREAK, text)


def set_language(choice: str) -> None:
    """Choose how numbers and dates are written: "system" or a language such as "en" or "de"."""
    global _current
    name = QLocale.system().name() if choice == "system" else choice
    # English without a country would write the month first.
    name = {"en": _FALLBACK, "C": _FALLBACK, "POSIX": _FALLBACK}.get(name, name)
    try:
        _current = str(Locale.parse(name))
    except (UnknownLocaleError, ValueError):
        _current = _FALLBACK
    QLocale.setDefault(QLocale(_current))


def locale() -> str:
    """Return the locale in force, such as "en_GB", for babel."""
    return _current


def money(amount: int, currency: str) -> str:
    """Write `amount` (minor units, signed) with its currency."""
    return format_money(amount, currency, _current)


def number(value: float) -> str:
    """Write a count with the locale's grouping."""
    return format_decimal(value, locale=_current)


def when(unix: float, *, now: float | None = None, zone: str = "") -> str:
    """Write an instant (Unix seconds) briefly: "today 09:14", "21 Nov 17:30".

    Args:
        zone: IANA name of the time zone to tell it in; "" for this computer's.
    """
    at = _at(unix, zone)
    clock = format_time(at, "short", tzinfo=at.tzinfo, locale=_current)
    today = _at(time.time() if now is None else now, zone).date()
    if at.date() == today:
        return tr("today {time}", time=clock)
    return f"{day(at.date(), today=today)} {clock}"


def moment(unix: float, *, zone: str = "") -> str:
    """Write an instant (Unix seconds) in full, with seconds: for tooltips and records.

    Args:
        zone: as in `when`.
    """
    at = _at(unix, zone)
    return format_datetime(at, "medium", tzinfo=at.tzinfo, locale=_current)


def day(value: date, *, today: date | None = None) -> str:
    """Write a date briefly: "21 Nov", with the year when it is another year."""
    this_year = (today or datetime.now().astimezone().date()).year
    skeleton = "d MMM" if value.year == this_year else "d MMM y"
    if _current.startswith("en_US"):
        skeleton = "MMM d" if value.year == this_year else "MMM d, y"
    return format_date(value, skeleton, locale=_current)


def month(name: str) -> str:
    """Write a month such as 2026-11 briefly; what is none as it came."""
    try:
        return format_date(date.fromisoformat(f"{name}-01"), "MMM yy", locale=_current)
    except ValueError:
        return name


def today() -> date:
    """Return today's date where the desk stands."""
    return datetime.now().astimezone().date()


def now_clock() -> str:
    """Return the time of day with seconds, for "confirmed at"."""
    return at_second(time.time())


def at_second(unix: float) -> str:
    """Return the time of day of an instant (Unix seconds), with seconds."""
    at = _at(unix)
    return format_time(at, "medium", tzinfo=at.tzinfo, locale=_current)


def at_clock(unix: float) -> str:
    """Return the time of day of an instant (Unix seconds), to the minute."""
    at = _at(unix)
    return format_time(at, "short", tzinfo=at.tzinfo, locale=_current)


def _at(unix: float, zone: str = "") -> datetime:
    """Return an instant in a zone, "" for this computer's."""
    return datetime.fromtimestamp(unix, UTC).astimezone(ZoneInfo(zone) if zone else None)


def typed_day(value: date) -> str:
    """Write a date with digits as one types it, with four figures for the year."""
    return days.format_day(value, _current)


def age(seconds: float) -> str:
    """Write how long ago something was: "now", "3s ago", "2 days ago"."""
    if seconds < 1:
        return tr("now")
    past = timedelta(seconds=-seconds)
    style: Final = "narrow" if seconds < 3600 * 24 else "long"
    return format_timedelta(past, threshold=1.5, add_direction=True, format=style, locale=_current)


def parse_day(text: str, *, today: date | None = None) -> date:
    """Read a typed date in the order of the locale, or as YYYY-MM-DD.

    Raises ValueError with a sentence for the person. Two-figure years are this century's.
    """
    return days.parse_day(text, _current, today=today or datetime.now().astimezone().date())
