"""Where a complaint can stand, and where it can go from there.

What ended a complaint follows from its facts (`Complaint.state`); while it is open its `status`
says what it waits for. No change of either moves a clock.
"""

from __future__ import annotations

from supportdesk.domain.complaints import Complaint

OPEN = ("received", "acknowledged", "investigating", "holding", "waiting_stripe", "reopened")
STATES = (*OPEN, "resolved", "withdrawn", "not_a_complaint")
_ENDS = frozenset({"resolved", "withdrawn", "not_a_complaint"})

MOVES: dict[str, frozenset[str]] = {
    "received": frozenset({"acknowledged", "investigating", "holding", "waiting_stripe"}) | _ENDS,
    "acknowledged": frozenset({"investigating", "holding", "waiting_stripe"}) | _ENDS,
    "investigating": frozenset({"holding", "waiting_stripe"}) | _ENDS,
    "holding": frozenset({"investigating", "waiting_stripe"}) | _ENDS,
    "waiting_stripe": frozenset({"acknowledged", "investigating", "holding"}) | _ENDS,
    "reopened": frozenset({"acknowledged", "investigating", "holding", "waiting_stripe"}) | _ENDS,
    "resolved": frozenset({"reopened"}),
    "withdrawn": frozenset({"reopened"}),
    "not_a_complaint": frozenset(OPEN),  # decided anew, it goes on where it was
}


def may_move(before: str, after: str) -> bool:
    """Whether a complaint may go from one state to another; staying is always allowed."""
    return before == after or after in MOVES.get(before, frozenset())


def after_acknowledgement(complaint: Complaint) -> str:
    """The status once it was acknowledged: work that has begun goes on."""
    fresh = complaint.status in ("received", "reopened")
    return "acknowledged" if fresh else complaint.status


def after_clearance(complaint: Complaint) -> str:
    """The status once Stripe allowed contact again."""
    waits = complaint.status == "waiting_stripe"
    return "investigating" if waits else complaint.status
