"""The words beside an input that holds what of a card must not be kept."""

from __future__ import annotations

from supportdesk.domain.privacy import CARD, find_card_numbers, refusal
from supportdesk.ui.text import tr


def card_problem(text: str) -> str:
    """Return why a text cannot be kept: a full card number, a security code, a PIN; else ""."""
    found = refusal(text)
    if not found:
        return ""
    if found == CARD:
        return tr("This looks like a full card number. It must not be kept here.")
    return tr("This looks like a card's security code or PIN. It must not be kept here.")


def mask_words(text: str) -> str:
    """Return the words of the button that masks what `card_problem` found."""
    return tr("Mask to last four") if find_card_numbers(text) else tr("Mask it")
