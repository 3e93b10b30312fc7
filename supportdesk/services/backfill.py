"""Reads the account's lists into the mirror, many ranges side by side, on a loop of its own."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from supportdesk.domain.records import Page, Record
from supportdesk.errors import UserFacing
from supportdesk.services import contact_history
from supportdesk.services.contact_history import read_contact_history
from supportdesk.services.keeping import SIGNALS, touched
from supportdesk.services.progress import Progress, Rate
from supportdesk.services.windows import Plan, Window
from supportdesk.store.mirror import Mirror
from supportdesk.store.mirror_rows import Rows, rows_of
from supportdesk.stripe_gateway.client import Gateway, Span

HISTORY_DAYS = 120  # Visa's and Mastercard's longest window for a dispute, and some days more
FIRST_SECOND = 1_293_840_000  # 1 January 2011: no account at Stripe is older
AHEAD_SECONDS = 3650 * 86_400  # a lesson's practice Stripe may be years ahead of this computer
PAUSE_SECONDS = 30.0  # before a page is asked for again after Stripe could not be reached
SIDE_BY_SIDE = 8  # ranges of one list: each ends in a page that is not full
PAGES_WRITTEN = 3  # at once: a search waits for one such transaction at most
PAGES_WAITING = 24  # read and not yet written
NOTE = "backfill"
_NOT_ALLOWED = ("permission_missing", "forbidden")

List = Callable[[Span, str], Awaitable[Page[Any]]]
Tell = Callable[[Progress, Mapping[str, set[str]]], None]


@dataclass(slots=True)
class _Read:
    """A page on its way into the mirror, with where its list stands after it."""

    kind: str
    rows: Rows
    ids: Mapping[str, set[str]]
    note: dict[str, Any]
    count: int
    last: bool


class Backfill:
    """Fills the mirror from where it stopped: rows and place are written together or not at all.

    Args:
        gateway: a patient one; belongs to the loop `run` is called on.
        tell: told of each batch that can be read in the mirror, and of trouble.
        clock: Unix seconds.
    """

    def __init__(
        self, gateway: Gateway, mirror: Mirror, tell: Tell, clock: Callable[[], float] = time.time
    ) -> None:
        self._gateway = gateway
        self._mirror = mirror
        self._tell = tell
        self._clock = clock
        self._phases = _phases(gateway)
        self._plans: dict[str, Plan] = {}
        self._written: deque[_Read] = deque()
        self._moved = asyncio.Condition()
        self._go = asyncio.Event()
        self._go.set()
        self._rate = Rate()

    def pause(self, paused: bool) -> None:
        """Ask for no more pages, or go on; call it on the loop of `run`."""
        if paused:
            self._go.clear()
        else:
            self._rate.forget()
            self._go.set()

    async def run(self) -> None:
        """Read everything that is not read yet.

        Raises:
            UserFacing: Stripe refuses, or the mirror cannot be written.
        """
        state = await began(self._mirror, self._clock)
        until = state["began"] + AHEAD_SECONDS
        try:
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(self._write())
                people, activity = self._phases
                await self._read_phase(people, state["began"], until)
                group.create_task(self._read_contact_history(state["began"]))
                await self._read_phase(activity, state["began"], until)
                async with self._moved:
                    await self._moved.wait_for(lambda: not self._written)
                writing.cancel()
        except ExceptionGroup as group:
            raise _first(group) from None
        await self._mirror.set_state(NOTE, {**state, "ended": int(self._clock())})

    async def _read_contact_history(self, start: int) -> None:
        await read_contact_history(self._gateway, self._mirror, start, self._go, PAUSE_SECONDS)

    async def _read_phase(self, phase: Mapping[str, List], start: int, until: int) -> None:
        self._plans = {}
        recent = "cardholders" not in phase
        for kind in phase:
            kept = await self._mirror.get_state(f"{NOTE}:{kind}")
            # Of disputes, which are few, all count: for the queue and for what came of them.
            whole = not recent or kind == "disputes"
            since = FIRST_SECOND if whole else start - HISTORY_DAYS * 86_400
            self._plans[kind] = Plan.load(kept) if kept else Plan.whole(since, until)
        async with asyncio.TaskGroup() as group:
            for kind, pages in phase.items():
                if not self._plans[kind].done:
                    group.create_task(self._read_list(kind, pages, self._plans[kind]))

    # --- reading -----------------------------------------------------------------------------

    async def _read_list(self, kind: str, pages: List, plan: Plan) -> None:
        """Read one list to its end, several ranges at a time."""
        reading: dict[asyncio.Task[tuple[Page[Any], float]], Window] = {}
        try:
            while True:
                await self._go.wait()
                while len(reading) < SIDE_BY_SIDE and (
                    window := plan.take(SIDE_BY_SIDE - len(reading))
                ):
                    reading[asyncio.create_task(self._ask(pages, window))] = window
                if not reading:
                    return
                done, _ = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
                trouble = None
                for task in done:
                    window = reading.pop(task)
                    try:
                        await self._arrived(kind, plan, window, *task.result())
                    except UserFacing as problem:
                        trouble = self._failed(kind, plan, window, problem) or trouble
                if trouble is not None:
                    if trouble.code in _NOT_ALLOWED:
                        return
                    await asyncio.sleep(PAUSE_SECONDS)
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)

    async def _ask(self, pages: List, window: Window) -> tuple[Page[Any], float]:
        at = self._clock()
        return await pages(Span(window.since, window.before), window.after), at

    async def _arrived(
        self, kind: str, plan: Plan, window: Window, page: Page[Any], at: float
    ) -> None:
        records: Sequence[Record] = page.records
        created = [record.created or 0 for record in records]
        plan.read(window, created, page.last_id, page.has_more)
        # Made before anything is awaited: rows and place belong together.
        read = _Read(
            kind, rows_of(records, at, "list"), touched(records), plan.dump(), len(records),
            last=plan.done,
        )  # fmt: skip
        self._written.append(read)
        async with self._moved:
            self._moved.notify_all()
            await self._moved.wait_for(lambda: len(self._written) < PAGES_WAITING)

    def _failed(
        self, kind: str, plan: Plan, window: Window, problem: UserFacing
    ) -> UserFacing | None:
        """Put the range back; returns what to wait for, raises what ends it all."""
        plan.give_back(window)
        if problem.code == "resource_missing" and window.after:
            window.restart()
            return None
        allowed = problem.code not in _NOT_ALLOWED
        if allowed and not problem.retry:
            raise problem
        # A list that may not be read is left out, and asked for again at the next start.
        self._say(kind, problem=problem, done=not allowed)
        return problem

    # --- writing -----------------------------------------------------------------------------

    async def _write(self) -> None:
        """Write what was read, some pages at a time, each time with the place they lead to."""
        while True:
            async with self._moved:
                await self._moved.wait_for(lambda: bool(self._written))
                some = [self._written[at] for at in range(min(PAGES_WRITTEN, len(self._written)))]
            rows: dict[Any, list[Any]] = {}
            for read in some:
                for table, more in read.rows.items():
                    rows.setdefault(table, []).extend(more)
            notes = {f"{NOTE}:{read.kind}": read.note for read in some}
            await self._mirror.put_rows(rows, notes)
            async with self._moved:
                for _ in some:
                    self._written.popleft()
                self._moved.notify_all()
            self._rate.add(time.monotonic(), sum(read.count for read in some))
            ids = {name: set[str]().union(*(r.ids[name] for r in some)) for name in SIGNALS}
            for at, read in enumerate(some):
                later = some[at + 1 :]
                if read.last or not any(other.kind == read.kind for other in later):
                    self._say(read.kind, done=read.last, count=read.note["count"], ids=ids)
                    ids = {}

    def _say(
        self,
        kind: str,
        *,
        problem: UserFacing | None = None,
        done: bool = False,
        count: int | None = None,
        ids: Mapping[str, set[str]] | None = None,
    ) -> None:
        rate = self._rate.per_second
        expected = [plan.left for plan in self._plans.values()]
        known = [left for left in expected if left is not None]
        told = Progress(
            kind,
            self._plans[kind].count if count is None else count,
            done,
            problem,
            {name: plan.count for name, plan in self._plans.items()},
            rate,
            sum(known) / rate if rate and len(known) == len(expected) else None,
            "running",
        )
        self._tell(told, ids or {})


async def began(mirror: Mirror, clock: Callable[[], float]) -> dict[str, Any]:
    """Return the note of when the filling began (Unix seconds), made now if there is none."""
    state = await mirror.get_state(NOTE)
    if not isinstance(state, dict):
        state = {"began": int(clock())}
        await mirror.set_state(NOTE, state)
    return state


async def forget(mirror: Mirror) -> None:
    """Let the next filling read everything again; the rows stay."""
    for kind in KINDS:
        await mirror.set_state(f"{NOTE}:{kind}", None)
    await mirror.set_state(contact_history.NOTE, None)
    await mirror.set_state(NOTE, None)


def _first(group: ExceptionGroup) -> Exception:
    """Return what went wrong first; the rest went wrong with it."""
    error: Exception = group
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


KINDS = ("cardholders", "cards", "authorizations", "transactions", "disputes")


def _phases(gateway: Gateway) -> tuple[dict[str, List], ...]:
    """What an agent needs first comes first: the people with their cards, then what they did."""

    def pages(read: Callable[..., Awaitable[Page[Any]]]) -> List:
        return lambda span, after: read(created=span, starting_after=after)

    calls = {kind: pages(getattr(gateway, kind)) for kind in KINDS}
    return {k: calls[k] for k in KINDS[:2]}, {k: calls[k] for k in KINDS[2:]}
