"""Spending controls: how they are stored, and whether a purchase keeps to them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from supportdesk.practice.clock import utc
from supportdesk.practice.errors import ParameterRefusal
from supportdesk.practice.rules.money import convert
from supportdesk.practice.state import Doc, State

PAIRS = (
    ("allowed_categories", "blocked_categories"),
    ("allowed_merchant_countries", "blocked_merchant_countries"),
    ("allowed_card_presences", "blocked_card_presences"),
)
#: First day of a limit's week (Monday is 0). Not documented.
WEEK_STARTS_ON = 6


@dataclass(frozen=True)
class Purchase:
    """What controls look at: amount in the card's minor units, merchant and card presence."""

    amount: int
    currency: str
    category: str
    country: str
    presence: str


def merged(current: Doc, given: Doc, currency: str | None) -> Doc:
    """Return controls after a create or update: given arrays replace the old ones whole."""
    controls = {**current, **given}
    if "spending_limits" in given:
        controls["spending_limits"] = [
            {
                "amount": limit["amount"],
                "categories": limit.get("categories") or [],
                "interval": limit["interval"],
            }
            for limit in given["spending_limits"]
        ]
    controls["spending_limits_currency"] = (
        given.get("spending_limits_currency")
        or controls.get("spending_limits_currency")
        or currency
    )
    for allowed, blocked in PAIRS:
        if given.get(allowed) and given.get(blocked):
            raise ParameterRefusal(
                f"You may only specify one of these parameters: {allowed}, {blocked}.",
                code="parameters_exclusive",
                param=f"spending_controls[{allowed}]",
            )
        # Not documented: setting one side drops the other instead of being refused.
        if given.get(allowed):
            controls[blocked] = None
        if given.get(blocked):
            controls[allowed] = None
        for name in (allowed, blocked):
            controls[name] = controls.get(name) or None
    controls.setdefault("spending_limits", [])
    return controls


def refuses(state: State, card: Doc, cardholder: Doc, purchase: Purchase) -> bool:
    """Tell whether the controls of the card or of its cardholder forbid the purchase."""
    chain = replaced_chain(state, card)
    return _forbids(state, card["spending_controls"], "card", chain, purchase) or _forbids(
        state, cardholder.get("spending_controls") or {}, "cardholder", [cardholder["id"]], purchase
    )


def replaced_chain(state: State, card: Doc) -> list[str]:
    """Return the card and the cards it replaced: limits count over all of them."""
    chain: list[str] = []
    link: Doc | None = card
    while link and link["id"] not in chain:
        chain.append(link["id"])
        link = state.find("card", link.get("replacement_for"))
    return chain


def _forbids(
    state: State, controls: Doc, column: str, owners: list[str], purchase: Purchase
) -> bool:
    facts = (purchase.category, purchase.country.upper(), purchase.presence)
    for (allowed, blocked), fact in zip(PAIRS, facts, strict=True):
        if controls.get(allowed) and fact not in controls[allowed]:
            return True
        if fact in (controls.get(blocked) or []):
            return True
    return any(
        _exceeds(state, limit, controls.get("spending_limits_currency"), column, owners, purchase)
        for limit in controls.get("spending_limits") or []
    )


def _exceeds(
    state: State,
    limit: Doc,
    currency: str | None,
    column: str,
    owners: list[str],
    purchase: Purchase,
) -> bool:
    categories = limit.get("categories") or []
    if categories and purchase.category not in categories:
        return False
    ceiling = convert(limit["amount"], currency or purchase.currency, purchase.currency)
    if limit["interval"] == "per_authorization":
        return purchase.amount > ceiling
    since = interval_start(limit["interval"], state.clock.now())
    return purchase.amount + spent(state, column, owners, since, categories) > ceiling


def spent(state: State, column: str, owners: list[str], since: int, categories: list[str]) -> int:
    """Return minor units spent since a moment: open holds, captures, less refunds.

    A hold counts when it was made, a capture or refund when it was posted: not documented.
    """
    total = 0
    for owner in owners:
        total += _sum(
            state,
            "authorization",
            column,
            owner,
            since,
            categories,
            "status = 'pending' AND json_extract(doc, '$.approved')",
        )
        total -= _sum(state, "transaction", column, owner, since, categories, "1")
    return total


def _sum(
    state: State,
    kind: str,
    column: str,
    owner: str,
    since: int,
    categories: list[str],
    condition: str,
) -> int:
    marks = ", ".join("?" * len(categories))
    of_category = (
        f" AND json_extract(doc, '$.merchant_data.category') IN ({marks})" if categories else ""
    )
    held = "json_extract(doc, '$.amount')"
    if kind == "authorization":  # what was captured already counts as a capture
        captured = (
            "(SELECT coalesce(sum(json_extract(t.doc, '$.amount')), 0) FROM transaction_ t"
            " WHERE t.authorization = authorization_.id AND t.type = 'capture')"
        )
        held = f"max(0, {held} + {captured})"
    row = state.db.execute(
        f"SELECT coalesce(sum({held}), 0) FROM {kind}_ INDEXED BY {kind}_{column}"
        f" WHERE {column} = ? AND created >= ? AND {condition}{of_category}",
        (owner, since, *categories),
    ).fetchone()
    return int(row[0])


def interval_start(interval: str, now: int) -> int:
    """Return when the current day, week, month or year began (UTC), in Unix seconds."""
    day = utc(now).replace(hour=0, minute=0, second=0, microsecond=0)
    if interval == "all_time":
        return 0
    if interval == "weekly":
        day -= datetime.timedelta(days=(day.weekday() - WEEK_STARTS_ON) % 7)
    if interval in ("monthly", "yearly"):
        day = day.replace(day=1)
    if interval == "yearly":
        day = day.replace(month=1)
    return int(day.timestamp())
