"""Test helpers of transactions: forced captures and refunds."""

from __future__ import annotations

from supportdesk.practice.api.shared import (
    CURRENCY,
    MERCHANT,
    PURCHASE_DETAILS,
    merchant,
    purchase_details,
)
from supportdesk.practice.endpoints import Call, One, Result, endpoint
from supportdesk.practice.errors import Refusal
from supportdesk.practice.params import amount, req, text
from supportdesk.practice.rules.cards import count_payment
from supportdesk.practice.rules.disputes import refundable
from supportdesk.practice.rules.money import convert
from supportdesk.practice.rules.purchases import post
from supportdesk.practice.state import Doc

_PATH = "/v1/test_helpers/issuing/transactions"
_UNLINKED = {
    "amount": req(amount(1)),
    "card": req(text()),
    "currency": CURRENCY,
    "merchant_data": MERCHANT,
    "purchase_details": PURCHASE_DETAILS,
}


@endpoint(
    "POST", f"{_PATH}/create_force_capture", "issuing_transaction_write", "transaction", **_UNLINKED
)
def force_capture(call: Call) -> Result:
    """Capture without an authorization: always succeeds, whatever the card's status."""
    doc = _unlinked(call, sign=-1)
    count_payment(call.state, doc["card"])
    return One("transaction", doc)


@endpoint(
    "POST",
    f"{_PATH}/create_unlinked_refund",
    "issuing_transaction_write",
    "transaction",
    **_UNLINKED,
)
def unlinked_refund(call: Call) -> Result:
    """Credit a card without reference to a purchase."""
    return One("transaction", _unlinked(call, sign=1))


def _unlinked(call: Call, sign: int) -> Doc:
    params = call.params
    card = call.named("card", "card")
    currency = params.get("currency") or card["currency"]
    total = max(1, convert(params["amount"], currency, card["currency"]))
    return post(
        call.state,
        card,
        sign * total,
        merchant_data=merchant(params.get("merchant_data")),
        merchant_currency=currency,
        details=purchase_details(params.get("purchase_details")),
        merchant_amount=sign * params["amount"],
    )


@endpoint(
    "POST",
    f"{_PATH}/{{transaction}}/refund",
    "issuing_transaction_write",
    "transaction",
    refund_amount=amount(1),
)
def refund(call: Call) -> Result:
    """Refund a capture, wholly or in part; more than is left is refused (not documented)."""
    state = call.state
    transaction = call.get("transaction")
    if transaction["type"] != "capture":
        raise Refusal("Only transactions of type capture can be refunded.")
    left = refundable(state, transaction)
    asked = call.params.get("refund_amount", left)
    if asked > left or left <= 0:
        raise Refusal(
            f"The refund amount cannot be greater than {max(left, 0)}, what is left of the"
            " transaction.",
            param="refund_amount",
        )
    doc = post(
        state,
        state.get("card", transaction["card"]),
        asked,
        merchant_data=transaction["merchant_data"],
        merchant_currency=transaction["merchant_currency"],
        authorization=state.find("authorization", transaction["authorization"]),
        network_id=transaction["network_data"]["transaction_id"],
    )
    return One("transaction", doc)
