"""An Excel workbook, written row by row at constant memory; the same rows give the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from supportdesk.domain.cells import LONG_TEXTS, fits, parts, runs, shortened

Cell = str | float | None
Row = Sequence[Cell]
Table = tuple[str, Sequence[str], Sequence[Row]]
#: What a workbook says of its making: the same rows shall give the same bytes.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
_HALF = re.compile("[\ud800-\udfff]")
_TEXTS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def paired(text: str) -> str:
    """Return the text as UTF-8 can hold it: half a surrogate pair alone is no character."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


class Workbook:
    """Rows go to the disk as they come; texts stay texts, whatever they begin with.

    A text that is too long for a cell stands in pieces on a sheet of its own, see `LONG_TEXTS`.

    Args:
        tables: sheets before it: title, head and rows.
    """

    def __init__(
        self, path: Path | io.BytesIO, title: str, head: Sequence[str], tables: Sequence[Table] = ()
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
                    text = paired(cell)
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
        """Write some rows."""
        self._fill(self._sheet, rows, self._at)
        self._at += len(rows)

    def close(self) -> None:
        """Put the file together.

        Raises:
            OSError: it cannot be written.
        """
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error

    def drop(self) -> None:
        """Close without finishing."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
        self._book.fileclosed = True  # or its end would still put the workbook together
