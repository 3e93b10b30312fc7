"""What can be disputed of a purchase, from when and until when.

Source: docs.stripe.com/issuing/purchases/disputes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from supportdesk.domain.days import from_unix
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Authorization, Card, Dispute, Transaction

NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What can be disputed of one capture, all in minor units of its currency.

    Attributes:
        captured: what the capture took.
        refunded: what came back on the same authorisation.
        left: what can be disputed, never below zero.
        maybe: refunds not linked to any purchase that may belong to this one.
    """

    captured: int
    refunded: int
    left: int
    maybe: tuple[Transaction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Our estimate of the last day to submit, with what it rests on."""

    day: date
    days_left: int
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known about one capture when a dispute is taken in.

    Attributes:
        related: other transactions of the same card, for refunds.
        dispute: the dispute that exists for this capture, if any.
        fraud_disputes: other fraud disputes on this card within the network's period.
        reported_before: whether fraud had been reported on the card when this was bought.
    """

    transaction: Transaction
    card: Card | None = None
    authorization: Authorization | None = None
    related: tuple[Transaction, ...] = ()
    dispute: Dispute | None = None
    fraud_disputes: int = 0
    reported_before: bool = False

    @property
    def network(self) -> str:
        """Name of the card network in lower case, "" when it is not known."""
        return self.card.network if self.card else ""


def ceiling(transaction: Transaction, related: Iterable[Transaction]) -> Ceiling:
    """Return what can be disputed: the capture minus what came back (minor units).

    Stripe links refunds to authorisations, not to captures. With several captures under one
    authorisation the refunds count against their sum, because they may belong to another one.
    """
    captured = max(-transaction.amount, 0) if transaction.type == "capture" else 0
    others = [t for t in related if t.id != transaction.id and t.currency == transaction.currency]
    linked = [t for t in others if t.authorization_id == transaction.authorization_id != ""]
    refunded = sum(t.amount for t in linked if t.type == "refund")
    total = captured - sum(t.amount for t in linked if t.type == "capture")
    maybe = tuple(t for t in others if _may_be_refund_of(t, transaction))
    left = max(min(captured, total - refunded), 0)
    return Ceiling(captured=captured, refunded=max(refunded, 0), left=left, maybe=maybe)


def _may_be_refund_of(other: Transaction, capture: Transaction) -> bool:
    return (
        other.type == "refund"
        and not other.authorization_id
        and other.card_id == capture.card_id
        and other.merchant.name == capture.merchant.name
        and 0 < other.amount <= -capture.amount
        and (other.created or 0) >= (capture.created or 0)
    )


def processed_on(transaction: Transaction) -> date | None:
    """Return the network's processing day, on which windows are counted; else Stripe's day."""
    try:
        return date.fromisoformat(transaction.processing_date[:10])
    except ValueError:
        return from_unix(transaction.created) if transaction.created else None


def deadline(
    transaction: Transaction,
    network: str,
    reason: str,
    days: Mapping[str, date],
    rules: Rules,
    today: date,
    answers: Mapping[str, str] = NO_ANSWERS,
) -> Deadline | None:
    """Estimate the last day to submit: the network's window, but before Stripe's own expiry.

    `days` are the dates typed so far, by field. Days are calendar days. None without any date.
    """
    processed = processed_on(transaction)
    known = {**days, **({"processed": processed} if processed else {})}
    ends: list[tuple[date, str]] = []
    for window in rules.windows.windows:
        if window.covers(network, reason, answers):
            start = next((known[name] for name in window.start if name in known), None)
            if start is not None:
                ends.append((start + timedelta(days=window.days), window.basis))
            break
    if processed:
        expires = rules.windows.unsubmitted_expires_days
        basis = f"Stripe lets an unsubmitted dispute expire {expires} days after clearing"
        ends.append((processed + timedelta(days=expires), basis))
    if not ends:
        return None
    day, basis = min(ends, key=lambda end: end[0])
    return Deadline(day=day, days_left=(day - today).days, basis=basis)


def wait_until(
    transaction: Transaction,
    network: str,
    reason: str,
    days: Mapping[str, date],
    rules: Rules,
    today: date,
    answers: Mapping[str, str] = NO_ANSWERS,
) -> tuple[date, str] | None:
    """Return the first day to file and why, when a waiting time still runs; else None.

    `days` and `answers` are what was typed and answered so far, by field and by question.
    """
    processed = processed_on(transaction)
    known = {**days, **({"processed": processed} if processed else {})}
    waits = [
        (known[name] + timedelta(days=wait.days), wait.basis)
        for wait in rules.windows.waits
        if wait.covers(network, reason, answers)
        for name in wait.start
        if name in known
    ]
    last = max(waits, default=None)
    return last if last and last[0] > today else None
