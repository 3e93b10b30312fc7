"""Figures of disputes, and their lines as a file: CSV or an Excel workbook."""

from __future__ import annotations

import asyncio
import csv
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from supportdesk.domain.cells import harmless
from supportdesk.domain.days import from_unix
from supportdesk.domain.dispute_figures import Figures, Period, Span, span_of
from supportdesk.domain.dispute_queue import Asked, Line
from supportdesk.domain.money import to_decimal
from supportdesk.errors import UserFacing
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.store.dispute_totals import figures
from supportdesk.store.mirror import Mirror

COLUMNS = (
    *("dispute", "transaction", "status", "reason", "loss_reason", "method", "merchant"),
    *("amount", "currency", "recovered", "recovered_currency", "created", "submitted"),
    *("ended", "owner", "next_step", "due"),
)
AT_ONCE = 500  # lines read and written at a time
Cell = str | float | None
Table = tuple[str, Sequence[str], Sequence[Sequence[Cell]]]


class _Sheet(Protocol):
    """Takes rows one after the other; nothing is there before `close`."""

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write some rows."""

    def close(self) -> None:
        """Write the rest and close the file."""


class DisputeFigures:
    """What came of the disputes of the open account."""

    def __init__(self, mirror: Mirror, queue: DisputeQueue) -> None:
        self._mirror = mirror
        self._queue = queue

    async def figures(self, period: Period) -> Figures:
        """Return the figures of a period, from what the mirror holds."""
        await self._queue.settle(AT_ONCE)
        return await figures(self._mirror.database, span_of(period, self._queue.today()))

    async def export(self, path: Path, period: Period, tables: Sequence[Table] = ()) -> int:
        """Write the disputes of a period, whole or not at all; returns how many.

        Args:
            path: ends with .xlsx for a workbook, else CSV is written (UTF-8, comma, CRLF).
            tables: more sheets of a workbook: title, head and rows.

        Raises:
            UserFacing: `file_unwritable`; what was at `path` is as it was.
        """
        loop = asyncio.get_running_loop()
        span = span_of(period, self._queue.today())
        try:
            beside = await loop.run_in_executor(None, _beside, path)
            try:
                count = await self._write(beside, path.suffix, span, tables)
                await loop.run_in_executor(None, beside.replace, path)
            finally:
                await loop.run_in_executor(None, partial(beside.unlink, missing_ok=True))
        except OSError as error:
            raise UserFacing(
                "The file could not be written.",
                detail=error.strerror or "",
                remedy="Choose another folder, or check that there is space left.",
                code="file_unwritable",
            ) from error
        return count

    async def _write(self, beside: Path, suffix: str, span: Span, tables: Sequence[Table]) -> int:
        loop = asyncio.get_running_loop()
        workbook = suffix.casefold() == ".xlsx"
        make = partial(_Workbook, beside, tables) if workbook else partial(_Csv, beside)
        sheet: _Sheet = await loop.run_in_executor(None, make)
        count = 0
        try:
            async for lines in self._pages(span):
                rows = [_row(line) for line in lines]
                await loop.run_in_executor(None, sheet.rows, rows)
                count += len(rows)
        finally:
            await loop.run_in_executor(None, sheet.close)
        return count

    async def _pages(self, span: Span) -> AsyncIterator[list[Line]]:
        asked = Asked(which="all", today=self._queue.today(), sort="created")
        after = None
        while page := await self._queue.page(asked, after, limit=AT_ONCE):
            yield [line for line in page if line.dispute_id and _within(line, span)]
            after = page[-1]


def _within(line: Line, span: Span) -> bool:
    day = from_unix(line.filed or line.created or 0)
    return (span.first is None or day >= span.first) and (span.end is None or day < span.end)


def _row(line: Line) -> list[Cell]:
    return [
        *(line.dispute_id, line.transaction_id, line.status, line.reason, line.loss_reason),
        *(line.method, line.merchant, _amount(line.amount, line.currency), line.currency),
        _amount(line.recovered, line.recovered_currency),
        line.recovered_currency if line.recovered else "",
        *(_day(line.created), _day(line.filed), _day(line.ended), line.owner, line.step.kind),
        line.step.due.isoformat() if line.step.due else "",
    ]


def _amount(minor: int | None, currency: str) -> Cell:
    return float(to_decimal(minor, currency)) if minor is not None and currency else None


def _day(at: int | None) -> str:
    return from_unix(at).isoformat() if at else ""


class _Csv:
    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow(COLUMNS)

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._writer.writerows([_written(cell) for cell in row] for row in rows)

    def close(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else f"{cell:.10g}"


class _Workbook:
    """Rows go to the disk as they come; texts stay texts, whatever they begin with."""

    def __init__(self, path: Path, tables: Sequence[Table]) -> None:
        import xlsxwriter

        self._book: Any = xlsxwriter.Workbook(
            str(path),
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        self._bold = self._book.add_format({"bold": True})
        for title, head, rows in tables:
            self._fill(self._book.add_worksheet(title[:31]), [head, *rows])
        self._sheet = self._book.add_worksheet("Disputes")
        self._sheet.freeze_panes(1, 0)
        self._fill(self._sheet, [COLUMNS])
        self._at = 1

    def _fill(self, sheet: Any, rows: Sequence[Sequence[Cell]], start: int = 0) -> None:
        for number, row in enumerate(rows, start=start):
            for place, cell in enumerate(row):
                style = self._bold if number == 0 else None
                if isinstance(cell, str):
                    sheet.write_string(number, place, cell, style)
                elif cell is not None:
                    sheet.write_number(number, place, cell, style)

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._fill(self._sheet, rows, self._at)
        self._at += len(rows)

    def close(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


def _beside(path: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp")
    os.close(handle)
    return Path(name)
