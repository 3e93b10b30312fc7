"""The limits hold on a loop whose clock jumps instead of waiting, so nothing here takes time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.stripe_gateway.limiter import Allowance, Limiter, QueueTooLong


class _Jumping(selectors.DefaultSelector):
    """Never waits: moves the clock to when the loop wanted to be woken."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.now += max(timeout or 0.0, 0.0)
        return super().select(0)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    selector = _Jumping()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.now  # type: ignore[method-assign]
    try:
        loop.run_until_complete(scenario())
    finally:
        loop.close()


def _starts(limiter: Limiter, endpoints: list[str], until: float = 1e9) -> list[tuple[float, str]]:
    starts: list[tuple[float, str]] = []

    async def one(endpoint: str) -> None:
        async with limiter.place(endpoint, until):
            starts.append((asyncio.get_running_loop().time(), endpoint))

    async def main() -> None:
        await asyncio.gather(*(one(endpoint) for endpoint in endpoints))

    run(main)
    return starts


def _most_in_a_second(times: list[float]) -> int:
    return max(sum(1 for other in times if start <= other < start + 0.999) for start in times)


@given(
    live=st.booleans(),
    share=st.floats(0.01, 1.0),
    endpoints=st.lists(st.sampled_from(["GET /a", "GET /b", "POST /v1/files"]), min_size=1),
)
def test_no_second_sees_more_than_the_share(live: bool, share: float, endpoints: list[str]) -> None:
    starts = _starts(Limiter(live=live, share=share, concurrent=4), endpoints)
    assert len(starts) == len(endpoints)
    assert _most_in_a_second([at for at, _ in starts]) <= max(1, (100 if live else 25) * share)
    for endpoint in set(endpoints):
        most = 20 if endpoint == "POST /v1/files" else 25
        times = [at for at, name in starts if name == endpoint]
        assert _most_in_a_second(times) <= max(1, most * share)


def test_a_burst_within_the_limit_does_not_wait() -> None:
    starts = _starts(Limiter(live=False, share=0.4, concurrent=20), ["GET /a"] * 11)
    assert [at for at, _ in starts][:10] == [0.0] * 10
    assert starts[10][0] == pytest.approx(1.0)


def test_only_so_many_run_at_once() -> None:
    limiter = Limiter(live=True, share=1.0, concurrent=3)
    running, most = 0, 0

    async def one() -> None:
        nonlocal running, most
        async with limiter.place("GET /a", 1e9):
            running += 1
            most = max(most, running)
            await asyncio.sleep(1)
            running -= 1

    async def main() -> None:
        await asyncio.gather(*(one() for _ in range(10)))

    run(main)
    assert most == 3


def test_a_turn_that_comes_too_late_is_refused_and_costs_nothing() -> None:
    limiter = Limiter(live=False, share=0.04, concurrent=5)

    async def main() -> None:
        async with limiter.place("GET /a", 10):
            pass
        with pytest.raises(QueueTooLong):
            async with limiter.place("GET /a", 0.5):
                pass
        async with limiter.place("GET /a", 10):
            assert asyncio.get_running_loop().time() == pytest.approx(1.0)

    run(main)


def test_waiting_behind_running_requests_ends_too() -> None:
    limiter = Limiter(live=True, share=1.0, concurrent=1)

    async def main() -> None:
        async with limiter.place("GET /a", 10):
            with pytest.raises(QueueTooLong):
                async with limiter.place("GET /a", 2):
                    pass

    run(main)


def test_holding_one_endpoint_leaves_the_others_alone() -> None:
    limiter = Limiter(live=True, share=1.0, concurrent=5)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        limiter.hold("GET /a", 3)
        async with limiter.place("GET /b", 10):
            assert loop.time() == 0
        async with limiter.place("GET /a", 10):
            assert loop.time() == pytest.approx(3)
        limiter.hold(None, 2)
        async with limiter.place("GET /b", 10):
            assert loop.time() == pytest.approx(5)

    run(main)


def _patient(share: float, count: int) -> list[float]:
    limiter = Limiter(live=True, share=share, concurrent=50, patient=True)
    return [at for at, _ in _starts(limiter, ["GET /a"] * count)]


def test_patient_ones_are_spread_evenly_and_fill_the_share() -> None:
    times = _patient(0.4, 101)
    assert _most_in_a_second(times) <= 10
    assert times[-1] == pytest.approx(10, abs=0.5)
    gaps = [later - earlier for earlier, later in pairwise(times[5:])]
    assert max(gaps) < 0.15


def test_two_limiters_stay_below_one_allowance_and_the_patient_one_lets_go_first() -> None:
    allowance = Allowance(live=False, share=0.4)
    starts: list[tuple[float, str]] = []

    async def one(limiter: Limiter, name: str) -> None:
        async with limiter.place("GET /a", 1e9):
            starts.append((asyncio.get_running_loop().time(), name))

    async def main() -> None:
        desk = Limiter(concurrent=50, allowance=allowance)
        filling = Limiter(concurrent=50, allowance=allowance, patient=True)
        waiting = [asyncio.ensure_future(one(filling, "filling")) for _ in range(30)]
        await asyncio.sleep(2)
        begun = len(starts)
        await one(desk, "desk")
        assert len(starts) <= begun + 2, "it did not wait behind the others"
        await asyncio.gather(*waiting)

    run(main)
    assert _most_in_a_second([at for at, _ in starts]) <= 10
    assert allowance.reads == {True: 30, False: 1}


def test_after_too_much_patient_ones_go_slower_for_a_while() -> None:
    limiter = Limiter(live=True, share=1.0, concurrent=50, patient=True)
    times: list[float] = []

    async def one() -> None:
        async with limiter.place("GET /a", 1e9):
            times.append(asyncio.get_running_loop().time())

    async def main() -> None:
        for _ in range(4):
            limiter.hold("GET /a", 1.0)
        await asyncio.gather(*(one() for _ in range(500)))

    run(main)
    assert min(times) >= 1.0
    begun = sum(1 for at in times if at < 2.0)
    late = sum(1 for at in times if max(times) - 1 <= at)
    assert begun < 0.5 * 25 < 20 <= late <= 26
