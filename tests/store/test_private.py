"""What lies on the disk, in a message or in memory's text forms tells nothing."""

from __future__ import annotations

import asyncio
import os
import traceback
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from supportdesk.domain.records import Cardholder
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
    problem,
    sql,
    with_database,
)

HOLDER = Cardholder(
    id="ich_1",
    name="Quendoline Featherstone",
    email="qf@example.com",
    phone_number="+12025550147",
)
SECRETS = [
    *(b"Quendoline", b"quendoline", b"Featherstone", b"featherstone", b"qf@example", b"2025550147"),
    *(KEY.encode(), bytes.fromhex(KEY), KEY[:16].encode(), b"SQLite format", b"CREATE TABLE"),
]


def told(file: Path) -> list[bytes]:
    """Return what can be read in a file that should not be."""
    content = file.read_bytes()
    assert len(content) > 4000
    return [secret for secret in SECRETS if secret in content]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_readable_lies_on_the_disk(tmp_path: Path, kind: Kind) -> None:
    def look() -> dict[str, list[bytes]]:
        return {file.name: told(file) for file in tmp_path.iterdir()}

    async def write(database: Database) -> dict[str, list[bytes]]:
        if kind == "mirror":
            await Mirror(database).put([HOLDER], 1.0)
        else:
            params = {"name": HOLDER.name, "email": HOLDER.email, "phone": HOLDER.phone_number}
            await Casebook(database).journal.intend(
                Entry(account="a", agent=HOLDER.name, action="x", object_id="ich_1", params=params)
            )
        return look()

    while_open = with_database(tmp_path / "desk.db", kind, write)
    assert while_open == {"desk.db": [], "desk.db-wal": [], "desk.db-shm": []}
    assert look() == {"desk.db": []}


@pytest.mark.parametrize("kind", KINDS)
def test_only_this_user_may_read_the_files(tmp_path: Path, kind: Kind) -> None:
    path = tmp_path / "new" / "desk.db"
    made(path, kind)
    path.chmod(0o644)

    async def look(database: Database) -> dict[str, int]:
        await database.run(sql("CREATE TABLE anything (x)"))
        return {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}

    modes = with_database(path, kind, look)
    assert set(modes) == {"desk.db", "desk.db-wal", "desk.db-shm"}
    assert set(modes.values()) == ({0o600} if os.name == "posix" else set(modes.values()))


def test_the_key_shows_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async def look(database: Database) -> list[str]:
        with pytest.raises(DBAPIError) as caught:
            await database.run(sql("SELECT nonsense FROM nowhere"))
        engine = database._writing.engine
        assert engine is not None
        shown = [
            repr(database),
            repr(vars(database)),
            repr(vars(database._writing)),
            str(engine.url),
            repr(engine),
            repr(engine.pool),
        ]
        return [*shown, *traceback.format_exception(caught.value)]

    shown = with_database(tmp_path / "desk.db", "casebook", look)
    shown += traceback.format_exception(problem(tmp_path / "desk.db", "casebook", OTHER_KEY))
    shown += capfd.readouterr()
    assert len(shown) > 8
    assert not [text for text in shown if KEY in text or OTHER_KEY in text]


def test_values_do_not_stand_in_error_texts(tmp_path: Path) -> None:
    async def twice(database: Database) -> str:
        casebook = Casebook(database)
        entry = Entry(account="a", agent="Quendoline", action="x", object_id="ic_1")
        await casebook.journal.intend(entry)
        with pytest.raises(DBAPIError) as caught:
            await casebook.journal.intend(entry)
        return "".join(traceback.format_exception(caught.value))

    assert "Quendoline" not in with_database(tmp_path / "desk.db", "casebook", twice)


@pytest.mark.parametrize("key", ["", "ab", "g" * 64, KEY + "00", KEY[:-1] + "\n", f"{KEY}';--"])
def test_a_malformed_key_is_a_bug_that_does_not_quote_it(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError) as caught:
        asyncio.run(Database.open(tmp_path / "desk.db", key, "mirror"))
    assert str(caught.value) == "a database key is 64 hexadecimal digits"
    assert list(tmp_path.iterdir()) == []
