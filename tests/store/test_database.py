"""Real encrypted files: who may read them, what happens when they are not as they should be."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import Pool, event
from sqlmodel import Session

from supportdesk.errors import UserFacing
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.journal import Entry
from supportdesk.store.mirror import Mirror
from supportdesk.store.problems import Kind
from tests.support.store import (
    KEY,
    KINDS,
    OTHER_KEY,
    made,
    opened,
    problem,
    rows,
    sql,
    with_database,
)

NOTE = "INSERT INTO state VALUES ('{}', '1')"


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_key_leaves_the_file_alone(tmp_path: Path, kind: Kind) -> None:
    before = made(tmp_path / "desk.db", kind)
    found = problem(tmp_path / "desk.db", kind, OTHER_KEY)
    assert found.code == "db_locked_out"
    assert ("rebuild" in found.remedy) == (kind == "mirror")
    assert (tmp_path / "desk.db").read_bytes() == before
    assert rows(tmp_path / "desk.db", kind, "SELECT 1") == [(1,)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("left", [0, 1, 4095, 4096 * 3, 4096 * 3 + 7])
def test_a_file_cut_off_is_damaged(tmp_path: Path, kind: Kind, left: int) -> None:
    content = made(tmp_path / "desk.db", kind)[:left]
    (tmp_path / "desk.db").write_bytes(content)
    assert problem(tmp_path / "desk.db", kind).code == "db_damaged"
    assert (tmp_path / "desk.db").read_bytes() == content


def test_damage_found_later_is_named(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"

    async def fill(database: Database) -> None:
        casebook = Casebook(database)
        for number in range(300):
            await casebook.journal.intend(
                Entry(account="a", agent="x", action="y", object_id=f"ic_{number}")
            )

    with_database(path, "casebook", fill)
    content = bytearray(path.read_bytes())
    content[-4096 * 8 : -4096 * 2 : 512] = bytes(len(content[-4096 * 8 : -4096 * 2 : 512]))
    path.write_bytes(content)
    with pytest.raises(UserFacing) as caught:
        with_database(
            path, "casebook", lambda database: Casebook(database).journal.recent(limit=300)
        )
    assert caught.value.code == "db_damaged"
    assert path.read_bytes() == content


@pytest.mark.parametrize("kind", KINDS)
def test_something_else_is_not_taken_for_a_database(tmp_path: Path, kind: Kind) -> None:
    content = b"Dear diary, " * 4096
    (tmp_path / "desk.db").write_bytes(content)
    assert problem(tmp_path / "desk.db", kind).code == "db_locked_out"
    assert (tmp_path / "desk.db").read_bytes() == content


def test_a_full_disk_loses_only_the_last_change(tmp_path: Path) -> None:
    async def fill(database: Database) -> int:
        await database.run(sql("PRAGMA max_page_count = 1"))  # SQLite takes the present size
        mirror, written = Mirror(database), 0
        caught: UserFacing | None = None
        while caught is None and written < 10_000:
            try:
                await mirror.set_state(f"note {written}", "x" * 500)
                written += 1
            except UserFacing as problem:
                caught = problem
        assert caught is not None
        assert caught.code == "db_disk_full"
        assert caught.retry
        return written

    written = with_database(tmp_path / "desk.db", "mirror", fill)
    assert rows(tmp_path / "desk.db", "mirror", "SELECT count(*) FROM state") == [(written,)]


def test_writing_what_may_only_be_read(tmp_path: Path) -> None:
    async def refuse(database: Database) -> str:
        await database.run(sql("PRAGMA query_only = ON"))
        with pytest.raises(UserFacing) as caught:
            await Mirror(database).set_state("a", 1)
        return caught.value.code

    assert with_database(tmp_path / "desk.db", "mirror", refuse) == "db_read_only"


def test_two_databases_on_one_file_take_turns(tmp_path: Path) -> None:
    async def both() -> None:
        path = tmp_path / "desk.db"
        async with opened(path, "casebook") as one, opened(path, "casebook") as two:
            books = [Casebook(one), Casebook(two)]
            await asyncio.gather(
                *(
                    books[number % 2].journal.intend(
                        Entry(account="a", agent="x", action="y", object_id=f"ic_{number}")
                    )
                    for number in range(100)
                )
            )
            seen = [
                {entry.object_id for entry in await book.journal.recent(limit=500)}
                for book in books
            ]
            assert seen[0] == seen[1] == {f"ic_{number}" for number in range(100)}

    asyncio.run(both())


def test_a_file_held_by_another_is_busy_for_writing_not_for_reading(tmp_path: Path) -> None:
    async def hold() -> None:
        path = tmp_path / "desk.db"
        async with opened(path, "mirror") as holder, opened(path, "mirror") as other:
            holding, done = threading.Event(), threading.Event()

            def keep(session: Session) -> None:
                session.connection().exec_driver_sql(NOTE.format("held"))
                holding.set()
                assert done.wait(60)

            await other.run(sql("PRAGMA busy_timeout = 20"))
            kept = asyncio.create_task(holder.run(keep))
            await asyncio.to_thread(holding.wait, 60)
            assert await other.read(sql("SELECT count(*) FROM state")) == [(0,)]
            with pytest.raises(UserFacing) as caught:
                await other.run(sql(NOTE.format("other")))
            assert caught.value.code == "db_busy"
            assert caught.value.retry
            done.set()
            await kept
            await other.run(sql(NOTE.format("other")))
            assert await other.read(sql("SELECT count(*) FROM state")) == [(2,)]

    asyncio.run(hold())


@pytest.mark.parametrize("kind", KINDS)
def test_work_is_whole_or_not_at_all_and_on_its_own_thread(tmp_path: Path, kind: Kind) -> None:
    async def look(database: Database) -> None:
        def fail(session: Session) -> None:
            session.connection().exec_driver_sql("CREATE TABLE half (id)")
            raise KeyError("on purpose")

        with pytest.raises(KeyError):
            await database.run(fail)
        writing, reading = [
            set(
                await asyncio.gather(*(do(lambda _: threading.current_thread()) for _ in range(20)))
            )
            for do in (database.run, database.read)
        ]
        assert len(writing) == len(reading) == 1
        assert (writing == reading) == (kind == "casebook")
        assert threading.current_thread() not in writing | reading
        tables = "SELECT count(*) FROM sqlite_master WHERE name = 'half'"
        assert await database.read(sql(tables)) == [(0,)]

    with_database(tmp_path / "desk.db", kind, look)


def test_a_mirror_is_read_while_it_is_written(tmp_path: Path) -> None:
    async def look(database: Database) -> None:
        holding, done = threading.Event(), threading.Event()

        def keep(session: Session) -> None:
            session.connection().exec_driver_sql(NOTE.format("held"))
            holding.set()
            assert done.wait(60)

        kept = asyncio.create_task(database.run(keep))
        await asyncio.to_thread(holding.wait, 60)
        names = sql("SELECT name FROM state")
        assert await database.read(names) == []
        done.set()
        await kept
        assert await database.read(names) == [("held",)]
        with pytest.raises(UserFacing) as caught:
            await database.read(sql(NOTE.format("by the reader")))
        assert caught.value.code == "db_read_only"

    with_database(tmp_path / "desk.db", "mirror", look)


ENDLESS = (
    "WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more) SELECT max(n) FROM more"
)


def test_a_question_nobody_waits_for_is_broken_off(tmp_path: Path) -> None:
    async def ask(database: Database) -> None:
        begun = threading.Event()

        def endless(session: Session) -> None:
            begun.set()
            sql(ENDLESS)(session)

        first = asyncio.create_task(database.read(endless))
        await asyncio.to_thread(begun.wait, 60)
        waiting = [asyncio.create_task(database.read(sql(ENDLESS))) for _ in range(3)]
        last = asyncio.create_task(database.read(sql("SELECT 1")))
        await asyncio.sleep(0)
        for task in (first, *waiting):
            task.cancel()
        assert await last == [(1,)]
        outcomes = await asyncio.gather(first, *waiting, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}

    with_database(tmp_path / "desk.db", "mirror", ask)


def test_connections_are_ready_before_the_first_question(tmp_path: Path) -> None:
    """One that the first question had to make ready would be closed if that is broken off."""
    connected: list[object] = []

    def note(driver: object, _record: object) -> None:
        connected.append(driver)

    async def ask(database: Database) -> None:
        assert connected
        connected.clear()
        assert await database.read(sql("SELECT 1")) == [(1,)]
        assert await database.run(sql("SELECT 1")) == [(1,)]
        assert connected == []

    event.listen(Pool, "connect", note)
    try:
        with_database(tmp_path / "desk.db", "mirror", ask)
    finally:
        event.remove(Pool, "connect", note)


def test_a_question_is_broken_off_even_if_it_begins_a_moment_after_the_interruption(
    tmp_path: Path,
) -> None:
    async def ask(database: Database) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def hold(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement == ENDLESS:
                begun.set()
                assert go_on.wait(60)

        event.listen(database._reading.engine, "before_cursor_execute", hold)
        task = asyncio.create_task(database.read(sql(ENDLESS)))
        await asyncio.to_thread(begun.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        assert await database.read(sql("SELECT 1")) == [(1,)]

    with_database(tmp_path / "desk.db", "mirror", ask)


def test_what_is_stopped_between_two_statements_asks_no_more(tmp_path: Path) -> None:
    async def ask(database: Database) -> None:
        begun, go_on = threading.Event(), threading.Event()
        answered: list[object] = []

        def twice(session: Session) -> None:
            answered.append(sql("SELECT 1")(session))
            begun.set()
            assert go_on.wait(60)
            answered.append(sql("SELECT 2")(session))

        task = asyncio.create_task(database.read(twice))
        await asyncio.to_thread(begun.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        assert await database.read(sql("SELECT 3")) == [(3,)]
        assert answered == [[(1,)]]

    with_database(tmp_path / "desk.db", "mirror", ask)


def test_work_begun_is_finished_even_if_nobody_waits(tmp_path: Path) -> None:
    async def leave(database: Database) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def work(session: Session) -> None:
            begun.set()
            assert go_on.wait(60)
            session.connection().exec_driver_sql(NOTE.format("kept"))

        task = asyncio.create_task(database.run(work))
        await asyncio.to_thread(begun.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()

    with_database(tmp_path / "desk.db", "mirror", leave)
    assert rows(tmp_path / "desk.db", "mirror", "SELECT name FROM state") == [("kept",)]


def test_a_closed_database_stays_closed(tmp_path: Path) -> None:
    async def close_twice() -> None:
        database = await Database.open(tmp_path / "desk.db", KEY, "mirror")
        await database.close()
        await database.close()
        with pytest.raises(RuntimeError):
            await database.run(sql("SELECT 1"))

    asyncio.run(close_twice())
