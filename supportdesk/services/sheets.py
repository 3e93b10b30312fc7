"""Spreadsheets that come from outside, read as rows of texts."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

from supportdesk.domain.cells import plain
from supportdesk.errors import UserFacing

LARGEST = 64 * 2**20  # bytes of a file
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CELL = 4 * 2**20  # characters of a cell
_UNPACKED = 512 * 2**20  # bytes a workbook may unfold to


def read_sheet(path: Path) -> list[list[str]]:
    """Return the first sheet's rows, head first; formulas are read as texts and never run.

    Raises:
        UserFacing: `sheet_unreadable`.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST // 2**20} MB")
        rows = _workbook(path) if path.suffix.casefold() == ".xlsx" else _csv(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, csv.Error, zipfile.BadZipFile) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise UserFacing(
            "This file cannot be read as a table.",
            detail=said or "",
            remedy="Save it as CSV (UTF-8) or as an Excel workbook (.xlsx).",
            field="file",
            code="sheet_unreadable",
        ) from error
    return [row for row in rows if any(row)]


def _csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    csv.field_size_limit(_CELL)
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return [[plain(cell) for cell in row] for row in rows]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _workbook(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with zipfile.ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > _UNPACKED:
            raise ValueError("it is too large")
    try:
        book = load_workbook(path, read_only=True)
    except InvalidFileException as error:
        raise ValueError(str(error)) from error
    try:
        sheet = book["Complaints"] if "Complaints" in book.sheetnames else book.worksheets[0]
        return [[_told(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()


def _told(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # Excel writes what XML cannot hold, and texts that look like it, so.
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
