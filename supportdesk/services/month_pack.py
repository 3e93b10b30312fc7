"""The month's complaint report to Stripe: look, check, export, attest, mark as submitted."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from supportdesk.config import Settings
from supportdesk.domain.clocks import monthly_due
from supportdesk.domain.complaint_report import (
    Entry,
    attestation,
    csv_file,
    entries_of,
    month_of,
    row_hash,
)
from supportdesk.domain.complaints import Change
from supportdesk.errors import UserFacing
from supportdesk.paths import write_whole
from supportdesk.services.changes import Changes
from supportdesk.services.complaints import Complaints
from supportdesk.store.complaints import Complaints as Store
from supportdesk.store.month_records import MonthRecord, MonthRecords

MONTHS_SHOWN = 3  # at least so many, even before the first complaint


@dataclass(frozen=True, slots=True)
class Pack:
    """A month (YYYY-MM) as it stands.

    Attributes:
        due: last business day to report it.
        over: the month has ended; before that it can only be exported.
        entries: rows of the report; once closed, see `closed` for what was sent.
        exported, attested, closed: what was done, the last of each kind.
    """

    month: str
    due: date
    over: bool
    entries: tuple[Entry, ...]
    exported: MonthRecord | None
    attested: MonthRecord | None
    closed: MonthRecord | None

    @property
    def new(self) -> int:
        """How many complaints were received in the month."""
        return sum(entry.why == "new" for entry in self.entries)

    @property
    def incomplete(self) -> int:
        """How many rows have something missing or contradictory."""
        return sum(bool(entry.problems) for entry in self.entries)

    @property
    def rows_sent(self) -> int:
        """How many rows went to Stripe with the closed month."""
        if self.closed is None or self.closed.kind != "submitted":
            return 0
        return sum(1 for _ in csv.reader(io.StringIO(self.closed.content, newline=""))) - 1


class MonthPack:
    """The months of the open account."""

    def __init__(
        self,
        store: Store,
        records: MonthRecords,
        complaints: Complaints,
        changes: Changes,
        *,
        settings: Callable[[], Settings],
        account: str,
    ) -> None:
        self._store = store
        self._records = records
        self._complaints = complaints
        self._changes = changes
        self._settings = settings
        self._account = account

    async def months(self) -> list[str]:
        """The months to choose from, newest first."""
        first = await self._store.first_month(self._account)
        months: list[str] = []
        day = self._complaints.today().replace(day=1)
        while len(months) < MONTHS_SHOWN or (first and month_of(day) >= first):
            months.append(month_of(day))
            day = (day - timedelta(days=1)).replace(day=1)
        return months

    async def current(self) -> str:
        """The month to show first: the last one while it is still owed, else this one."""
        today = self._complaints.today()
        last = month_of(today.replace(day=1) - timedelta(days=1))
        pack = await self.pack(last)
        owed = pack.closed is None and (bool(pack.entries) or today <= pack.due)
        return last if owed else month_of(today)

    async def pack(self, month: str) -> Pack:
        """The month as it stands: rows, what is wrong with them, what was done."""
        done = await self._records.of_month(self._account, month)
        closed = next((record for record in done if record.closes), None)
        entries: tuple[Entry, ...] = ()
        if closed is None:
            found = await self._store.for_month(self._account, month)
            earlier = await self._records.closed(self._account)
            entries = entries_of(month, found, earlier, self._complaints.basis.lists)
        first = date.fromisoformat(f"{month}-01")
        return Pack(
            month=month,
            due=monthly_due(first, self._complaints.programme().calendar()),
            over=month < month_of(self._complaints.today()),
            entries=entries,
            exported=_last(done, "exported"),
            attested=_last(done, "attested"),
            closed=closed,
        )

    async def export(self, month: str, path: Path) -> MonthRecord:
        """Write the month's CSV to `path`, whole or not at all, and note its hash.

        A month that is closed is written once more exactly as it was sent.

        Raises:
            UserFacing: `export_failed` when folder or disk refuse.
        """
        pack = await self.pack(month)
        if pack.closed is not None and pack.closed.kind == "submitted":
            content = pack.closed.content.encode()
        else:
            content = csv_file(entry.row for entry in pack.entries)
        await asyncio.to_thread(_write, path, content)
        record = self._record(month, "exported", content)
        await self._records.add(record)
        return record

    async def attest(self, month: str) -> MonthRecord:
        """Attest, in the agent's name, that no complaint was received in the month.

        When nothing reported earlier changed either, this closes the month.

        Raises:
            UserFacing: the month is not over, is closed, or has complaints.
        """
        pack = await self.pack(month)
        self._refuse_early(pack)
        if pack.new:
            raise UserFacing(
                "There are complaints in this month.",
                remedy="Export the month and hand the file in instead.",
                code="month_not_empty",
            )
        settings = self._settings()
        at = datetime.fromtimestamp(self._complaints.now(), UTC).strftime("%Y-%m-%d %H:%M UTC")
        account_id = self._complaints.blank().account_ID
        text = attestation(month, settings.business_name, account_id, settings.agent, at)
        closes = not pack.entries
        record = self._record(month, "attested", text.encode(), closes=closes)
        if closes:
            await self._records.close(record, {}, self._reported(month))
        else:
            await self._records.add(record)
        self._changes.complaints.emit(frozenset())
        return record

    async def submit(self, month: str, on: date) -> MonthRecord:
        """Mark that the exported file was handed in to Stripe on day `on`.

        Raises:
            UserFacing: the month is not over or is closed, its file was not exported or no
                longer says what the casebook says, or a nil attestation is still missing.
        """
        pack = await self.pack(month)
        self._refuse_early(pack)
        content = csv_file(entry.row for entry in pack.entries)
        if pack.exported is None or pack.exported.sha256 != _sha256(content):
            raise UserFacing(
                "The month has not been exported as it stands now.",
                detail="No file was written yet, or a complaint changed since.",
                remedy="Export it, hand in that file, then mark it as submitted.",
                code="month_not_exported",
            )
        if not pack.new and pack.attested is None:
            raise UserFacing(
                "No complaint was received in this month.",
                remedy="Attest that first: Stripe asks for it also when earlier rows changed.",
                code="month_not_attested",
            )
        if not date.fromisoformat(f"{month}-01") < on <= self._complaints.today():
            raise UserFacing(
                "The day must lie after the month and not in the future.",
                field="submitted_on",
                code="month_day_wrong",
            )
        record = self._record(month, "submitted", content, closes=True, on=on.isoformat())
        rows = {entry.complaint.id: row_hash(entry.row) for entry in pack.entries}
        await self._records.close(record, rows, self._reported(month))
        self._changes.complaints.emit(frozenset(rows))
        return record

    def _refuse_early(self, pack: Pack) -> None:
        if pack.closed is not None:
            raise UserFacing(f"The report for {pack.month} is closed already.", code="month_closed")
        if not pack.over:
            raise UserFacing(
                "This month is not over yet.",
                remedy="Until then it can be checked and exported, but not handed in.",
                code="month_not_over",
            )

    def _record(
        self, month: str, kind: str, content: bytes, *, closes: bool = False, on: str = ""
    ) -> MonthRecord:
        return MonthRecord(
            account=self._account,
            month=month,
            kind=kind,
            at=self._complaints.now(),
            agent=self._settings().agent,
            sha256=_sha256(content),
            content=content.decode(),
            submitted_on=on,
            closes=closes,
        )

    def _reported(self, month: str) -> Change:
        return Change(self._complaints.now(), self._settings().agent, f"reported {month}", "", {})


def _last(done: list[MonthRecord], kind: str) -> MonthRecord | None:
    return next((record for record in reversed(done) if record.kind == kind), None)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    try:
        write_whole(path, content)
    except OSError as error:
        raise UserFacing(
            "The file could not be written.",
            detail=error.strerror or "",
            remedy="Choose another folder, or check its rights and the space left.",
            retry=True,
            field="path",
            code="export_failed",
        ) from error
