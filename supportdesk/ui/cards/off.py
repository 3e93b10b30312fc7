"""Why a card is switched off, in words; what switching it on is called then."""

from __future__ import annotations

from supportdesk.domain import cards
from supportdesk.domain.records import Card
from supportdesk.services.switched import FROZEN, NEW, Off
from supportdesk.ui import text, words
from supportdesk.ui.text import tr
from supportdesk.ui.words import Said


def chip(card: Card, off: Off | None) -> Said:
    """State of a card, frozen and not activated told apart as far as that can be known."""
    if card.status != "inactive" or off is None:
        return words.card_state(card)
    if off.kind in FROZEN:
        return tr("frozen"), "warn"
    if off.kind in NEW:
        return tr("not activated"), "info"
    return words.card_state(card)


def said(off: Off | None) -> str:
    """Who switched a card off, when and why, or why that cannot be said; "" for one that is on."""
    if off is None:
        return ""
    when = text.when(off.at) if off.at is not None else ""
    told = {
        "frozen_here": tr("Frozen by {agent}, {when}: {why}"),
        "uncertain": tr("It is not certain yet whether this desk switched it; see the journal."),
        "frozen_elsewhere": tr("Frozen, but not from this desk: it was paid with before."),
        "not_activated": tr("Not activated yet; ordered by {agent}, {when}."),
        "not_delivered": tr("Not delivered and never paid with: most likely not activated yet."),
        "unknown": tr(
            "Switched off, not from this desk: frozen or never activated. Stripe has one word for"
            " both."
        ),
    }[off.kind]
    if off.kind == "frozen_elsewhere" and off.agent:
        told = tr("Switched on here by {agent}, {when}; frozen since, but not from this desk.")
    why = off.why.words or tr("no reason written")
    return told.format(agent=off.agent, when=when, why=why)


def switch_on(off: Off | None) -> str:
    """What switching the card on is called."""
    if off is not None and off.kind in FROZEN:
        return tr("Unfreeze")
    if off is not None and off.kind in NEW:
        return tr("Activate")
    return tr("Switch on")


def ending(card: Card) -> Said | None:
    """That a living card expires soon or has expired, None when neither is so."""
    today = text.today()
    last = cards.expires_on(card)
    if last is None or not cards.expires_soon(card, today):
        return None
    date = words.card_expiry(card)
    if last < today:
        return tr("expired {date}", date=date), "bad"
    return tr("expires {date}", date=date), "warn"
