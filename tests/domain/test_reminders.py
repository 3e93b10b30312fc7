from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.reminders import Reminder, call

TODAY = date(2026, 11, 26)
NOTHING: frozenset[tuple[str, bool]] = frozenset()


def step(days: int, owner: str = "", key: str = "a") -> Reminder:
    return Reminder(key=key, due=TODAY + timedelta(days=days), owner=owner)


def test_the_owner_comes_first_and_everyone_when_it_is_overdue() -> None:
    assert call([step(0, "Ann")], "Ann", TODAY, NOTHING).due == 1
    assert call([step(0, "Ann")], "Ben", TODAY, NOTHING).due == 0
    assert call([step(0)], "Ben", TODAY, NOTHING).due == 1
    assert call([step(-1, "Ann")], "Ben", TODAY, NOTHING).overdue == 1
    assert call([step(1, "Ann")], "Ann", TODAY, NOTHING) == call([], "Ann", TODAY, NOTHING)


def test_a_step_is_new_when_it_falls_due_and_again_when_it_is_overdue() -> None:
    first = call([step(0)], "Ann", TODAY, NOTHING)
    assert first.new
    assert not call([step(0)], "Ann", TODAY, first.new).new
    assert call([step(0)], "Ann", TODAY + timedelta(days=1), first.new).new


@given(
    st.lists(st.builds(step, st.integers(-3, 3), st.sampled_from(["", "Ann", "Ben"]), st.text())),
    st.sampled_from(["Ann", "Ben", "Cem"]),
)
def test_nothing_is_shown_early_and_nothing_overdue_is_kept_back(
    steps: list[Reminder], agent: str
) -> None:
    found = call(steps, agent, TODAY, NOTHING)
    assert found.overdue == len({s.key for s in steps if s.due < TODAY})
    assert found.due <= len({s.key for s in steps if s.due == TODAY})
    assert len(found.new) == found.due + found.overdue
