"""Would this purchase be approved? Stripe's checks in the order they are made."""

from __future__ import annotations

import datetime
from typing import Any

from .money import PRESENCE
from .shops import Shop

Doc = dict[str, Any]
Spent = list[tuple[int, int, str]]  # Unix time, amount in minor units, category


def interval_start(interval: str, at: int) -> int:
    """Unix time at which the spending interval around `at` began (UTC; weeks start on Sunday)."""
    day = datetime.datetime.fromtimestamp(at, datetime.UTC).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    match interval:
        case "daily":
            start = day
        case "weekly":
            start = day - datetime.timedelta(days=day.isoweekday() % 7)
        case "monthly":
            start = day.replace(day=1)
        case "yearly":
            start = day.replace(month=1, day=1)
        case _:
            return 0
    return int(start.timestamp())


def over_limit(limits: list[Doc], spent: Spent, amount: int, category: str, at: int) -> bool:
    """Whether `amount` more would exceed one of the limits."""
    for limit in limits:
        wanted = limit["categories"]
        if wanted and category not in wanted:
            continue
        used = 0
        if limit["interval"] != "per_authorization":
            start = interval_start(limit["interval"], at)
            used = sum(
                value for when, value, of in spent if when >= start and (not wanted or of in wanted)
            )
        if used + amount > limit["amount"]:
            return True
    return False


def barred(controls: Doc, shop: Shop, presence: str) -> bool:
    """Whether the shop's category, its country or the presence of the card is not allowed."""
    for value, what in (
        (shop.category, "categories"),
        (shop.country, "merchant_countries"),
        (presence, "card_presences"),
    ):
        allowed, blocked = controls[f"allowed_{what}"], controls[f"blocked_{what}"]
        if (allowed and value not in allowed) or (blocked and value in blocked):
            return True
    return False


def expired(card: Doc, at: int) -> bool:
    """Whether the card's last month is over."""
    day = datetime.datetime.fromtimestamp(at, datetime.UTC)
    return (day.year, day.month) > (card["exp_year"], card["exp_month"])


def refusal(
    holder: Doc,
    card: Doc,
    shop: Shop,
    amount: int,
    method: str,
    *,
    spent: tuple[Spent, Spent],
    at: int,
) -> str | None:
    """The decline reason for the purchase, or None; `spent` on the card's chain, by the holder."""
    if card["status"] == "canceled":
        return "card_canceled"
    if holder["status"] != "active":
        return f"cardholder_{holder['status']}"
    if holder["requirements"]["disabled_reason"]:
        return "cardholder_verification_required"
    if card["status"] == "inactive":
        return "card_inactive"
    if expired(card, at):
        return "card_expired"
    for controls, used in zip((card, holder), spent, strict=True):
        rules = controls["spending_controls"]
        if barred(rules, shop, PRESENCE[method]):
            return "spending_controls"
        if over_limit(rules["spending_limits"], used, amount, shop.category, at):
            return "spending_controls"
    return None
