"""Spending controls: how much of each limit is used, and which rule stands against a purchase.

Source: docs.stripe.com/issuing/controls/spending-controls. Stripe does not tell how much of a
limit is used; this counts it from what the desk has seen, so it is an estimate. Intervals are
calendar ones in UTC. Usage follows a card to its replacement; limits of a cardholder count over
all of their cards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    SpendingControls,
    SpendingLimit,
    Transaction,
)

Owner = Literal["card", "cardholder"]
PER_PURCHASE = "per_authorization"
INTERVALS = (PER_PURCHASE, "daily", "weekly", "monthly", "yearly", "all_time")
_PRESENT = ("chip", "contactless", "swipe")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What the controls look at. `amount` is in minor units of the card's `currency`."""

    amount: int
    currency: str
    category: str = ""
    country: str = ""
    presence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """All that is known of what a cardholder spent.

    Attributes:
        cards: all of their cards, also cancelled ones.
        complete_since: Unix seconds from which on nothing is missing, 0 for all of it, None when
            that is not known.
    """

    cards: tuple[Card, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    transactions: tuple[Transaction, ...] = ()
    complete_since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much of one limit is used, in minor units of `currency`.

    Attributes:
        owner: whether the limit is the card's or the cardholder's.
        net: holds and captures less refunds; below zero when more came back than was spent.
        unsure: holds that ended since, no one can tell when: they may have counted as well.
        began: start of the running interval in Unix seconds, 0 for all time, None per purchase.
        resets: when it begins anew, None when it never does.
        complete: whether everything since `began` is known.
        known_since: from when on everything is known, None when that is not known.
        mixed: whether spending in other currencies was left out.
    """

    owner: Owner
    limit: SpendingLimit
    currency: str
    net: int = 0
    unsure: int = 0
    began: int | None = None
    resets: int | None = None
    complete: bool = True
    known_since: int | None = 0
    mixed: bool = False

    @property
    def used(self) -> int:
        """What is used, never below zero."""
        return max(0, self.net)

    @property
    def left(self) -> int:
        """What may still be spent, never below zero."""
        return max(0, self.limit.amount - self.net)

    @property
    def exact(self) -> bool:
        """Whether nothing is known to be missing."""
        return self.complete and not self.mixed and not self.unsure

    def covers(self, purchase: Purchase) -> bool:
        """Whether the limit counts purchases of this kind."""
        return not self.limit.categories or purchase.category in self.limit.categories

    def exceeded_by(self, purchase: Purchase) -> bool:
        """Whether the purchase would go beyond it; amounts of other currencies never do."""
        if not self.covers(purchase) or purchase.currency != self.currency:
            return False
        return self.net + purchase.amount > self.limit.amount


@dataclass(frozen=True, slots=True)
class Barrier:
    """A rule that stands against a purchase.

    Attributes:
        kind: limit, or what is judged and how: category_blocked, category_not_allowed, and the
            same of country and presence.
        value: the purchase's category, country or presence.
        use: the limit, if it is one.
    """

    owner: Owner
    kind: str
    value: str = ""
    use: Use | None = None


def interval_start(interval: str, at: float) -> int:
    """Return when the day, week, month or year around `at` began: Unix seconds, UTC.

    Weeks begin on Sunday. 0 for all time, and for an interval we do not know.
    """
    day = datetime.fromtimestamp(at, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = {
        "daily": day,
        "weekly": day - timedelta(days=day.isoweekday() % 7),
        "monthly": day.replace(day=1),
        "yearly": day.replace(month=1, day=1),
    }
    return int(starts[interval].timestamp()) if interval in starts else 0


def interval_end(interval: str, at: float) -> int | None:
    """Return when the interval around `at` ends and the next begins; None when it never does."""
    start = datetime.fromtimestamp(interval_start(interval, at), UTC)
    if interval in ("daily", "weekly"):
        return int((start + timedelta(days=1 if interval == "daily" else 7)).timestamp())
    if interval == "monthly":
        return int((start + timedelta(days=32)).replace(day=1).timestamp())
    if interval == "yearly":
        return int(start.replace(year=start.year + 1).timestamp())
    return None


def chain(card: Card, cards: Iterable[Card]) -> tuple[tuple[str, ...], bool]:
    """Return the ids of a card and of those it replaced, and whether the chain is whole."""
    known = {other.id: other for other in (*cards, card)}
    ids: list[str] = []
    at = card.id
    while at in known and at not in ids:
        ids.append(at)
        at = known[at].replacement_for
    whole = at in ("", *ids)
    return tuple(ids if whole else [*ids, at]), whole


def purchase_of(authorization: Authorization, amount: int) -> Purchase:
    """Return what the controls see of an authorisation that asks for `amount` (minor units)."""
    merchant = authorization.merchant
    present = "present" if authorization.method in _PRESENT else "not_present"
    return Purchase(
        amount=amount,
        currency=authorization.currency,
        category=merchant.category,
        country=merchant.country.upper(),
        presence=authorization.card_presence or present,
    )


def uses(
    card: Card, cardholder: Cardholder | None, spending: Spending, now: float, at: int | None = None
) -> tuple[Use, ...]:
    """Return every limit that a purchase with this card is measured by, the card's first.

    Args:
        now: Unix seconds, for the running interval.
        at: count as it stood at this moment of the past instead (Unix seconds).
    """
    ids, whole = chain(card, spending.cards)
    found = _of_controls("card", card.spending_controls, card, ids, whole, spending, now, at)
    if cardholder is not None:
        everyone = tuple({c.id for c in spending.cards} | {card.id})
        found += _of_controls(
            "cardholder", cardholder.spending_controls, card, everyone, True, spending, now, at
        )
    return tuple(found)


def barriers(
    purchase: Purchase,
    card: Card,
    cardholder: Cardholder | None,
    spending: Spending,
    now: float,
    at: int | None = None,
) -> tuple[Barrier, ...]:
    """Return every rule, as it is set now, that stands against a purchase with this card."""
    found = list(_forbidden("card", card.spending_controls, purchase))
    if cardholder is not None:
        found += _forbidden("cardholder", cardholder.spending_controls, purchase)
    measured = uses(card, cardholder, spending, now, at)
    found += [Barrier(u.owner, "limit", use=u) for u in measured if u.exceeded_by(purchase)]
    return tuple(found)


def _forbidden(owner: Owner, controls: SpendingControls, purchase: Purchase) -> Iterable[Barrier]:
    judged = (
        ("category", purchase.category, controls.allowed_categories, controls.blocked_categories),
        (
            "country",
            purchase.country,
            controls.allowed_merchant_countries,
            controls.blocked_merchant_countries,
        ),
        (
            "presence",
            purchase.presence,
            controls.allowed_card_presences,
            controls.blocked_card_presences,
        ),
    )
    for what, value, allowed, blocked in judged:
        if allowed and value not in allowed:
            yield Barrier(owner, f"{what}_not_allowed", value)
        elif value in blocked:
            yield Barrier(owner, f"{what}_blocked", value)


def _of_controls(
    owner: Owner,
    controls: SpendingControls,
    card: Card,
    ids: tuple[str, ...],
    whole: bool,
    spending: Spending,
    now: float,
    at: int | None,
) -> list[Use]:
    currency = controls.limits_currency or card.currency
    found = []
    for limit in controls.limits:
        if limit.interval == PER_PURCHASE:
            found.append(Use(owner=owner, limit=limit, currency=currency))
            continue
        moment = now if at is None else at
        began = interval_start(limit.interval, moment)
        since = spending.complete_since
        net, unsure, mixed = _spent(spending, owner, ids, currency, limit.categories, began, at)
        use = Use(
            owner=owner,
            limit=limit,
            currency=currency,
            net=net,
            unsure=unsure,
            began=began,
            resets=interval_end(limit.interval, moment),
            complete=whole and since is not None and since <= began,
            known_since=since,
            mixed=mixed,
        )
        found.append(use)
    return found


def _spent(
    spending: Spending,
    owner: Owner,
    ids: tuple[str, ...],
    currency: str,
    categories: tuple[str, ...],
    since: int,
    until: int | None,
) -> tuple[int, int, bool]:
    """Return what was spent, what may have been, and whether other currencies were left out.

    A hold counts from when it was made, a capture or refund from when it was posted: which of
    them decides at Stripe is not documented.
    """

    def counts(record: Authorization | Transaction) -> bool:
        return (
            (owner == "cardholder" or record.card_id in ids)
            and (not categories or record.merchant.category in categories)
            and since <= (record.created or 0)
            and (until is None or (record.created or 0) <= until)
        )

    held = [a for a in spending.authorizations if counts(a) and a.approved]
    moved = [t for t in spending.transactions if counts(t)]
    every: list[Authorization | Transaction] = [*held, *moved]
    mixed = any(record.currency != currency for record in every)
    captures = _captures(spending.transactions)
    net = -sum(t.amount for t in moved if t.currency == currency)
    unsure = 0
    for authorization in held:
        if authorization.currency == currency:
            sure, maybe = _hold(authorization, captures, until)
            net += sure
            unsure += maybe
    return net, unsure, mixed


def _captures(transactions: Iterable[Transaction]) -> Mapping[str, list[Transaction]]:
    found: defaultdict[str, list[Transaction]] = defaultdict(list)
    for transaction in transactions:
        if transaction.type == "capture" and transaction.authorization_id:
            found[transaction.authorization_id].append(transaction)
    return found


def _hold(
    authorization: Authorization, captures: Mapping[str, list[Transaction]], until: int | None
) -> tuple[int, int]:
    """Return what an approved authorisation held, and what it may have held (minor units).

    What was captured counts as capture, not as hold. When a hold lapsed or was released is not
    told by Stripe: seen from a moment of the past it may still have been there.
    """
    own = captures.get(authorization.id, [])
    before = [t for t in own if until is None or (t.created or 0) <= until]
    left = max(0, authorization.amount + sum(t.amount for t in before))
    if authorization.status == "pending" or len(before) < len(own):
        return left, 0
    if until is None or before:
        return 0, 0
    asked = max([authorization.amount, *((d.amount or 0) for d in authorization.decisions)])
    return 0, asked
