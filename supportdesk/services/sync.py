"""Filling the mirror: everything once, then what is new."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from supportdesk.domain.records import Page, Record
from supportdesk.errors import UserFacing
from supportdesk.services.changes import Changes
from supportdesk.services.keeping import keep
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway, Span

HISTORY_DAYS = 120  # Visa's and Mastercard's longest window for a dispute, and some days more
OVERLAP_SECONDS = 900  # lists at Stripe may show an object a while after its creation
PAUSE_SECONDS = 30.0  # before the mirror is filled on after Stripe could not be reached
_STATE = "sync"
_NOT_ALLOWED = ("permission_missing", "forbidden")

List = Callable[[Span | None, str], Awaitable[Page[Any]]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the mirror has come.

    Attributes:
        kind: what is being read: cardholders, cards, authorizations, transactions, disputes;
            "" when all is read.
        count: objects of this kind read so far.
        done: whether this was the last of its kind, or of all if `kind` is "".
        problem: why it does not go on, or why this kind is left out.
    """

    kind: str
    count: int = 0
    done: bool = False
    problem: UserFacing | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """One list to be read to its end."""

    kind: str
    pages: List
    recent: bool  # only HISTORY_DAYS of it


class Sync:
    """Reads the account's lists page by page; each page can be searched as soon as it is there.

    Where it stopped is kept in the mirror, so that it goes on there after a restart.

    Args:
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        changes: Changes,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._mirror = mirror
        self._changes = changes
        self._clock = clock
        self._steps = _steps(gateway)
        self.progress = Progress("")

    async def follow(self) -> None:
        """Fill the mirror, trying again while Stripe cannot be reached; then read what is new.

        Run it as a task; cancel it to stop. What went wrong is announced, and the task ends
        only when trying again cannot help.

        Raises:
            UserFacing: the mirror cannot be written.
        """
        while True:
            try:
                await self.fill()
                await self.refresh()
            except UserFacing as problem:
                self._tell(replace(self.progress, problem=problem, done=False))
                if problem.code.startswith("db_"):
                    raise
                if not problem.retry:
                    return
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                return

    async def fill(self) -> None:
        """Read whatever was not read yet, from where it stopped.

        Raises:
            UserFacing: Stripe could not be reached or refuses, or the mirror cannot be written.
        """
        state = await self._state()
        state.setdefault("began", int(self._clock()))
        since = Span(since=state["began"] - HISTORY_DAYS * 86_400)
        for step in self._steps:
            kept = state.setdefault(step.kind, {"after": "", "count": 0, "done": False})
            if not kept["done"]:
                await self._read(step, since if step.recent else None, kept, state)
        if "read" not in state:
            state["read"] = state["began"]
            await self._mirror.set_state(_STATE, state)
        self._tell(Progress("", done=True))

    async def refresh(self) -> None:
        """Read what was created since the last time. Changes to older objects are not seen.

        Raises:
            UserFacing: Stripe could not be reached or refuses, or the mirror cannot be written.
        """
        state = await self._state()
        if "read" not in state:
            return
        began = int(self._clock())
        span = Span(since=state["read"] - OVERLAP_SECONDS)
        for step in self._steps:
            await self._read(step, span, {"after": "", "count": 0, "done": False}, None)
        state["read"] = began
        await self._mirror.set_state(_STATE, state)
        self._tell(Progress("", done=True))

    async def held(self) -> int:
        """Return how many cardholders the mirror holds."""
        return (await self._mirror.counts())["cardholders"]

    async def read_until(self) -> float | None:
        """Return the instant (Unix seconds) up to which the mirror is complete; None if never."""
        read = (await self._state()).get("read")
        return float(read) if read is not None else None

    async def _state(self) -> dict[str, Any]:
        state = await self._mirror.get_state(_STATE)
        return state if isinstance(state, dict) else {}

    async def _read(
        self, step: _Step, span: Span | None, kept: dict[str, Any], state: dict[str, Any] | None
    ) -> None:
        """Read one list to its end; `kept` is where it stands, saved with `state` if given."""
        while not kept["done"]:
            at = self._clock()
            try:
                page = await step.pages(span, kept["after"])
            except UserFacing as error:
                if error.code == "resource_missing" and kept["after"]:
                    kept["after"] = ""  # the object it stopped at is gone: from the start
                    continue
                if error.code not in _NOT_ALLOWED:
                    raise
                # Left out, and asked for again at the next start.
                self._tell(Progress(step.kind, kept["count"], True, error))
                return
            await keep(self._mirror, self._changes, _records(page), at)
            kept["count"] += len(page.records)
            kept["after"] = page.last_id
            kept["done"] = not page.has_more
            if state is not None:
                await self._mirror.set_state(_STATE, state)
            self._tell(Progress(step.kind, kept["count"], kept["done"]))

    def _tell(self, progress: Progress) -> None:
        self.progress = progress
        self._changes.mirror.emit(progress)


def _records(page: Page[Any]) -> Sequence[Record]:
    return page.records


def _steps(gateway: Gateway) -> tuple[_Step, ...]:
    """What an agent needs first comes first: the people, then their cards."""
    return (
        _Step(
            "cardholders",
            lambda span, after: gateway.cardholders(created=span, starting_after=after),
            recent=False,
        ),
        _Step(
            "cards",
            lambda span, after: gateway.cards(created=span, starting_after=after),
            recent=False,
        ),
        _Step(
            "disputes",
            lambda span, after: gateway.disputes(created=span, starting_after=after),
            recent=True,
        ),
        _Step(
            "transactions",
            lambda span, after: gateway.transactions(created=span, starting_after=after),
            recent=True,
        ),
        _Step(
            "authorizations",
            lambda span, after: gateway.authorizations(created=span, starting_after=after),
            recent=True,
        ),
    )
