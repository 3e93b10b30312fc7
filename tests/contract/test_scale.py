"""A large programme is served by index: a page costs the same wherever it lies."""

from __future__ import annotations

import datetime
import re
from itertools import islice
from typing import Any

import pytest

from supportdesk.practice.cli import build_state
from supportdesk.practice.listing import Query, read_page
from supportdesk.practice.state import KINDS, State

CARDHOLDERS = 30_000
TODAY = datetime.date(2026, 11, 23)
LISTED = ("cardholder", "card", "authorization", "transaction", "dispute", "token", "event")


@pytest.fixture(scope="module")
def state() -> State:
    return build_state(seed=1, date=TODAY, cardholders=CARDHOLDERS)


def steps(state: State, kind: str, params: dict[str, Any]) -> tuple[list[str], int]:
    """Ids of a page and how many thousands of SQLite's machine steps it took."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    state.db.set_progress_handler(tick, 1_000)
    docs, _ = read_page(state, kind, params)
    state.db.set_progress_handler(None, 0)
    return [doc["id"] for doc in docs], count


def test_the_programme_is_as_large_as_asked(state: State) -> None:
    assert state.count("cardholder") == CARDHOLDERS
    assert state.count("card") > CARDHOLDERS


@pytest.mark.parametrize("kind", ["cardholder", "card"])
def test_a_page_costs_the_same_at_the_start_in_the_middle_and_at_the_end(
    state: State, kind: str
) -> None:
    """A page of 100 from an index takes a few thousand steps, a scan hundreds of thousands."""
    ids = [row[0] for row in state.db.execute(f"SELECT id FROM {kind}_ ORDER BY created, seq")]
    for place in (-1, len(ids) // 2, 150):
        for cursor in ("starting_after", "ending_before"):
            _, cost = steps(state, kind, {"limit": 100, cursor: ids[place]})
            assert cost < 20


@pytest.mark.parametrize(
    ("kind", "filters"),
    [
        ("cardholder", {"email": None}),
        ("cardholder", {"status": "inactive"}),
        ("cardholder", {"created": {"gte": 1_790_000_000}}),
        ("card", {"cardholder": None}),
        ("card", {"last4": "4242"}),
        ("card", {"status": "inactive", "created": {"lt": 1_780_000_000}}),
        ("authorization", {"card": None}),
        ("transaction", {"cardholder": None}),
        ("event", {"type": "issuing_card.created"}),
    ],
)
def test_filtered_pages_read_little(state: State, kind: str, filters: dict[str, Any]) -> None:
    [middle] = islice(state.db.execute(f"SELECT doc FROM {kind}_ LIMIT 1 OFFSET 500"), 1)
    name = next(iter(filters))
    if filters[name] is None:
        found = re.search(rf'"{name}":"([^"]+)"', middle[0])
        assert found
        filters = {name: found[1]}
    ids, cost = steps(state, kind, {"limit": 100, **filters})
    assert ids
    assert cost < 40


@pytest.mark.parametrize("kind", LISTED)
def test_no_list_of_any_filter_scans_or_sorts(state: State, kind: str) -> None:
    for column in (None, *KINDS[kind].columns):
        for newer in (False, True):
            query = Query(kind, {column: "x"} if column else {}, {"gte": 1}, (9, 9), newer)
            sql, values = query.sql()
            plan = [row[3] for row in state.db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            assert len(plan) == 1
            assert plan[0].startswith(f"SEARCH {kind}_ USING INDEX {kind}_{column or 'created'} ")


def test_walking_the_whole_list_by_cursor_meets_each_card_once(state: State) -> None:
    seen: set[str] = set()
    params: dict[str, Any] = {"limit": 100}
    while True:
        docs, more = read_page(state, "card", params)
        ids = {doc["id"] for doc in docs}
        assert not ids & seen
        seen |= ids
        if not more:
            break
        params["starting_after"] = docs[-1]["id"]
    assert len(seen) == state.count("card")
