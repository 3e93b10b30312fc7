"""What may be done with a card, and why not.

Rules: docs.stripe.com/issuing/cards/replacements and the Card object of Stripe's API. Stripe
has the last word; these only keep a button from promising what Stripe will refuse.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, get_args

from supportdesk.domain.records import Card, Cardholder, Shipping

CancelReason = Literal["lost", "stolen"]
ReplaceReason = Literal["lost", "stolen", "damaged", "expired"]
CANCEL_REASONS: tuple[CancelReason, ...] = get_args(CancelReason)
REPLACE_REASONS: tuple[ReplaceReason, ...] = get_args(ReplaceReason)
BESIDE = "supportdesk_beside"  # metadata of the card that is ordered besides a replacement
SERVICES = ("standard", "express", "priority")
EXPIRES_SOON_DAYS = 60  # calendar days

# Whether a lost or stolen replacement must name the reason the old card was cancelled with is
# not documented; the desk holds to it, because the two contradicting would be odd at best.
SAME_REASON_AS_CANCELLATION = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be done; `why` says why not, for a person."""

    allowed: bool
    why: str = ""


YES = Verdict(True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementOrder:
    """What a replacement shall be.

    Attributes:
        type: physical or virtual.
        shipping: where to (name, address, service); None for a virtual card.
        also_virtual: order an ordinary virtual card besides. Stripe has one replacement per card.
    """

    card_id: str
    reason: ReplaceReason
    type: str = "physical"
    shipping: Shipping | None = None
    second_line: str = ""
    personalization_design: str = ""
    also_virtual: bool = False


def may_freeze(card: Card) -> Verdict:
    """Whether the card can be set inactive."""
    if card.status == "canceled":
        return Verdict(False, "The card is cancelled for good.")
    if card.status == "inactive":
        return Verdict(False, "The card is switched off already.")
    return YES


def may_activate(card: Card, cardholder: Cardholder | None) -> Verdict:
    """Whether the card can be set active: unfrozen, or activated for the first time.

    Stripe refuses it while the cardholder has requirements that are past due.
    """
    if card.status == "canceled":
        return Verdict(False, "The card is cancelled for good.")
    if card.status == "active":
        return Verdict(False, "The card is active already.")
    if cardholder is not None and cardholder.past_due:
        return Verdict(False, "Stripe first needs information about the cardholder.")
    return YES


def may_cancel(card: Card) -> Verdict:
    """Whether the card can be cancelled; that is final."""
    if card.status == "canceled":
        return Verdict(False, "The card is cancelled already.")
    return YES


def may_replace(card: Card, reason: ReplaceReason) -> Verdict:
    """Whether a replacement can be ordered for a reason.

    Lost and stolen cards are cancelled first (the order does that, as one flow); damaged and
    expired ones stay usable until the new card is activated, so they must still live.
    """
    if card.replaced_by:
        return Verdict(False, "The card has been replaced already.")
    if reason in CANCEL_REASONS:
        other = card.status == "canceled" and card.cancellation_reason != reason
        if other and SAME_REASON_AS_CANCELLATION:
            return Verdict(False, f"The card was not cancelled as {reason}.")
        return YES
    if card.status == "canceled":
        return Verdict(False, "Only a card that still lives keeps its number.")
    return YES


def must_cancel_first(card: Card, reason: ReplaceReason) -> bool:
    """Whether an order has to cancel the old card before it creates the new one."""
    return reason in CANCEL_REASONS and card.status != "canceled"


def may_change_shipping(card: Card) -> Verdict:
    """Whether the address can still change; until when is not documented: while pending."""
    if card.shipping is None:
        return Verdict(False, "The card is not sent by post.")
    if card.shipping.status not in ("", "pending"):
        return Verdict(False, "The card is in production or on its way already.")
    return YES


def expires_on(card: Card) -> date | None:
    """Last day on which the card works: the end of its expiry month."""
    if card.exp_year is None or card.exp_month is None or not 1 <= card.exp_month <= 12:
        return None
    year, month = divmod(card.exp_year * 12 + card.exp_month, 12)
    if not 1 <= year <= 9999:
        return None
    return date.fromordinal(date(year, month + 1, 1).toordinal() - 1)


def expires_soon(card: Card, today: date) -> bool:
    """Whether a living card ends within 60 days or has ended."""
    last = expires_on(card)
    return (
        card.status != "canceled" and last is not None and (last - today).days <= EXPIRES_SOON_DAYS
    )


def ending_month(card: Card) -> int:
    """Return the month in which someone must have done something, as year * 12 + month.

    0 for a card that is cancelled, has a successor, or whose expiry is not known.
    """
    last = expires_on(card)
    if card.status == "canceled" or card.replaced_by or last is None:
        return 0
    return last.year * 12 + last.month


def ended_by(today: date) -> int:
    """Return the last month, as `ending_month`, that has ended 60 days from today."""
    by = today + timedelta(days=EXPIRES_SOON_DAYS)
    whole = (by + timedelta(days=1)).month != by.month
    return by.year * 12 + by.month - (not whole)


def usual_reason(card: Card, today: date) -> ReplaceReason:
    """Return why a living card is most likely replaced."""
    return "expired" if expires_soon(card, today) else "damaged"


@dataclass(frozen=True, slots=True)
class Chain:
    """A card and the cards it replaced or was replaced by, oldest first."""

    cards: tuple[Card, ...] = field(default_factory=tuple)


def chains(cards: Iterable[Card]) -> list[Chain]:
    """Group cards that replace each other; newest chain first. Links may be missing or circular."""
    known = {card.id: card for card in cards}
    before = {card.id: card.replacement_for for card in known.values()}
    newest = sorted(known.values(), key=lambda c: (c.created or 0, c.id), reverse=True)
    told: set[str] = set()
    found: list[Chain] = []
    for card in newest:
        chain: list[Card] = []
        at = card.id
        while at in known and at not in told:
            told.add(at)
            chain.append(known[at])
            at = before[at]
        if chain:
            found.append(Chain(tuple(reversed(chain))))
    return found


def chain_of(card: Card, cards: Iterable[Card]) -> tuple[Card, ...]:
    """Return a card with all it is linked to by replacement, oldest first.

    A card can have been replaced twice while the first replacement was not activated.
    """
    known = {other.id: other for other in (*cards, card)}
    found = {card.id}
    while True:
        linked = {
            other.id
            for other in known.values()
            if found & {other.id, other.replacement_for, other.replaced_by}
            or any(other.id in (known[id].replacement_for, known[id].replaced_by) for id in found)
        }
        if linked <= found:
            break
        found |= linked
    return tuple(sorted((known[id] for id in found), key=lambda c: (c.created or 0, c.id)))
