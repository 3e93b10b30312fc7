"""Spreadsheets that come from outside, read as rows of texts."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from supportdesk.domain.cells import LONG_TEXTS, plain, whole_text
from supportdesk.errors import UserFacing

LARGEST = 64 * 2**20  # bytes of a file
MOST_COLUMNS = 500
_EMPTY: list[str] = []  # stands in for each, there may be a million
MOST_CELLS = 20_000_000
_CELL = 4 * 2**20  # characters of a cell
_UNPACKED = 512 * 2**20  # bytes a workbook may unfold to
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_UNDERSCORE = re.compile(b"(_?)x005F_")
_MARKS = ",;\t|"  # between the cells of a text file
_SEP = re.compile(r"sep=(.)\r?\n")  # Excel's own way to name it
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # older Excel files, and workbooks with a password
_BROKEN = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, RuntimeError),
    *(csv.Error, zipfile.BadZipFile, zlib.error, ParseError, OverflowError),
)


def read_sheet(path: Path) -> list[list[str]]:
    """Return the first sheet's rows, head first; formulas are read as texts and never run.

    What a file is follows from what is in it, not from its name.

    Raises:
        UserFacing: `sheet_unreadable`.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"It is larger than {LARGEST // 2**20} MB.")
        content = path.read_bytes()
        if content.startswith(b"PK\x03\x04"):
            return _bounded(_workbook(content))
        if path.suffix.casefold() == ".xlsx" and not content.startswith(_OLE):
            raise ValueError("It is no Excel workbook, whatever its name ends with.")
        return _bounded(_csv(content))
    except _BROKEN as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise UserFacing(
            "This file cannot be read as a table.",
            detail=said or "",
            remedy="Save it as CSV (UTF-8) or as an Excel workbook (.xlsx).",
            field="file",
            code="sheet_unreadable",
        ) from error


def _bounded(rows: Iterator[list[str]]) -> list[list[str]]:
    """The rows from the first that says something to the last, without empty cells behind."""
    found: list[list[str]] = []
    cells = last = 0
    for row in rows:
        while row and not row[-1]:
            row.pop()
        if len(row) > MOST_COLUMNS:
            raise ValueError(f"It has more than {MOST_COLUMNS} columns.")
        cells += len(row) + 1
        if cells > MOST_CELLS:
            raise ValueError(f"It has more than {MOST_CELLS:,} cells.")
        if row or found:
            found.append(row or _EMPTY)
        last = len(found) if row else last
    return found[:last]


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    csv.field_size_limit(_CELL)
    named = _SEP.match(text)
    if named:
        text = text[named.end() :]
    head = text.partition("\n")[0]
    mark = named[1] if named else max(_MARKS, key=head.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
        yield [plain(cell) for cell in row]


def _decoded(content: bytes) -> str:
    if content.startswith(_OLE):
        raise ValueError("It is an Excel file of the older kind (.xls), or has a password.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    start = content[:4_096]
    if b"\0" in start:  # text of two bytes a letter, or no text at all
        high_first = start[::2].count(0) > start[1::2].count(0)
        text = content.decode("utf-16-be" if high_first else "utf-16-le")
        if "\0" in text:
            raise ValueError("It is not text.")
        return text
    if start.lstrip()[:64].lower().startswith((b"<html", b"<!doctype", b"<?xml", b"%pdf")):
        raise ValueError("It is a page or document, not a table, whatever its name ends with.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _workbook(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if sum(part.file_size for part in parts.infolist()) > _UNPACKED:
            raise ValueError("It unfolds to more than any list needs.")
        if "xl/workbook.xml" not in parts.namelist():
            raise ValueError("It is no Excel workbook, whatever its name ends with.")
    try:
        book = load_workbook(io.BytesIO(_with_escapes(content)), read_only=True)
    except InvalidFileException as error:
        raise ValueError(str(error)) from error
    try:
        sheet = book["Complaints"] if "Complaints" in book.sheetnames else book.worksheets[0]
        whole = _long_texts(book)
        for row in _cells(sheet):
            yield [whole.get(number, cell) for cell in row for number in (whole_text(cell),)]
    finally:
        book.close()


def _with_escapes(content: bytes) -> bytes:
    """The workbook so that openpyxl keeps what looks like an escaped "_": it would drop it."""
    name = "xl/sharedStrings.xml"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        if name not in parts.namelist() or b"x005F_" not in (shared := parts.read(name)):
            return content
        shared = _UNDERSCORE.sub(lambda m: b"_x005f_" if m[1] else b"x005_x0046__", shared)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            for part in parts.namelist():
                copy.writestr(part, shared if part == name else parts.read(part))
    return made.getvalue()


def _cells(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    for row in sheet.iter_rows(values_only=True):
        yield [_told(cell) for cell in row]


def _long_texts(book: Any) -> dict[int | None, str]:
    """The texts that did not fit into a cell, by their number; see services.tables."""
    found: dict[int | None, list[str]] = {}
    if LONG_TEXTS in book.sheetnames:
        for row in _cells(book[LONG_TEXTS]):
            if len(row) == 3 and row[0].isdecimal():
                found.setdefault(int(row[0]), []).append(row[2])
    return {number: "".join(pieces) for number, pieces in found.items()}


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
