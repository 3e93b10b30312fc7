"""A few of the kills that `python -m tests.faults.intake_kills` makes by the hundred."""

from __future__ import annotations

from pathlib import Path

from tests.faults.intake_kills import play
from tests.services.desk_at_practice import programme


def test_a_killed_intake_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    with programme() as stripe:
        out = play(stripe, tmp_path, kills=4, seed=11)
    assert out.wrong == []
    assert out.killed.total() == 4
