"""The journal of actions: on the disk before anything is sent, and truthful afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.journal import Entry, Journal
from tests.support.store import KEY, rows, said_until_killed, with_database

ENTRY = Entry(
    account="desk",
    agent="Ann Ngô 😀",
    action="card.freeze",
    object_id="ic_1",
    params={"status": "inactive", "metadata": {"odd": "\ud800"}},
    call_id="call",
    flow_id="flow",
    step=3,
    at=1_795_000_000.25,
)


Answer = Literal["confirmed", "refused", "unknown"]


def journal(database: Database) -> Journal:
    return Casebook(database).journal


def test_an_entry_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"

    async def write(database: Database) -> None:
        assert await journal(database).intend(ENTRY) == ENTRY
        assert await journal(database).get(ENTRY.id) == ENTRY
        assert await journal(database).get("other") is None
        await journal(database).sent(ENTRY.id)

    async def answer(database: Database) -> Entry | None:
        assert await journal(database).get(ENTRY.id) == replace(ENTRY, state="sent")
        outcome = {"status": "inactive"}
        await journal(database).answered(ENTRY.id, "confirmed", "req_1", outcome, at=1.5)
        return await journal(database).get(ENTRY.id)

    with_database(path, "casebook", write)
    expected = replace(
        ENTRY,
        state="confirmed",
        request_id="req_1",
        outcome={"status": "inactive"},
        answered_at=1.5,
    )
    assert with_database(path, "casebook", answer) == expected


@pytest.mark.parametrize("settled", ["confirmed", "refused"])
@pytest.mark.parametrize("later", ["sent", "confirmed", "refused", "unknown"])
def test_what_is_settled_stays_so(
    tmp_path: Path,
    settled: Literal["confirmed", "refused"],
    later: Literal["sent", "confirmed", "refused", "unknown"],
) -> None:
    async def change(database: Database) -> Entry | None:
        book = journal(database)
        await book.intend(ENTRY)
        await book.sent(ENTRY.id)
        await book.answered(ENTRY.id, "unknown")
        await book.answered(ENTRY.id, settled, "req_1", {"a": 1}, at=2.0)
        again = book.sent(ENTRY.id) if later == "sent" else book.answered(ENTRY.id, later, "req_2")
        with pytest.raises(ValueError):
            await again
        return await book.get(ENTRY.id)

    found = with_database(tmp_path / "desk.db", "casebook", change)
    assert found is not None
    assert (found.state, found.request_id, found.outcome) == (settled, "req_1", {"a": 1})


def test_what_was_never_written_cannot_be_answered(tmp_path: Path) -> None:
    async def answer(database: Database) -> None:
        with pytest.raises(ValueError):
            await journal(database).sent("nothing")
        with pytest.raises(ValueError):
            await journal(database).answered("nothing", "confirmed")

    with_database(tmp_path / "desk.db", "casebook", answer)


def test_an_odd_name_does_not_stop_an_action(tmp_path: Path) -> None:
    async def write(database: Database) -> list[Entry]:
        await journal(database).intend(replace(ENTRY, agent="Ann\ud800\0"))
        return await journal(database).recent()

    (found,) = with_database(tmp_path / "desk.db", "casebook", write)
    assert found == replace(ENTRY, agent="Ann\ufffd\0")


def test_open_entries_are_those_without_a_sure_answer_oldest_first(tmp_path: Path) -> None:
    async def fill(database: Database) -> tuple[list[str], list[str]]:
        book = journal(database)
        answers: dict[str, Answer] = {
            "unknown": "unknown",
            "confirmed": "confirmed",
            "refused": "refused",
        }
        states = ("intended", "sent", "unknown", "confirmed", "refused")
        for state in states:
            for account in ("desk", "other"):
                entry = Entry(account=account, agent="x", action=state, object_id="ic_1", at=-1.0)
                await book.intend(entry)
                if state != "intended":
                    await book.sent(entry.id)
                if answer := answers.get(state):
                    await book.answered(entry.id, answer)
        mine, none = await book.open_entries("desk"), await book.open_entries("nobody")
        return [entry.action for entry in mine], [entry.action for entry in none]

    found = with_database(tmp_path / "desk.db", "casebook", fill)
    assert found == (["intended", "sent", "unknown"], [])


def test_recent_entries_newest_first(tmp_path: Path) -> None:
    async def fill(database: Database) -> list[list[str]]:
        book = journal(database)
        for number in range(6):
            await book.intend(
                Entry(
                    account=f"acct {number % 3}",
                    agent="x",
                    action=str(number),
                    object_id=f"ic_{number % 2}",
                    at=100.0 - number,  # the order of writing counts, whatever the clock does
                )
            )
        asked = [
            book.recent(),
            book.recent(limit=2),
            book.recent("ic_1"),
            book.recent(account="acct 0"),
            book.recent("ic_0", account="acct 0"),
        ]
        return [[entry.action for entry in await each] for each in asked]

    assert with_database(tmp_path / "desk.db", "casebook", fill) == [
        ["5", "4", "3", "2", "1", "0"],
        ["5", "4"],
        ["5", "3", "1"],
        ["3", "0"],
        ["0"],
    ]


def test_the_casebook_waits_for_the_disk(tmp_path: Path) -> None:
    full = 2
    assert rows(tmp_path / "desk.db", "casebook", "PRAGMA synchronous") == [(full,)]
    assert rows(tmp_path / "desk.db", "casebook", "PRAGMA journal_mode") == [("wal",)]
    assert rows(tmp_path / "desk.db", "casebook", "PRAGMA foreign_keys") == [(1,)]


ENDLESS = """
import asyncio, sys
from pathlib import Path
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.journal import Entry

async def main():
    journal = Casebook(await Database.open(Path(sys.argv[1]), sys.argv[2], "casebook")).journal
    while True:
        entry = Entry(account="a", agent="x", action="y", object_id="ic_1", params={"x": "y" * 999})
        await journal.intend(entry)
        print("intended", entry.id, flush=True)
        await journal.sent(entry.id)
        print("sent", entry.id, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 80])
def test_what_was_reported_written_survives_a_kill(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "desk.db"
    states: dict[str, str] = {}
    for line in said_until_killed(ENDLESS, path, lines):
        state, id = line.split()
        states[id] = state

    async def look(database: Database) -> list[Entry]:
        return await journal(database).open_entries("a")

    found = {entry.id: entry.state for entry in with_database(path, "casebook", look)}
    assert len(states) >= lines // 2
    # The last one may have gone a step further than was reported.
    assert set(states) <= set(found)
    assert len(found) - len(states) <= 1
    behind = [id for id, state in states.items() if state == "sent" and found[id] != "sent"]
    assert behind == []
    assert rows(path, "casebook", "PRAGMA integrity_check") == [("ok",)]


def test_an_entry_is_not_reported_before_it_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"

    async def both() -> None:
        one = await Database.open(path, KEY, "casebook")
        two = await Database.open(path, KEY, "casebook")
        for number in range(20):
            entry = replace(ENTRY, id=str(number), idempotency_key=str(number))
            await journal(one).intend(entry)
            assert await journal(two).get(entry.id) is not None
        await one.close()
        await two.close()

    asyncio.run(both())
