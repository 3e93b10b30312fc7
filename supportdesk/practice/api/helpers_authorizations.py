"""Test helpers of authorizations: what may follow a purchase."""

from __future__ import annotations

from supportdesk.practice.api.shared import (
    FLEET,
    FLEET_KEYS,
    FUEL,
    FUEL_KEYS,
    PURCHASE_DETAILS,
    filled,
    purchase_details,
)
from supportdesk.practice.endpoints import Call, One, Result, endpoint
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change
from supportdesk.practice.params import amount, boolean, req
from supportdesk.practice.rules import decisions
from supportdesk.practice.rules.controls import Purchase
from supportdesk.practice.rules.money import convert
from supportdesk.practice.rules.purchases import captured, close, held, history_entry, hold, post
from supportdesk.practice.state import Doc

_PATH = "/v1/test_helpers/issuing/authorizations/{authorization}"
_WRITE = "issuing_authorization_write"
_KIND = "authorization"


@endpoint(
    "POST",
    f"{_PATH}/capture",
    _WRITE,
    _KIND,
    capture_amount=amount(1),
    close_authorization=boolean(),
    purchase_details=PURCHASE_DETAILS,
)
def capture(call: Call) -> Result:
    """Capture wholly, in part, more, or several times; the card's status does not matter."""
    state, params = call.state, call.params
    before = _open(call)
    left = max(0, before["amount"] - captured(state, before))
    asked: int = params.get("capture_amount") or left
    if asked == 0:
        raise Refusal("There is nothing left to capture.", param="capture_amount")
    post(
        state,
        state.get("card", before["card"]),
        -asked,
        merchant_data=before["merchant_data"],
        merchant_currency=before["merchant_currency"],
        authorization=before,
        details=purchase_details(params.get("purchase_details")),
    )
    if params.get("close_authorization", True):
        return One(_KIND, close(state, before, "closed"))
    after = hold(state, before, -min(asked, held(before)))
    return One(_KIND, change(state, _KIND, before, after))


@endpoint("POST", f"{_PATH}/expire", _WRITE, _KIND)
def expire(call: Call) -> Result:
    """Let an authorization that was never captured run out."""
    return One(_KIND, close(call.state, _open(call), "expired"))


@endpoint("POST", f"{_PATH}/reverse", _WRITE, _KIND, reverse_amount=amount(1))
def reverse(call: Call) -> Result:
    """Take back the whole amount (status `reversed`) or a part of it.

    The amount falls by what is reversed; `request_history` keeps what was asked. Not documented.
    """
    before = _open(call)
    asked: int = call.params.get("reverse_amount") or before["amount"]
    if asked > before["amount"]:
        raise Refusal(
            f"The reverse amount cannot be greater than {before['amount']}.",
            param="reverse_amount",
        )
    left = before["amount"] - asked
    shrunk = _resized(before, left)
    if left == 0:
        return One(_KIND, close(call.state, before, "reversed", **shrunk))
    after = hold(call.state, before, -min(asked, held(before)))
    return One(_KIND, change(call.state, _KIND, before, {**after, **shrunk}))


@endpoint(
    "POST",
    f"{_PATH}/increment",
    _WRITE,
    _KIND,
    increment_amount=req(amount(1)),
    is_amount_controllable=boolean(),
)
def increment(call: Call) -> Result:
    """Ask for more on an open authorization: decided anew, the earlier approval stays."""
    state = call.state
    before = _open(call)
    asked = call.params["increment_amount"]
    card = state.get("card", before["card"])
    seller = before["merchant_data"]
    reason, _ = decisions.decide(
        state,
        card,
        state.get("cardholder", card["cardholder"]),
        Purchase(
            asked,
            card["currency"],
            seller["category"],
            seller["country"],
            before["card_presence"] or "not_present",
        ),
        method=before["authorization_method"],
        verification=before["verification_data"],
        fraud_level="normal",
        merchant=seller["name"],
    )
    after = {
        **before,
        "request_history": [
            *before["request_history"],
            history_entry(state, before, asked, reason),
        ],
    }
    if reason == "card_active":
        after = hold(state, {**after, **_resized(before, before["amount"] + asked)}, asked)
    return One(_KIND, change(state, _KIND, before, after))


@endpoint(
    "POST",
    f"{_PATH}/finalize_amount",
    _WRITE,
    _KIND,
    final_amount=req(amount()),
    fleet=FLEET,
    fuel=FUEL,
)
def finalize_amount(call: Call) -> Result:
    """Set the final amount of an estimate (fuel pumps) before the capture."""
    before = _open(call)
    final = call.params["final_amount"]
    after = hold(call.state, before, final - held(before))
    after |= _resized(before, final)
    for name, keys in (("fleet", FLEET_KEYS), ("fuel", FUEL_KEYS)):
        if name in call.params:
            after[name] = filled(keys, call.params[name])
    return One(_KIND, change(call.state, _KIND, before, after))


@endpoint("POST", f"{_PATH}/fraud_challenges/respond", _WRITE, _KIND, confirmed=req(boolean()))
def respond(call: Call) -> Result:
    """Answer the SMS: confirmed means the cardholder made the purchase and may try it again."""
    state = call.state
    before = call.get(_KIND)
    challenges = before.get("fraud_challenges") or []
    if not challenges or challenges[-1]["status"] != "pending":
        raise Refusal("This authorization has no pending fraud challenge.")
    confirmed = call.params["confirmed"]
    answered = {**challenges[-1], "status": "verified" if confirmed else "rejected"}
    after = {**before, "fraud_challenges": [*challenges[:-1], answered]}
    change(state, _KIND, before, after)
    if not confirmed:  # not documented: a rejected challenge puts a warning on the card
        card = state.get("card", before["card"])
        warning = {"started_at": call.now, "type": "user_indicated_fraud"}
        change(state, "card", card, {**card, "latest_fraud_warning": warning})
    return One(_KIND, after)


def _open(call: Call) -> Doc:
    authorization = call.get(_KIND)
    if authorization["status"] != "pending":
        raise Refusal(
            f"This authorization is {authorization['status']}; only pending authorizations can be"
            " changed."
        )
    return authorization


def _resized(authorization: Doc, total: int) -> Doc:
    paid = convert(total, authorization["currency"], authorization["merchant_currency"])
    return {"amount": total, "merchant_amount": paid}
