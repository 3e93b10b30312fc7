"""Whatever a list holds, the ranges lead to each object once, side by side and after any stop."""

from __future__ import annotations

import json
import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from supportdesk.services.windows import PAGE, Plan, Window

END = 100_000
TIMES = st.lists(
    st.one_of(
        st.integers(0, END - 1),
        st.integers(70_000, 70_040),  # many in few seconds
        st.sampled_from([0, 5, END - 1]),
    ),
    max_size=900,
)


class Listed:
    """A list as Stripe gives it: newest first, within a second in a fixed order."""

    def __init__(self, times: list[int]) -> None:
        self.rows = sorted(((at, n) for n, at in enumerate(times)), reverse=True)
        self.pages = 0

    def page(self, window: Window) -> tuple[list[int], list[int], bool]:
        """Return numbers, creation times and whether there is more."""
        self.pages += 1
        inside = [row for row in self.rows if window.since <= row[0] < window.before]
        if window.after:
            place = next(row for row in self.rows if str(row[1]) == window.after)
            inside = [row for row in inside if row < place]
        some = inside[:PAGE]
        return [n for _, n in some], [at for at, _ in some], len(inside) > PAGE


def read_on(plan: Plan, listed: Listed, chance: random.Random, most: int, stop_after: int) -> None:
    """Read side by side in any order; stops after so many pages, whatever is under way."""
    found: list[int] = []
    reading: list[Window] = []
    while len(found) < stop_after:
        while len(reading) < most and (window := plan.take(most - len(reading))):
            reading.append(window)
        if not reading:
            break
        window = reading.pop(chance.randrange(len(reading)))
        numbers, created, more = listed.page(window)
        plan.read(window, created, str(numbers[-1]) if numbers else "", more)
        READ.extend(numbers)
        found.append(len(numbers))


READ: list[int] = []


@given(times=TIMES, most=st.integers(1, 12), seed=st.integers(), stops=st.lists(st.integers(1, 9)))
def test_each_object_is_read_once_in_whatever_order_and_after_any_stop(
    times: list[int], most: int, seed: int, stops: list[int]
) -> None:
    READ.clear()
    listed, chance = Listed(times), random.Random(seed)
    plan = Plan.whole(0, END)
    for stop in [*stops, 10**9]:
        read_on(plan, listed, chance, most, stop)
        plan = Plan.load(json.loads(json.dumps(plan.dump())))
    assert plan.done
    assert sorted(READ) == list(range(len(times)))
    assert plan.count == len(times)
    assert listed.pages <= 2 * (len(times) // PAGE) + 40 + len(stops) * most


def test_ranges_never_overlap_and_cover_what_is_unread() -> None:
    times = [n * 7 for n in range(10_000)]
    listed, chance = Listed(times), random.Random(3)
    plan = Plan.whole(0, END)
    READ.clear()
    while not plan.done:
        read_on(plan, listed, chance, 8, 5)
        plan = Plan.load(plan.dump())
        windows = sorted(plan.windows, key=lambda w: w.since)
        assert all(a.before <= b.since for a, b in pairwise(windows))
        unread = set(range(len(times))) - set(READ)
        assert all(any(w.since <= times[n] <= w.upto for w in windows) for n in unread)
    assert len(READ) == len(times)


def test_a_dense_range_is_split_for_as_many_as_may_read() -> None:
    listed, plan = Listed(list(range(5_000))), Plan.whole(0, END)
    first = plan.take(8)
    assert first is not None
    assert plan.take(7) is None, "of a list nobody has seen, one page is read first"
    numbers, created, more = listed.page(first)
    plan.read(first, created, str(numbers[-1]), more)
    taken = [plan.take(8 - n) for n in range(8)]
    assert all(window is not None for window in taken)
    assert taken[0] is first, "the newest first"


def test_neighbours_that_hold_hardly_anything_are_joined() -> None:
    sparse = [Window(n * 100, n * 100 + 100, density=0.05) for n in range(6)]
    plan = Plan([*sparse, Window(600, 700, density=9.0)])
    full = plan.take(1)
    assert full is not None
    assert full.since == 600
    joined = plan.take(1)
    assert joined is not None
    assert (joined.since, joined.before) == (0, 600)


def test_when_its_place_is_gone_a_range_is_read_from_the_second_it_had_come_to() -> None:
    window = Window(0, 1000, after="gone", upto=400, density=1.0)
    window.restart()
    assert (window.since, window.before, window.after, window.upto) == (0, 401, "", 400)
