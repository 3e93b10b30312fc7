"""A physical card on its way: its steps in order, when it is late, whether it is sent again.

Stripe posts a card once. One that came back, failed or never arrived is replaced, and as its
plastic may be in any hands it is replaced as lost: cancelled first, then a new number
(docs.stripe.com/issuing/cards/replacements). Ten business days are the programme's own patience.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from supportdesk.domain.calendars import Calendar
from supportdesk.domain.cards import Verdict, may_replace
from supportdesk.domain.days import from_unix
from supportdesk.domain.records import Address, Card, Shipping

LATE_AFTER = 10  # business days after posting
_ORDER = ("pending", "submitted", "shipped", "delivered")
_BACK = ("returned", "failure")

Progress = Literal["done", "now", "ahead", "failed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a shipment.

    Attributes:
        status: pending, submitted, shipped, delivered, returned, failure or canceled; a status
            that Stripe added since stays as it came.
        progress: `now` is the last one reached, `failed` ended it.
        at: Unix seconds, None when Stripe does not tell.
        expected: whether `at` is an estimate.
    """

    status: str
    progress: Progress
    at: int | None = None
    expected: bool = False


def steps(card: Card) -> tuple[Step, ...]:
    """Return the steps of a card's shipment in order, those to come last; empty without one."""
    shipping = card.shipping
    if shipping is None or not shipping.status:
        return ()
    times = {
        "pending": card.created,
        "shipped": shipping.shipped_at,
        "delivered": shipping.delivered_at,
    }
    status = shipping.status
    if status in _ORDER:
        here = _ORDER.index(status)
        made = [Step(s, _progress(at, here), times.get(s)) for at, s in enumerate(_ORDER)]
        if status != "delivered" and shipping.eta is not None:
            made[-1] = Step("delivered", "ahead", shipping.eta, expected=True)
        return tuple(made)
    # What came before an end is known as far as it left a time.
    before = [s for s in ("pending", "shipped") if times[s] is not None]
    reached = [Step(s, "done", times[s]) for s in before]
    return (*reached, Step(status, "failed"))


def _progress(at: int, here: int) -> Progress:
    return "done" if at < here else "now" if at == here else "ahead"


def late_on(card: Card, calendar: Calendar) -> date | None:
    """Return the first day on which a card counts as not arrived; None while it is not posted.

    Where Stripe does not tell when it was posted, the days count from the order, and not before
    the day on which Stripe expected it there. None when nothing at all is known.
    """
    shipping = card.shipping
    if shipping is None or shipping.status != "shipped":
        return None
    if shipping.shipped_at is not None:
        return calendar.add(from_unix(shipping.shipped_at), LATE_AFTER)
    known = [] if card.created is None else [calendar.add(from_unix(card.created), LATE_AFTER)]
    if shipping.eta is not None:
        known.append(calendar.add(from_unix(shipping.eta), 1))
    return max(known, default=None)


def may_resend(card: Card, today: date, calendar: Calendar) -> Verdict:
    """Whether a card that did not reach the cardholder is sent again, as a new card."""
    shipping = card.shipping
    if shipping is None or not shipping.status:
        return Verdict(False, "The card is not sent by post.")
    verdict = may_replace(card, "lost")
    if not verdict.allowed:
        return verdict
    if shipping.status in _BACK:
        return Verdict(True)
    if shipping.status == "delivered":
        return Verdict(False, "Stripe says it was delivered: if not, it is lost or stolen.")
    late = late_on(card, calendar)
    if late is None and shipping.status == "shipped":
        return Verdict(False, "Stripe does not say when it was posted.")
    if late is None:
        return Verdict(False, "The card is not posted yet.")
    if today < late:
        return Verdict(False, f"It may still arrive: {LATE_AFTER} business days are not over.")
    return Verdict(True)


def corrected(shipping: Shipping) -> Address | None:
    """Return the address as Stripe wrote it, when it differs in more than capitals and spaces."""
    theirs = shipping.normalized_address
    if theirs is None or _plain(theirs) == _plain(shipping.address):
        return None
    return theirs


def _plain(address: Address) -> tuple[str, ...]:
    parts = (address.line1, address.line2, address.postal_code, address.city, address.state)
    return tuple(" ".join(part.casefold().split()) for part in (*parts, address.country))
