"""Somebody with a casebook's key who works on it by hand, past its triggers."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import Session

from supportdesk.domain.chain import Head
from supportdesk.store.casebook import Casebook
from supportdesk.store.chain import Report
from tests.support.store import sql, with_database

T = TypeVar("T")
SEAL = bytes(range(32))
#: The sealed tables and what their rows are called in the chain.
TABLES = {
    "journal": "entry",
    "journal_states": "state",
    "chain_private": "",
    "chain": "",
    "chain_notes": "note",
}


def with_book(path: Path, work: Callable[[Casebook], Coroutine[Any, Any, T]]) -> T:
    return with_database(path, "casebook", lambda database: work(Casebook(database, SEAL)))


class Tampering:
    """A sealed casebook on which somebody with the file's key works past the triggers."""

    def __init__(self, book: Casebook, head: Head) -> None:
        self.book, self.head = book, head

    async def begin(self) -> None:
        """Take the triggers away and lay copies aside."""
        lane = self.book.database._writing
        driver = lane.driver
        assert driver is not None
        for pragma in ("foreign_keys", "synchronous"):  # the disk is not what is tested here
            await lane.do(lambda pragma=pragma: driver.execute(f"PRAGMA {pragma} = OFF"))  # type: ignore[misc]

        def lay_aside(session: Session) -> None:
            for (name,) in sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")(session):
                if "_no_" in str(name):
                    sql(f"DROP TRIGGER {name}")(session)
            for table in TABLES:
                sql(f"CREATE TABLE whole_{table} AS SELECT rowid AS row, * FROM {table}")(session)

        await self.book.database.run(lay_aside)

    async def after(self, change: Callable[[Session], T]) -> tuple[T, Report]:
        """Check after a change, then put all back; returns what the change returned as well."""

        def restore(session: Session) -> None:
            for table in TABLES:
                sql(f"DELETE FROM {table}")(session)
                names = [str(n) for _, n, *_ in sql(f"PRAGMA table_info({table})")(session)]
                columns = ", ".join(names)
                sql(
                    f"INSERT INTO {table} (rowid, {columns})"
                    f" SELECT row, {columns} FROM whole_{table}"
                )(session)

        told = await self.book.database.run(change)
        report = await self.book.chain.verify(self.head)
        await self.book.database.run(restore)
        return told, report


def tamper(
    sealed: tuple[Path, Head],
    copy: Path,
    work: Callable[[Tampering], Coroutine[Any, Any, T]],
) -> T:
    """Work on a copy that is opened once for many changes."""
    path, head = sealed
    shutil.copyfile(path, copy)

    async def whole(book: Casebook) -> T:
        tampering = Tampering(book, head)
        await tampering.begin()
        done = await work(tampering)
        assert (await tampering.after(lambda _session: None))[1].breaks == ()
        return done

    return with_book(copy, whole)


def tampered(sealed: tuple[Path, Head], copy: Path, change: Callable[[Session], object]) -> Report:
    """Check a copy after one change."""
    return tamper(sealed, copy, lambda tampering: tampering.after(change))[1]


def links(path: Path) -> dict[tuple[str, int], int]:
    """Places in the chain by kind and row."""

    async def work(book: Casebook) -> dict[tuple[str, int], int]:
        rows = await book.database.read(sql("SELECT kind, ref, seq FROM chain"))
        return {(str(k), int(str(r))): int(str(s)) for k, r, s in rows}

    return with_book(path, work)


async def cells(book: Casebook) -> list[tuple[str, str, int, str]]:
    """Every cell of the sealed tables: table, column, rowid and type."""
    found = []
    for table in TABLES:
        columns = await book.database.read(sql(f"PRAGMA table_info({table})"))
        rows = await book.database.read(sql(f"SELECT rowid FROM {table}"))
        found += [
            (table, str(column[1]), int(str(row)), str(column[2]))
            for column, (row,) in itertools.product(columns, rows)
        ]
    return found


def place(session: Session, table: str, row: int) -> int:
    """Place in the chain of a row that is about to be touched."""
    if table == "chain":
        return row
    kind, ref = TABLES[table], row
    if table == "chain_private":
        ((kind, ref),) = sql(f"SELECT kind, ref FROM chain_private WHERE rowid = {row}")(session)  # type: ignore[assignment]
    found = sql(f"SELECT seq FROM chain WHERE kind = '{kind}' AND ref = {ref}")(session)
    return int(str(found[0][0]))


def other(old: object, type_: str, chance: random.Random) -> str:
    """Another value for a cell, as SQL: one byte changed or added, another number."""
    if isinstance(old, str):
        raw = bytearray(old.encode())
        at, byte = chance.randrange(len(raw) + 1), chance.randrange(256)
        if at == len(raw):
            raw.append(byte)
        else:
            raw[at] = byte if byte != raw[at] else byte ^ 1
        return f"CAST(x'{raw.hex()}' AS TEXT)"
    if type_ == "INTEGER":
        return str(int(str(old)) + chance.randrange(100, 1000))
    return repr(float(str(old)) + chance.choice([0.25, -1.0, 2.0**-20]))
