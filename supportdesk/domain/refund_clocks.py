"""Refund clocks of the law, from the day the cardholder told us; beside the networks' windows.

Rules are data (`resources/disputes/refunds.json`): Regulation E and Z in the United States, the
Payment Services Regulations in the United Kingdom, the second Payment Services Directive in the
European Union. Which of them apply is a setting of the programme.
"""

from __future__ import annotations

import dataclasses
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from supportdesk.domain.clocks import Clock, Programme, Rule, clock_of
from supportdesk.domain.records import Authorization, Cardholder, Transaction

_PRESENT = ("chip", "contactless", "swipe", "keyed_in")  # ways to pay where the card is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRule(Rule):
    """A clock that starts when the cardholder tells us.

    Attributes:
        reasons: Stripe's reasons it applies to; empty means all.
        when: it needs one of these circumstances; `unless`: none of these.
    """

    reasons: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """By when the cardholder has to have told us, months and days after the purchase."""

    regime: str
    months: int
    days: int
    source: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRules:
    """A version of both lists. `new_account_days`: calendar days an account counts as new."""

    version: str
    new_account_days: int
    clocks: tuple[RefundRule, ...]
    notices: tuple[NoticeRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The last day to tell us under a regime, and whether the cardholder was in time."""

    regime: str
    last: date
    in_time: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunds:
    """Everything the law asks in one case, the earliest first; empty when no regime applies."""

    clocks: tuple[Clock, ...] = ()
    notices: tuple[Notice, ...] = dataclasses.field(default=())


def circumstances(
    transaction: Transaction,
    authorization: Authorization | None,
    cardholder: Cardholder | None,
    rules: RefundRules,
    country: str,
) -> frozenset[str]:
    """Return what lengthens a clock: "new_account", "point_of_sale", "abroad".

    Regulation E counts an account as new for 30 days after the first deposit; the day the
    cardholder was made at Stripe stands in for it, which is never later.
    """
    found = set()
    bought = transaction.created
    since = cardholder.created if cardholder else None
    if bought and since and bought - since < rules.new_account_days * 86_400:
        found.add("new_account")
    if authorization is not None and authorization.method in _PRESENT:
        found.add("point_of_sale")
    abroad = transaction.merchant.country
    if abroad and country and abroad != country:
        found.add("abroad")
    return frozenset(found)


def refunds(
    rules: RefundRules,
    programme: Programme,
    reason: str,
    told: date,
    bought: date | None,
    around: frozenset[str] = frozenset(),
) -> Refunds:
    """Return the clocks that run from `told`, and whether it was told in time.

    Args:
        reason: Stripe's reason, "" while open: then nothing applies yet.
        bought: the day of the debit, None when it is not known.
        around: what `circumstances` found.
    """
    if not reason:
        return Refunds()
    clocks = [
        clock_of(rule, told, programme, rules.version)
        for rule in rules.clocks
        if rule.regime in programme.regimes
        and (not rule.reasons or reason in rule.reasons)
        and (not rule.when or around.intersection(rule.when))
        and not around.intersection(rule.unless)
    ]
    notices = []
    for notice in rules.notices if bought else ():
        if notice.regime in programme.regimes and (not notice.reasons or reason in notice.reasons):
            assert bought is not None
            last = _months_later(bought, notice.months) + timedelta(days=notice.days)
            made = Notice(
                regime=notice.regime, last=last, in_time=told <= last, source=notice.source
            )
            notices.append(made)
    ordered = sorted(clocks, key=lambda clock: (clock.due, clock.rule))
    return Refunds(clocks=tuple(ordered), notices=tuple(sorted(notices, key=lambda n: n.last)))


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last one of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
