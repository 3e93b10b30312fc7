"""`/v1/issuing/transactions`."""

from __future__ import annotations

from supportdesk.practice.api.shared import with_metadata
from supportdesk.practice.endpoints import Call, One, Result, endpoint, lists, retrieve
from supportdesk.practice.events import change
from supportdesk.practice.params import choice, metadata, text

_PATH = "/v1/issuing/transactions/{transaction}"

lists(
    "/v1/issuing/transactions",
    "issuing_transaction_read",
    "transaction",
    card=text(),
    cardholder=text(),
    type=choice("capture", "refund"),
)
retrieve(_PATH, "issuing_transaction_read", "transaction")


@endpoint("POST", _PATH, "issuing_transaction_write", "transaction", metadata=metadata())
def update_transaction(call: Call) -> Result:
    """Change the metadata, the only thing that can change."""
    before = call.get("transaction")
    return One(
        "transaction",
        change(call.state, "transaction", before, with_metadata(before, call.params)),
    )
