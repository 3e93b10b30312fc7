"""A card and those it replaced or was replaced by, as one chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.cards import chain_of
from supportdesk.domain.records import Card
from supportdesk.services.switched import Off
from supportdesk.ui import theme, words
from supportdesk.ui.cards import off as switched
from supportdesk.ui.cards.parts import box
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip
from supportdesk.ui.widgets.label import label

_KEEPS = ("damaged", "expired")


def chain_box(
    card: Card,
    others: Sequence[Card],
    offs: Mapping[str, Off],
    pick: Callable[[str], object],
) -> QWidget | None:
    """Draw the chain a card belongs to, oldest first; None for a card that stands alone.

    Args:
        offs: why which card is switched off, by id.
        pick: told the id of another card of the chain that was chosen.
    """
    chain = chain_of(card, others)
    if len(chain) == 1 and not card.replacement_for and not card.replaced_by:
        return None
    made, layout = box(tr("Chain of cards"))
    known = {one.id for one in chain}
    if chain[0].replacement_for and chain[0].replacement_for not in known:
        old = words.short_id(chain[0].replacement_for)
        layout.addWidget(
            label(tr("An older card, {id}, is not in the mirror yet.", id=old), "muted")
        )
    for one in chain:
        layout.addWidget(_link(one, card, chain, offs.get(one.id), pick))
    if chain[-1].replaced_by and chain[-1].replaced_by not in known:
        new = words.short_id(chain[-1].replaced_by)
        layout.addWidget(
            label(tr("A newer card, {id}, is not in the mirror yet.", id=new), "muted")
        )
    return made


def _link(
    one: Card,
    shown: Card,
    chain: Sequence[Card],
    off: Off | None,
    pick: Callable[[str], object],
) -> QWidget:
    made = QWidget()
    px = theme.current.measures.px
    column = QVBoxLayout(made)
    column.setContentsMargins(0, px(0.1), 0, px(0.1))
    column.setSpacing(0)
    row = QHBoxLayout()
    row.setSpacing(px(0.5))
    name = f"{words.card_name(one)} · {words.card_expiry(one)}"
    if one.id == shown.id:
        row.addWidget(label(tr("{card} (this card)", card=name), "strong"))
    else:
        button = KeyButton(name, "", "link")
        button.setAccessibleDescription(tr("Show this card"))
        button.clicked.connect(lambda: pick(one.id))
        row.addWidget(button)
    row.addWidget(Chip(*switched.chip(one, off)))
    row.addStretch(1)
    column.addLayout(row)
    if said := role(one, chain):
        column.addWidget(label(said, "muted", wrap=True))
    return made


def role(one: Card, chain: Sequence[Card]) -> str:
    """What a card is in its chain, such as "replaces •••• 4821 (damaged), works until then"."""
    known = {card.id: card for card in chain}
    said = []
    if one.replacement_for:
        old = known.get(one.replacement_for)
        name = words.card_name(old) if old else words.short_id(one.replacement_for)
        reason = words.replace_reason(one.replacement_reason)
        said.append(tr("Replaces {card} ({reason})", card=name, reason=reason))
    new = known.get(one.replaced_by)
    if new is not None and new.replacement_reason in _KEEPS and one.status == "active":
        said.append(tr("Same number; works until the new one is activated"))
    elif one.replaced_by:
        name = words.card_name(new) if new else words.short_id(one.replaced_by)
        said.append(tr("Replaced by {card}", card=name))
    return " · ".join(said)
