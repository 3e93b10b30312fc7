"""Records as rows of the mirror, and the one statement that writes many of them (SQLite)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Session

from supportdesk.domain.records import How, Record
from supportdesk.store.mirror_tables import ROW, CardholderRow, StateRow, values
from supportdesk.store.tables import MirrorTable

_REMEMBER = "INSERT INTO name_words (word, back) VALUES (?, ?) ON CONFLICT DO NOTHING"
Rows = Mapping[type[MirrorTable], Sequence[tuple[object, ...]]]


def rows_of(records: Iterable[Record], read_at: float, how: How) -> Rows:
    """Return records as rows, by table; Unix seconds. No database is needed for it."""
    found: defaultdict[type[MirrorTable], list[tuple[object, ...]]] = defaultdict(list)
    for record in records:
        row = ROW[type(record)]
        columns = values(record, read_at, how)
        found[row].append(tuple([columns[name] for name in _statement(row)[1]]))
    return found


def upsert(session: Session, rows: Rows) -> None:
    """Insert rows or bring them up to date, unless the stored one was read later.

    The driver is asked directly: compiled per call, the statement costs more than the insert.
    """
    driver: Any = session.connection().connection.driver_connection
    for row, some in rows.items():
        statement, names = _statement(row)
        driver.executemany(statement, some)
        if row is CardholderRow:
            place = names.index("folded")
            _remember_words(driver, (str(values_[place]) for values_ in some))


def _remember_words(driver: Any, entries: Iterable[str]) -> None:
    """Keep the words of names, from which a search learns what a typing error was meant to be."""
    words = {word for entry in entries for word in entry.split("\n", 1)[0].split()}
    driver.executemany(_REMEMBER, [(word, word[::-1]) for word in sorted(words)])


def note(session: Session, name: str, value: object) -> None:
    """Keep a note of what JSON can hold under `name`."""
    session.merge(StateRow(name=name, value=value))


@cache
def _statement(row: type[MirrorTable]) -> tuple[str, tuple[str, ...]]:
    """Return the statement for a table, and the columns it takes in their order."""
    table: Table = row.metadata.tables[str(row.__tablename__)]
    names = [column.name for column in table.columns if column.name != "seq"]
    statement = insert(table).values(dict.fromkeys(names))
    changed = {name: statement.excluded[name] for name in names if name != "id"}
    statement = statement.on_conflict_do_update(
        index_elements=["id"],
        set_=changed,
        where=statement.excluded.read_at >= table.c.read_at,
    )
    dialect = sqlite.dialect()
    compiled = statement.compile(dialect=dialect)
    return str(compiled), tuple(compiled.positiontup or ())
