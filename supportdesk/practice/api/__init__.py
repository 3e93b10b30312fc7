"""Handlers of all endpoints; importing this package fills the table."""

from supportdesk.practice.api import (
    account,
    authorizations,
    cardholders,
    cards,
    designs,
    disputes,
    events,
    files,
    helpers_authorizations,
    helpers_cards,
    helpers_purchases,
    helpers_transactions,
    settlements,
    tokens,
    transactions,
)
from supportdesk.practice.endpoints import TABLE

__all__ = [
    "TABLE",
    "account",
    "authorizations",
    "cardholders",
    "cards",
    "designs",
    "disputes",
    "events",
    "files",
    "helpers_authorizations",
    "helpers_cards",
    "helpers_purchases",
    "helpers_transactions",
    "settlements",
    "tokens",
    "transactions",
]
