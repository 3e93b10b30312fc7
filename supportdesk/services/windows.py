"""How a long list at Stripe is cut into ranges of creation time that are read side by side.

A list can only be followed page by page, each page a round trip. Ranges of time are independent,
so several are read at once: a range that holds much is split when there is room for more, ranges
that hold hardly anything are joined. Plain bookkeeping; nothing here waits or asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

PAGE = 100
WORTH_SPLITTING = 1.5 * PAGE  # objects expected; below it two requests gain nothing over one
WORTH_JOINING = 0.5 * PAGE


@dataclass(slots=True)
class Window:
    """A range of creation times (Unix seconds) of which something is still unread.

    Attributes:
        since, before: the range; `before` is excluded.
        after: id of the last object read, "" if none was.
        upto: newest second that may hold something unread.
        density: objects per second expected in it; None if nobody knows.
    """

    since: int
    before: int
    after: str = ""
    upto: int = 0
    density: float | None = None

    def __post_init__(self) -> None:
        self.upto = min(self.upto or self.before - 1, self.before - 1)

    @property
    def left(self) -> float:
        """Objects expected to be unread; many if nobody knows."""
        seconds = self.upto - self.since + 1
        return seconds * self.density if self.density is not None else float("inf")

    def restart(self) -> None:
        """Forget the place in the list: the object it named is gone. Nothing unread is lost."""
        self.before, self.after = self.upto + 1, ""


class Plan:
    """The unread ranges of one list.

    Attributes:
        count: objects read so far.
    """

    def __init__(self, windows: Iterable[Window], count: int = 0) -> None:
        self._waiting = list(windows)
        self._reading: list[Window] = []
        self.count = count

    @classmethod
    def whole(cls, since: int, before: int) -> Plan:
        """Return the plan of a list of which nothing is read."""
        return cls([Window(since, before)] if since < before else [])

    @classmethod
    def load(cls, kept: dict[str, Any]) -> Plan:
        """Return the plan that `dump` described."""
        return cls([Window(*window) for window in kept["windows"]], kept["count"])

    def dump(self) -> dict[str, Any]:
        """Describe the plan in what JSON can hold."""
        windows = [
            [w.since, w.before, w.after, w.upto, w.density]
            for w in sorted(self.windows, key=lambda w: w.since)
        ]
        return {"windows": windows, "count": self.count}

    @property
    def windows(self) -> list[Window]:
        """All ranges with something unread."""
        return [*self._waiting, *self._reading]

    @property
    def done(self) -> bool:
        """Whether all is read."""
        return not self._waiting and not self._reading

    @property
    def left(self) -> float | None:
        """Objects expected to be unread; None if nobody knows."""
        expected = sum(window.left for window in self.windows)
        return expected if expected != float("inf") else None

    def take(self, most: int) -> Window | None:
        """Take the newest range to read its next page; None if there is none for now.

        Args:
            most: how many more may be read side by side.
        """
        self._join()
        self._split(most)
        if not self._waiting:
            return None
        window = max(self._waiting, key=lambda w: w.upto)
        self._waiting.remove(window)
        self._reading.append(window)
        return window

    def give_back(self, window: Window) -> None:
        """Put back a range whose page could not be read."""
        self._reading.remove(window)
        self._waiting.append(window)

    def read(self, window: Window, created: list[int], last_id: str, has_more: bool) -> None:
        """Note the page that was read of a range: creation times, newest first."""
        self._reading.remove(window)
        self.count += len(created)
        if not has_more or not created:
            self._spread(window, len(created))
            return
        last = min(created)
        window.density = len(created) / max(1, max(created) - last)
        window.after, window.upto = last_id, min(last, window.upto)
        self._waiting.append(window)

    def _spread(self, window: Window, count: int) -> None:
        """Let the unread neighbour below expect as little as this range turned out to hold."""
        density = count / max(1, window.upto - window.since + 1)
        for other in self._waiting:
            if other.before == window.since and not other.after:
                other.density = density if other.density is None else (other.density + density) / 2

    def _split(self, most: int) -> None:
        """Cut the fullest ranges in two until `most` wait; the older half is a range anew."""
        while 0 < len(self._waiting) < most:
            window = max(self._waiting, key=lambda w: w.left)
            unread = not window.after
            # Of a list nobody has seen anything of, one page tells how full it is.
            if window.left <= WORTH_SPLITTING or window.since >= window.upto:
                return
            if unread and window.density is None:
                return
            middle = window.since + (window.upto - window.since + 1) // 2
            self._waiting.append(Window(window.since, middle, density=window.density))
            window.since = middle

    def _join(self) -> None:
        """Join neighbours of which nothing was read and little is expected."""
        joined: list[Window] = []
        for window in sorted(self._waiting, key=lambda w: w.since):
            below = joined[-1] if joined else None
            if (
                below is not None
                and below.before == window.since
                and not below.after
                and not window.after
                and below.left + window.left <= WORTH_JOINING
            ):
                seconds = window.upto - below.since + 1
                density = (below.left + window.left) / seconds
                joined[-1] = Window(below.since, window.before, "", window.upto, density)
            else:
                joined.append(window)
        self._waiting = joined
