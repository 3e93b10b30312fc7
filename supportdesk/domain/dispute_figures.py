"""What came of disputes, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

Period = Literal["quarter", "last_quarter", "year", "twelve_months", "all"]
PERIODS: tuple[Period, ...] = get_args(Period)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` on and before `end`; None for no bound."""

    first: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many disputes of one kind were decided, and how."""

    won: int = 0
    lost: int = 0
    open: int = 0

    @property
    def rate(self) -> float | None:
        """Share that was won of what was decided, None when nothing was."""
        decided = self.won + self.lost
        return self.won / decided if decided else None


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days from submission to decision, over `count` disputes."""

    count: int
    median: float
    shortest: int
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of a period; a dispute counts where it was submitted, else where it was begun.

    Attributes:
        begun: all disputes; `filed`: submitted; `open`: not ended, submitted or not.
        unfiled: expired without having been submitted: there should be none.
        recovered: minor units by currency, from Stripe's balance entries.
        unasked: won disputes whose balance entries Stripe was not asked for.
        reasons, methods: by Stripe's reason and by how the purchase was made.
        months: by month (YYYY-MM) of submission.
    """

    span: Span
    begun: int = 0
    filed: int = 0
    won: int = 0
    lost: int = 0
    expired: int = 0
    unfiled: int = 0
    open: int = 0
    recovered: Mapping[str, int]
    unasked: int = 0
    days: Days | None = None
    reasons: Mapping[str, Tally]
    methods: Mapping[str, Tally]
    months: Mapping[str, Tally]


def span_of(period: Period, today: date) -> Span:
    """Return the days of a period that `today` lies in, or follows."""
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    if period == "quarter":
        return Span(quarter, None)
    if period == "last_quarter":
        before = quarter - timedelta(days=1)
        return Span(date(before.year, 3 * ((before.month - 1) // 3) + 1, 1), quarter)
    if period == "year":
        return Span(date(today.year, 1, 1), None)
    if period == "twelve_months":
        first = today.replace(year=today.year - 1, day=1)
        return Span(first, None)
    return Span()
