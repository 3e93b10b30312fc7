"""A purchase step by step, and until when it can be disputed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from supportdesk.domain.activity import Line
from supportdesk.domain.disputes_checks import ceiling, deadline
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Authorization, Card, Transaction

_ENDED = ("reversed", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step of a purchase.

    Attributes:
        kind: approved, declined, more_approved, more_declined (the shop asked for more),
            part_released, captured, refunded, refund_taken_back, reversed, expired, or Stripe's
            unknown type.
        at: Unix seconds, None when Stripe does not tell.
        amount: minor units as a person reads it, never negative.
        reason: Stripe's word for a refusal.
    """

    kind: str
    at: int | None
    amount: int
    currency: str
    merchant_amount: int = 0
    merchant_currency: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Disputable:
    """Until when a purchase can be disputed, or why not.

    Attributes:
        until: the last day for most reasons, an estimate; None when it cannot be.
        earliest: the last day for the reason with the shortest time, None if all are alike.
        why: why it cannot be: not_captured, refund, refunded, disputed, too_late; "" if it can.
        basis: the rule `until` rests on.
    """

    until: date | None = None
    earliest: date | None = None
    why: str = ""
    basis: str = ""


def events(line: Line) -> tuple[Event, ...]:
    """Return what happened to a purchase, in order of time; what has no time comes last."""
    found = [] if line.authorization is None else list(_asked(line.authorization, line))
    found += [_moved(t) for t in (*line.captures, *line.refunds)]
    return tuple(sorted(found, key=lambda event: (event.at is None, event.at or 0)))


def _asked(authorization: Authorization, line: Line) -> Iterable[Event]:
    history = sorted(authorization.decisions, key=lambda d: d.created or 0)
    more = ""
    for decision in history:
        own = decision.amount is None
        yield Event(
            kind=f"{more}{'approved' if decision.approved else 'declined'}",
            at=decision.created,
            amount=authorization.amount if decision.amount is None else decision.amount,
            currency=authorization.currency,
            merchant_amount=authorization.merchant_amount if own or not more else 0,
            merchant_currency=authorization.merchant_currency if own or not more else "",
            reason="" if decision.approved else decision.reason,
        )
        more = "more_" if authorization.approved else more
    if not history:
        yield Event(
            kind="approved" if authorization.approved else "declined",
            at=authorization.created,
            amount=line.amount,
            currency=authorization.currency,
        )
    if authorization.status == "expired" and line.captures:
        return  # it was charged after all, later than Stripe waits for
    released = _released(authorization)
    if released > 0:
        currency = authorization.currency
        yield Event(kind="part_released", at=None, amount=released, currency=currency)
    if authorization.status in _ENDED:
        yield Event(kind=authorization.status, at=None, amount=0, currency=authorization.currency)


def _released(authorization: Authorization) -> int:
    """Return what an approved purchase no longer holds of what was approved (minor units)."""
    approved = [d.amount for d in authorization.decisions if d.approved]
    known = [amount for amount in approved if amount is not None]
    if not authorization.approved or authorization.status == "reversed" or known != approved:
        return 0
    return sum(known) - authorization.amount


def _moved(transaction: Transaction) -> Event:
    kinds = {("capture", True): "captured", ("refund", False): "refunded"}
    kinds[("refund", True)] = "refund_taken_back"
    kind = kinds.get((transaction.type, transaction.amount < 0), transaction.type or "captured")
    return Event(
        kind=kind,
        at=transaction.created,
        amount=abs(transaction.amount),
        currency=transaction.currency,
        merchant_amount=abs(transaction.merchant_amount),
        merchant_currency=transaction.merchant_currency,
    )


def disputable(line: Line, card: Card | None, rules: Rules, today: date) -> Disputable:
    """Estimate until when a purchase can be disputed, by the network's windows.

    The window hangs on the reason, and for some on dates only the caller knows: the day is that
    of most reasons, counted from the transaction. Of several captures the one with most time
    left decides.
    """
    if not line.captures:
        return Disputable(why="refund" if line.refunds else "not_captured")
    open_ones = [t for t in line.captures if not t.dispute_id]
    if not open_ones:
        return Disputable(why="disputed")
    related = (*line.captures, *line.refunds)
    if all(ceiling(t, related).left <= 0 for t in open_ones):
        return Disputable(why="refunded")
    network = card.network if card else ""
    best: Disputable | None = None
    for transaction in open_ones:
        general = deadline(transaction, network, "", {}, rules, today)
        if general is None:
            continue
        others = [
            end.day
            for reason in rules.reasons.reasons
            if (end := deadline(transaction, network, reason.reason, {}, rules, today))
        ]
        shortest = min(others, default=general.day)
        earliest = shortest if shortest < general.day else None
        if best is None or best.until is None or general.day > best.until:
            best = Disputable(general.day, earliest, basis=general.basis)
    if best is None:
        return Disputable(why="not_captured")
    if best.until is not None and best.until < today:
        return Disputable(why="too_late", basis=best.basis)
    return best
