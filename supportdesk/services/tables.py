"""Tables as files: CSV or an Excel workbook, written whole or not at all, page by page."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import tempfile
from collections.abc import AsyncIterable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar, TypeVarTuple, Unpack

from supportdesk.domain.cells import LONG_TEXTS, fits, guarded, parts, runs, shortened
from supportdesk.errors import UserFacing

Cell = str | float | None
Row = Sequence[Cell]
Table = tuple[str, Sequence[str], Sequence[Row]]
T = TypeVar("T")
Args = TypeVarTuple("Args")
#: What a workbook says of its making: the same rows shall give the same bytes.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
_HALF = re.compile("[\ud800-\udfff]")
_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class _Sheet(Protocol):
    """Takes rows one after the other; nothing is there before `close`."""

    def rows(self, rows: Sequence[Row]) -> None:
        """Write some rows."""

    def close(self) -> None:
        """Write the rest and close the file."""

    def drop(self) -> None:
        """Close without finishing."""


async def write(
    path: Path,
    title: str,
    head: Sequence[str],
    pages: AsyncIterable[Sequence[Row]],
    *,
    tables: Sequence[Table] = (),
    told: Callable[[int], None] = lambda _count: None,
) -> int:
    """Write rows as they come; returns how many. Cancelled, it leaves nothing behind.

    Args:
        path: ends with .xlsx for a workbook, else CSV is written (UTF-8, comma, CRLF).
        title: name of the sheet in a workbook.
        tables: more sheets of a workbook, before this one: title, head and rows.
        told: gets the number of rows written so far, after each page.

    Raises:
        UserFacing: `file_unwritable`; what was at `path` is as it was.
    """
    try:
        beside = await _steady(_folder_beside, path)
        try:
            part = Path(beside.name, "part")
            workbook = path.suffix.casefold() == ".xlsx"
            made = partial(_Workbook, part, title, head, tables) if workbook else None
            sheet: _Sheet = await _steady(made or partial(_Csv, part, head))
            count = await _fill(sheet, pages, told)
            await _steady(part.replace, path)
        finally:
            await _steady(beside.cleanup)
    except OSError as error:
        raise UserFacing(
            "The file could not be written.",
            detail=error.strerror or "",
            remedy="Choose another folder, or check that there is space left.",
            retry=True,
            code="file_unwritable",
        ) from error
    return count


def workbook(title: str, head: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Return a small table as a workbook; the same table gives the same bytes."""
    made = io.BytesIO()
    sheet = _Workbook(made, title, head, ())
    sheet.rows(rows)
    sheet.close()
    return made.getvalue()


async def _fill(
    sheet: _Sheet, pages: AsyncIterable[Sequence[Row]], told: Callable[[int], None]
) -> int:
    count, whole = 0, False
    try:
        async for rows in pages:
            await _steady(sheet.rows, rows)
            count += len(rows)
            told(count)
        whole = True
    finally:
        await _steady(sheet.close if whole else sheet.drop)
    return count


async def _steady(work: Callable[[Unpack[Args]], T], *args: *Args) -> T:
    """Run in a thread; cancelled, wait for its end first: two must not work on one file."""
    running = asyncio.get_running_loop().run_in_executor(None, work, *args)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _folder_beside(path: Path) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(
        dir=path.parent, prefix=".supportdesk-", ignore_cleanup_errors=True
    )


class _Csv:
    def __init__(self, path: Path, head: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow(head)

    def rows(self, rows: Sequence[Row]) -> None:
        self._writer.writerows([_written(cell) for cell in row] for row in rows)

    def close(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def drop(self) -> None:
        self._file.close()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(_paired(cell)) if isinstance(cell, str) else f"{cell:.15g}"


def _paired(text: str) -> str:
    """The text as UTF-8 can hold it: half a surrogate pair alone is no character."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


class _Workbook:
    """Rows go to the disk as they come; texts stay texts, whatever they begin with.

    A text that is too long for a cell stands in pieces on a sheet of its own, see `LONG_TEXTS`.
    """

    def __init__(
        self, path: Path | io.BytesIO, title: str, head: Sequence[str], tables: Sequence[Table]
    ) -> None:
        import xlsxwriter

        options: dict[str, Any] = {**_TEXTS, "in_memory": True}
        if isinstance(path, Path):
            options = {**_TEXTS, "constant_memory": True, "tmpdir": str(path.parent)}
        where = str(path) if isinstance(path, Path) else path
        self._book: Any = xlsxwriter.Workbook(where, options)
        self._book.set_properties({"created": _MADE})
        self._bold = self._book.add_format({"bold": True})
        # Marks it as typed text, so that it does not become a formula when it is edited.
        self._typed = self._book.add_format({"quote_prefix": True})
        self._long: Any = None
        self._texts = self._pieces = 0
        for name, top, rows in tables:
            self._fill(self._book.add_worksheet(name[:31]), [top, *rows])
        self._sheet = self._book.add_worksheet(title[:31])
        self._sheet.freeze_panes(1, 0)
        self._fill(self._sheet, [head])
        self._at = 1

    def _fill(self, sheet: Any, rows: Sequence[Row], start: int = 0) -> None:
        write_string, write_number = sheet.write_string, sheet.write_number
        for number, row in enumerate(rows, start=start):
            bold = self._bold if number == 0 else None
            for place, cell in enumerate(row):
                if cell == "" or cell is None:
                    continue
                if isinstance(cell, str):
                    text = _paired(cell)
                    if not fits(text):
                        text = self._put_aside(text)
                    write_string(number, place, text, bold or (self._typed if runs(text) else None))
                else:
                    write_number(number, place, cell, bold)

    def _put_aside(self, text: str) -> str:
        """Write the whole text on the sheet for it; returns what the cell itself shows."""
        if self._long is None:
            self._long = self._book.add_worksheet(LONG_TEXTS)
            self._fill(self._long, [("text", "part", "whole text")])
        self._texts += 1
        for number, piece in enumerate(parts(text), start=1):
            self._pieces += 1
            self._fill(self._long, [(self._texts, number, piece)], self._pieces)
        return shortened(text, self._texts)

    def rows(self, rows: Sequence[Row]) -> None:
        self._fill(self._sheet, rows, self._at)
        self._at += len(rows)

    def close(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error

    def drop(self) -> None:
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
        self._book.fileclosed = True  # or its end would still put the workbook together
