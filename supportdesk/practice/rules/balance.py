"""Balance transactions: what the programme's Issuing balance gains and loses."""

from __future__ import annotations

from supportdesk.practice.state import Doc, State


def book(state: State, type: str, amount: int, currency: str, source: str) -> Doc:
    """Change the programme balance by `amount` minor units and return the record of it."""
    state.add_balance(currency, amount)
    now = state.clock.now()
    return state.insert(
        "balance_transaction",
        {
            "id": state.ids.new("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": now,
            "balance_type": "issuing",
            "created": now,
            "currency": currency,
            "description": None,
            "exchange_rate": None,
            "fee": 0,
            "fee_details": [],
            "net": amount,
            "reporting_category": type,
            "source": source,
            "status": "available",
            "type": type,
        },
    )
