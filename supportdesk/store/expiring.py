"""Cards that end soon and that nothing follows, page by page from the mirror."""

from __future__ import annotations

from sqlalchemy import func, text, tuple_
from sqlmodel import Session, col, select

from supportdesk.domain.records import Card, Seen
from supportdesk.store import body
from supportdesk.store.mirror import Mirror
from supportdesk.store.mirror_tables import ENDING, CardRow

Place = tuple[int, str]  # `ending_month` and id of the last card of a page


async def page(
    mirror: Mirror, first: int, last: int, limit: int, after: Place | None = None
) -> list[Seen[Card]]:
    """Return a page of the living cards without successor, those that end first on top.

    Args:
        first, last: months as `domain.cards.ending_month`.
        after: place of the last card of the page before.
    """
    query = select(CardRow.body, CardRow.read_at, CardRow.how).where(
        text(ENDING), CardRow.ends >= first, CardRow.ends <= last
    )
    if after is not None:
        query = query.where(tuple_(CardRow.ends, CardRow.id) > after)
    query = query.order_by(col(CardRow.ends), col(CardRow.id)).limit(limit)

    def work(session: Session) -> list[Seen[Card]]:
        found = session.execute(query)
        return [Seen(body.load(Card, text_), at, how) for text_, at, how in found]

    return await mirror.database.read(work)


async def count(mirror: Mirror, first: int, last: int) -> int:
    """Return how many cards the pages have together."""
    query = (
        select(func.count())
        .select_from(CardRow)
        .where(text(ENDING), CardRow.ends >= first, CardRow.ends <= last)
    )
    return await mirror.database.read(lambda session: session.scalar(query) or 0)
