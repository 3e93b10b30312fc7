"""Money of purchases: holds, captures and refunds as objects and on the programme balance."""

from __future__ import annotations

from typing import Any

from supportdesk.practice.clock import DAY, utc
from supportdesk.practice.events import change, create
from supportdesk.practice.rules.balance import book
from supportdesk.practice.rules.money import convert
from supportdesk.practice.state import Doc, State

#: How long an authorisation that is not captured holds its amount, in seconds.
LAPSES_AFTER = 7 * DAY
#: Merchants that settle after the journey have longer.
LONG_LAPSES_AFTER = 31 * DAY
TRAVEL = ("airlines_air_carriers", "car_rental_agencies", "hotels_motels_and_resorts")


def watch_lapse(state: State, authorization: Doc) -> None:
    """Note when a pending authorisation lapses."""
    long = authorization["merchant_data"]["category"] in TRAVEL
    after = LONG_LAPSES_AFTER if long else LAPSES_AFTER
    state.note_due("authorization", authorization["id"], authorization["created"] + after)


def lapse(state: State, authorization: Doc) -> None:
    """Let an authorisation run out; one captured in part is closed, not expired."""
    if authorization["status"] == "pending":
        done = captured(state, authorization)
        close(state, authorization, "closed" if done else "expired")


def hold(state: State, authorization: Doc, amount: int) -> Doc:
    """Return the authorization with `amount` minor units more held (negative: released)."""
    if amount == 0:
        return authorization
    type = "issuing_authorization_hold" if amount > 0 else "issuing_authorization_release"
    entry = book(state, type, -amount, authorization["currency"], authorization["id"])
    entries = [*authorization["balance_transactions"], entry]
    return {**authorization, "balance_transactions": entries}


def held(authorization: Doc) -> int:
    """Return what the authorization holds now, in minor units."""
    return -sum(int(entry["amount"]) for entry in authorization["balance_transactions"])


def captured(state: State, authorization: Doc) -> int:
    """Return what was captured so far, in minor units."""
    found = state.where("transaction", "authorization", authorization["id"])
    return -sum(int(t["amount"]) for t in found if t["type"] == "capture")


def post(
    state: State,
    card: Doc,
    amount: int,
    *,
    merchant_data: Doc,
    merchant_currency: str | None = None,
    authorization: Doc | None = None,
    details: Doc | None = None,
    network_id: str | None = None,
    **fields: Any,
) -> Doc:
    """Create a transaction of `amount` minor units: negative is a capture, positive a refund.

    `network_id` is the network's id of the purchase it belongs to; that of the authorization, or
    a new one, unless given.
    """
    currency = merchant_currency or card["currency"]
    doc: Doc = {
        "id": state.ids.new("ipi"),
        "object": "issuing.transaction",
        "amount": amount,
        "amount_details": (authorization or {}).get("amount_details"),
        "authorization": authorization["id"] if authorization else None,
        "balance_transaction": None,
        "card": card["id"],
        "cardholder": card["cardholder"],
        "created": state.clock.now(),
        "currency": card["currency"],
        "dispute": None,
        "livemode": False,
        "merchant_amount": convert(amount, card["currency"], currency),
        "merchant_currency": currency,
        "merchant_data": merchant_data,
        "metadata": {},
        "network_data": _network_data(state, authorization or {}, network_id),
        "purchase_details": details,
        "token": (authorization or {}).get("token"),
        "treasury": None,
        "type": "capture" if amount < 0 else "refund",
        "wallet": (authorization or {}).get("wallet"),
        **fields,
    }
    entry = book(state, "issuing_transaction", amount, card["currency"], doc["id"])
    doc["balance_transaction"] = entry["id"]
    return create(state, "transaction", doc)


def _network_data(state: State, authorization: Doc, network_id: str | None) -> Doc:
    history = authorization.get("request_history") or [{}]
    known = network_id or (authorization.get("network_data") or {}).get("transaction_id")
    return {
        "authorization_code": history[-1].get("authorization_code"),
        "processing_date": utc(state.clock.now()).date().isoformat(),
        "transaction_id": known or state.ids.digits(15),
    }


def close(state: State, before: Doc, status: str, **fields: Any) -> Doc:
    """End an authorization: what it still holds is released."""
    after = hold(state, before, -held(before))
    return change(state, "authorization", before, {**after, "status": status, **fields})


def history_entry(state: State, authorization: Doc, total: int, reason: str) -> Doc:
    """Return one line of the request history."""
    approved = reason == "card_active"
    own, theirs = authorization["currency"], authorization["merchant_currency"]
    return {
        "amount": total,
        "amount_details": authorization["amount_details"],
        "approved": approved,
        "authorization_code": f"S{state.ids.digits(6)}" if approved else None,
        "created": state.clock.now(),
        "currency": own,
        "merchant_amount": convert(total, own, theirs),
        "merchant_currency": theirs,
        "network_risk_score": None,
        "reason": reason,
        "reason_message": None,
        "requested_at": state.clock.now(),
    }
