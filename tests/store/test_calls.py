"""Calls are on the disk before they count; their events are never changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from supportdesk.store.calls import Call, Calls, Event, EventKind
from supportdesk.store.database import Database
from tests.support.store import rows, said_until_killed, with_database

CALL = Call(account="acct", agent="Ann", cardholder_id="ich_1", started_at=100.0)


def event(kind: EventKind = "verification", at: float = 101.0, *, match: bool = False) -> Event:
    details = {"kinds": ["dob"], "match": match} if kind == "verification" else {}
    return Event(kind=kind, cardholder_id="ich_1", at=at, agent="Ann", details=details)


def test_a_call_and_its_events_come_back_as_they_were(tmp_path: Path) -> None:
    later = replace(CALL, channel="chat", parked_at=140.0, note="x \ud800 y")

    async def work(database: Database) -> tuple[Call | None, list[Event], list[Call], list[Call]]:
        calls = Calls(database)
        await calls.save(CALL, event("view"))
        await calls.add(CALL, event(match=True))
        await calls.save(later, event("parked", 140.0))
        return (
            await calls.get(CALL.id),
            await calls.events(CALL.id),
            await calls.open("acct"),
            await calls.open("other"),
        )

    got, events, mine, none = with_database(tmp_path / "c.db", "casebook", work)
    assert got == replace(later, note="x \ufffd y")
    assert [e.kind for e in events] == ["view", "verification", "parked"]
    assert events[1] == event(match=True)
    assert (mine, none) == ([got], [])


def test_an_ended_call_stays_ended(tmp_path: Path) -> None:
    async def work(database: Database) -> list[Call]:
        calls = Calls(database)
        await calls.save(replace(CALL, ended_at=200.0))
        with pytest.raises(ValueError, match="ended"):
            await calls.save(CALL, event("resumed"))
        assert await calls.events(CALL.id) == []
        return await calls.open("acct")

    assert with_database(tmp_path / "c.db", "casebook", work) == []


def test_only_failed_attempts_as_this_person_since_then_count(tmp_path: Path) -> None:
    async def work(database: Database) -> list[int]:
        calls = Calls(database)
        second = Call(account="acct", agent="Bob", cardholder_id="ich_1", started_at=1.0)
        foreign = Call(account="other", agent="Bob", cardholder_id="ich_1", started_at=1.0)
        for call in (CALL, second, foreign):
            await calls.save(call)
        for call, one in (
            (CALL, event(at=50)),
            (CALL, event(at=150)),
            (CALL, event(at=151, match=True)),
            (CALL, replace(event(at=152), cardholder_id="ich_2")),
            (CALL, event("view", 153)),
            (second, event(at=160)),
            (foreign, event(at=170)),
        ):
            await calls.add(call, one)
        return [
            await calls.failures("acct", "ich_1", since) for since in (0.0, 100.0, 155.0, 161.0)
        ]

    assert with_database(tmp_path / "c.db", "casebook", work) == [3, 2, 1, 0]


@pytest.mark.parametrize(
    "change", ["DELETE FROM call_events", "UPDATE call_events SET kind = 'view'"]
)
def test_events_cannot_be_changed(tmp_path: Path, change: str) -> None:
    path = tmp_path / "c.db"

    async def fill(database: Database) -> None:
        await Calls(database).save(CALL, event())

    with_database(path, "casebook", fill)
    with pytest.raises(Exception, match="append-only"):
        rows(path, "casebook", change)
    assert rows(path, "casebook", "SELECT kind FROM call_events") == [("verification",)]


ENDLESS = """
import asyncio, sys
from pathlib import Path
from supportdesk.store.calls import Call, Calls, Event, EventKind
from supportdesk.store.database import Database

async def main():
    calls = Calls(await Database.open(Path(sys.argv[1]), sys.argv[2], "casebook"))
    number = 0
    while True:
        call = Call(account="a", agent="x", cardholder_id="ich_1", note=str(number))
        await calls.save(call)
        print("call", call.id, flush=True)
        for match in (False, True):
            said = {"kinds": ["dob"], "match": match}
            await calls.add(call, Event(kind="verification", cardholder_id="ich_1", at=1.0,
                agent="x", details=said))
            print("event", call.id, flush=True)
        number += 1

asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 2, 3, 50, 200])
def test_what_was_reported_written_survives_a_kill(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "c.db"
    whole = [line.split() for line in said_until_killed(ENDLESS, path, lines)]
    told = {id: sum(i == id and what == "event" for what, i in whole) for _, id in whole}

    async def look(database: Database) -> dict[str, int]:
        calls = Calls(database)
        return {call.id: len(await calls.events(call.id)) for call in await calls.open("a")}

    kept = with_database(path, "casebook", look)
    assert len(whole) >= lines
    assert set(told) <= set(kept)
    assert len(kept) - len(told) <= 1
    assert [id for id, count in told.items() if not count <= kept[id] <= count + 1] == []
    assert rows(path, "casebook", "PRAGMA integrity_check") == [("ok",)]
