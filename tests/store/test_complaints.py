"""Complaints in a real casebook file: numbers, order, history, months."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, text

from supportdesk.domain.clocks import Clock
from supportdesk.domain.complaint_report import row_hash, row_of
from supportdesk.domain.complaints import Change, Complaint
from supportdesk.errors import UserFacing
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.month_records import MonthRecord
from tests.support.store import KEY, with_database

T = TypeVar("T")
DAY = 86_400.0
NOW = 1_795_000_000.0  # 2026-11-18
CHANGE = Change(NOW, "Ann", "edited", "", {"owner": ("", "Ann")})


def in_casebook(path: Path, work: Callable[[Casebook], Awaitable[T]]) -> T:
    return with_database(path, "casebook", lambda database: work(Casebook(database)))


def complaint(due: str = "2026-11-30", **known: object) -> Complaint:
    clock = Clock(
        rule="stripe.resolve",
        text="Resolve",
        regime="stripe",
        count=15,
        unit="business_days",
        due=date.fromisoformat(due),
        calendar="DE",
        version="1",
        source="Stripe",
        met_by=("resolve",),
    )
    made = Complaint(
        id=str(uuid4()), account="practice", date_input=NOW, date_received=NOW, clocks=(clock,)
    )
    return replace(made, **known)  # type: ignore[arg-type]


RESOLVED = {"told_at": NOW, "executed_at": NOW}


def test_a_complaint_is_there_after_a_restart(file: Path) -> None:
    one = complaint(verbatim="Zoë said: 😀 שלום", executive_basis=("Attorney general",))

    async def log(book: Casebook) -> Complaint:
        return await book.complaints.create(one, CHANGE)

    async def look(book: Casebook) -> None:
        assert await book.complaints.get("practice", one.id) == made
        assert await book.complaints.get("live", one.id) is None
        assert await book.complaints.history(one.id) == [CHANGE]

    made = in_casebook(file, log)
    assert made == replace(one, number="CMP-2026-0001", version=1)
    in_casebook(file, look)
    assert "Zoë".encode() not in file.read_bytes()


def test_numbers_count_per_account_and_year(file: Path) -> None:
    async def log(book: Casebook) -> list[str]:
        made = [
            complaint(),
            complaint(),
            complaint(account="live"),
            complaint(date_input=NOW + 60 * DAY),
            complaint(),
        ]
        return [(await book.complaints.create(one, CHANGE)).number for one in made]

    assert in_casebook(file, log) == [
        "CMP-2026-0001",
        "CMP-2026-0002",
        "CMP-2026-0001",
        "CMP-2027-0001",
        "CMP-2026-0003",
    ]


def test_two_windows_never_draw_the_same_number(file: Path) -> None:
    async def both() -> list[str]:
        windows = [await Database.open(file, KEY, "casebook") for _ in range(2)]
        try:
            books = [Casebook(window).complaints for window in windows]
            made = await asyncio.gather(
                *(books[n % 2].create(complaint(), CHANGE) for n in range(20))
            )
        finally:
            for window in windows:
                await window.close()
        return sorted(one.number for one in made)

    assert asyncio.run(both()) == [f"CMP-2026-{n:04}" for n in range(1, 21)]


def test_a_complaint_that_is_not_kept_uses_up_no_number(file: Path) -> None:
    async def work(book: Casebook) -> str:
        first = await book.complaints.create(complaint(), CHANGE)
        with pytest.raises(DatabaseError):
            await book.complaints.create(complaint(id=first.id), CHANGE)
        return (await book.complaints.create(complaint(), CHANGE)).number

    assert in_casebook(file, work) == "CMP-2026-0002"


def test_the_second_of_two_windows_overwrites_nothing(file: Path) -> None:
    async def work(book: Casebook) -> None:
        made = await book.complaints.create(complaint(), CHANGE)
        mine = await book.complaints.save(replace(made, owner="Ann"), CHANGE)
        with pytest.raises(UserFacing) as caught:
            await book.complaints.save(replace(made, owner="Ben"), CHANGE)
        assert caught.value.code == "complaint_changed_elsewhere"
        assert await book.complaints.get("practice", made.id) == mine
        assert len(await book.complaints.history(made.id)) == 2

    in_casebook(file, work)


@pytest.mark.parametrize("table", ["complaint_history", "complaint_months"])
@pytest.mark.parametrize("change", ["UPDATE {} SET agent = 'x'", "DELETE FROM {}"])
def test_what_was_done_can_only_be_added_to(file: Path, table: str, change: str) -> None:
    async def work(book: Casebook) -> None:
        await book.complaints.create(complaint(), CHANGE)
        await book.months.add(month_record())
        with pytest.raises(DatabaseError, match="append-only"):
            await book.database.run(lambda session: session.execute(text(change.format(table))))

    in_casebook(file, work)


def test_the_list_is_sorted_by_the_earliest_clock_and_paged(file: Path) -> None:
    async def work(book: Casebook) -> None:
        for due, known in (
            ("2026-12-09", {}),
            ("2026-11-20", {"complaint_classification": "executive"}),
            ("2026-11-25", {}),
            ("2026-11-01", RESOLVED),
            ("2026-11-25", {}),
            ("2026-11-02", {"is_complaint": False}),
            ("2026-11-02", {"clocks": ()}),
        ):
            await book.complaints.create(complaint(due, **known), CHANGE)

        async def numbers(which: str, limit: int) -> list[int]:
            found: list[Complaint] = []
            while page := await book.complaints.page(
                "practice",
                which,  # type: ignore[arg-type]
                after=found[-1] if found else None,
                limit=limit,
            ):
                found += page
            return [int(one.number[-4:]) for one in found]

        for limit in (1, 2, 100):
            assert await numbers("open", limit) == [2, 3, 5, 1, 7]
            assert await numbers("executive", limit) == [2]
            assert await numbers("closed", limit) == [6, 4]
        counts = await book.complaints.counts("practice", date(2026, 11, 25))
        assert (counts.open, counts.executive, counts.closed, counts.due) == (5, 1, 2, 3)
        nothing = await book.complaints.counts("live", date(2026, 11, 25))
        assert (nothing.open, nothing.due) == (0, 0)

    in_casebook(file, work)


def test_a_cardholders_complaints_newest_first(file: Path) -> None:
    async def work(book: Casebook) -> None:
        for holder in ("ich_1", "ich_2", "ich_1"):
            await book.complaints.create(complaint(cardholder_id=holder), CHANGE)
        found = await book.complaints.of_cardholder("practice", "ich_1")
        assert [one.number for one in found] == ["CMP-2026-0003", "CMP-2026-0001"]

    in_casebook(file, work)


def test_a_draft_is_kept_replaced_and_forgotten(file: Path) -> None:
    async def work(book: Casebook) -> None:
        await book.complaints.keep_draft("practice", "new", "a", 1.0)
        await book.complaints.keep_draft("practice", "new", "b", 2.0)
        assert await book.complaints.draft("practice", "new") == "b"
        assert await book.complaints.draft("live", "new") == ""
        await book.complaints.keep_draft("practice", "new", "", 3.0)
        await book.complaints.keep_draft("practice", "new", "", 4.0)
        assert await book.complaints.draft("practice", "new") == ""

    in_casebook(file, work)


def month_record(month: str = "2026-11", **known: object) -> MonthRecord:
    made = MonthRecord(
        account="practice",
        month=month,
        kind="exported",
        at=NOW,
        agent="Ann",
        sha256="00",
        content="a,b\r\n",
    )
    return replace(made, **known)  # type: ignore[arg-type]


def test_a_month_is_closed_once_and_its_rows_are_remembered(file: Path) -> None:
    async def work(book: Casebook) -> None:
        made = await book.complaints.create(complaint(), CHANGE)
        sent = {made.id: row_hash(row_of(made))}
        await book.months.add(month_record())
        assert await book.months.closed("practice") == frozenset()
        closing = month_record(kind="submitted", closes=True, submitted_on="2026-12-02")
        await book.months.close(closing, sent, CHANGE)
        with pytest.raises(UserFacing) as caught:
            await book.months.close(closing, sent, CHANGE)
        assert caught.value.code == "month_closed"
        assert await book.months.closed("practice") == {"2026-11"}
        assert await book.months.of_month("practice", "2026-11") == [month_record(), closing]
        kept = await book.complaints.get("practice", made.id)
        assert kept is not None
        assert [report.month for report in kept.reported_in] == ["2026-11"]
        assert kept.version == 2

    in_casebook(file, work)


def test_a_month_gets_what_was_received_in_it_and_what_differs_from_stripes_state(
    file: Path,
) -> None:
    async def work(book: Casebook) -> None:
        old = await book.complaints.create(complaint(date_received=NOW - 30 * DAY), CHANGE)
        new = await book.complaints.create(complaint(), CHANGE)
        await book.complaints.create(complaint(date_received=NOW + 30 * DAY), CHANGE)
        assert await book.complaints.first_month("practice") == "2026-10"

        async def found() -> set[str]:
            return {one.id for one in await book.complaints.for_month("practice", "2026-11")}

        assert await found() == {old.id, new.id}
        october = month_record("2026-10", kind="submitted", closes=True)
        await book.months.close(october, {old.id: row_hash(row_of(old))}, CHANGE)
        assert await found() == {new.id}
        now = await book.complaints.get("practice", old.id)
        assert now is not None
        await book.complaints.save(replace(now, complaint_channel="Chat"), CHANGE)
        assert await found() == {old.id, new.id}

    in_casebook(file, work)


def test_the_migration_makes_exactly_what_the_tables_say(file: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from supportdesk.store.tables import CasebookTable

    async def work(book: Casebook) -> list[object]:
        def compare(session: Session) -> list[object]:
            context = MigrationContext.configure(session.connection())
            return list(compare_metadata(context, CasebookTable.metadata))

        return await book.database.read(compare)

    assert in_casebook(file, work) == []
