"""An Excel workbook (ECMA-376, Office Open XML), written row by row straight into its archive.

Written here because it must be quick for 100,000 rows and hold any text: a library that writes
cell by cell takes four times as long. The same rows give the same bytes.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from supportdesk.domain.cells import LONG_TEXTS, fits, parts, runs, shortened

Cell = str | float | None
Row = Sequence[Cell]
_MOST_ROWS = 1_048_576
_MOST_BYTES = 2**31 - 2**27  # of one sheet, unpacked; more would need another form of archive
_IN_MEMORY = 2**22  # bytes of long texts kept before they go to the disk
_BOLD, _TYPED = ' s="1"', ' s="2"'
_MADE = "2000-01-01T00:00:00Z"
# What XML cannot hold is written _xHHHH_, and so is the "_" of what looks like that already.
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}(?:_|[\x00-\x08\x0b-\x1f\ufffe\uffff]))")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")  # half a surrogate pair alone is no character
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET = (
    f'{_HEAD}<worksheet xmlns="{_MAIN}"><dimension ref="{{reach}}"/>'
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
    '</sheetViews><cols><col min="1" max="{columns}" width="18" customWidth="1"/></cols><sheetData>'
)
# Formats 0 to 2: as it comes, bold, and typed text, which editing does not turn into a formula.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2">'
    '<font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/>'
    '<xf xfId="0" fontId="1" applyFont="1"/><xf xfId="0" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class _Sheet:
    """The rows of a sheet until it is known how many there are."""

    def __init__(self, title: str, head: Sequence[str], folder: str | None) -> None:
        self.title = title[:31]
        self.letters = [_letters(at) for at in range(max(1, len(head)))]
        self.count = self._size = 0
        self.body: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=folder)  # noqa: SIM115

    def put(self, xml: str) -> None:
        content = xml.encode()
        self._size += len(content)
        if self._size > _MOST_BYTES or self.count > _MOST_ROWS:
            raise OSError(0, "It is more than a workbook holds: choose CSV.")
        self.body.write(content)

    def top(self) -> bytes:
        """What stands before the rows."""
        reach = f"A1:{self.letters[-1]}{max(1, self.count)}"
        return _SHEET.format(reach=reach, columns=len(self.letters)).encode()


class Workbook:
    """Rows of one sheet as they come; texts stay texts, whatever they begin with.

    A text that is too long for a cell stands in pieces on a last sheet, `LONG_TEXTS`.

    Args:
        tables: sheets before it: title, head and rows.
    """

    def __init__(
        self,
        path: Path | io.BytesIO,
        title: str,
        head: Sequence[str],
        tables: Sequence[tuple[str, Sequence[str], Sequence[Row]]] = (),
    ) -> None:
        self._book = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        self._folder = str(path.parent) if isinstance(path, Path) else None
        self._texts = 0
        self._titles: list[str] = []
        self._part: IO[bytes] | None = None
        self._long: _Sheet | None = None
        for name, top, rows in tables:
            self._begin(name, top)
            self.rows(rows)
            while self.more():
                pass
        self._main = len(tables)
        self._begin(title, head)

    def _begin(self, title: str, head: Sequence[str]) -> None:
        self._sheet = _Sheet(title, head, self._folder)
        self.rows([head], _BOLD)

    def rows(self, rows: Sequence[Row], style: str = "") -> None:
        """Write some rows.

        Raises:
            OSError: the disk is full, or there is more than a workbook holds.
        """
        sheet, xml = self._sheet, []
        for row in rows:
            sheet.count += 1
            xml.append(f'<row r="{sheet.count}">')
            xml += self._cells(sheet, row, style)
            xml.append("</row>")
        sheet.put("".join(xml))

    def _cells(self, sheet: _Sheet, row: Row, style: str) -> Iterator[str]:
        number = sheet.count
        for letters, cell in zip(sheet.letters, row, strict=False):
            if cell is None or cell == "":
                continue
            if not isinstance(cell, str):
                yield f'<c r="{letters}{number}"{style}><v>{cell:.15g}</v></c>'
                continue
            text = cell if fits(cell) else self._put_aside(cell)
            shown = style or (_TYPED if runs(text) else "")
            yield f'<c r="{letters}{number}"{shown} t="inlineStr">{_text(text)}</c>'

    def _put_aside(self, text: str) -> str:
        """Keep the whole text for the sheet of such texts; returns what the cell itself shows."""
        head = ("text", "part", "whole text")
        sheet = self._long
        if sheet is None:
            sheet = self._long = _Sheet(LONG_TEXTS, head, self._folder)
            sheet.count = 1
            sheet.put(f'<row r="1">{"".join(self._cells(sheet, head, _BOLD))}</row>')
        self._texts += 1
        for number, piece in enumerate(parts(text), start=1):
            sheet.count += 1
            cells = "".join(self._cells(sheet, (self._texts, number, piece), ""))
            sheet.put(f'<row r="{sheet.count}">{cells}</row>')
        return shortened(text, self._texts)

    def more(self) -> bool:
        """Put a part of what was written into the file; False when all of it is there.

        Raises:
            OSError: the disk is full.
        """
        sheet = self._sheet
        if self._part is None:
            self._titles.append(sheet.title)
            self._part = self._book.open(_entry(f"xl/worksheets/sheet{len(self._titles)}.xml"), "w")
            self._part.write(sheet.top())
            sheet.body.seek(0)
        if content := sheet.body.read(_IN_MEMORY):
            self._part.write(content)
            return True
        self._part.write(b"</sheetData></worksheet>")
        self._part.close()
        sheet.body.close()
        self._part = None
        if self._long is None or sheet is self._long or len(self._titles) <= self._main:
            return False
        self._sheet = self._long
        return True

    def close(self) -> None:
        """Write the rest and close the file. Raises OSError."""
        if len(self._titles) <= self._main or self._part is not None:
            while self.more():
                pass
        for name, xml in _frame(self._titles, self._main).items():
            self._book.writestr(_entry(name), xml)
        self._book.close()

    def drop(self) -> None:
        """Close without finishing; what is at the path is no workbook."""
        for sheet in (self._sheet, self._long):
            if sheet is not None:
                sheet.body.close()
        if self._part is not None:
            self._part.close()
        self._book.close()


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _letters(column: int) -> str:
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name


def _text(text: str) -> str:
    if _SPECIAL.search(text):
        text = escape(_HALF.sub("\ufffd", _LOOKS_ESCAPED.sub("_x005F_", text)))
        text = _NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return f'<is><t xml:space="preserve">{text}</t></is>'


def _frame(titles: Sequence[str], selected: int) -> dict[str, str]:
    """What a workbook needs besides its sheets, by the name of the part."""
    sheets = list(enumerate(titles, start=1))
    kinds = {f"/xl/worksheets/sheet{n}.xml": f"{_KIND}.worksheet+xml" for n, _ in sheets}
    kinds |= {
        "/xl/workbook.xml": f"{_KIND}.sheet.main+xml",
        "/xl/styles.xml": f"{_KIND}.styles+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    of_kind = "".join(f'<Override PartName="{n}" ContentType="{k}"/>' for n, k in kinds.items())
    listed = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="rId{n}"/>' for n, title in sheets
    )
    inside = [(f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n, _ in sheets]
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews>'
        f'<workbookView activeTab="{selected}"/></bookViews><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(*inside, (f"{_OFFICE}/styles", "styles.xml")),
        "docProps/core.xml": f'{_HEAD}<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dcterms='
        '"http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{_MADE}</dcterms:created>'
        "</cp:coreProperties>",
        "_rels/.rels": _relations(
            (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
            (f"{_RELATIONS}/metadata/core-properties", "docProps/core.xml"),
        ),
        "[Content_Types].xml": f"{_HEAD}<Types xmlns="
        '"http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{of_kind}</Types>',
    }


def _relations(*found: tuple[str, str]) -> str:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(found, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{each}</Relationships>'
