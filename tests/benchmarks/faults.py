"""Random flows under drills and kills, and two desks at one card: nothing may contradict Stripe."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import practice
from tests.faults import intake_kills, matrix
from tests.faults.race import race
from tests.services.desk_at_practice import programme
from tests.support.practice_api import Api

SEED = 1


def measure(flows: int) -> list[Figure]:
    """Run the fault matrix; every twentieth flow of a desk a kill."""
    kills = max(1, flows // 20)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = matrix.run(Path(folder), flows, SEED, kills)
    _tell(*outcome.contradictions)
    _tell(f"requests struck: {outcome.hits}", f"desks killed at: {dict(outcome.killed)}")
    for name in ("done", "refused", "unknown"):
        _tell(f"{name}: {dict(getattr(outcome.told, name))}")
    entries = outcome.entries
    return [
        Figure("flows", flows, "flows"),
        Figure("took", time.monotonic() - began, "s"),
        Figure("requests struck by a drill", sum(outcome.hits.values()), "requests"),
        Figure("desks killed", outcome.killed.total(), "kills"),
        Figure("replacements ordered", len(outcome.told.replacements), "cards"),
        Figure("journal entries confirmed", entries["confirmed"], "entries"),
        Figure("journal entries refused", entries["refused"], "entries"),
        Figure("settled by asking Stripe", outcome.settled, "entries"),
        Figure("journal entries left open", _left(entries), "entries", goal="0"),
        Figure("contradictions", len(outcome.contradictions), "", goal="0"),
    ]


def measure_intake(kills: int) -> list[Figure]:
    """Kill that many intakes of disputes at random moments and go on with each."""
    with programme() as stripe, tempfile.TemporaryDirectory() as folder:
        out = intake_kills.play(stripe, Path(folder), kills, SEED)
    _tell(*out.wrong, f"killed after: {dict(out.killed)}")
    return [
        Figure("intakes killed", out.killed.total(), "kills"),
        Figure("submitted before the kill", out.submitted_before, "disputes"),
        Figure("lost, twice or wrongly believed", len(out.wrong), "", goal="0"),
    ]


def measure_two_desks(rounds: int) -> list[Figure]:
    """Let two desks press replace for the same card at the same moment, again and again."""
    with practice(0) as ready, tempfile.TemporaryDirectory() as folder:
        stripe = Api(ready)
        played = race(Path(folder), ready, stripe, rounds)
        stripe.http.close()
    wrong = [each for one in played for each in one.contradictions()]
    why = Counter(heard.code for one in played for heard in one.heard if not heard.made)
    _tell(*wrong, f"the second agent read: {dict(why)}")
    return [
        Figure("rounds of two desks", len(played), "rounds"),
        Figure("cards made", sum(len(one.replacements) for one in played), "cards"),
        Figure("second agents told why", why.total(), "agents"),
        Figure("contradictions", len(wrong), "", goal="0"),
    ]


def _left(entries: Counter[str]) -> int:
    return entries.total() - entries["confirmed"] - entries["refused"]


def _tell(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr, flush=True)
