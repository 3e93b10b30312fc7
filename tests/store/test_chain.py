"""Whatever is done to sealed rows by hand is found, with its place."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from supportdesk.domain.chain import Break, Head
from supportdesk.store.casebook import Casebook
from supportdesk.store.chain import Report
from supportdesk.store.database import Database
from supportdesk.store.journal import Entry
from tests.support.store import KEY, sql, with_database

T = TypeVar("T")
SEAL = bytes(range(32))
ENTRIES = 7
TABLES = {
    "journal": "entry",
    "journal_states": "state",
    "chain_private": "",
    "chain": "",
    "chain_notes": "note",
}


def with_book(path: Path, work: Callable[[Casebook], Coroutine[Any, Any, T]]) -> T:
    return with_database(path, "casebook", lambda database: work(Casebook(database, SEAL)))


def entry(number: int) -> Entry:
    return Entry(
        account="desk",
        agent="Ann Ngô",
        action="card.freeze",
        object_id=f"ic_{number}",
        params={"status": "inactive", "shipping": {"name": "Lena", "n": number}},
        id=f"entry-{number}",
        idempotency_key=f"key-{number}",
        call_id="call",
        at=1_795_000_000.25 + number,
    )


async def fill(book: Casebook) -> None:
    for number in range(ENTRIES):
        await book.journal.intend(entry(number))
        await book.journal.sent(f"entry-{number}", at=1_795_000_100.5)
        if number % 3:
            await book.journal.answered(
                f"entry-{number}", "confirmed", f"req_{number}", {"id": "ic"}, at=1_795_000_101.0
            )
    await book.journal.erase("entry-2", at=1_795_000_200.0, why="asked for")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Head]:
    """A casebook that is whole, and its head."""
    path = tmp_path_factory.mktemp("sealed") / "casebook.db"

    async def work(book: Casebook) -> Head:
        await fill(book)
        report = await book.chain.verify(await book.chain.head())
        assert report.breaks == ()
        return report.head

    return path, with_book(path, work)


def tampered(sealed: tuple[Path, Head], copy: Path, change: Callable[[Session], object]) -> Report:
    """Check a copy after somebody with the file's key worked on it past the triggers."""
    path, head = sealed
    for file in (copy, copy.with_name(f"{copy.name}-wal")):
        file.unlink(missing_ok=True)
    shutil.copyfile(path, copy)

    async def work(book: Casebook) -> Report:
        def by_hand(session: Session) -> None:
            for (name,) in sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")(session):
                if "_no_" in str(name):
                    sql(f"DROP TRIGGER {name}")(session)
            change(session)

        lane = book.database._writing
        driver = lane.driver
        assert driver is not None
        await lane.do(lambda: driver.execute("PRAGMA foreign_keys = OFF"))
        await book.database.run(by_hand)
        return await book.chain.verify(head)

    return with_book(copy, work)


def links(path: Path) -> dict[tuple[str, int], int]:
    """Places in the chain by kind and row."""

    async def work(book: Casebook) -> dict[tuple[str, int], int]:
        rows = await book.database.read(sql("SELECT kind, ref, seq FROM chain"))
        return {(str(k), int(str(r))): int(str(s)) for k, r, s in rows}

    return with_book(path, work)


def cells(path: Path) -> list[tuple[str, str, int, str]]:
    """Every cell of the sealed tables: table, column, rowid, and the place it belongs to."""

    async def work(book: Casebook) -> list[tuple[str, str, int, str]]:
        found = []
        for table in TABLES:
            columns = await book.database.read(sql(f"PRAGMA table_info({table})"))
            rows = await book.database.read(sql(f"SELECT rowid FROM {table}"))
            found += [
                (table, str(column[1]), int(str(row)), str(column[2]))
                for column, (row,) in itertools.product(columns, rows)
            ]
        return found

    return with_book(path, work)


def place(session: Session, table: str, row: int) -> int:
    """Place in the chain of a row that is about to be touched."""
    if table == "chain":
        return row
    kind, ref = TABLES[table], row
    if table == "chain_private":
        ((kind, ref),) = sql(f"SELECT kind, ref FROM chain_private WHERE rowid = {row}")(session)  # type: ignore[assignment]
    found = sql(f"SELECT seq FROM chain WHERE kind = '{kind}' AND ref = {ref}")(session)
    return int(str(found[0][0]))


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_byte_changed_is_found_at_its_place(
    sealed: tuple[Path, Head], tmp_path: Path, data: st.DataObject
) -> None:
    table, column, row, type_ = data.draw(st.sampled_from(cells(sealed[0])))
    at, byte = data.draw(st.integers(0, 200)), data.draw(st.integers(0, 255))
    more = data.draw(st.integers(100, 1000))
    later = data.draw(st.sampled_from([0.25, -1.0, 2.0**-20]))
    touched: list[int] = []

    def change(session: Session) -> None:
        touched.append(place(session, table, row))
        ((old,),) = sql(f"SELECT {column} FROM {table} WHERE rowid = {row}")(session)
        if isinstance(old, str):
            raw = bytearray(old.encode())
            where_in = at % (len(raw) + 1)
            if where_in == len(raw):
                raw.append(byte)
            else:
                raw[where_in] = byte if byte != raw[where_in] else byte ^ 1
            new = f"CAST(x'{raw.hex()}' AS TEXT)"
        elif type_ == "INTEGER":
            new = str(int(str(old)) + more)
        else:
            new = repr(float(str(old)) + later)
        sql(f"UPDATE {table} SET {column} = {new} WHERE rowid = {row}")(session)

    report = tampered(sealed, tmp_path / "copy.db", change)
    assert report.breaks
    found = {broken.seq for broken in report.breaks}
    assert touched[0] in found, (table, column, row, report.breaks)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_row_removed_is_found_at_its_place(
    sealed: tuple[Path, Head], tmp_path: Path, data: st.DataObject
) -> None:
    every = sorted({(table, row) for table, _, row, _ in cells(sealed[0])})
    table, row = data.draw(st.sampled_from(every))
    with_link = data.draw(st.booleans())
    touched: list[int] = []

    def change(session: Session) -> None:
        touched.append(place(session, table, row))
        sql(f"DELETE FROM {table} WHERE rowid = {row}")(session)
        if with_link:
            sql(f"DELETE FROM chain WHERE seq = {touched[0]}")(session)

    report = tampered(sealed, tmp_path / "copy.db", change)
    assert touched[0] in {broken.seq for broken in report.breaks} or (
        # The very last link leaves no gap: the head kept elsewhere tells of it.
        touched[0] == sealed[1].seq and any(b.why == "cut" for b in report.breaks)
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_two_rows_exchanged_are_found(
    sealed: tuple[Path, Head], tmp_path: Path, data: st.DataObject
) -> None:
    table = data.draw(st.sampled_from(["journal", "journal_states", "chain"]))
    rows = sorted({row for name, _, row, _ in cells(sealed[0]) if name == table})
    one, two = data.draw(st.lists(st.sampled_from(rows), min_size=2, max_size=2, unique=True))
    touched: list[int] = []

    def change(session: Session) -> None:
        touched.extend(place(session, table, row) for row in (one, two))
        for old, new in ((one, -1), (two, one), (-1, two)):
            sql(f"UPDATE {table} SET seq = {new} WHERE seq = {old}")(session)

    report = tampered(sealed, tmp_path / "copy.db", change)
    assert {broken.seq for broken in report.breaks} & set(touched)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(left=st.integers(0, 200))
def test_an_end_cut_off_is_found_by_the_head_kept_elsewhere(
    sealed: tuple[Path, Head], tmp_path: Path, left: int
) -> None:
    last = left % sealed[1].seq

    def change(session: Session) -> None:
        for table, kind in (("journal_states", "state"), ("journal", "entry")):
            gone = f"SELECT ref FROM chain WHERE kind = '{kind}' AND seq > {last}"
            sql(f"DELETE FROM {table} WHERE seq IN ({gone})")(session)
            sql(f"DELETE FROM chain_private WHERE kind = '{kind}' AND ref IN ({gone})")(session)
        gone = f"SELECT ref FROM chain WHERE kind = 'note' AND seq > {last}"
        sql(f"DELETE FROM chain_notes WHERE seq IN ({gone})")(session)
        sql(f"DELETE FROM chain WHERE seq > {last}")(session)

    report = tampered(sealed, tmp_path / "copy.db", change)
    cut = [broken for broken in report.breaks if broken.why == "cut"]
    assert cut == [Break(last, "cut", detail=f"{last} of {sealed[1].seq}")]


def test_rows_added_by_hand_are_found(sealed: tuple[Path, Head], tmp_path: Path) -> None:
    def change(session: Session) -> None:
        sql(
            "INSERT INTO journal SELECT 99, 'x', at, agent, account, call_id, flow_id, step,"
            " object_id, action, 'y' FROM journal WHERE seq = 1"
        )(session)
        sql("INSERT INTO journal_states VALUES (99, 99, 1.0, 'confirmed', '')")(session)
        sql("INSERT INTO chain_private VALUES ('entry', 99, 's', '{}')")(session)

    report = tampered(sealed, tmp_path / "copy.db", change)
    assert {(b.why, b.kind, b.ref) for b in report.breaks} == {
        ("unlinked", "entry", 99),
        ("unlinked", "state", 99),
    }


def test_a_chain_forged_with_another_key_is_found(tmp_path: Path) -> None:
    async def forge(database: Database) -> Head:
        await fill(Casebook(database, b"x" * 32))
        return await Casebook(database).chain.head()

    head = with_database(tmp_path / "a.db", "casebook", forge)
    report = with_book(tmp_path / "a.db", lambda book: book.chain.verify(head))
    assert {broken.why for broken in report.breaks} == {"key"}
    assert [broken.seq for broken in report.breaks] == list(range(1, head.seq + 1))


def test_erasure_leaves_the_chain_whole_and_takes_what_was_sent(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        await fill(book)
        erased = await book.journal.get("entry-2")
        assert erased is not None
        assert (erased.params, erased.outcome, erased.action) == ({}, {}, "card.freeze")
        kept = await book.journal.get("entry-1")
        assert kept is not None
        assert kept.params == entry(1).params
        assert (await book.chain.verify(await book.chain.head())).breaks == ()

    with_book(tmp_path / "a.db", work)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET agent = 'x'",
        "DELETE FROM journal",
        "UPDATE journal_states SET state = 'confirmed'",
        "DELETE FROM journal_states",
        "UPDATE chain SET mac = ''",
        "DELETE FROM chain",
        "UPDATE chain_private SET body = '{}'",
        "DELETE FROM chain_private WHERE kind = 'entry' AND ref = 1",
        "DELETE FROM chain_notes",
    ],
)
def test_the_file_itself_refuses_to_change_what_is_sealed(
    sealed: tuple[Path, Head], tmp_path: Path, statement: str
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(sealed[0], copy)
    with pytest.raises(DBAPIError):
        with_book(copy, lambda book: book.database.run(sql(statement)))


def test_a_file_ahead_of_the_head_kept_elsewhere_is_whole(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        heads: list[Head] = []
        book.chain.grew = heads.append
        await fill(book)
        end = await book.chain.head()
        assert heads[-1] == end
        for known in (None, Head(), *heads):
            assert (await book.chain.verify(known)).breaks == ()
        other = replace(heads[4], mac=heads[5].mac)
        assert [b.seq for b in (await book.chain.verify(other)).breaks] == [other.seq]

    with_book(tmp_path / "a.db", work)


def test_a_loss_is_told_for_ever(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        await fill(book)
        end = await book.chain.head()
        await book.chain.note_loss(Head(end.seq + 5, "x"), end, 2.0)
        now = await book.chain.head()
        (told,) = (await book.chain.verify(now)).breaks
        assert (told.seq, told.why, told.detail) == (now.seq, "lost", f"{end.seq} of {end.seq + 5}")

    with_book(tmp_path / "a.db", work)


def test_two_writers_of_one_file_make_one_chain(tmp_path: Path) -> None:
    async def both() -> None:
        one = await Database.open(tmp_path / "a.db", KEY, "casebook")
        two = await Database.open(tmp_path / "a.db", KEY, "casebook")
        books = [Casebook(one, SEAL), Casebook(two, SEAL)]
        await asyncio.gather(*(books[n % 2].journal.intend(entry(n)) for n in range(40)))
        report = await books[0].chain.verify(await books[1].chain.head())
        assert (report.breaks, report.head.seq) == ((), 40)
        await one.close()
        await two.close()

    asyncio.run(both())
