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
    settlements,
    test_authorizations,
    test_cards,
    test_transactions,
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
    "settlements",
    "test_authorizations",
    "test_cards",
    "test_transactions",
    "tokens",
    "transactions",
]
