"""The chain's head is kept in the keyring; what was done to the file is found at the next start."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlmodel import Session

from supportdesk.errors import UserFacing
from supportdesk.secrets import SessionVault
from supportdesk.services.audit import HEAD_NAME, Audit, chain_key
from supportdesk.services.changes import Changes
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.journal import Entry
from tests.support.store import KEY, sql

T = TypeVar("T")
Work = Callable[[Casebook, Audit], Coroutine[Any, Any, T]]


def start(path: Path, vault: SessionVault, work: Work[T]) -> T:
    """One run of the program, as far as the journal is concerned."""

    async def run() -> T:
        casebook = Casebook(await Database.open(path, KEY, "casebook"), chain_key(vault))
        audit = Audit(casebook, vault, Changes())
        await audit.start()
        try:
            return await work(casebook, audit)
        finally:
            await audit.finish()
            await casebook.database.close()

    return asyncio.run(run())


async def act(casebook: Casebook, count: int = 3) -> None:
    for number in range(count):
        entry = Entry(account="a", agent="Ann", action="card.freeze", object_id=f"ic_{number}")
        await casebook.journal.intend(entry)


async def check(_: Casebook, audit: Audit) -> list[tuple[int, str]]:
    result = await audit.verify()
    return [(place.broken.seq, place.broken.why) for place in result.places]


def by_hand(*statements: str) -> Work[None]:
    async def work(casebook: Casebook, _: Audit) -> None:
        def change(session: Session) -> None:
            for (name,) in sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")(session):
                if "_no_" in str(name):
                    sql(f"DROP TRIGGER {name}")(session)
            for statement in statements:
                sql(statement)(session)

        await casebook.database.run(change)

    return work


async def work_a_while(casebook: Casebook, audit: Audit) -> None:
    await audit.verify()
    await act(casebook)


def test_every_start_finds_the_chain_whole_and_the_head_follows(tmp_path: Path) -> None:
    path, vault = tmp_path / "casebook.db", SessionVault()
    for starts in range(1, 4):
        start(path, vault, work_a_while)
        assert start(path, vault, check) == []
        assert (vault.get(HEAD_NAME) or "").startswith(f"{3 * starts} ")


def test_a_crash_before_the_keyring_followed_leaves_it_whole(tmp_path: Path) -> None:
    path, vault = tmp_path / "casebook.db", SessionVault()
    start(path, vault, work_a_while)
    before = vault.get(HEAD_NAME)
    start(path, vault, lambda casebook, _: act(casebook, 5))  # nothing reached the keyring
    assert vault.get(HEAD_NAME) == before
    assert start(path, vault, check) == []
    assert (vault.get(HEAD_NAME) or "").startswith("8 ")


def test_an_end_cut_off_is_said_at_the_next_start_and_ever_after(tmp_path: Path) -> None:
    path, vault = tmp_path / "casebook.db", SessionVault()
    start(path, vault, work_a_while)
    cut = by_hand(
        "DELETE FROM journal WHERE seq = 3",
        "DELETE FROM chain_private WHERE ref = 3",
        "DELETE FROM chain WHERE seq = 3",
    )
    start(path, vault, cut)
    assert start(path, vault, check) == [(2, "cut")]
    assert start(path, vault, check) == [(3, "lost")]
    start(path, vault, work_a_while)
    assert start(path, vault, check) == [(3, "lost")]


def test_an_older_copy_put_in_its_place_is_found_even_when_work_went_on(tmp_path: Path) -> None:
    path, vault = tmp_path / "casebook.db", SessionVault()
    start(path, vault, work_a_while)
    copy = path.read_bytes()
    start(path, vault, work_a_while)
    path.write_bytes(copy)

    async def work(casebook: Casebook, audit: Audit) -> list[tuple[int, str]]:
        await act(casebook, 6)  # before the check got its turn
        return await check(casebook, audit)

    assert start(path, vault, work) == [(6, "cut")]
    assert [why for _, why in start(path, vault, check)] == ["lost"]


@pytest.mark.parametrize("kept", [None, "", "x", "3", "3 short", "three " + "a" * 64])
def test_a_head_that_the_keyring_lost_is_said_and_ever_after(
    tmp_path: Path, kept: str | None
) -> None:
    path, vault = tmp_path / "casebook.db", SessionVault()
    start(path, vault, work_a_while)
    if kept is None:
        vault.delete(HEAD_NAME)
    else:
        vault.set(HEAD_NAME, kept)
    assert start(path, vault, check) == [(3, "head")]
    assert start(path, vault, check) == [(4, "lost")]


@pytest.mark.parametrize("at", [0, 2, 30, 65])
def test_a_head_changed_by_hand_is_found(tmp_path: Path, at: int) -> None:
    path, vault = tmp_path / "casebook.db", SessionVault()
    start(path, vault, work_a_while)
    kept = vault.get(HEAD_NAME) or ""
    other = next(digit for digit in "19a" if digit != kept[at])
    vault.set(HEAD_NAME, kept[:at] + other + kept[at + 1 :])
    ((seq, why),) = start(path, vault, check)
    assert (seq, why) in ((3, "cut"), (1, "cut"))


def test_an_end_lost_with_the_write_ahead_log_is_found(tmp_path: Path) -> None:
    """The last entries lie in the log only; SQLite silently leaves out what is spoilt there."""
    path, vault = tmp_path / "casebook.db", SessionVault()
    log, saved = tmp_path / "casebook.db-wal", dict[Path, bytes]()

    async def work(casebook: Casebook, audit: Audit) -> None:
        await audit.verify()
        for _ in range(4):
            await act(casebook)
        await audit.finish()
        saved.update({file: file.read_bytes() for file in (path, log)})

    start(path, vault, work)
    head = vault.get(HEAD_NAME) or ""
    whole = saved[log]
    for spoilt in (
        b"",
        whole[: len(whole) // 2],
        whole[:-1],
        whole[: len(whole) // 3]
        + bytes([whole[len(whole) // 3] ^ 1])
        + whole[len(whole) // 3 + 1 :],
    ):
        for file, content in {**saved, log: spoilt}.items():
            file.write_bytes(content)
        (tmp_path / "casebook.db-shm").unlink(missing_ok=True)
        vault.set(HEAD_NAME, head)
        ((seq, why),) = start(path, vault, check)
        assert why == "cut"
        assert seq < 12
    for file, content in saved.items():
        file.write_bytes(content)
    vault.set(HEAD_NAME, head)
    assert start(path, vault, check) == []


def test_the_place_names_the_entry(tmp_path: Path) -> None:
    path, vault = tmp_path / "casebook.db", SessionVault()
    start(path, vault, work_a_while)
    start(path, vault, by_hand("UPDATE journal SET agent = 'Bob' WHERE seq = 2"))

    async def look(_: Casebook, audit: Audit) -> tuple[int, str, str]:
        (place,) = (await audit.verify()).places
        assert place.entry is not None
        return place.broken.seq, place.broken.why, place.entry.object_id

    assert start(path, vault, look) == (2, "changed", "ic_1")


@pytest.mark.parametrize(
    ("statement", "at"),
    [
        ("UPDATE journal SET agent = CAST(x'ff00fe' AS TEXT) WHERE seq = 2", 2),
        ("UPDATE journal SET at = 'noon' WHERE seq = 2", 2),
        ("UPDATE journal SET step = x'ff' WHERE seq = 2", 2),
        ("UPDATE chain_private SET body = '{' WHERE ref = 2", 2),
        ("UPDATE chain_private SET body = '[1]' WHERE ref = 2", 2),
        ("UPDATE chain_private SET body = x'ff' WHERE ref = 2", 2),
        ("UPDATE chain SET mac = CAST(x'ff' AS TEXT) WHERE seq = 3", 3),
        ("UPDATE chain SET kind = CAST(x'ff' AS TEXT) WHERE seq = 2", 2),
    ],
)
def test_what_was_spoilt_is_named_and_the_rest_still_read_and_written(
    tmp_path: Path, statement: str, at: int
) -> None:
    path, vault = tmp_path / "casebook.db", SessionVault()
    start(path, vault, work_a_while)
    start(path, vault, by_hand(statement))

    async def look(casebook: Casebook, audit: Audit) -> set[int]:
        result = await audit.verify()
        assert len(await casebook.journal.recent()) == 3
        assert len(await casebook.journal.open_entries("a")) == 3
        await act(casebook, 1)
        await audit.finish()
        return {found.broken.seq for found in result.places}

    assert at in start(path, vault, look)
    assert at in {seq for seq, _ in start(path, vault, check)}


def test_entries_from_before_the_chain_are_taken_into_it(tmp_path: Path) -> None:
    from alembic import command

    from supportdesk.store import migrate

    path, vault = tmp_path / "casebook.db", SessionVault()

    async def older(casebook: Casebook, _: Audit) -> None:
        await act(casebook, 4)
        (newest, *_rest) = await casebook.journal.recent()
        await casebook.journal.sent(newest.id)
        await casebook.journal.answered(newest.id, "confirmed", "req_1", {"id": "ic_3"}, at=9.0)

        def down(session: Session) -> None:
            command.downgrade(migrate.config("casebook", session.connection()), "0004")

        await casebook.database.run(down)

    start(path, vault, older)
    vault.delete(HEAD_NAME)

    async def newer(casebook: Casebook, audit: Audit) -> None:
        assert (await casebook.chain.head()).seq == 5  # four entries and one answer
        newest = (await casebook.journal.recent())[0]
        assert (newest.state, newest.request_id, newest.answered_at) == ("confirmed", "req_1", 9.0)
        assert newest.outcome == {"id": "ic_3"}
        assert (await audit.verify()).whole

    start(path, vault, newer)
    start(path, vault, by_hand("UPDATE journal SET at = at + 1 WHERE seq = 2"))
    assert start(path, vault, check) == [(2, "changed")]


class Locked(SessionVault):
    """A keyring that keeps what it has but takes nothing new while it is shut."""

    def __init__(self) -> None:
        super().__init__()
        self.shut = threading.Event()

    def set(self, name: str, value: str) -> None:
        if self.shut.is_set():
            raise UserFacing("The keyring is locked.", code="keyring_locked")
        super().set(name, value)


def test_a_locked_keyring_stops_no_action_and_is_said(tmp_path: Path) -> None:
    path, vault = tmp_path / "casebook.db", Locked()
    start(path, vault, work_a_while)
    vault.shut.set()

    async def work(casebook: Casebook, audit: Audit) -> str:
        await work_a_while(casebook, audit)
        await audit.finish()
        problem = (await audit.verify()).problem
        return problem.code if problem else ""

    assert start(path, vault, work) == "keyring_locked"
    vault.shut.clear()
    assert start(path, vault, check) == []
