"""Rows as the file has them, whatever was done to it by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session


def raw_rows(
    session: Session, table: str, columns: Sequence[str], low: int, high: int, also: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Yield rows as the file has them: no type is interpreted, and no text fails to be read."""
    parts = ", ".join(
        f"typeof({name}), CASE typeof({name}) WHEN 'text' THEN CAST({name} AS BLOB) ELSE {name} END"
        for name in columns
    )
    query = (
        f"SELECT {parts} FROM {table} WHERE {columns[0]} BETWEEN :low AND :high {also}"
        f" ORDER BY {columns[0]}"
    )
    for row in session.execute(text(query), {"low": low, "high": high}):
        yield tuple(_plain(*pair) for pair in zip(row[::2], row[1::2], strict=True))


def _plain(type: str, value: Any) -> Any:
    """Return a value JSON can tell from every other one; bytes that are no text stay distinct."""
    if type == "text":
        return value.decode("utf-8", "surrogateescape")
    return {"blob": value.hex()} if type == "blob" else value
