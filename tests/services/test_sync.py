from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from supportdesk.practice.process import Ready
from supportdesk.services.sync import HISTORY_DAYS, Progress, Sync
from tests.conftest import StartPractice
from tests.services.bench import Bench, bench
from tests.support.faulty import Faulty, answer, listing, refusal
from tests.support.practice_api import Api

KINDS = ["cardholders", "cards", "disputes", "transactions", "authorizations"]


def all_at_stripe(practice: Ready, kind: str, **filters: Any) -> set[str]:
    api = Api(practice)
    found: set[str] = set()
    after: dict[str, str] = {}
    while True:
        page = api.get(f"/v1/issuing/{kind}", limit=100, **filters, **after)
        found |= {entry["id"] for entry in page["data"]}
        if not page["has_more"]:
            api.http.close()
            return found
        after = {"starting_after": page["data"][-1]["id"]}


def test_the_mirror_is_filled_and_can_be_searched(practice: Ready, tmp_path: Path) -> None:
    async def whole() -> None:
        async with bench(tmp_path, practice.url, practice.key, deadline=60) as desk:
            assert await desk.sync.read_until() is None
            began = time.time()
            await desk.sync.fill()
            counts = await desk.mirror.counts()
            since = {"created": {"gte": int(began) - HISTORY_DAYS * 86_400}}
            for kind in KINDS:
                filters = since if kind in KINDS[2:] else {}
                there = all_at_stripe(practice, kind, **filters)
                assert counts[kind] == len(there) > 0, kind
                if kind != "authorizations":
                    assert desk.ids("activity" if kind == "transactions" else kind)
            told: list[Progress] = desk.told["mirror"]
            assert [step.kind for step in told if step.done] == [*KINDS, ""]
            assert all(step.problem is None for step in told)
            assert await desk.sync.read_until() == pytest.approx(began, abs=60)
            holder = (await desk.gateway.cardholders(limit=1)).records[0]
            assert holder.id in {m.cardholder.id for m in await desk.lookup.search(holder.name)}

    asyncio.run(whole())


def test_it_goes_on_where_it_stopped(practice: Ready, tmp_path: Path) -> None:
    async def whole() -> None:
        async with bench(tmp_path, practice.url, practice.key, deadline=60) as desk:
            filling = asyncio.create_task(desk.sync.fill())
            pages = asyncio.Event()

            def stop(progress: Progress) -> None:
                if progress.kind == "transactions":
                    filling.cancel()
                    pages.set()

            desk.changes.mirror.connect(stop)
            await pages.wait()
            with pytest.raises(asyncio.CancelledError):
                await filling
            desk.changes.mirror.disconnect(stop)
            desk.told["mirror"].clear()
            assert await desk.sync.read_until() is None
            again = Sync(desk.gateway, desk.mirror, desk.changes)
            await again.fill()
            kinds = {step.kind for step in desk.told["mirror"]}
            assert not kinds & {"cardholders", "cards", "disputes"}
            assert "authorizations" in kinds
            assert await again.read_until() is not None

    asyncio.run(whole())


def test_what_is_new_is_read_afterwards(start_practice: StartPractice, tmp_path: Path) -> None:
    ready = start_practice("--cardholders", "0")
    api = Api(ready)
    api.post("/_practice/balance", currency="eur", amount=1_000_000)
    api.cardholder(name="Jenny Rosen")

    async def whole() -> None:
        async with bench(tmp_path, ready.url, ready.key) as desk:
            await desk.sync.follow()
            card = api.card()
            bought = api.purchase(card["id"])
            assert await desk.mirror.card(card["id"]) is None
            await desk.sync.refresh()
            assert await desk.mirror.card(card["id"]) is not None
            assert await desk.mirror.transaction(bought["id"]) is not None
            assert await desk.mirror.authorization(bought["authorization"]) is not None
            assert card["cardholder"]["id"] in desk.ids("activity")

    asyncio.run(whole())
    api.http.close()


def test_a_list_the_key_may_not_read_is_left_out_and_asked_for_again(
    practice: Ready, tmp_path: Path
) -> None:
    api = Api(practice)
    some = [f"issuing_{kind}_read" for kind in ("cardholder", "card", "transaction")]
    narrow = api.post("/_practice/keys", permissions=some)["key"]
    wide = api.post(
        "/_practice/keys",
        permissions=[*some, "issuing_dispute_read", "issuing_authorization_read"],
    )["key"]
    api.http.close()

    async def whole() -> None:
        async with bench(tmp_path, practice.url, narrow, deadline=60) as desk:
            await desk.sync.fill()
            left_out = {s.kind: s.problem for s in desk.told["mirror"] if s.problem}
            assert set(left_out) == {"disputes", "authorizations"}
            assert (await desk.mirror.counts())["disputes"] == 0
            assert await desk.sync.read_until() is not None
        async with bench(tmp_path, practice.url, wide, deadline=60) as desk:
            await desk.sync.fill()
            assert {s.kind for s in desk.told["mirror"]} == {"disputes", "authorizations", ""}
            assert (await desk.mirror.counts())["disputes"] > 0

    asyncio.run(whole())


def test_a_stripe_that_says_no_ends_it_and_is_told(tmp_path: Path) -> None:
    async def whole(url: str) -> Bench:
        async with bench(tmp_path, url, "sk_test_0123456789abcdef") as desk:
            await desk.sync.follow()
            return desk

    with Faulty([listing({"id": "ich_1"}, has_more=True), refusal(401)]) as stripe:
        desk = asyncio.run(whole(stripe.url))
    last = desk.told["mirror"][-1]
    assert (last.kind, last.count, last.done) == ("cardholders", 1, False)
    assert last.problem.code == "key_refused"


def test_when_the_place_it_stopped_at_is_gone_the_list_is_read_from_the_start(
    tmp_path: Path,
) -> None:
    script = [
        listing({"id": "ich_1"}, has_more=True),
        refusal(404, code="resource_missing"),
        listing({"id": "ich_2"}),
        listing(),
    ]

    async def whole(url: str) -> None:
        async with bench(tmp_path, url, "sk_test_0123456789abcdef") as desk:
            await desk.sync.fill()
            assert (await desk.mirror.counts())["cardholders"] == 2

    with Faulty(script) as stripe:
        asyncio.run(whole(stripe.url))
        assert "starting_after=ich_1" in stripe.requests[1].line
        assert "starting_after" not in stripe.requests[2].line


def test_filling_goes_on_when_stripe_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportdesk.services.sync.PAUSE_SECONDS", 0.01)
    trouble = [refusal(503)] * 4  # as many tries as the gateway makes

    async def whole(url: str) -> Bench:
        async with bench(tmp_path, url, "sk_test_0123456789abcdef") as desk:
            async with asyncio.timeout(30):
                await desk.sync.follow()
            return desk

    with Faulty([*trouble, listing({"id": "ich_1"}), listing()]) as stripe:
        desk = asyncio.run(whole(stripe.url))
    problems = [step.problem for step in desk.told["mirror"] if step.problem]
    assert [problem.code for problem in problems] == ["stripe_trouble"]
    assert desk.sync.progress == Progress("", done=True)


def test_nothing_is_read_afresh_before_the_first_filling(tmp_path: Path) -> None:
    async def whole(url: str) -> None:
        async with bench(tmp_path, url, "sk_test_0123456789abcdef") as desk:
            await desk.sync.refresh()

    with Faulty([answer(200, b"")]) as stripe:
        asyncio.run(whole(stripe.url))
        assert stripe.requests == []
