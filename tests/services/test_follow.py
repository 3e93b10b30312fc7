"""Events: late ones, double ones, old ones, and none for too long."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.records import Card, Cardholder, Dispute, Event, How
from supportdesk.practice.process import Ready
from supportdesk.services.follow import NOTE, SKEW_SECONDS, TYPES, Follow, TooOld, judge
from supportdesk.services.progress import Progress
from supportdesk.services.reads import SLOWEST, Meter, Reads, pause
from tests.conftest import StartPractice
from tests.services.bench import Bench, bench
from tests.support.faulty import Faulty, answer, listing, refusal
from tests.support.practice_api import Api
from tests.support.same import differences

KEY = "sk_test_0123456789abcdef"
NOW = int(time.time())
VERSION = "2026-10-28.endive"


def event(id: str, created: int, card: str, status: str = "active", **more: Any) -> dict[str, Any]:
    told = {"object": "issuing.card", "id": card, "status": status, **more}
    return {"id": id, "object": "event", "type": "issuing_card.updated", "created": created,
            "api_version": VERSION, "data": {"object": told}}  # fmt: skip


async def statuses(desk: Bench, *cards: str) -> list[str]:
    found = [await desk.mirror.card(id) for id in cards]
    return [seen.record.status if seen else "" for seen in found]


def test_a_late_event_is_found_and_none_is_applied_twice(tmp_path: Path) -> None:
    first, late = event("evt_1", NOW - 100, "ic_1"), event("evt_2", NOW - 160, "ic_2")

    async def whole(url: str) -> None:
        async with bench(tmp_path, url, KEY) as desk:
            follow = Follow(desk.gateway, desk.mirror, desk.changes, clock=lambda: float(NOW))
            assert await follow.look(NOW - 200) == 1
            assert await statuses(desk, "ic_1", "ic_2") == ["active", ""]
            assert await follow.look(NOW - 200) == 1
            assert await statuses(desk, "ic_1", "ic_2") == ["active", "active"]
            assert await follow.look(NOW - 200) == 0
            assert desk.told["cards"] == [frozenset({"ic_1"}), frozenset({"ic_2"})]

    with Faulty([listing(first), listing(first, late)]) as stripe:
        asyncio.run(whole(stripe.url))
        lines = [request.line for request in stripe.requests]
    assert len(lines) == 3, "no object had to be read for itself"
    assert all(lines[0].count("types") == len(TYPES) <= 20 for line in lines)


def test_an_event_never_replaces_what_was_read_later(tmp_path: Path) -> None:
    events = [
        event("evt_1", NOW - 4000, "ic_old", "inactive"),
        event("evt_2", NOW - 10, "ic_close", "inactive"),
        event("evt_3", NOW - 20, "ic_new", "inactive"),
    ]
    truth = answer(200, {"object": "issuing.card", "id": "ic_close", "status": "canceled"})

    async def whole(url: str) -> None:
        async with bench(tmp_path, url, KEY) as desk:
            await desk.mirror.put([Card(id="ic_old"), Card(id="ic_close")], NOW - 30.0)
            await desk.mirror.put([Card(id="ic_new", status="active")], NOW - 5000.0, "list")
            await Follow(desk.gateway, desk.mirror, desk.changes, clock=lambda: float(NOW)).look(
                NOW - 5000
            )
            assert await statuses(desk, "ic_old", "ic_close", "ic_new") == [
                *("", "canceled", "inactive")
            ]
            seen = await desk.mirror.card("ic_new")
            assert seen is not None
            assert (seen.how, seen.read_at) == ("event", NOW - 20)

    with Faulty([listing(*events), truth]) as stripe:
        asyncio.run(whole(stripe.url))
        assert [r.line.split("?")[0] for r in stripe.requests][1:] == [
            "GET /v1/issuing/cards/ic_close HTTP/1.1"
        ]


def test_of_two_in_one_second_neither_is_believed(tmp_path: Path) -> None:
    two = [event("evt_1", NOW - 50, "ic_1"), event("evt_2", NOW - 50, "ic_1", "inactive")]
    truth = answer(200, {"object": "issuing.card", "id": "ic_1", "status": "canceled"})

    async def whole(url: str) -> None:
        async with bench(tmp_path, url, KEY) as desk:
            await Follow(desk.gateway, desk.mirror, desk.changes, clock=lambda: float(NOW)).look(
                NOW - 100
            )
            assert await statuses(desk, "ic_1") == ["canceled"]

    with Faulty([listing(*two), truth]) as stripe:
        asyncio.run(whole(stripe.url))


def test_without_events_for_all_of_the_time_it_says_so(tmp_path: Path) -> None:
    async def whole(url: str) -> None:
        async with bench(tmp_path, url, KEY) as desk:
            follow = Follow(desk.gateway, desk.mirror, desk.changes, clock=lambda: float(NOW))
            with pytest.raises(TooOld):
                await follow.look(NOW - 30 * 86_400)
            with pytest.raises(TooOld):
                await follow.look(NOW - 86_400)

    aged = refusal(404, code="resource_missing", message="aged out of our retention policy")
    with Faulty([listing(event("evt_1", NOW, "ic_1"), has_more=True), aged]) as stripe:
        asyncio.run(whole(stripe.url))


def test_after_a_long_gap_everything_is_read_again(practice: Ready, tmp_path: Path) -> None:
    async def whole() -> None:
        async with bench(tmp_path, practice.url, practice.key, deadline=60) as desk:
            began = time.time()
            filled = asyncio.Event()

            def note(step: Progress) -> None:
                if step == Progress("", done=True):
                    filled.set()

            desk.changes.mirror.connect(note)
            keeping = asyncio.create_task(desk.sync.keep_full())
            await filled.wait()
            filled.clear()
            await desk.mirror.set_state(NOTE, {"upto": began - 29.5 * 86_400, "seen": {}})
            api = Api(practice)
            holder = (await desk.gateway.cardholders(limit=1)).records[0].id
            api.post(f"/v1/issuing/cardholders/{holder}", email="new@mail.example")
            api.http.close()
            await desk.sync.refresh()
            assert await desk.sync.read_until() is None
            await filled.wait()
            assert await desk.sync.read_until() is not None
            await desk.sync.refresh()
            keeping.cancel()
            assert await differences(desk.mirror, practice, began) == {}

    asyncio.run(whole())


def test_a_change_of_each_kind_comes_by_its_event(
    start_practice: StartPractice, tmp_path: Path
) -> None:
    ready = start_practice("--cardholders", "0")
    api = Api(ready)
    api.post("/_practice/balance", currency="eur", amount=1_000_000)
    card = api.card()
    paid = api.purchase(card["id"], 5_000)
    began = time.time()

    async def whole() -> None:
        async with bench(tmp_path, ready.url, ready.key) as desk:
            await desk.sync.follow()
            api.post(f"/v1/issuing/cards/{card['id']}", status="inactive")
            api.post(f"/v1/issuing/cardholders/{card['cardholder']['id']}", email="a@b.example")
            api.post(f"/v1/issuing/transactions/{paid['id']}", metadata={"seen": "yes"})
            dispute = api.post("/v1/issuing/disputes", transaction=paid["id"], evidence={
                "reason": "not_received",
                "not_received": {"expected_at": NOW, "explanation": "Never came."}})  # fmt: skip
            api.post("/_practice/tokens", card=card["id"])
            await desk.sync.refresh()
            assert await differences(desk.mirror, ready, began) == {}
            assert len(await desk.mirror.tokens_of(card["id"])) == 1
            seen = await desk.mirror.dispute(dispute["id"])
            assert seen is not None
            assert seen.record.balance == (), "read for itself, with its balance entries"

    asyncio.run(whole())
    api.http.close()


def test_nobody_at_the_desk_nothing_is_asked(practice: Ready, tmp_path: Path) -> None:
    async def whole() -> None:
        async with bench(tmp_path, practice.url, practice.key, deadline=60) as desk:
            await desk.sync.follow()
            before = desk.gateway.reads[False]
            fresh = asyncio.create_task(desk.sync.keep_fresh())
            looked = asyncio.Event()
            desk.changes.mirror.connect(lambda _: looked.set())
            for _ in range(5):
                await desk.mirror.get_state("x")  # the same thread: what was begun has ended
            assert desk.gateway.reads[False] == before
            desk.sync.attend("ich_1", awake=True)
            await looked.wait()
            assert desk.gateway.reads[False] > before
            fresh.cancel()
            read = await Meter(desk.gateway, desk.mirror, lambda: 500).settle()
            again = await Meter(desk.gateway, desk.mirror, lambda: 500).settle()
            assert read.today == read.month > read.filling > 0
            assert again.today >= read.today, "it is kept"

    asyncio.run(whole())


@given(
    created=st.integers(0, 10_000),
    at=st.integers(0, 10_000),
    how=st.sampled_from(["read", "list", "event"]),
    skew=st.integers(-SKEW_SECONDS, SKEW_SECONDS),
)
def test_what_is_kept_is_newer_whatever_the_clocks(
    created: int, at: int, how: How, skew: int
) -> None:
    told = Event(id="evt_1", created=created, object_id="ic_1", record=Card(id="ic_1"),
                 api_version=VERSION)  # fmt: skip
    true_instant = at if how == "event" else at + skew
    verdict = judge(told, (float(at), how), VERSION)
    assert verdict != "keep" or created > true_instant
    assert verdict != "pass" or created < true_instant
    assert judge(told, (float(at), how), "2027-01-01.other") != "keep"


def test_what_the_mirror_lacks_is_kept_unless_it_is_not_whole() -> None:
    def about(record: Any) -> Event:
        return Event(id="evt_1", created=5, api_version=VERSION, record=record)

    assert judge(about(Cardholder(id="ich_1")), None, VERSION) == "keep"
    assert judge(about(Dispute(id="idp_1")), None, VERSION) == "read"


@given(
    now=st.integers(1_700_000_000, 1_900_000_000),
    used=st.integers(0, 30_000),
    filling=st.integers(0, 10_000),
    allowed=st.integers(100, 1_000_000),
)
def test_the_desk_never_asks_by_itself_for_more_than_its_part(
    now: int, used: int, filling: int, allowed: int
) -> None:
    reads = Reads(month=used + filling, filling=filling, allowed=allowed)
    slow, fast = (pause(now, reads, attended=attended) for attended in (False, True))
    assert 10 <= fast < slow <= SLOWEST
    more = Reads(month=used + filling + 50, filling=filling, allowed=allowed)
    assert pause(now, more, attended=False) >= slow
    if used >= allowed:
        assert slow == SLOWEST
