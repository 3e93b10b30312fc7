"""Filling the mirror and keeping it fresh, beside the window."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from supportdesk.domain.records import Authorization, Card
from supportdesk.errors import UserFacing
from supportdesk.services import backfill
from supportdesk.services.backfill import HISTORY_DAYS, Backfill
from supportdesk.services.beside import beside
from supportdesk.services.changes import Changes, Reach
from supportdesk.services.follow import Follow, TooOld
from supportdesk.services.keeping import SIGNALS, announce, keep
from supportdesk.services.progress import Progress
from supportdesk.services.reads import Meter, Reads, pause
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway, Span

__all__ = ["HISTORY_DAYS", "Progress", "Sync"]

PAUSE_SECONDS = 30.0  # before all is tried again
LACKING_SECONDS = 1800.0  # before Stripe is asked again after it had refused
OUT_OF_REACH_SECONDS = 9.0  # between two looks whether Stripe can be reached again
OPEN_SECONDS = 6 * 3600.0  # how often what is open is read again
OPEN_MOST = 100  # objects of a kind read again one by one each time
CONCURRENT = 24  # requests of the filling under way at once
TOLD_SECONDS = 0.25  # how often the window is told
NOTE_OPEN = "open"
_NOT_ALLOWED = ("permission_missing", "forbidden")
_OPEN_DISPUTES = ("unsubmitted", "submitted")


class Sync:
    """Keeps the mirror; each page can be searched as soon as it is there.

    Args:
        clock: Unix seconds.
        allowed: what this desk may read in a month.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        changes: Changes,
        *,
        clock: Callable[[], float] = time.time,
        allowed: Callable[[], int] = lambda: 10_000,
    ) -> None:
        self._gateway = gateway
        self._mirror = mirror
        self._changes = changes
        self._clock = clock
        self._follow = Follow(gateway, mirror, changes, clock)
        self._meter = Meter(gateway, mirror, allowed, clock)
        self._inside: tuple[asyncio.AbstractEventLoop, Backfill] | None = None
        self._filling: asyncio.Task[None] | None = None
        self._paused = self._stopped = self._closed = False
        self._go_on = asyncio.Event()
        self._again = asyncio.Event()
        self._poke = asyncio.Event()
        self._attended = self._awake = False
        self.progress = Progress("")

    # --- filling -----------------------------------------------------------------------------

    async def keep_full(self) -> None:
        """Fill the mirror, and anew when it must be; run it as a task, cancel it to stop.

        Raises:
            UserFacing: the mirror cannot be written.
        """
        while True:
            await self.follow()
            lacking = self.progress.problem is not None
            with suppress(TimeoutError):
                async with asyncio.timeout(LACKING_SECONDS if lacking else None):
                    await self._again.wait()
            self._again.clear()

    async def follow(self) -> None:
        """Fill the mirror, trying again while Stripe cannot be reached.

        Run it as a task; cancel it to stop. What went wrong is announced, and the task ends
        only when all is read or trying again cannot help.

        Raises:
            UserFacing: the mirror cannot be written.
        """
        while True:
            self._go_on.clear()
            self._filling = asyncio.get_running_loop().create_task(self.fill())
            try:
                await asyncio.shield(self._filling)
            except UserFacing as problem:
                self._tell(replace(self.progress, problem=problem, done=False, state=""))
                if problem.code.startswith("db_"):
                    raise
                if not problem.retry:
                    return
                await asyncio.sleep(PAUSE_SECONDS)
            except asyncio.CancelledError:
                if not self._stopped:
                    await _cancelled(self._filling)
                    raise
                await self._go_on.wait()
            else:
                return

    async def fill(self) -> None:
        """Read whatever was not read yet, from where it stopped, on a thread of its own.

        Raises:
            UserFacing: Stripe refuses, or the mirror cannot be written.
        """
        relay = _Relay(asyncio.get_running_loop(), self._deliver)

        async def main() -> None:
            gateway = self._gateway.patient(CONCURRENT, on_reach=relay.reached)
            work = Backfill(gateway, self._mirror, relay.tell, self._clock)
            work.pause(self._paused)
            self._inside = (asyncio.get_running_loop(), work)
            try:
                await work.run()
            finally:
                self._inside = None
                await gateway.aclose()

        try:
            await beside(main, "backfill")
        finally:
            relay.deliver()
        self._tell(Progress("", done=True))

    def pause(self, paused: bool) -> None:
        """Read no more for the filling until told to go on; pages under way are kept."""
        self._paused = paused
        if (inside := self._inside) is not None:
            loop, work = inside
            with suppress(RuntimeError):  # it has just ended
                loop.call_soon_threadsafe(work.pause, paused)
        if self.progress.state:
            self._tell(
                replace(self.progress, state="paused" if paused else "running", rate=0.0, left=None)
            )

    async def stop(self) -> None:
        """End the filling; `go_on`, or the next start, goes on where it was."""
        if self._filling is not None and not self._filling.done():
            self._stopped = True
            await _cancelled(self._filling)
            self._tell(replace(self.progress, state="stopped", rate=0.0, left=None))

    def go_on(self) -> None:
        """Fill on after `pause` or `stop`."""
        self._stopped = False
        self.pause(False)
        self._go_on.set()

    def close(self) -> None:
        """Tell nothing any more: whoever listened is being put away. Then cancel the tasks."""
        self._closed = True

    def _deliver(
        self, told: list[Progress], ids: Mapping[str, set[str]], reach: Reach | None
    ) -> None:
        if self._closed:
            return
        announce(self._changes, ids)
        if reach is not None:
            self._changes.reach.emit(reach)
        for progress in told:
            self._tell(replace(progress, state="paused") if self._paused else progress)

    def _tell(self, progress: Progress) -> None:
        self.progress = progress
        if self._closed:
            return
        self._changes.mirror.emit(progress)

    # --- keeping fresh -----------------------------------------------------------------------

    def attend(self, person: str, *, awake: bool) -> None:
        """Say who is in focus ("" for nobody) and whether anyone is at the desk."""
        if (bool(person), awake) != (self._attended, self._awake):
            self._attended, self._awake = bool(person), awake
            self._poke.set()

    async def keep_fresh(self) -> None:
        """Look for what is new from time to time; run it as a task, cancel it to stop.

        Nobody at the desk: nothing is asked. Trouble shows as `changes.reach` and in the age of
        what is shown.

        Raises:
            UserFacing: the mirror cannot be written.
        """
        looked = vain = 0.0
        while True:
            self._poke.clear()
            reads = await self._meter.settle()
            if self._awake:
                due = vain or looked + pause(self._clock(), reads, attended=self._attended)
                if self._clock() >= due:
                    looked, vain = self._clock(), 0.0
                    if not await self._look():
                        vain = looked + OUT_OF_REACH_SECONDS
                    continue
            wait = max(0.0, due - self._clock()) if self._awake else None
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._poke.wait()

    async def _look(self) -> bool:
        """Look for what is new; False if Stripe could not be asked."""
        try:
            await self.refresh()
            await self._read_open()
        except UserFacing as problem:
            if problem.code.startswith("db_"):
                raise
            return not problem.retry
        return True

    async def refresh(self) -> None:
        """Bring the mirror up to date with what changed at Stripe since the last time.

        Raises:
            UserFacing: Stripe could not be reached or refuses, or the mirror cannot be written.
        """
        state = await self._mirror.get_state(backfill.NOTE)
        if not state:
            return
        try:
            await self._follow.look(state["began"])
        except TooOld:
            await self._read_all_again()
            return
        except UserFacing as problem:
            if problem.code not in _NOT_ALLOWED:
                raise
            await self._read_new()
        if state.get("ended") and not self.progress.kind:
            self._tell(Progress("", done=True))

    async def _read_all_again(self) -> None:
        """Read every list anew: events do not reach back far enough."""
        if self._filling is not None and not self._filling.done():
            return  # it is being read
        await backfill.forget(self._mirror)
        began = await backfill.began(self._mirror, self._clock)
        await self._follow.start_at(began["began"])
        self._again.set()

    async def _read_new(self) -> None:
        """Read the newest of each list: this key may not read events."""
        since = Span(since=int(self._clock()) - HISTORY_DAYS * 86_400)
        for kind in backfill.KINDS:
            at = self._clock()
            try:
                page = await getattr(self._gateway, kind)(created=since)
            except UserFacing as problem:
                if problem.code not in _NOT_ALLOWED:
                    raise
            else:
                await keep(self._mirror, self._changes, page.records, at, "list")

    async def _read_open(self) -> None:
        """Read again what may change without an event: Stripe cannot always make one."""
        now = self._clock()
        last = await self._mirror.get_state(NOTE_OPEN) or 0.0
        if now - last < OPEN_SECONDS:
            return
        lists: list[tuple[Callable[..., Any], str]] = [(self._gateway.authorizations, "pending")]
        lists += [(self._gateway.disputes, status) for status in _OPEN_DISPUTES]
        for read, status in lists:
            after, more = "", True
            while more:
                at = self._clock()
                page = await read(status=status, starting_after=after)
                await keep(self._mirror, self._changes, page.records, at, "list")
                after, more = page.last_id, page.has_more
        for kind, ids in (
            (Authorization, await self._mirror.open_authorizations(now, OPEN_MOST)),
            (Card, await self._mirror.cards_on_their_way(now - OPEN_SECONDS, OPEN_MOST)),
        ):
            await self._follow.read_again(kind, ids)
        await self._mirror.set_state(NOTE_OPEN, now)

    # --- what is known -----------------------------------------------------------------------

    async def held(self) -> int:
        """Return how many cardholders the mirror holds."""
        return (await self._mirror.counts())["cardholders"]

    async def read_until(self) -> float | None:
        """Return the instant (Unix seconds) up to which the mirror is complete; None if never."""
        state = await self._mirror.get_state(backfill.NOTE)
        if not state or "ended" not in state:
            return None
        return max(float(state["began"]), await self._follow.upto() or 0.0)

    def reads(self) -> Reads:
        """Return what this desk has read from Stripe."""
        return self._meter.reads()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


class _Relay:
    """Carries what the filling tells into the window's thread, some times a second."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        deliver: Callable[[list[Progress], Mapping[str, set[str]], Reach | None], None],
    ) -> None:
        self._loop = loop
        self._deliver = deliver
        self._lock = threading.Lock()
        self._told: dict[tuple[str, bool], Progress] = {}
        self._ids: dict[str, set[str]] = {name: set() for name in SIGNALS}
        self._reach: Reach | None = None
        self._due = False

    def tell(self, progress: Progress, ids: Mapping[str, set[str]]) -> None:
        with self._lock:
            self._told.pop((progress.kind, progress.done), None)
            self._told[progress.kind, progress.done] = progress
            for name, some in ids.items():
                self._ids[name] |= some
            self._wake()

    def reached(self, reach: Reach) -> None:
        with self._lock:
            self._reach = reach
            self._wake()

    def _wake(self) -> None:
        if not self._due:
            self._due = True
            self._loop.call_soon_threadsafe(self._loop.call_later, TOLD_SECONDS, self.deliver)

    def deliver(self) -> None:
        """Hand over what has gathered; call it in the window's thread."""
        with self._lock:
            told, ids, reach = list(self._told.values()), self._ids, self._reach
            self._told, self._reach, self._due = {}, None, False
            self._ids = {name: set() for name in SIGNALS}
        if told or reach is not None:
            self._deliver(told, ids, reach)
