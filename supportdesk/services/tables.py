"""Tables as files: CSV or an Excel workbook, written whole or not at all, page by page."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import tempfile
from collections.abc import AsyncIterable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar, TypeVarTuple, Unpack

from supportdesk.domain.cells import guarded
from supportdesk.errors import UserFacing
from supportdesk.services.workbook import Cell, Row, Table, Workbook, paired

T = TypeVar("T")
Args = TypeVarTuple("Args")


class _Table(Protocol):
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
            is_workbook = path.suffix.casefold() == ".xlsx"
            made = partial(Workbook, part, title, head, tables) if is_workbook else None
            sheet: _Table = await _steady(made or partial(_Csv, part, head))
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
    sheet = Workbook(made, title, head)
    sheet.rows(rows)
    sheet.close()
    return made.getvalue()


async def _fill(
    sheet: _Table, pages: AsyncIterable[Sequence[Row]], told: Callable[[int], None]
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
    return guarded(paired(cell)) if isinstance(cell, str) else f"{cell:.15g}"
