"""Business days: public holidays of a country or part of it, and a firm's own closing days."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing it takes a tenth of a second of the start
    from holidays import HolidayBase

ONE_DAY = timedelta(days=1)
# Markets whose days can be argued beside a country's: the ECB's payment system, the Fed's banks.
FINANCIAL = ("XECB", "XFED")
_loading = threading.Lock()
_MARKETS = {"XECB": "European Central Bank", "XFED": "Federal Reserve"}


@functools.cache
def _release() -> str:
    import importlib.metadata

    return importlib.metadata.version("holidays")


@functools.lru_cache(maxsize=32)
def _public(country: str, subdivision: str) -> HolidayBase | None:
    """Public holidays, computed offline; None when the country is not known.

    An unknown part falls back to what holds in the whole country: fewer holidays, so no
    deadline computed from it is later than the right one.
    """
    import holidays

    if country in FINANCIAL:
        with _one_alone("holidays.financial"):
            return holidays.financial_holidays(country)
    if country not in _countries():
        return None
    with _one_alone("holidays.countries"):
        parts = getattr(holidays, country).subdivisions
        return holidays.country_holidays(
            country, subdiv=subdivision if subdivision in parts else None
        )


@functools.cache
def _countries() -> frozenset[str]:
    """Codes of the countries that have a list of holidays."""
    from holidays.registry import EntityLoader

    return frozenset(EntityLoader.get_country_codes())


@contextlib.contextmanager
def _one_alone(package: str) -> Iterator[None]:
    """Let `holidays` load the list that is asked for, and not those of all the world with it.

    It loads lists one by one, but their package imports all 250 of them: 8 MB and, at every start
    of the desk, a sixth of a second. Meanwhile an empty package stands in its place.
    """
    with _loading:
        spec = importlib.util.find_spec(package)
        if package in sys.modules or spec is None:
            yield
            return
        sys.modules[package] = importlib.util.module_from_spec(spec)
        try:
            yield
        finally:
            del sys.modules[package]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count as business days.

    Args:
        country: ISO 3166-1 alpha-2, or one of FINANCIAL; "" or an unknown one leaves Monday to
            Friday.
        subdivision: part of the country (SCT, BY); "" or an unknown one means the whole.
        closed: the firm's own closing days.
    """

    country: str
    subdivision: str = ""
    closed: frozenset[date] = frozenset()

    @property
    def label(self) -> str:
        """How the calendar is named beside a due date, such as DE-BY."""
        public = _public(self.country, self.subdivision)
        if public is None:
            return "Mon-Fri"
        subdivision = getattr(public, "subdiv", None)
        return f"{self.country}-{subdivision}" if subdivision else self.country

    @property
    def version(self) -> str:
        """What the label rests on, kept with each computed date."""
        own = f", {len(self.closed)} own closing days" if self.closed else ""
        known = _public(self.country, self.subdivision) is not None
        return (f"holidays {_release()}" if known else "no holiday list") + own

    @property
    def identity(self) -> tuple[str, ...]:
        """What its days depend on; told without reading any list of holidays."""
        return (self.country, self.subdivision, _release(), *sorted(map(str, self.closed)))

    def is_business_day(self, day: date) -> bool:
        """Whether `day` counts: no weekend, no public holiday, not closed."""
        public = _public(self.country, self.subdivision)
        working = day.weekday() < 5 if public is None else public.is_working_day(day)
        return working and day not in self.closed

    def add(self, start: date, days: int) -> date:
        """The `days`-th business day after `start`; the first one after it counts as 1.

        `days` of 0 gives `start` itself, whatever day it is.
        """
        day = start
        while days > 0:
            day += ONE_DAY
            days -= self.is_business_day(day)
        return day

    def on_or_before(self, day: date) -> date:
        """`day`, moved back to the last business day when it is none."""
        while not self.is_business_day(day):
            day -= ONE_DAY
        return day

    def back(self, day: date, days: int) -> date:
        """The earliest day that has at most `days` business days after it up to and with `day`."""
        while days >= 0:
            days -= self.is_business_day(day)
            day -= ONE_DAY
        return day + ONE_DAY

    def between(self, today: date, due: date) -> int:
        """Business days after `today` up to and with `due`: 0 today, negative when over."""
        if due < today:
            return -max(1, self.between(due, today))
        span = (today + timedelta(days=n) for n in range(1, (due - today).days + 1))
        return sum(self.is_business_day(day) for day in span)

    def left_out(self, start: date, due: date) -> tuple[date, ...]:
        """Weekdays after `start` up to and with `due` that do not count: holidays, closing days."""
        span = (start + timedelta(days=n) for n in range(1, (due - start).days + 1))
        return tuple(d for d in span if d.weekday() < 5 and not self.is_business_day(d))


@functools.lru_cache(maxsize=64)
def place_name(label: str, locale: str = "en_GB") -> str:
    """What a calendar's label means, in words: "Scotland" for GB-SCT, "Germany" for DE."""
    from babel import Locale

    country, _, part = label.partition("-")
    if label in _MARKETS:
        return _MARKETS[label]
    if country not in _countries():
        return label
    aliases = getattr(_public(country, part), "subdivisions_aliases", {})
    for name, code in aliases.items():
        if part and code == part:
            return str(name)
    territory = str(Locale.parse(locale).territories.get(country, country))
    return f"{territory} ({part})" if part else territory
