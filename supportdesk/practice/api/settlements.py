"""`/v1/issuing/settlements` and their test helpers."""

from __future__ import annotations

from supportdesk.practice.api.shared import CURRENCY, new, with_metadata
from supportdesk.practice.endpoints import Call, One, Result, endpoint, retrieve
from supportdesk.practice.errors import Refusal
from supportdesk.practice.params import choice, integer, metadata, req, text, timestamp

_PATH = "/v1/issuing/settlements/{settlement}"
_HELPER = "/v1/test_helpers/issuing/settlements"

retrieve(_PATH, "issuing_read", "settlement")


@endpoint("POST", _PATH, "issuing_write", "settlement", metadata=metadata())
def update_settlement(call: Call) -> Result:
    """Change the metadata."""
    after = with_metadata(call.get("settlement"), call.params)
    return One("settlement", call.state.update("settlement", after))


@endpoint(
    "POST",
    _HELPER,
    "issuing_write",
    "settlement",
    bin=req(text()),
    clearing_date=req(timestamp()),
    currency=req(CURRENCY),
    interchange_fees_amount=integer(),
    net_total_amount=req(integer()),
    network=choice("maestro", "visa"),
    network_settlement_identifier=text(),
    transaction_amount=integer(),
    transaction_count=integer(0),
)
def create_settlement(call: Call) -> Result:
    """Create a pending settlement of a day."""
    params = call.params
    doc = {
        **new(call.state, "ise", "issuing.settlement"),
        "bin": params["bin"],
        "clearing_date": params["clearing_date"],
        "currency": params["currency"],
        "interchange_fees_amount": params.get("interchange_fees_amount", 0),
        "net_total_amount": params["net_total_amount"],
        "network": params.get("network", "visa"),
        "network_fees_amount": 0,
        "network_settlement_identifier": params.get("network_settlement_identifier")
        or call.state.ids.digits(10),
        "settlement_service": "international",
        "status": "pending",
        "transaction_amount": params.get("transaction_amount", params["net_total_amount"]),
        "transaction_count": params.get("transaction_count", 1),
    }
    return One("settlement", call.state.insert("settlement", doc))


@endpoint("POST", f"{_HELPER}/{{settlement}}/complete", "issuing_write", "settlement")
def complete(call: Call) -> Result:
    """Mark a pending settlement as complete."""
    before = call.get("settlement")
    if before["status"] == "complete":
        raise Refusal("This settlement is already complete.")
    return One("settlement", call.state.update("settlement", {**before, "status": "complete"}))
