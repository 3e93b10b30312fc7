"""New files: whole or not at all, and never at the cost of what was there."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from supportdesk.store.database import Database
from supportdesk.store.mirror import rebuild_mirror
from tests.support.store import KEY, KINDS, OTHER_KEY, made, names, problem, rows, sql

NOTE = "INSERT INTO state VALUES ('{}', '1')"


ENDLESS = """
import asyncio, sys
from pathlib import Path
from supportdesk.store.database import Database

async def main():
    number = 0
    while True:
        number += 1
        path = Path(sys.argv[1]) / f"{number}.db"
        await Database.open(path, sys.argv[2], "casebook")
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("left", ["desk.db-wal", "desk.db.20261101T000000-1.0001.copy"])
def test_a_casebook_that_vanished_is_not_quietly_begun_anew(tmp_path: Path, left: str) -> None:
    (tmp_path / left).write_bytes(b"what is left")
    assert problem(tmp_path / "desk.db", "casebook").code == "db_damaged"
    assert names(tmp_path) == {left}


def test_two_starts_at_once_share_one_new_file(tmp_path: Path) -> None:
    async def both() -> None:
        path = tmp_path / "desk.db"
        one, two = await asyncio.gather(*(Database.open(path, KEY, "mirror") for _ in range(2)))
        await one.run(sql(NOTE.format("first")))
        assert await two.run(sql("SELECT name FROM state")) == [("first",)]
        await one.close()
        await two.close()

    asyncio.run(both())
    assert names(tmp_path) == {"desk.db"}


def test_a_crash_while_creating_leaves_nothing_half_made(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(tmp_path), KEY], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(3):
        assert process.stdout.readline()
    process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    process.wait()
    process.stdout.close()
    complete = list(tmp_path.glob("*.db"))
    assert len(complete) >= 3
    for file in (*complete, tmp_path / f"{len(complete) + 1}.db"):
        assert rows(file, "casebook", "SELECT count(*) FROM journal") == [(0,)]


def test_a_mirror_is_rebuilt_under_a_new_key(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    made(path, "mirror")
    (tmp_path / "desk.db-wal").write_bytes(b"left by a crash")
    (tmp_path / "other.db").write_bytes(b"not ours")

    async def rebuild() -> list[tuple[object, ...]]:
        database = await rebuild_mirror(path, OTHER_KEY)
        found = await database.read(sql("SELECT count(*) FROM cardholders"))
        await database.close()
        return found

    assert asyncio.run(rebuild()) == [(0,)]
    assert problem(path, "mirror").code == "db_locked_out"
    assert names(tmp_path) == {"desk.db", "other.db"}


def test_a_casebook_is_never_rebuilt(tmp_path: Path) -> None:
    path = tmp_path / "casebook.db"
    before = made(path, "casebook")
    with pytest.raises(ValueError):
        asyncio.run(rebuild_mirror(path, KEY))
    assert path.read_bytes() == before


def test_mirror_and_casebook_are_made_at_the_same_time(tmp_path: Path) -> None:
    async def both() -> None:
        opening = (Database.open(tmp_path / f"{kind}.db", KEY, kind) for kind in KINDS)
        for database in await asyncio.gather(*opening):
            await database.close()

    asyncio.run(both())
    assert rows(tmp_path / "mirror.db", "mirror", "SELECT count(*) FROM cards") == [(0,)]
    assert rows(tmp_path / "casebook.db", "casebook", "SELECT count(*) FROM journal") == [(0,)]
