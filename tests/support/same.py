"""Compares a mirror with the practice Stripe, object by object and field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Dispute,
    Record,
    Transaction,
)
from supportdesk.practice.process import Ready
from supportdesk.services.backfill import HISTORY_DAYS
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway import convert
from tests.support.practice_api import Api

KINDS: dict[str, tuple[Any, Callable[[Any], Record]]] = {
    "cardholders": (Cardholder, convert.cardholder),
    "cards": (Card, convert.card),
    "authorizations": (Authorization, convert.authorization),
    "transactions": (Transaction, convert.transaction),
    "disputes": (Dispute, convert.dispute),
}


def at_stripe(ready: Ready, kind: str, **filters: Any) -> list[dict[str, Any]]:
    """Return all objects of a list, read page by page."""
    api = Api(ready)
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = api.get(f"/v1/issuing/{kind}", limit=100, **filters, **after)
        found += page["data"]
        if not page["has_more"]:
            api.http.close()
            return found
        after = {"starting_after": page["data"][-1]["id"]}


def expected(ready: Ready, kind: str, began: float) -> list[dict[str, Any]]:
    """Return what a mirror whose filling began then (Unix seconds) is to hold of a kind."""
    if kind in ("cardholders", "cards"):
        return at_stripe(ready, kind)
    if kind == "disputes":
        return at_stripe(ready, kind, expand=["data.balance_transactions"])
    return at_stripe(ready, kind, created={"gte": int(began) - HISTORY_DAYS * 86_400})


async def differences(mirror: Mirror, ready: Ready, began: float) -> dict[str, list[str]]:
    """Return what the mirror lacks, has too much of or holds otherwise, by kind.

    Args:
        began: when the filling began, Unix seconds: what lies further back than the history is
            not expected.
    """
    wrong: dict[str, list[str]] = {}
    counts = await mirror.counts()
    for name, (kind, convert_one) in KINDS.items():
        there = {o["id"]: convert_one(o) for o in expected(ready, name, began)}
        here = {seen.record.id: seen.record for seen in await mirror._by_id(kind, list(there))}
        found = [id for id, record in there.items() if here.get(id) != record]
        if counts[name] != len(there):
            found.append(f"{counts[name]} instead of {len(there)}")
        if found:
            wrong[name] = found
    return wrong
