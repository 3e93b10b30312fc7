"""The list of cards that expire within 60 days, for a team to work through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from supportdesk.domain.cards import ended_by, ending_month
from supportdesk.domain.records import Card, Cardholder
from supportdesk.store import expiring
from supportdesk.store.mirror import Mirror

PAGE = 100
Which = Literal["soon", "over"]


@dataclass(frozen=True, slots=True)
class Expiring:
    """A card that ends, with the person it belongs to; None when the mirror lacks them."""

    card: Card
    cardholder: Cardholder | None = None


class ExpiringCards:
    """Reads the list from the mirror; Stripe is not asked.

    Only living cards that no replacement was ordered for: the others need no one.
    """

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror

    async def page(
        self, which: Which, today: date, after: Expiring | None = None
    ) -> list[Expiring]:
        """Return the next page: `soon` within 60 days from today on, `over` ended before.

        Raises:
            UserFacing: the mirror cannot be read.
        """
        first, last = _span(which, today)
        place = (ending_month(after.card), after.card.id) if after else None
        seen = await expiring.page(self._mirror, first, last, PAGE, place)
        owners = list({s.record.cardholder_id for s in seen})
        people = {s.record.id: s.record for s in await self._mirror.cardholders(owners)}
        return [Expiring(s.record, people.get(s.record.cardholder_id)) for s in seen]

    async def count(self, which: Which, today: date) -> int:
        """Return how many there are."""
        return await expiring.count(self._mirror, *_span(which, today))


def _span(which: Which, today: date) -> tuple[int, int]:
    this_month = today.year * 12 + today.month
    return (this_month, ended_by(today)) if which == "soon" else (1, this_month - 1)
