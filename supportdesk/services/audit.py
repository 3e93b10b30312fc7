"""Keeps watch over the casebook's chain: its head in the keyring, checked at start and on demand.

The head is written to the keyring a moment after the file, so after a crash the file may be ahead
by links that follow from it; that is whole. It can never be behind unless its end was taken away,
or an older copy was put in its place: that is said, written into the chain for good, and only
then does the head in the keyring move on. What was added after the last head reached the keyring
could be cut off unnoticed; it is the work of a moment.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from supportdesk import aio
from supportdesk.domain.chain import START, Break, Head
from supportdesk.domain.complaints import Change
from supportdesk.errors import UserFacing
from supportdesk.secrets import Vault, database_key
from supportdesk.services.changes import Changes
from supportdesk.store.casebook import Casebook
from supportdesk.store.journal import Entry

KEY_NAME = "chain-key:casebook"
HEAD_NAME = "chain-head:casebook"


def chain_key(vault: Vault) -> bytes:
    """Return the key that seals the chain, made on first use. Blocks; raises as `database_key`."""
    return bytes.fromhex(database_key(vault, KEY_NAME))


@dataclass(frozen=True, slots=True)
class Place:
    """A break with the entry it concerns, if there is one."""

    broken: Break
    entry: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What the last check found, at `at` (Unix seconds): `links` checked, where it is broken.

    `problem`: the check could not be made, or the keyring has no head to compare with.
    """

    at: float
    links: int = 0
    places: tuple[Place, ...] = ()
    problem: UserFacing | None = None

    @property
    def whole(self) -> bool:
        """Whether everything is as it was written."""
        return not self.places and self.problem is None


class Audit:
    """Checks the casebook's chain and keeps its head in the keyring.

    Attributes:
        result: of the last check, None while there was none.
        checking: whether a check is under way.
    """

    def __init__(
        self,
        casebook: Casebook,
        vault: Vault,
        changes: Changes,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._casebook = casebook
        self._vault = vault
        self._changes = changes
        self._clock = clock
        self._lock = asyncio.Lock()
        self._newest: Head | None = None
        self._writing: asyncio.Task[None] | None = None
        self._started = False
        self._noted: set[Head | None] = set()  # heads whose loss was written down
        self._fresh = False  # whether the keyring never had a head to this file
        self._unwritten: UserFacing | None = None
        self.result: Result | None = None
        self.checking = False
        casebook.chain.grew = self._grew

    async def start(self) -> None:
        """Take what was written before its table was sealed; before anything is written."""
        chain = self._casebook.chain
        self._fresh = not (await chain.head()).seq
        known = await self._known()
        if known is None and self._fresh:
            await chain.adopt()
            self._grew(await chain.head(), first=True)
            await self._seal_complaints()
        elif known is not None:  # without a head nobody knows what is missing: the check says so
            whole = (await chain.head()).seq >= known.seq
            await chain.adopt(known)
            if whole:
                await self._seal_complaints()

    async def _seal_complaints(self) -> None:
        """Seal complaints that an older desk changed last: from now on a changed byte shows."""
        change = Change(self._clock(), "", "sealed", "", {})
        await self._casebook.complaints.seal_old(change)

    async def verify(self) -> Result:
        """Check the whole chain against the head in the keyring, beside everything else."""
        async with self._lock:
            self.checking = True
            self._changes.audit.emit()
            try:
                self.result = await self._verify()
            finally:
                self.checking = False
                self._changes.audit.emit()
            return self.result

    async def finish(self) -> None:
        """Wait until the head is in the keyring; before the program ends."""
        while self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)

    async def _verify(self) -> Result:
        at = self._clock()
        problem = self._unwritten
        try:
            known = await self._known()
        except UserFacing as error:
            known, problem = None, error
        report = await self._casebook.chain.verify(known)
        breaks = list(report.breaks)
        if known is None and problem is None and not self._fresh:
            breaks.append(Break(report.head.seq, "head"))
        lost = any(broken.why in ("cut", "head") for broken in breaks)
        if lost and known not in self._noted:
            self._noted.add(known)
            await self._casebook.chain.note_loss(known, report.head, at)
        places = [await self._place(broken) for broken in breaks]
        self._begin(report.head)
        return Result(at=at, links=report.head.seq, places=tuple(places), problem=problem)

    def _begin(self, head: Head) -> None:
        """From the first check on, the keyring follows the file."""
        if not self._started:
            self._started = True
            self._grew(self._newest or head)

    async def _place(self, broken: Break) -> Place:
        if not isinstance(broken.ref, int) or not broken.ref:
            return Place(broken, None)
        return Place(broken, await self._casebook.journal.at_place(broken.kind, broken.ref))

    async def _known(self) -> Head | None:
        """Return the head in the keyring, None when there is none that can be read."""
        text = await aio.in_thread(self._vault.get, HEAD_NAME)
        known = re.fullmatch(r"([0-9]{1,18}) ([0-9a-f]{64})?", text or "")
        return Head(int(known[1]), known[2] or START) if known else None

    def _grew(self, head: Head, *, first: bool = False) -> None:
        """Let the keyring follow; several steps at once are written as one."""
        self._newest = head
        if (self._started or first) and self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        try:
            while (head := self._newest) is not None:
                self._newest = None
                value = ascii(f"{head.seq} {head.mac}")[1:-1]  # by hand it may be anything
                try:
                    await aio.in_thread(self._vault.set, HEAD_NAME, value)
                    self._unwritten = None
                except UserFacing as problem:
                    self._unwritten = problem  # said with the next check
        finally:
            self._writing = None
