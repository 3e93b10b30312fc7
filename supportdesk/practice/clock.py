"""The practice server's own time: today's clock, moved to another day where asked."""

from __future__ import annotations

import datetime
import time

DAY = 86_400


class Clock:
    """Ticks like the system clock, shifted by whole days and by what `advance` added."""

    def __init__(self, date: datetime.date | None = None) -> None:
        today = datetime.datetime.now(datetime.UTC).date()
        self._shift = ((date or today) - today).days * DAY
        self._leapt = 0

    def now(self) -> int:
        """Return Unix seconds."""
        return int(time.time()) + self._shift

    def advance(self, seconds: int) -> None:
        """Move the clock forward by `seconds`: time travel for tests and lessons."""
        self._shift += seconds
        self._leapt += seconds

    def tick(self) -> float:
        """Return seconds for measuring spans; what `advance` added counts."""
        return time.monotonic() + self._leapt

    def today(self) -> datetime.date:
        """Return the current day in UTC."""
        return utc(self.now()).date()


def utc(seconds: int) -> datetime.datetime:
    """Return Unix seconds as an aware UTC moment."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
