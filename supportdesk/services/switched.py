"""Why a card is switched off: Stripe has one word for frozen and never activated.

The journal tells them apart as far as it was this desk that froze the card or ordered it; use of
the card tells that it was active once. Beyond that it cannot be known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from supportdesk.domain.reasons import Why, from_kept
from supportdesk.domain.records import Card
from supportdesk.store.journal import Entry

SWITCHES: Mapping[str, bool] = {
    "card.freeze": True,
    "card.unfreeze": False,
    "card.activate": False,
}
NOTE = "note.freeze"  # the reason of a freeze that did not wait for it

Kind = Literal[
    "frozen_here", "uncertain", "frozen_elsewhere", "not_activated", "not_delivered", "unknown"
]
FROZEN: frozenset[Kind] = frozenset({"frozen_here", "frozen_elsewhere"})
NEW: frozenset[Kind] = frozenset({"not_activated", "not_delivered"})
_ON_THE_WAY = ("pending", "submitted", "shipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Off:
    """Why a card is switched off, as far as this desk can know.

    Attributes:
        kind: `frozen_here` by `agent` at `at` (Unix seconds); `uncertain`: an answer is open;
            `frozen_elsewhere`: it was active once, when `agent` switched it on here at `at` or,
            without an agent, because it was paid with; `not_activated` since `agent` ordered it;
            `not_delivered` and never paid with; `unknown`.
        entry: the journal entry it rests on, "" for none.
        why: the reason of the freeze.
    """

    kind: Kind
    agent: str = ""
    at: float | None = None
    entry: str = ""
    why: Why = field(default_factory=Why)


def reason_of(entry: Entry, history: Sequence[Entry]) -> Why:
    """Return the reason given with a change or after it; the latest one counts."""
    noted = [e for e in history if e.action == NOTE and e.flow_id == entry.id and e.beside]
    latest = max(noted, key=lambda e: e.at, default=entry)
    return from_kept(latest.beside)


def last_switch(history: Sequence[Entry]) -> Entry | None:
    """Return the last time this desk switched the card, or tried to; `history` is newest first."""
    return next((e for e in history if e.action in SWITCHES and e.state != "refused"), None)


def why_off(card: Card, history: Sequence[Entry], *, used: bool = False) -> Off | None:
    """Return why a card is off, None for one that is not.

    Args:
        history: what this desk did to it, newest first, with the order that made it.
        used: whether a purchase with it is known that went through.
    """
    if card.status != "inactive":
        return None
    last = last_switch(history)
    if last is not None and last.state != "confirmed":
        return Off(kind="uncertain", agent=last.agent, at=last.at, entry=last.id)
    if last is not None:
        kind: Kind = "frozen_here" if SWITCHES[last.action] else "frozen_elsewhere"
        why = reason_of(last, history) if kind == "frozen_here" else Why()
        return Off(kind=kind, agent=last.agent, at=last.at, entry=last.id, why=why)
    if used:
        return Off(kind="frozen_elsewhere")
    ordered = next((e for e in history if e.outcome.get("id") == card.id), None)
    if ordered is not None and ordered.action == "card.replace":
        return Off(kind="not_activated", agent=ordered.agent, at=ordered.at, entry=ordered.id)
    if card.shipping is not None and card.shipping.status in _ON_THE_WAY:
        return Off(kind="not_delivered")
    return Off(kind="unknown")
