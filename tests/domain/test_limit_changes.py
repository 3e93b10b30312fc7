"""What is told of a change of limits is what changes, no more and no less."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.limit_changes import Change, changes, doubled
from supportdesk.domain.records import SpendingLimit

limits = st.lists(
    st.builds(
        SpendingLimit,
        amount=st.integers(1, 5),
        interval=st.sampled_from(("daily", "monthly")),
        categories=st.sampled_from(((), ("airlines",))),
    ),
    max_size=6,
)
MONTH = SpendingLimit(amount=200_000, interval="monthly")


@given(limits, limits)
def test_applied_to_the_old_list_it_gives_the_new_one(
    before: list[SpendingLimit], after: list[SpendingLimit]
) -> None:
    had = Counter(before)
    for change in changes(before, after):
        assert change.before != change.after
        if change.before is not None:
            assert had[change.before] > 0
            had[change.before] -= 1
        if change.after is not None:
            had[change.after] += 1
    assert +had == Counter(after)


@given(limits)
def test_the_same_list_changes_nothing(same: list[SpendingLimit]) -> None:
    assert changes(same, reversed(same)) == []


def test_a_limit_of_the_same_time_is_changed_another_is_new() -> None:
    more = SpendingLimit(amount=300_000, interval="monthly")
    daily = SpendingLimit(amount=10_000, interval="daily")
    assert changes([MONTH], [more, daily]) == [Change(MONTH, more), Change(None, daily)]
    assert changes([MONTH], []) == [Change(MONTH, None)]


def test_taking_a_limit_away_or_raising_it_allows_more() -> None:
    lower = SpendingLimit(amount=100, interval="monthly")
    assert Change(MONTH, None).allows_more
    assert Change(lower, MONTH).allows_more
    assert not Change(MONTH, lower).allows_more
    assert not Change(None, MONTH).allows_more


@given(limits)
def test_the_same_time_and_shops_twice_are_found(typed: list[SpendingLimit]) -> None:
    scopes = [(limit.interval, limit.categories) for limit in typed]
    place = doubled(typed)
    assert (place is None) == (len(set(scopes)) == len(scopes))
    if place is not None:
        assert scopes[place] in scopes[:place]
