"""A card as a row of a list."""

from __future__ import annotations

from supportdesk.domain.records import Card
from supportdesk.services.switched import Off
from supportdesk.ui import words
from supportdesk.ui.cards import off as switched
from supportdesk.ui.widgets.row_list import Row

_LONG_CHIP = 13  # letters beside which the last four digits would be cut off


def card_row(card: Card, off: Off | None) -> Row:
    """A card in the list of the person's cards; `off` says why it is switched off."""
    said, tone = switched.chip(card, off)
    parts = [words.card_type(card), card.brand_name, words.card_expiry(card)]
    if card.shipping is not None and card.shipping.status not in ("", "delivered", "canceled"):
        parts.insert(0, words.shipment_state(card.shipping.status)[0])
    return Row(
        key=card.id,
        title=words.card_name(card),
        chip=said,
        tone=tone,
        chip_below=len(said) > _LONG_CHIP,
        subtitle=" · ".join(part for part in parts if part),
    )
