"""Whatever is done to sealed rows by hand is found, with its place."""

from __future__ import annotations

import asyncio
import itertools
import random
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from supportdesk.domain.chain import Break, Head
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.journal import Entry
from tests.store.tampering import (
    SEAL,
    TABLES,
    Tampering,
    cells,
    links,
    other,
    place,
    tamper,
    tampered,
    with_book,
)
from tests.support.store import KEY, sql, with_database

T = TypeVar("T")
ENTRIES = 7


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


def test_any_byte_changed_is_found_at_its_place(sealed: tuple[Path, Head], tmp_path: Path) -> None:
    chance = random.Random(1)

    def change(table: str, column: str, row: int, type_: str, session: Session) -> int:
        touched = place(session, table, row)
        ((old,),) = sql(f"SELECT {column} FROM {table} WHERE rowid = {row}")(session)
        new = other(old, type_, chance)
        sql(f"UPDATE {table} SET {column} = {new} WHERE rowid = {row}")(session)
        return touched

    async def work(tampering: Tampering) -> int:
        every = await cells(tampering.book)
        for cell in every:
            touched, report = await tampering.after(partial(change, *cell))
            assert touched in {broken.seq for broken in report.breaks}, (cell, report.breaks)
        return len(every)

    assert tamper(sealed, tmp_path / "copy.db", work) > 300


@pytest.mark.parametrize("with_link", [False, True])
def test_any_row_removed_is_found_at_its_place(
    sealed: tuple[Path, Head], tmp_path: Path, with_link: bool
) -> None:
    def change(table: str, row: int, session: Session) -> int:
        touched = place(session, table, row)
        sql(f"DELETE FROM {table} WHERE rowid = {row}")(session)
        if with_link:
            sql(f"DELETE FROM chain WHERE seq = {touched}")(session)
        return touched

    async def work(tampering: Tampering) -> None:
        for table, row in sorted({(t, row) for t, _, row, _ in await cells(tampering.book)}):
            touched, report = await tampering.after(partial(change, table, row))
            assert touched in {broken.seq for broken in report.breaks} or (
                # The very last link leaves no gap: the head kept elsewhere tells of it.
                touched == sealed[1].seq and any(b.why == "cut" for b in report.breaks)
            ), (table, row, report.breaks)

    tamper(sealed, tmp_path / "copy.db", work)


def test_any_two_rows_exchanged_are_found(sealed: tuple[Path, Head], tmp_path: Path) -> None:
    def change(table: str, one: int, two: int, session: Session) -> set[int]:
        touched = {place(session, table, row) for row in (one, two)}
        for old, new in ((one, -1), (two, one), (-1, two)):
            sql(f"UPDATE {table} SET seq = {new} WHERE seq = {old}")(session)
        return touched

    async def work(tampering: Tampering) -> None:
        rows: dict[str, list[int]] = {"journal": [], "journal_states": [], "chain": []}
        for table, column, row, _ in await cells(tampering.book):
            if table in rows and column == "seq":
                rows[table].append(row)
        pairs = [(name, *two) for name in rows for two in itertools.combinations(rows[name], 2)]
        for pair in random.Random(3).sample(pairs, 80):
            touched, report = await tampering.after(partial(change, *pair))
            assert {broken.seq for broken in report.breaks} & touched, pair

    tamper(sealed, tmp_path / "copy.db", work)


def test_an_end_cut_off_is_found_by_the_head_kept_elsewhere(
    sealed: tuple[Path, Head], tmp_path: Path
) -> None:
    def change(last: int, session: Session) -> None:
        gone = f"SELECT ref FROM chain WHERE seq > {last} AND kind = "
        for table, kind in TABLES.items():
            if kind:
                sql(f"DELETE FROM {table} WHERE seq IN ({gone} '{kind}')")(session)
                sql(
                    f"DELETE FROM chain_private WHERE kind = '{kind}' AND ref IN ({gone} '{kind}')"
                )(session)
        sql(f"DELETE FROM chain WHERE seq > {last}")(session)

    async def work(tampering: Tampering) -> None:
        for last in range(sealed[1].seq):
            _, report = await tampering.after(partial(change, last))
            cut = [broken for broken in report.breaks if broken.why == "cut"]
            assert cut == [Break(last, "cut", detail=f"{last} of {sealed[1].seq}")]

    tamper(sealed, tmp_path / "copy.db", work)


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


def test_a_row_linked_in_front_of_the_first_is_found(
    sealed: tuple[Path, Head], tmp_path: Path
) -> None:
    def change(session: Session) -> None:
        sql(
            "INSERT INTO journal SELECT 99, 'x', at, agent, account, call_id, flow_id, step,"
            " object_id, action, 'y' FROM journal WHERE seq = 1"
        )(session)
        sql("INSERT INTO chain SELECT -5, kind, 99, content, '', key_id, mac FROM chain LIMIT 1")(
            session
        )

    report = tampered(sealed, tmp_path / "copy.db", change)
    assert Break(-5, "order", "entry", 99) in report.breaks


def test_an_erasure_that_was_never_sealed_excuses_nothing(
    sealed: tuple[Path, Head], tmp_path: Path
) -> None:
    at = links(sealed[0])["entry", 4]

    def change(session: Session) -> None:
        sql("INSERT INTO chain_notes VALUES (77, 'erased', 'entry', 4, 1.0, '')")(session)
        sql("DELETE FROM chain_private WHERE kind = 'entry' AND ref = 4")(session)

    report = tampered(sealed, tmp_path / "copy.db", change)
    assert {(b.seq, b.why, b.ref) for b in report.breaks} == {
        (at, "erased", 4),
        (sealed[1].seq, "unlinked", 77),
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
