"""Texts in the cells of a spreadsheet."""

from __future__ import annotations

# A cell that starts so is run as a formula by spreadsheets (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MARK = "'"


def _runs(text: str) -> bool:
    bare = text.lstrip(_MARK)
    return bare.startswith(_FORMULA) or bare.lstrip().startswith(_FORMULA)


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; `plain` gives the text back."""
    return f"{_MARK}{text}" if _runs(text) else text


def plain(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if text.startswith(_MARK) and _runs(text) else text


def harmless(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    return guarded(" ".join(text.split()))
