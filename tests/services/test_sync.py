from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from supportdesk.practice.process import Ready
from supportdesk.services.backfill import FIRST_SECOND, HISTORY_DAYS, KINDS
from supportdesk.services.sync import Progress
from tests.conftest import StartPractice
from tests.services.bench import Bench, bench
from tests.support.faulty import Faulty, answer, listing, refusal
from tests.support.practice_api import ADDRESS, Api
from tests.support.same import at_stripe, differences


def test_the_mirror_is_filled_and_can_be_searched(practice: Ready, tmp_path: Path) -> None:
    async def whole() -> None:
        async with bench(tmp_path, practice.url, practice.key, deadline=60) as desk:
            assert await desk.sync.read_until() is None
            began = time.time()
            await desk.sync.fill()
            counts = await desk.mirror.counts()
            since = {"created": {"gte": int(began) - HISTORY_DAYS * 86_400}}
            for kind in KINDS:
                filters = since if kind in ("authorizations", "transactions") else {}
                there = at_stripe(practice, kind, **filters)
                assert counts[kind] == len(there) > 0, kind
                if kind != "authorizations":
                    assert desk.ids("activity" if kind == "transactions" else kind)
            told: list[Progress] = desk.told["mirror"]
            assert [s.kind for s in told if s.done][-1] == ""
            assert {step.kind for step in told if step.done} == {*KINDS, ""}
            assert all(step.problem is None for step in told)
            assert await desk.sync.read_until() == pytest.approx(began, abs=60)
            holder = (await desk.gateway.cardholders(limit=1)).records[0]
            assert holder.id in {m.cardholder.id for m in await desk.lookup.search(holder.name)}

    asyncio.run(whole())


def test_contact_data_that_changed_before_the_desk_came_proves_nothing(
    start_practice: StartPractice, tmp_path: Path
) -> None:
    ready = start_practice("--cardholders", "0")
    api = Api(ready)
    moved, steady = (api.cardholder(email="a@x.example")["id"] for _ in range(2))
    path = f"/v1/issuing/cardholders/{moved}"
    api.post(path, phone_number="+4930999888")
    api.post(path, billing={"address": {**ADDRESS, "postal_code": "10999"}})
    for n in range(110):  # more than a page of changes that are none of contact data
        api.post(f"/v1/issuing/cardholders/{steady}", metadata={"n": str(n)})

    async def whole() -> None:
        async with bench(tmp_path, ready.url, ready.key) as desk:
            await desk.sync.follow()
            seen = await desk.mirror.contact_changes(moved)
            assert set(seen) == {"phone", "address"}
            assert all(time.time() - 600 < at <= time.time() + 60 for at in seen.values())
            assert await desk.mirror.contact_changes(steady) == {}
            before = dict(desk.gateway.reads)
            await desk.sync.follow()  # the next start
            assert desk.gateway.reads == before
            unread = api.cardholder()["id"]
            api.post(f"/v1/issuing/cardholders/{unread}", email="new@x.example")
            await desk.sync.refresh()  # the first that the mirror hears of them
            assert set(await desk.mirror.contact_changes(unread)) == {"email"}

    asyncio.run(whole())
    api.http.close()


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
            assert all(s.problem is None for s in desk.told["mirror"])
            assert (await desk.mirror.counts())["disputes"] > 0

    asyncio.run(whole())


def test_a_stripe_that_says_no_ends_it_and_is_told(tmp_path: Path) -> None:
    async def whole(url: str) -> Bench:
        async with bench(tmp_path, url, "sk_test_0123456789abcdef") as desk:
            await desk.sync.follow()
            return desk

    with Faulty([refusal(401)]) as stripe:
        desk = asyncio.run(whole(stripe.url))
    last = desk.told["mirror"][-1]
    assert not last.done
    assert last.problem.code == "key_refused"


def test_when_the_place_it_stopped_at_is_gone_the_range_is_read_from_there(
    practice: Ready, tmp_path: Path
) -> None:
    far = int(time.time()) + 86_400
    note = {"windows": [[FIRST_SECOND, far, "ich_1nobody", far - 1, None]], "count": 5}

    async def whole() -> None:
        async with bench(tmp_path, practice.url, practice.key, deadline=60) as desk:
            began = time.time()
            await desk.mirror.set_state("backfill:cardholders", note)
            await desk.sync.fill()
            assert await differences(desk.mirror, practice, began) == {}

    asyncio.run(whole())


def test_filling_goes_on_when_stripe_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supportdesk.services.backfill.PAUSE_SECONDS", 0.01)
    trouble = [refusal(503)] * 8  # as many tries as the gateway makes, of two lists

    async def whole(url: str) -> Bench:
        async with bench(tmp_path, url, "sk_test_0123456789abcdef") as desk:
            async with asyncio.timeout(30):
                await desk.sync.follow()
            return desk

    with Faulty([*trouble, listing()]) as stripe:
        desk = asyncio.run(whole(stripe.url))
    problems = [step.problem for step in desk.told["mirror"] if step.problem]
    assert {problem.code for problem in problems} == {"stripe_trouble"}
    assert desk.sync.progress == Progress("", done=True)


def test_nothing_is_read_afresh_before_the_first_filling(tmp_path: Path) -> None:
    async def whole(url: str) -> None:
        async with bench(tmp_path, url, "sk_test_0123456789abcdef") as desk:
            await desk.sync.refresh()

    with Faulty([answer(200, b"")]) as stripe:
        asyncio.run(whole(stripe.url))
        assert stripe.requests == []
