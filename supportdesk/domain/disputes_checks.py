"""What an agent should know before a dispute is filed: ceiling, time left, odds.

Warnings inform and never stop: Stripe forbids hindering the filing of fraud disputes. Refused
is only what Stripe itself cannot take. Source: docs.stripe.com/issuing/purchases/disputes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from supportdesk.domain.days import format_day, from_unix
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.money import format_money
from supportdesk.domain.records import Authorization, Card, Dispute, Transaction

Level = Literal["ok", "warn", "refuse"]


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


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list beside the form. Refuse means Stripe cannot take the dispute."""

    level: Level
    text: str


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
        return self.card.brand.lower().replace(" ", "") if self.card else ""


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
) -> Deadline | None:
    """Estimate the last day to submit: the network's window, but before Stripe's own expiry.

    `days` are the dates typed so far, by field. Days are calendar days. None without any date.
    """
    processed = processed_on(transaction)
    known = {**days, **({"processed": processed} if processed else {})}
    ends: list[tuple[date, str]] = []
    for window in rules.windows.windows:
        if window.covers(network, reason):
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
    network: str, reason: str, days: Mapping[str, date], rules: Rules, today: date
) -> tuple[date, str] | None:
    """Return the first day to file and why, when a waiting time still runs; else None."""
    waits = [
        (days[name] + timedelta(days=wait.days), wait.basis)
        for wait in rules.windows.waits
        if wait.covers(network, reason)
        for name in wait.start
        if name in days
    ]
    last = max(waits, default=None)
    return last if last and last[0] > today else None


def checks(
    case: Case, reason: str, days: Mapping[str, date], rules: Rules, *, today: date, locale: str
) -> tuple[Check, ...]:
    """Return what to know before filing, the refusals first."""
    found = [*_standing(case, locale)]
    if reason == "fraudulent":
        found += _fraud(case, rules)
    if reason == "no_valid_authorization":
        found += _authorised(case, locale)
    known = rules.reason(reason)
    if known is not None and known.merchant_first:
        text = "The cardholder has to try the shop first: say when and how, and add the proof."
        found.append(Check("warn", text))
    found += _time(case, reason, days, rules, today, locale)
    order = {"refuse": 0, "ok": 1, "warn": 2}
    return tuple(sorted(found, key=lambda check: order[check.level]))


def _standing(case: Case, locale: str) -> Iterable[Check]:
    transaction, top = case.transaction, ceiling(case.transaction, case.related)
    if transaction.type != "capture":
        yield Check("refuse", "Only a captured purchase can be disputed, not a refund.")
        return
    if case.dispute is not None and case.dispute.status != "unsubmitted":
        yield Check("refuse", "There is a dispute for this purchase: Stripe takes only one.")
    money = format_money(top.left, transaction.currency, locale)
    if top.left <= 0:
        yield Check("refuse", "The purchase has been refunded: nothing is left to dispute.")
    elif top.refunded:
        back = format_money(top.refunded, transaction.currency, locale)
        yield Check("warn", f"{back} came back on this purchase: at most {money} can be disputed.")
    elif case.dispute is None:
        yield Check("ok", "Captured, not refunded, not disputed before")
    else:
        yield Check("ok", "Captured, not refunded, dispute saved at Stripe")
    for refund in top.maybe:
        back = format_money(refund.amount, refund.currency, locale)
        day = format_day(from_unix(refund.created), locale) if refund.created else "a later day"
        yield Check("warn", f"{back} came back from this shop on {day}: is it for this purchase?")


def _fraud(case: Case, rules: Rules) -> Iterable[Check]:
    card, paid = case.card, case.authorization
    if card is not None and card.status == "canceled":
        yield Check("ok", f"Card •••• {card.last4} is cancelled")
    elif card is not None:
        text = f"Card •••• {card.last4} can still be used: cancel it before filing fraud."
        yield Check("warn", text)
    limit, period = rules.windows.fraud_count, rules.windows.fraud_days
    if case.fraud_disputes >= limit:
        text = f"{case.fraud_disputes} fraud disputes on this card in {period} days: "
        yield Check("warn", text + f"the network takes {limit}.")
    elif case.fraud_disputes:
        text = f"{case.fraud_disputes} of {limit} fraud disputes on this card in {period} days"
        yield Check("ok", text)
    if case.reported_before:
        text = "Bought after fraud was reported on this card, still active: the network will likely"
        yield Check("warn", f"{text} say no.")
    if paid is None:
        return
    if paid.three_d_secure == "authenticated":
        yield Check("warn", "Confirmed with 3-D Secure: the network will likely say no.")
    elif paid.method == "chip":
        yield Check("warn", "The chip of the card was read: the network will likely say no.")
    elif paid.wallet:
        yield Check("warn", "Paid with a wallet on a phone or watch: a weaker case.")
    elif paid.method == "contactless":
        yield Check("warn", "Paid contactless with the card: a weaker case.")
    elif paid.method == "online":
        yield Check("ok", "Online purchase without 3-D Secure: a good case")


def _authorised(case: Case, locale: str) -> Iterable[Check]:
    paid, captured = case.authorization, -case.transaction.amount
    if paid is None:
        yield Check("ok", "Captured without an authorisation we know of")
        return
    allowed = max((d.amount or 0 for d in paid.decisions if d.approved), default=0)
    if paid.approved and 0 < allowed < captured:
        currency = case.transaction.currency
        excess = format_money(captured - allowed, currency, locale)
        text = f"{format_money(allowed, currency, locale)} was authorised: dispute only {excess}."
        yield Check("warn", text)
    elif paid.approved:
        yield Check("warn", "The purchase was authorised in full: a weak case.")


def _time(
    case: Case, reason: str, days: Mapping[str, date], rules: Rules, today: date, locale: str
) -> Iterable[Check]:
    if wait := wait_until(case.network, reason, days, rules, today):
        yield Check("warn", f"Wait until {format_day(wait[0], locale)}, then file: {wait[1]}.")
    end = deadline(case.transaction, case.network, reason, days, rules, today)
    if end is None:
        yield Check("warn", "Stripe gave no processing date: the time limit is not known.")
        return
    day = format_day(end.day, locale)
    if end.days_left < 0:
        text = f"The time limit was probably {day} ({end.basis}). Stripe decides."
        yield Check("warn", text)
        return
    level: Level = "warn" if end.days_left <= rules.windows.warn_days else "ok"
    count = "1 day" if end.days_left == 1 else f"{end.days_left} days"
    yield Check(level, f"{count} left, estimate: until {day} ({end.basis})")
