"""Texts in the cells of a spreadsheet."""

from __future__ import annotations

import re
from itertools import pairwise

# A cell that starts so is run as a formula by spreadsheets (OWASP, CSV injection).
_FORMULA = "=+\\-@＝＋－＠"
_MARK = "'"
# What a spreadsheet may pass over before a formula: blanks, control and zero-width characters.
_SKIPPED = "'\\s\x00-\x1f\x7f\ufeff\u200b-\u200f\u2060"
_FRONT = re.compile(rf"'*+[\t\r]|[{_SKIPPED}]*+[{_FORMULA}]")
_RUN = re.compile(rf"(?<![{_SKIPPED}])[{_SKIPPED}]*+(?=[{_FORMULA}])")
# Where the list separator is another than ours (";" in much of Europe) a cell can end inside.
_MAY_END = re.compile("[;\t\r\n]")
_BREAKS = "\t\r\n"

LONG_TEXTS = "Long texts"  # the sheet of texts that do not fit: number, part, text
CELL_LIMIT = 32_767  # UTF-16 units of a workbook's cell (Excel specifications and limits)
PART = 16_000  # characters: at most 32,000 units
_NOTE = f"… [whole text: {LONG_TEXTS} {{}}]"
_NOTED = re.compile(rf"… \[whole text: {LONG_TEXTS} (\d{{1,9}})\]\Z")
# Of two escapes with one "_" between them XlsxWriter sees the first only.
_FIRST_OF_TWO = re.compile("_x[0-9A-Fa-f]{4}(?=_x[0-9A-Fa-f]{4}_|[\x00-\x08\x0b-\x1f\ufffe\uffff])")
_SHOWN = 300  # characters of a long text that stand in the cell itself


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; `plain` gives the text back.

    Also none of its parts, should a spreadsheet cut it at ";", a tab or a line's end.
    """
    inside = _RUN.sub(_mark, text) if _MAY_END.search(text) else text
    return f"{_MARK}{inside}" if runs(text) else inside


def plain(text: str) -> str:
    """Return the text that `guarded` was given."""
    bare = text[1:] if text.startswith(_MARK) and runs(text) else text
    return _RUN.sub(_unmark, bare) if _MAY_END.search(bare) else bare


def runs(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula, were it typed into a cell."""
    return _FRONT.match(text) is not None


def _mark(found: re.Match[str]) -> str:
    run = found[0]
    for sign in _BREAKS:
        run = run.replace(sign, f"{sign}{_MARK}")
    return f"{_MARK}{run}" if _after_separator(found) else run


def _unmark(found: re.Match[str]) -> str:
    run = found[0].removeprefix(_MARK) if _after_separator(found) else found[0]
    for sign in _BREAKS:
        run = run.replace(f"{sign}{_MARK}", sign)
    return run


def _after_separator(found: re.Match[str]) -> bool:
    return found.start() > 0 and found.string[found.start() - 1] == ";"


def harmless(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    return guarded(" ".join(text.split()))


def fits(text: str) -> bool:
    """Whether a cell of a workbook holds the text, and holds it as it is."""
    units = len(text)
    if units > CELL_LIMIT // 2 and not text.isascii():
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units > CELL_LIMIT or (text[-1:] == "]" and _NOTED.search(text)):
        return False
    twice = "_x" in text and _FIRST_OF_TWO.search(text)
    # What has the form of rich text XlsxWriter takes for markup.
    return not twice and not (text.startswith("<r>") and text.endswith("</r>"))


def shortened(text: str, number: int) -> str:
    """Return what stands in the cell of a text that does not fit, and where the whole is."""
    return text[:_SHOWN].removeprefix("<r>") + _NOTE.format(number)


def whole_text(cell: str) -> int | None:
    """Return the number of the whole text that a cell refers to, None when it is whole."""
    found = _NOTED.search(cell)
    return int(found[1]) if found else None


def parts(text: str) -> list[str]:
    """Return a text in pieces that each fit into a cell as they are."""
    pieces = []
    for at in range(0, len(text), PART):
        piece = text[at : at + PART]
        if fits(piece):
            pieces.append(piece)
            continue
        # Only its form keeps it out of a cell: that breaks when it is cut.
        ends = [found.end() for found in _FIRST_OF_TWO.finditer(piece)]
        ends = [*ends, len(piece) - 1, len(piece)]
        pieces += [piece[low:high] for low, high in pairwise([0, *ends]) if low < high]
    return pieces
