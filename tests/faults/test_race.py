"""Whoever is first, Stripe makes one card, and the second agent reads why."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import StartPractice
from tests.faults.race import race
from tests.support.practice_api import Api

ROUNDS = 10  # `dev.py bench --only two_desks` plays 200


def test_two_desks_ordering_at_once_make_one_card_each_time(
    tmp_path: Path, start_practice: StartPractice
) -> None:
    ready = start_practice("--cardholders", "0")
    stripe = Api(ready)
    rounds = race(tmp_path, ready, stripe, ROUNDS)
    stripe.http.close()
    assert len(rounds) == ROUNDS
    assert [wrong for one in rounds for wrong in one.contradictions()] == []
