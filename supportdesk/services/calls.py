"""The call: it begins when a person is opened, everything done hangs on it, its end clears it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from supportdesk.domain.complaints import Complaint
from supportdesk.domain.privacy import clean, mask
from supportdesk.errors import UserFacing
from supportdesk.services.changes import Changes
from supportdesk.store import calls as store
from supportdesk.store.calls import Call, Channel, Event, EventKind
from supportdesk.store.journal import Entry, Journal

LONGEST_NOTE = 1_500  # characters
_LOOKING = ("view", "channel", "parked", "resumed", "lapsed")  # nothing was done in these


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was proved in a call about its person since it last lapsed.

    Attributes:
        matched: kinds of factors that matched.
        at: when the last of them did (Unix seconds), None when none did.
        overrides: actions allowed without, with the reason given.
        failed: how many attempts failed in this call.
    """

    matched: frozenset[str] = frozenset()
    at: float | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A call as it is told afterwards: what happened and what was done, oldest first."""

    call: Call
    events: tuple[Event, ...]
    entries: tuple[Entry, ...]
    proof: Proof


def proof(call: Call, events: Sequence[Event]) -> Proof:
    """Return what the events of a call prove about its person."""
    matched: set[str] = set()
    at: float | None = None
    overrides: dict[str, str] = {}
    failed = 0
    for event in events:
        if event.kind == "lapsed":
            matched, at, overrides = set(), None, {}
        elif event.cardholder_id != call.cardholder_id:
            continue  # proves nothing about this person
        elif event.kind == "verification" and event.details["match"]:
            matched |= set(event.details["kinds"])
            at = event.at
        elif event.kind == "verification":
            failed += 1
        elif event.kind == "override":
            overrides[event.details["action"]] = event.details["reason"]
    return Proof(matched=frozenset(matched), at=at, overrides=overrides, failed=failed)


class Calls:
    """The calls of this desk on the open account: one current, others parked.

    Everything is on the disk before it counts, so that a crash loses nothing.

    Args:
        kept: the casebook's calls.
        account: ref of the open account.
        agent: name of the agent now.
        clock: Unix seconds.

    Attributes:
        current: the call going on, None between calls.
        parked: calls that wait, oldest first.
    """

    def __init__(
        self,
        kept: store.Calls,
        journal: Journal,
        changes: Changes,
        *,
        account: str,
        agent: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._kept = kept
        self._journal = journal
        self._changes = changes
        self._account = account
        self._agent = agent
        self._clock = clock
        self._lock = asyncio.Lock()
        self.current: Call | None = None
        self.parked: tuple[Call, ...] = ()

    def now(self) -> float:
        """Return the time in Unix seconds."""
        return self._clock()

    async def load(self) -> None:
        """Find calls that were going on when the desk last closed: parked, and unverified again."""
        found = []
        for call in await self._kept.open(self._account):
            kept = replace(call, parked_at=call.parked_at or self._clock())
            lapsed = self._event("lapsed", call.cardholder_id, {"why": "desk closed"})
            await self._kept.save(kept, lapsed)
            found.append(kept)
        self.current, self.parked = None, tuple(found)
        self._changes.calls.emit()

    async def opened(self, cardholder_id: str) -> None:
        """Write that a person was opened; begins a call if there is none.

        A call in which nothing was done yet becomes the call of the person opened last: the
        agent was still looking. Later, others who are looked at do not take the call over.
        """
        async with self._lock:
            call = self.current
            if call is None:
                await self._begin("phone", cardholder_id)
            elif call.cardholder_id == cardholder_id:
                return
            elif not call.cardholder_id or not await self._substance(call):
                await self._put(
                    replace(call, cardholder_id=cardholder_id), self._event("view", cardholder_id)
                )
            else:
                await self._kept.add(call, self._event("view", cardholder_id))

    async def start(self, cardholder_id: str = "", channel: Channel = "phone") -> Call:
        """Begin a call; the one going on is parked."""
        async with self._lock:
            parked = await self._put_aside()
            return await self._begin(channel, cardholder_id, parked)

    async def set_channel(self, channel: Channel) -> None:
        """Write how the person got in touch."""
        async with self._lock:
            if self.current is not None and self.current.channel != channel:
                event = self._event(
                    "channel", self.current.cardholder_id, {"from": self.current.channel}
                )
                await self._put(replace(self.current, channel=channel), event)

    async def park(self) -> None:
        """Put the current call aside."""
        async with self._lock:
            self.parked = await self._put_aside()
            self.current = None
            self._changes.calls.emit()

    async def resume(self, call_id: str) -> Call:
        """Go on with a parked call; the current one is parked.

        Raises:
            UserFacing: `call_gone`: it is not parked any more.
        """
        async with self._lock:
            call = next((call for call in self.parked if call.id == call_id), None)
            if call is None:
                raise UserFacing("This call is not parked any more.", code="call_gone")
            parked = await self._put_aside()
            event = self._event("resumed", call.cardholder_id)
            await self._kept.save(back := replace(call, parked_at=None), event)
            self.current = back
            self.parked = tuple(other for other in parked if other.id != call_id)
            self._changes.calls.emit()
            return back

    async def keep_note(self, call_id: str, note: str) -> None:
        """Keep what the agent has written so far; card numbers in it are masked."""
        async with self._lock:
            if self.current is not None and self.current.id == call_id:
                text = mask(clean(note))[:LONGEST_NOTE]
                if text != self.current.note:
                    await self._put(replace(self.current, note=text))

    async def end(self, call_id: str) -> None:
        """End the current call; what was verified in it lapses.

        Raises:
            UserFacing: `call_gone`: it is not the current call.
        """
        async with self._lock:
            call = self.current
            if call is None or call.id != call_id:
                raise UserFacing("This call has ended or was parked.", code="call_gone")
            await self._kept.save(replace(call, ended_at=self._clock()))
            self.current = None
            self._changes.calls.emit()

    async def record(self, kind: EventKind, call: Call, details: Mapping[str, Any]) -> None:
        """Write what happened in a call about its person; on return it is on the disk."""
        await self._kept.add(call, self._event(kind, call.cardholder_id, details))
        self._changes.calls.emit()

    async def complaint_logged(self, complaint: Complaint) -> None:
        """Hang a complaint on the call it was made in."""
        call = self.current
        if call is not None and complaint.cardholder_id in ("", call.cardholder_id):
            await self.record("complaint", call, {"id": complaint.id, "number": complaint.number})

    async def hints_decided(self, call_id: str, decided: Mapping[tuple[str, str], bool]) -> None:
        """Write what was decided about words in the note of the current call."""
        call = self.current
        if call is None or call.id != call_id:
            return
        known = await self.decided(call_id)
        for (id_, text), kept in decided.items():
            if known.get((id_, text)) != kept:
                await self.record("hint", call, {"id": id_, "text": text, "kept": kept})

    async def decided(self, call_id: str) -> dict[tuple[str, str], bool]:
        """Return what was decided about words in a call's note, by signal and words."""
        events = await self._kept.events(call_id)
        return {
            (event.details["id"], event.details["text"]): event.details["kept"]
            for event in events
            if event.kind == "hint"
        }

    async def failures(self, cardholder_id: str, since: float) -> int:
        """Count failed attempts to verify as a person since an instant (Unix seconds)."""
        return await self._kept.failures(self._account, cardholder_id, since)

    async def count(self, cardholder_id: str, since: float, without: str = "") -> int:
        """Count a person's calls since an instant (Unix seconds), one of them left out."""
        return await self._kept.count(self._account, cardholder_id, since, without)

    async def proof(self, call: Call) -> Proof:
        """Return what was proved in a call."""
        return proof(call, await self._kept.events(call.id))

    async def summary(self, call_id: str) -> Summary:
        """Tell what happened in a call. Raises KeyError when there is none of that id."""
        call = await self._kept.get(call_id)
        if call is None:
            raise KeyError(call_id)
        events = await self._kept.events(call_id)
        entries = await self._journal.of_call(call_id)
        return Summary(
            call=call, events=tuple(events), entries=tuple(entries), proof=proof(call, events)
        )

    def _event(
        self, kind: EventKind, cardholder_id: str, details: Mapping[str, Any] | None = None
    ) -> Event:
        return Event(
            kind=kind,
            cardholder_id=cardholder_id,
            at=self._clock(),
            agent=self._agent(),
            details=dict(details or {}),
        )

    async def _begin(
        self, channel: Channel, cardholder_id: str, parked: tuple[Call, ...] = ()
    ) -> Call:
        call = Call(
            account=self._account,
            agent=self._agent(),
            channel=channel,
            cardholder_id=cardholder_id,
            started_at=self._clock(),
        )
        views = [self._event("view", cardholder_id)] if cardholder_id else []
        await self._kept.save(call, *views)
        self.current, self.parked = call, parked or self.parked
        self._changes.calls.emit()
        return call

    async def _put(self, call: Call, *events: Event) -> Call:
        await self._kept.save(call, *events)
        self.current = call
        self._changes.calls.emit()
        return call

    async def _put_aside(self) -> tuple[Call, ...]:
        """Write that the current call waits; return the calls that then do."""
        if self.current is None:
            return self.parked
        call = replace(self.current, parked_at=self._clock())
        await self._kept.save(call, self._event("parked", call.cardholder_id))
        return (*self.parked, call)

    async def _substance(self, call: Call) -> bool:
        """Whether something was done in a call besides looking."""
        if call.note or await self._journal.of_call(call.id):
            return True
        return any(event.kind not in _LOOKING for event in await self._kept.events(call.id))
