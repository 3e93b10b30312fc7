"""The month's complaint report to Stripe: look, check, export, attest, mark as submitted."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from supportdesk.config import Settings
from supportdesk.domain.cells import plain
from supportdesk.domain.clocks import monthly_due
from supportdesk.domain.complaint_report import (
    Entry,
    attestation,
    correction_of,
    csv_file,
    entries_of,
    month_of,
    row_hash,
)
from supportdesk.domain.complaints import Change, Complaint
from supportdesk.errors import UserFacing
from supportdesk.paths import write_whole
from supportdesk.services.changes import Changes
from supportdesk.services.complaints import Complaints
from supportdesk.services.tables import workbook
from supportdesk.store.complaints import Complaints as Store
from supportdesk.store.month_records import MonthRecord, MonthRecords

OPEN_SHOWN = 200  # of what is still open, the oldest
MONTHS_SHOWN = 3  # at least so many, even before the first complaint


@dataclass(frozen=True, slots=True)
class Pack:
    """A month (YYYY-MM) as it stands.

    Attributes:
        due: last business day to report it.
        over: the month has ended; before that it can only be exported.
        entries: rows of the report; once closed, see `closed` for what was sent.
        exported: the last file of this version.
        attested, closed: what was done, the last of each kind.
        version: of the report that `entries` makes; more than 1 is a correction.
        sent: what was submitted or attested, one record for each version.
        differs: rows of a closed month that read differently now or were not in it.
        still_open: of what was received until the month's end and is open, the oldest;
            `open_count` counts all.
    """

    month: str
    due: date
    over: bool
    entries: tuple[Entry, ...]
    exported: MonthRecord | None
    attested: MonthRecord | None
    closed: MonthRecord | None
    version: int = 1
    sent: tuple[MonthRecord, ...] = ()
    differs: int = 0
    still_open: tuple[Complaint, ...] = ()
    open_count: int = 0

    @property
    def correcting(self) -> bool:
        """Whether this is a new version of a report that was sent."""
        return self.closed is not None and self.version > self.closed.version

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

    async def pack(self, month: str, *, correcting: bool = False) -> Pack:
        """The month as it stands: rows, what is wrong with them, what was done.

        Args:
            correcting: for a closed month, the rows of its next version.
        """
        done = await self._records.of_month(self._account, month)
        sent = tuple(record for record in done if record.closes)
        closed = sent[-1] if sent else None
        lists, differs = self._complaints.basis.lists, 0
        if closed is None:
            ended = await self._records.closed(self._account)
            found = await self._store.for_month(self._account, month, list(ended))
            found = await self._complaints.with_private(found)
            entries = await asyncio.to_thread(entries_of, month, found, ended, lists)
        else:
            found = await self._store.sent_in(self._account, month)
            found = await self._complaints.with_private(found)
            entries = await asyncio.to_thread(correction_of, month, found, lists)
            differs = sum(entry.why != "same" for entry in entries)
        if closed is not None and not correcting:
            entries = ()
        version = 1 if closed is None else closed.version + correcting
        ours = [record for record in done if record.version == version]
        first = date.fromisoformat(f"{month}-01")
        still_open, open_count = await self._store.open_until(self._account, month, OPEN_SHOWN)
        return Pack(
            month=month,
            due=monthly_due(first, self._complaints.programme().calendar()),
            over=month < month_of(self._complaints.today()),
            entries=entries,
            exported=_last(ours, "exported"),
            attested=_last(done, "attested"),
            closed=closed,
            version=version,
            sent=sent,
            differs=differs,
            still_open=tuple(still_open),
            open_count=open_count,
        )

    async def export(self, month: str, path: Path, *, correcting: bool = False) -> MonthRecord:
        """Write the month to `path`, whole or not at all, and note the file's hash.

        A month that is closed is written once more exactly as it was sent, unless `correcting`.

        Args:
            path: ends with .xlsx for a workbook, else CSV is written.

        Raises:
            UserFacing: `export_failed` when folder or disk refuse.
        """
        pack = await self.pack(month, correcting=correcting)
        text = _text(pack)
        if pack.closed is not None and not pack.correcting and pack.closed.kind == "submitted":
            text = pack.closed.content
        form = "xlsx" if path.suffix.casefold() == ".xlsx" else "csv"
        content = await asyncio.to_thread(_file, text, form)
        await asyncio.to_thread(_write, path, content)
        record = replace(self._record(pack, "exported", text, form), sha256=_sha256(content))
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
        record = replace(self._record(pack, "attested", text), closes=closes)
        if closes:
            await self._records.close(record, {}, self._reported(month))
        else:
            await self._records.add(record)
        self._changes.complaints.emit(frozenset())
        return record

    async def submit(self, month: str, on: date, *, correcting: bool = False) -> MonthRecord:
        """Mark that the exported file was handed in to Stripe on day `on`.

        Raises:
            UserFacing: the month is not over or is closed (and this is no correction), its file
                was not exported or no longer says what the casebook says, or a nil attestation
                is still missing.
        """
        pack = await self.pack(month, correcting=correcting)
        self._refuse_early(pack)
        text = _text(pack)
        if pack.exported is None or pack.exported.content != text:
            raise UserFacing(
                "The month has not been exported as it stands now.",
                detail="No file was written yet, or a complaint changed since.",
                remedy="Export it, hand in that file, then mark it as submitted.",
                code="month_not_exported",
            )
        if not (pack.new or pack.correcting) and pack.attested is None:
            raise UserFacing(
                "No complaint was received in this month.",
                remedy="Attest that first: Stripe asks for it also when earlier rows changed.",
                code="month_not_attested",
            )
        if month_of(on) <= month or on > self._complaints.today():
            raise UserFacing(
                "The day must lie after the month and not in the future.",
                field="submitted_on",
                code="month_day_wrong",
            )
        record = replace(
            self._record(pack, "submitted", text, pack.exported.form),
            sha256=pack.exported.sha256,
            closes=True,
            submitted_on=on.isoformat(),
        )
        rows = {entry.complaint.id: row_hash(entry.row) for entry in pack.entries}
        private = {entry.complaint.id: entry.complaint.private for entry in pack.entries}
        await self._records.close(record, rows, self._reported(month), private)
        self._changes.complaints.emit(frozenset(rows))
        return record

    def _refuse_early(self, pack: Pack) -> None:
        if pack.closed is not None and not pack.correcting:
            raise UserFacing(f"The report for {pack.month} is closed already.", code="month_closed")
        if not pack.over:
            raise UserFacing(
                "This month is not over yet.",
                remedy="Until then it can be checked and exported, but not handed in.",
                code="month_not_over",
            )

    def _record(self, pack: Pack, kind: str, text: str, form: str = "csv") -> MonthRecord:
        return MonthRecord(
            account=self._account,
            month=pack.month,
            kind=kind,
            at=self._complaints.now(),
            agent=self._settings().agent,
            sha256=_sha256(text.encode()),
            content=text,
            version=pack.version,
            form=form,
        )

    def _reported(self, month: str) -> Change:
        return Change(self._complaints.now(), self._settings().agent, f"reported {month}", "", {})


def _last(done: list[MonthRecord], kind: str) -> MonthRecord | None:
    return next((record for record in reversed(done) if record.kind == kind), None)


def _text(pack: Pack) -> str:
    return csv_file(entry.row for entry in pack.entries).decode()


def _file(text: str, form: str) -> bytes:
    """The bytes of a month's file: rows kept as CSV, as such or as a workbook of texts."""
    if form == "csv":
        return text.encode()
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    return workbook("Complaints", head, [[plain(cell) for cell in row] for row in rows])


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
