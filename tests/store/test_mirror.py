"""The mirror over a real file: what was read last counts, lists are newest first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.domain.records import (
    Address,
    Authorization,
    Card,
    Cardholder,
    Dispute,
    Record,
    Seen,
    Token,
    Transaction,
)
from supportdesk.store.mirror import Mirror, cursor
from tests.support.store import KEY, opened, with_mirror

HOLDER = Cardholder(id="ich_1", name="Ann", created=10, billing=Address(city="Łódź 😀"))
ONE_OF_EACH: tuple[Record, ...] = (
    HOLDER,
    Card(id="ic_1", cardholder_id="ich_1", last4="4242"),
    Authorization(id="iauth_1", cardholder_id="ich_1", checks={"cvc": "match"}),
    Transaction(id="ipi_1", cardholder_id="ich_1", amount=-(2**60)),
    Dispute(id="idp_1", transaction_id="ipi_1", evidence={"amount": 1, "returned": True}),
    Token(id="intok_1", card_id="ic_1"),
)


def ids(seen: Sequence[Seen[Authorization]] | Sequence[Seen[Transaction]]) -> list[str]:
    return [each.record.id for each in seen]


def test_each_kind_comes_back_with_the_time_it_was_read(tmp_path: Path) -> None:
    async def look(mirror: Mirror) -> list[object]:
        await mirror.put(iter(ONE_OF_EACH), 12.5)
        return [
            await mirror.cardholder("ich_1"),
            await mirror.card("ic_1"),
            await mirror.authorization("iauth_1"),
            await mirror.transaction("ipi_1"),
            await mirror.dispute("idp_1"),
            await mirror.token("intok_1"),
        ]

    found = with_mirror(tmp_path / "desk.db", look)
    assert found == [Seen(record, 12.5) for record in ONE_OF_EACH]


@pytest.mark.parametrize(
    "id", ["", "ich_2", "ICH_1", "ich_\0", "ich_\ud800", "' OR 1=1 --", "x" * 10**6]
)
def test_what_was_not_seen_is_none(tmp_path: Path, id: str) -> None:
    async def look(mirror: Mirror) -> list[object]:
        await mirror.put(ONE_OF_EACH, 1.0)
        return [await mirror.cardholder(id), *await mirror.cardholders([id, id])]

    assert with_mirror(tmp_path / "desk.db", look) == [None]


def test_an_older_reading_never_replaces_a_later_one(tmp_path: Path) -> None:
    async def look(mirror: Mirror) -> list[Seen[Cardholder] | None]:
        found = []
        for name, read_at in (("a", 5.0), ("b", 4.0), ("c", 5.0), ("d", 6.0), ("e", 5.9)):
            await mirror.put([replace(HOLDER, name=name)], read_at)
            found.append(await mirror.cardholder("ich_1"))
        return found

    found = with_mirror(tmp_path / "desk.db", look)
    told = [(each.record.name, each.read_at) for each in found if each]
    assert told == [("a", 5.0), ("a", 5.0), ("c", 5.0), ("d", 6.0), ("d", 6.0)]


def test_many_records_of_all_kinds_in_any_order(tmp_path: Path) -> None:
    many: list[Record] = [
        replace(record, id=f"{record.id}{number}")
        for record in ONE_OF_EACH
        for number in range(400)
    ]
    random.Random(1).shuffle(many)

    async def look(mirror: Mirror) -> dict[str, int]:
        assert set((await mirror.counts()).values()) == {0}
        await mirror.put([], 1.0)
        await mirror.put(many, 1.0)
        await mirror.put(many[::2], 2.0)
        return await mirror.counts()

    counts = with_mirror(tmp_path / "desk.db", look)
    assert counts == dict.fromkeys(
        ("cardholders", "cards", "authorizations", "transactions", "disputes", "tokens"), 400
    )


def test_a_record_twice_in_one_batch_counts_once(tmp_path: Path) -> None:
    async def look(mirror: Mirror) -> Seen[Cardholder] | None:
        await mirror.put([HOLDER, replace(HOLDER, name="later")], 1.0)
        return await mirror.cardholder("ich_1")

    found = with_mirror(tmp_path / "desk.db", look)
    assert found is not None
    assert found.record.name == "later"


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=12),
    st.integers(1, 5),
)
def test_pages_follow_each_other_without_gap_or_repeat(
    tmp_path_factory: pytest.TempPathFactory, created: list[int | None], limit: int
) -> None:
    path = tmp_path_factory.mktemp("pages") / "desk.db"
    theirs = [
        Authorization(id=f"iauth_{number}", cardholder_id="ich_1", created=at)
        for number, at in enumerate(created)
    ]
    other = Authorization(id="iauth_other", cardholder_id="ich_2", created=2)

    async def pages(mirror: Mirror) -> list[str]:
        await mirror.put([*theirs, other], 1.0)
        found: list[str] = []
        page = await mirror.authorizations_of("ich_1", limit)
        while page:
            assert len(page) <= limit
            found += ids(page)
            page = await mirror.authorizations_of("ich_1", limit, cursor(page[-1].record))
        return found

    expected = sorted(theirs, key=cursor, reverse=True)
    assert with_mirror(path, pages) == [each.id for each in expected]


def test_lists_of_a_person_a_card_and_an_authorisation(tmp_path: Path) -> None:
    theirs: list[Record] = [
        Card(id="ic_a", cardholder_id="ich_1", created=1),
        Card(id="ic_b", cardholder_id="ich_1", created=3),
        Card(id="ic_c", cardholder_id="ich_2", created=2),
        Token(id="intok_a", card_id="ic_a", created=1),
        Token(id="intok_b", card_id="ic_b", created=2),
        Transaction(id="ipi_a", cardholder_id="ich_1", authorization_id="iauth_1", created=1),
        Transaction(id="ipi_b", cardholder_id="ich_1", authorization_id="iauth_2", created=2),
        Transaction(id="ipi_c", cardholder_id="ich_2", authorization_id="iauth_1", created=3),
        Dispute(id="idp_a", transaction_id="ipi_a", created=1),
        Dispute(id="idp_c", transaction_id="ipi_c", created=1),
    ]

    async def look(mirror: Mirror) -> list[list[str]]:
        await mirror.put(theirs, 1.0)
        return [
            [each.record.id for each in await mirror.cards_of("ich_1")],
            [each.record.id for each in await mirror.tokens_of("ic_b")],
            ids(await mirror.transactions_of("ich_1")),
            ids(await mirror.transactions_of("ich_1", 1)),
            ids(await mirror.transactions_of("ich_1", before=(2, "ipi_b"))),
            ids(await mirror.transactions_under("iauth_1")),
            [each.record.id for each in await mirror.disputes_of("ich_1")],
        ]

    assert with_mirror(tmp_path / "desk.db", look) == [
        ["ic_b", "ic_a"],
        ["intok_b"],
        ["ipi_b", "ipi_a"],
        ["ipi_b"],
        ["ipi_a"],
        ["ipi_c", "ipi_a"],
        ["idp_a"],
    ]


def test_disputes_by_status(tmp_path: Path) -> None:
    statuses = ["unsubmitted", "submitted", "won", "lost", "expired", "something_new"]
    disputes = [
        Dispute(id=f"idp_{number}", status=status, created=number)
        for number, status in enumerate(statuses)
    ]

    async def look(mirror: Mirror) -> list[list[str]]:
        await mirror.put(disputes, 1.0)
        pages = [
            await mirror.disputes(),
            await mirror.disputes(statuses=["won", "submitted"]),
            await mirror.disputes(limit=2, before=cursor(disputes[4])),
            await mirror.disputes(statuses=["nothing"]),
        ]
        return [[each.record.status for each in page] for page in pages]

    assert with_mirror(tmp_path / "desk.db", look) == [
        statuses[::-1],
        ["won", "submitted"],
        ["lost", "won"],
        [],
    ]


def test_several_by_id_in_the_order_asked(tmp_path: Path) -> None:
    many = [Transaction(id=f"ipi_{number}") for number in range(600)]

    async def look(mirror: Mirror) -> list[str]:
        await mirror.put(many, 1.0)
        asked = [record.id for record in reversed(many)]
        assert await mirror.cardholders(asked) == []
        return ids(await mirror.transactions(["nothing", *asked]))

    found = with_mirror(tmp_path / "desk.db", look)
    assert found == [record.id for record in reversed(many)]


@pytest.mark.parametrize("value", [1, "text", {"a": [1, None, "\ud800"]}, [], False, 1.5])
def test_notes_outlive_the_program(tmp_path: Path, value: object) -> None:
    async def write(mirror: Mirror) -> None:
        await mirror.set_state("note", "before")
        await mirror.set_state("note", value)

    async def read(mirror: Mirror) -> tuple[object, object]:
        return await mirror.get_state("note"), await mirror.get_state("other")

    with_mirror(tmp_path / "desk.db", write)
    assert with_mirror(tmp_path / "desk.db", read) == (value, None)


def test_a_reader_gets_in_between_the_batches_of_a_long_list(tmp_path: Path) -> None:
    many = [replace(HOLDER, id=f"ich_{number}") for number in range(10_000)]

    async def look() -> set[int]:
        async with opened(tmp_path / "desk.db", "mirror", KEY) as database:
            mirror = Mirror(database)
            putting = asyncio.create_task(mirror.put(many, 1.0))
            seen = set()
            while not putting.done():
                seen.add((await mirror.counts())["cardholders"])
            await putting
            return seen

    seen = asyncio.run(look())
    assert len(seen) > 2
    assert any(0 < count < len(many) for count in seen)
    assert all(count % 250 == 0 for count in seen)
