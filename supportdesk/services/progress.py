"""How far the mirror has come, in figures."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from supportdesk.errors import UserFacing

State = Literal["", "running", "paused", "stopped"]
_RATE_SECONDS = 10.0  # over which the rate is taken


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the mirror has come.

    Attributes:
        kind: what is being read: cardholders, cards, authorizations, transactions, disputes;
            "" when all is read.
        count: objects of this kind read so far.
        done: whether this was the last of its kind, or of all if `kind` is "".
        problem: why it does not go on, or why this kind is left out.
        counts: objects read so far, by kind, of all kinds read side by side.
        rate: objects per second, 0 if not known yet.
        left: seconds that the kinds being read still take; None if nobody knows.
        state: whether it runs, was paused or stopped by the person; "" when nothing is to do.
    """

    kind: str
    count: int = 0
    done: bool = False
    problem: UserFacing | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    rate: float = 0.0
    left: float | None = None
    state: State = ""

    @property
    def growing(self) -> bool:
        """Whether more is being read, or will be in a moment."""
        begun = self.kind or not self.done
        return bool(begun) and self.problem is None and self.state not in ("paused", "stopped")


class Rate:
    """Objects per second, over the last seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()
        self._total = 0

    def add(self, now: float, count: int) -> None:
        """Count objects at `now` (seconds of any steady clock)."""
        self._total += count
        self._marks.append((now, self._total))
        while len(self._marks) > 2 and self._marks[0][0] < now - _RATE_SECONDS:
            self._marks.popleft()

    def forget(self) -> None:
        """Start over: nothing was read for a while on purpose."""
        self._marks.clear()

    @property
    def per_second(self) -> float:
        """The rate, 0 if it is not known yet."""
        if len(self._marks) < 2:
            return 0.0
        (began, first), (ended, last) = self._marks[0], self._marks[-1]
        return (last - first) / (ended - began) if ended > began else 0.0
