"""A stretch of a person's purchases from the mirror, each whole, newest first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from supportdesk.domain.activity import Line, lines
from supportdesk.domain.records import Authorization, Transaction
from supportdesk.store.mirror import Cursor, Mirror, cursor


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some purchases, and where the mirror goes on with older ones; None when it has no more."""

    lines: tuple[Line, ...] = ()
    older: Cursor | None = None


async def stretch(
    mirror: Mirror, cardholder_id: str, limit: int, before: Cursor | None = None
) -> Stretch:
    """Return a person's purchases in the order of their first event.

    Authorisations and what came without one share one order by (created, id). The captures and
    refunds of an authorisation come with it whenever they were made, so a line is never torn.

    Args:
        limit: how many purchases at most.
        before: the `older` of the stretch before.

    Raises:
        UserFacing: the mirror cannot be read.
    """
    asked, alone = await asyncio.gather(
        mirror.authorizations_of(cardholder_id, limit + 1, before),
        mirror.alone_of(cardholder_id, limit + 1, before),
    )
    records: list[Authorization | Transaction] = [s.record for s in asked]
    records += [s.record for s in alone]
    records.sort(key=cursor, reverse=True)
    chosen = records[:limit]
    authorizations = [r for r in chosen if isinstance(r, Authorization)]
    own = await mirror.transactions_under_all([a.id for a in authorizations])
    moved = [s.record for s in own] + [r for r in chosen if isinstance(r, Transaction)]
    more = len(records) > limit
    return Stretch(tuple(lines(authorizations, moved)), cursor(chosen[-1]) if more else None)
