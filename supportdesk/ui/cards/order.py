"""Cards that keep their place while someone works with them."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.records import Card, Seen


def steady(before: Sequence[str], cards: Sequence[Seen[Card]]) -> list[Seen[Card]]:
    """Return the cards with those of `before` (ids) in that order, others after them.

    A card that changes its place when it is frozen puts another card's button under the mouse.
    """
    place = {card_id: at for at, card_id in enumerate(before)}
    return sorted(cards, key=lambda seen: place.get(seen.record.id, len(place)))
