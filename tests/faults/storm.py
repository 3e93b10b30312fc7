"""Drills over every request of a practice Stripe: each is diced for."""

from __future__ import annotations

from typing import Any

from supportdesk.practice.drills import REASONS
from tests.support.practice_api import Api

#: Drills by their chance to strike a request in a thousand. Those after which a desk waits a second
#: by rule are rarer: for time only.
STORM: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (20, "timeout", {"ms": 20}),
    (10, "timeout", {"ms": 200}),
    (20, "in_use", {}),
    *((3, "rate_limit", {"reason": reason}) for reason in REASONS),
    (10, "lock_timeout", {}),
    (30, "slow", {"ms": 50}),
    (10, "slow", {"ms": 300}),
    (30, "stale_list", {"age": 2}),
    (40, "error", {"done": True}),
    (20, "error", {"done": False}),
    (50, "drop", {}),
    (20, "wrong_json", {"shape": "truncated"}),
    (10, "wrong_json", {"shape": "html"}),
)


def begin(stripe: Api, seed: int) -> None:
    """Start all of it; it ends with `end`, or by itself after an hour."""
    for number, (chance, kind, own) in enumerate(STORM):
        stripe.post(
            "/_practice/drills",
            kind=kind,
            probability=str(chance / 1000),
            seed=seed * 100 + number,
            seconds=3_600,
            **own,
        )


def end(stripe: Api) -> dict[str, int]:
    """End it; returns how many requests were struck, by kind."""
    hits: dict[str, int] = stripe.post("/_practice/drills/end")["hits"]
    return hits
