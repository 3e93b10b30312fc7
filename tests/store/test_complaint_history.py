"""A complaint's history: sealed, found wherever it was touched, and whole after an erasure."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from supportdesk.domain.chain import Head
from supportdesk.domain.complaints import Attached, Change, Complaint, Wanted
from supportdesk.store import migrate
from supportdesk.store.casebook import Casebook
from supportdesk.store.chain import Report
from supportdesk.store.database import Database
from supportdesk.store.month_records import MonthRecord
from tests.support.store import sql, with_database

T = TypeVar("T")
SEAL = bytes(range(32))
NOW = 1_795_000_000.0  # 2026-11-18
SECRET = "Zofia Wiśniewska waits for 4711 crowns"
BYTES = b"%PDF-1.4 what Zofia sent " * 400
TABLES = ("complaints", "complaint_history", "complaint_files", "chain_private", "chain")


def with_book(path: Path, work: Callable[[Casebook], Coroutine[Any, Any, T]]) -> T:
    return with_database(path, "casebook", lambda database: work(Casebook(database, SEAL)))


def change(action: str, why: str = "", **fields: tuple[str, str]) -> Change:
    return Change(NOW, "Ann Ngô", action, why, dict(fields))


async def fill(book: Casebook) -> list[Complaint]:
    made = []
    for number in range(3):
        one = Complaint(
            id=f"00000000-0000-0000-0000-00000000000{number}",
            account="desk",
            date_input=NOW,
            date_received=NOW,
            cardholder_id="ich_1",
            cardholder_name="Zofia Wiśniewska",
            verbatim=SECRET,
        )
        one = await book.complaints.create(one, change("logged", verbatim=("", SECRET)))
        one = await book.complaints.save(
            replace(one, owner="Ben"), change("handed over", "on leave", owner=("", "Ben"))
        )
        made.append(one)
    file = Attached("file-1", "letter.pdf", "application/pdf", len(BYTES), _sha(BYTES), NOW, "Ann")
    made[1] = await book.complaints.attach(
        replace(made[1], files=(file,)), "file-1", BYTES, change("attached a file")
    )
    return made


def _sha(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Head]:
    path = tmp_path_factory.mktemp("sealed") / "casebook.db"

    async def work(book: Casebook) -> Head:
        await fill(book)
        report = await book.chain.verify()
        assert report.breaks == ()
        return report.head

    return path, with_book(path, work)


def tampered(sealed: tuple[Path, Head], copy: Path, by_hand: Callable[[Session], object]) -> Report:
    """Check a copy after somebody with the file's key worked on it past the triggers."""
    path, head = sealed
    for file in (copy, copy.with_name(f"{copy.name}-wal")):
        file.unlink(missing_ok=True)
    shutil.copyfile(path, copy)

    async def work(book: Casebook) -> Report:
        def change(session: Session) -> None:
            for (name,) in sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")(session):
                if "_no_" in str(name):
                    sql(f"DROP TRIGGER {name}")(session)
            by_hand(session)

        lane = book.database._writing
        driver = lane.driver
        assert driver is not None
        await lane.do(lambda: driver.execute("PRAGMA foreign_keys = OFF"))
        await book.database.run(change)
        return await book.chain.verify(head)

    return with_book(copy, work)


def last_link(session: Session, complaint: str) -> int:
    ((seq,),) = sql(
        "SELECT l.seq FROM chain l WHERE l.kind = 'complaint' AND l.ref = "
        f"(SELECT max(id) FROM complaint_history WHERE complaint_id = '{complaint}')"
    )(session)
    return int(str(seq))


def place(session: Session, table: str, row: int) -> int:
    """Place in the chain of what belongs to a row."""
    if table == "chain":
        return row
    if table in ("complaints", "complaint_files"):
        column = "id" if table == "complaints" else "complaint_id"
        ((complaint,),) = sql(f"SELECT {column} FROM {table} WHERE rowid = {row}")(session)
        return last_link(session, str(complaint))
    ref = row
    if table == "chain_private":
        ((ref,),) = sql(f"SELECT ref FROM chain_private WHERE rowid = {row}")(session)  # type: ignore[assignment]
    ((seq,),) = sql(f"SELECT seq FROM chain WHERE kind = 'complaint' AND ref = {ref}")(session)
    return int(str(seq))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_byte_changed_is_found_at_its_place(
    sealed: tuple[Path, Head], tmp_path: Path, data: st.DataObject
) -> None:
    table = data.draw(st.sampled_from(TABLES))
    chosen, at = data.draw(st.integers(0, 99)), data.draw(st.integers(0, 9_999))
    touched: list[int] = []

    def change(session: Session) -> None:
        rows = [
            int(str(row)) for (row,) in sql(f"SELECT rowid FROM {table} ORDER BY rowid")(session)
        ]
        columns = [str(column[1]) for column in sql(f"PRAGMA table_info({table})")(session)]
        row, column = rows[chosen % len(rows)], columns[chosen % len(columns)]
        touched.append(place(session, table, row))
        ((old, kind),) = sql(f"SELECT {column}, typeof({column}) FROM {table} WHERE rowid = {row}")(
            session
        )
        if kind in ("integer", "real"):
            new = repr(old + 1000)  # type: ignore[operator]
        else:
            raw = bytearray(old if isinstance(old, bytes) else str(old).encode())
            if raw:
                raw[at % len(raw)] ^= 0x40
            new = f"CAST(x'{raw.hex() or '41'}' AS {'BLOB' if kind == 'blob' else 'TEXT'})"
        sql(f"UPDATE {table} SET {column} = {new} WHERE rowid = {row}")(session)

    report = tampered(sealed, tmp_path / "copy.db", change)
    assert touched[0] in {broken.seq for broken in report.breaks}, (table, report.breaks)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM complaints WHERE number = 'CMP-2026-0002'", "removed"),
        ("DELETE FROM complaint_history WHERE id = 2", "removed"),
        ("UPDATE complaints SET owner = 'Eve', body = replace(body, 'Ben', 'Eve')", "changed"),
        ("DELETE FROM complaint_files", "changed"),
        ("UPDATE complaints SET next_due = '2030-01-01'", "changed"),
        ("UPDATE complaint_history SET at = at + 86400", "changed"),
        ("INSERT INTO complaint_history VALUES (99, '1', 1.0, 'Eve', 'resolved', '')", "unlinked"),
    ],
)
def test_what_is_rewritten_by_hand_is_found(
    sealed: tuple[Path, Head], tmp_path: Path, statement: str, why: str
) -> None:
    report = tampered(sealed, tmp_path / "copy.db", sql(statement))
    assert why in {broken.why for broken in report.breaks}


def test_a_rewritten_complaint_is_named(sealed: tuple[Path, Head], tmp_path: Path) -> None:
    statement = "UPDATE complaints SET owner = 'Eve' WHERE number = 'CMP-2026-0003'"
    (found,) = tampered(sealed, tmp_path / "copy.db", sql(statement)).breaks
    assert (found.why, found.kind, found.detail) == ("changed", "complaint", "CMP-2026-0003")


@pytest.mark.parametrize("last", [0, 2, 77])
def test_a_counter_changed_by_hand_is_found_and_doubles_no_number(
    tmp_path: Path, last: int
) -> None:
    async def work(book: Casebook) -> None:
        made = await fill(book)
        await book.database.run(sql(f"UPDATE complaint_numbers SET last = {last}"))
        (found,) = (await book.chain.verify()).breaks
        assert (found.why, found.kind, found.detail) == ("changed", "complaint", "CMP-2026")
        one = replace(made[0], id="another")
        again = await book.complaints.create(one, change("logged"))
        assert again.number == ("CMP-2026-0078" if last == 77 else "CMP-2026-0004")
        assert (await book.chain.verify()).breaks == ()

    with_book(tmp_path / "casebook.db", work)


def test_an_erasure_leaves_the_chain_whole_and_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "casebook.db"
    kept: list[Complaint] = []

    async def erase(book: Casebook) -> None:
        kept.extend(await fill(book))
        await book.complaints.keep_draft("desk", "edit:x", SECRET, NOW)
        for one in kept:
            left = replace(
                one, cardholder_id="", cardholder_name="", verbatim="", files=(), erased_at=NOW
            )
            await book.complaints.erase(one, left, ["edit:x"], change("erased"))
        assert (await book.chain.verify(await book.chain.head())).breaks == ()
        history = await book.complaints.history(kept[0].id)
        assert [entry.action for entry in history] == ["logged", "handed over", "erased"]
        assert all(not entry.fields and not entry.why for entry in history)
        with pytest.raises(KeyError):
            await book.complaints.content(kept[1].id, "file-1")
        assert await book.complaints.expired("desk", date(2030, 1, 1)) == []
        path.with_name("casebook.db.20260101.0001.copy").write_bytes(b"an older file")
        assert await book.database.scour()

    with_book(path, erase)
    assert list(tmp_path.iterdir()) == [path]
    # Read without the cipher, page by page: nothing is left in pages let go either.
    plain = tmp_path / "plain.db"

    async def export(book: Casebook) -> None:
        def work() -> None:
            driver = book.database._writing.driver
            assert driver is not None
            driver.execute(f"ATTACH DATABASE '{plain}' AS plain KEY ''")
            driver.execute("SELECT sqlcipher_export('plain')")
            assert driver.execute("PRAGMA freelist_count").fetchone()[0] == 0
            driver.execute("DETACH DATABASE plain")

        await book.database._writing.do(work)
        assert (await book.chain.verify()).breaks == ()

    with_book(path, export)
    content = plain.read_bytes()
    assert b"SQLite format 3" in content
    for trace in ("Zofia", "Wiśniewska", "4711 crowns", "ich_1", "letter.pdf", "on leave"):
        assert trace.encode() not in content, trace
    assert b"what Zofia sent" not in content


def test_what_is_deleted_is_overwritten_at_once(tmp_path: Path) -> None:
    async def work(book: Casebook) -> int:
        driver = book.database._writing.driver
        assert driver is not None
        return int(
            await book.database._writing.do(
                lambda: driver.execute("PRAGMA secure_delete").fetchone()[0]
            )
        )

    assert with_book(tmp_path / "a.db", work) == 1


def test_lists_are_narrowed_sorted_and_paged(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        for number in range(30):
            one = Complaint(
                id=f"{number:036}",
                account="desk",
                date_input=NOW,
                date_received=NOW - number * 86_400,
                owner=("Ann", "Ben", "Cho")[number % 3],
                status=("received", "holding")[number % 2],
                complaint_classification="executive" if number % 5 == 0 else "operational",
                complaint_channel=("Phone", "Chat")[number % 2],
                complaint_category=("Product or Service", "Privacy or Security")[number % 3 % 2],
                root_cause="Agent error" if number % 7 == 0 else "",
            )
            await book.complaints.create(one, change("logged"))

        async def numbers(wanted: Wanted) -> list[int]:
            found: list[Complaint] = []
            while page := await book.complaints.page(
                "desk", "open", wanted=wanted, after=found[-1] if found else None, limit=4
            ):
                found += page
            return [int(one.id) for one in found]

        assert await numbers(Wanted()) == list(range(30))
        assert await numbers(Wanted(owner="Ben")) == list(range(1, 30, 3))
        assert await numbers(Wanted(state="holding", executive=True)) == [5, 15, 25]
        assert await numbers(Wanted(channel="Chat")) == list(range(1, 30, 2))
        assert await numbers(Wanted(category="Privacy or Security", owner="Ann")) == []
        assert await numbers(Wanted(category="Privacy or Security")) == list(range(1, 30, 3))
        assert await numbers(Wanted(cause="Agent error", channel="Phone")) == [0, 14, 28]
        assert await book.complaints.size("desk", Wanted(cause="Agent error")) == 5
        first, last = date(2026, 11, 10), date(2026, 11, 12)
        within = Wanted(received_from=first, received_to=last, sort="received")
        assert await numbers(within) == [8, 7, 6]
        assert await numbers(Wanted(sort="number", descending=True)) == list(range(29, -1, -1))
        by_owner = await numbers(Wanted(sort="owner"))
        assert by_owner == [*range(0, 30, 3), *range(1, 30, 3), *range(2, 30, 3)]
        assert await numbers(Wanted(due_by=date(2026, 12, 1))) == []
        assert await book.complaints.owners("desk") == ["Ann", "Ben", "Cho"]

    with_book(tmp_path / "a.db", work)


def test_complaints_of_an_older_casebook_are_taken_into_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "casebook.db"

    async def older(book: Casebook) -> list[Complaint]:
        made = await fill(book)
        done = replace(made[2], told_at=NOW, executed_at=NOW + 5)
        made[2] = await book.complaints.save(done, change("resolved", "paid"))
        await book.database.run(
            lambda session: command.downgrade(
                migrate.config("casebook", session.connection()), "0005"
            )
        )
        return made

    async def now(book: Casebook) -> None:
        await book.chain.adopt()
        assert (await book.chain.verify(await book.chain.head())).breaks == ()
        for one in made:
            kept = await book.complaints.get("desk", one.id)
            assert kept == replace(one, status="received")
        history = await book.complaints.history(made[2].id)
        assert [(entry.action, entry.why) for entry in history] == [
            ("logged", ""),
            ("handed over", "on leave"),
            ("resolved", "paid"),
        ]
        assert history[0].fields == {"verbatim": ("", SECRET)}
        assert [one.id for one in await book.complaints.page("desk", "closed")] == [made[2].id]
        owned = await book.complaints.page("desk", "open", wanted=Wanted(owner="Ben"))
        assert len(owned) == 2
        await book.complaints.save(replace(owned[0], owner="Cho"), change("handed over"))
        assert (await book.chain.verify()).breaks == ()
        # What the old desk changed last is sealed once as it stands; from then on a byte shows.
        spoil = "UPDATE complaints SET body = replace(body, 'Zofia', 'Sofia') WHERE owner = 'Ben'"
        assert await book.complaints.seal_old(change("sealed")) == 2
        assert await book.complaints.seal_old(change("sealed")) == 0
        assert (await book.complaints.history(made[2].id))[-1].action == "sealed"
        assert (await book.chain.verify()).breaks == ()
        await book.database.run(sql(spoil))
        found = (await book.chain.verify()).breaks
        assert {(b.why, b.detail) for b in found} <= {("changed", one.number) for one in made}
        assert found

    made = with_book(path, older)
    with_book(path, now)


def test_a_chain_that_was_cut_away_is_not_sealed_anew(tmp_path: Path) -> None:
    async def work(database: Database) -> None:
        book = Casebook(database, SEAL)
        await fill(book)
        known = await book.chain.head()

        def cut(session: Session) -> None:
            sql("DROP TRIGGER chain_no_delete")(session)
            sql("DELETE FROM chain")(session)

        await database.run(cut)
        await book.chain.adopt(known)
        assert (await book.chain.head()).seq == 0
        assert "unlinked" in {b.why for b in (await book.chain.verify(known)).breaks}

    with_database(tmp_path / "a.db", "casebook", work)


@pytest.mark.parametrize("column", ["agent", "sha256", "content", "submitted_on", "at"])
def test_who_handed_in_a_month_is_sealed(tmp_path: Path, column: str) -> None:
    async def work(book: Casebook) -> None:
        sent = MonthRecord(
            account="desk", month="2026-10", kind="submitted", at=NOW, agent="Ann",
            sha256="ab", content="rows", submitted_on="2026-11-09", closes=True,
        )  # fmt: skip
        await book.months.close(sent, {}, change("reported 2026-10"))
        await book.months.add(replace(sent, kind="exported", closes=False))
        assert (await book.chain.verify()).breaks == ()
        await book.database.run(sql("DROP TRIGGER complaint_months_no_update"))
        spoil = f"UPDATE complaint_months SET {column} = {column} || '1' WHERE id = 2"
        await book.database.run(sql(spoil))
        (found,) = (await book.chain.verify()).breaks
        assert (found.why, found.kind, found.ref) == ("changed", "month", 2)

    with_book(tmp_path / "casebook.db", work)
