"""What happens by itself when its moment has come; looked at before each request.

No background task: the clock may be set forward by weeks between two requests.
"""

from __future__ import annotations

from supportdesk.practice.rules import outcomes, purchases, shipping
from supportdesk.practice.state import State

_SETTLE = {
    "authorization": purchases.lapse,
    "card": shipping.travel,
    "dispute": outcomes.settle,
}


def watch_all(state: State) -> None:
    """Note what of the loaded programme goes on by itself; called once after loading."""
    for dispute in state.where("dispute", "status", "unsubmitted"):
        outcomes.watch_expiry(state, dispute)
    for authorization in state.where("authorization", "status", "pending"):
        purchases.watch_lapse(state, authorization)


def settle_due(state: State) -> None:
    """Carry out everything whose moment has come."""
    rows = state.db.execute(
        "SELECT kind, id FROM due WHERE at <= ? ORDER BY at", (state.clock.now(),)
    ).fetchall()
    for kind, id in rows:
        state.forget_due(kind, id)
        _SETTLE[kind](state, state.get(kind, id))
