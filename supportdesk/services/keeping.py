"""What Stripe said goes into the mirror, and whoever shows it is told."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Dispute,
    Record,
    Token,
    Transaction,
)
from supportdesk.services.changes import Changes
from supportdesk.store.mirror import Mirror


async def keep(mirror: Mirror, changes: Changes, records: Sequence[Record], read_at: float) -> None:
    """Put records into the mirror and announce them.

    Args:
        read_at: Unix seconds at which Stripe was *asked*: what it answers may be as old as that,
            and must not replace what it said to a later question.

    Raises:
        UserFacing: the mirror could not be written.
    """
    if not records:
        return
    await mirror.put(records, read_at)
    people = {r.id for r in records if isinstance(r, Cardholder)}
    cards = {r.id for r in records if isinstance(r, Card)}
    cards |= {r.card_id for r in records if isinstance(r, Token)}
    active = {r.cardholder_id for r in records if isinstance(r, Authorization | Transaction)}
    disputes = {r.id for r in records if isinstance(r, Dispute)}
    for signal, ids in (
        (changes.cardholders, people),
        (changes.cards, cards),
        (changes.activity, active),
        (changes.disputes, disputes),
    ):
        if ids:
            signal.emit(frozenset(ids))
