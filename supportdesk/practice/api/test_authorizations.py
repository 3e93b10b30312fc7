"""Test helpers of authorizations: a purchase and what may follow it."""

from __future__ import annotations

from supportdesk.practice.api.shared import (
    CURRENCY,
    FLEET,
    FLEET_KEYS,
    FUEL,
    FUEL_KEYS,
    MERCHANT,
    PURCHASE_DETAILS,
    filled,
    merchant,
    new,
    purchase_details,
)
from supportdesk.practice.endpoints import Call, One, Result, endpoint
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change, create
from supportdesk.practice.params import (
    Spec,
    amount,
    boolean,
    choice,
    integer,
    missing_param,
    nested,
    req,
    text,
)
from supportdesk.practice.rules import decisions
from supportdesk.practice.rules.cards import count_payment
from supportdesk.practice.rules.controls import Purchase
from supportdesk.practice.rules.money import convert
from supportdesk.practice.rules.purchases import captured, close, held, hold, post
from supportdesk.practice.state import Doc, State

_ROOT = "/v1/test_helpers/issuing/authorizations"
_PATH = f"{_ROOT}/{{authorization}}"
_WRITE = "issuing_authorization_write"
_KIND = "authorization"
_CHECK = choice("match", "mismatch", "not_provided")
_LEVEL = req(choice("elevated", "highest", "low", "normal", "not_assessed", "unknown"))
_RATE = integer(0, 1_000_000)
#: How the card was there, by method.
_PRESENT = ("chip", "contactless", "swipe")

_CREATE: dict[str, Spec] = {
    "amount": amount(),
    "amount_details": nested(atm_fee=amount(), cashback_amount=amount()),
    "authorization_method": choice("chip", "contactless", "keyed_in", "online", "swipe"),
    "card": req(text()),
    "currency": CURRENCY,
    "fleet": FLEET,
    "fraud_disputability_likelihood": choice("neutral", "unknown", "very_likely", "very_unlikely"),
    "fuel": FUEL,
    "is_amount_controllable": boolean(),
    "merchant_amount": amount(),
    "merchant_currency": CURRENCY,
    "merchant_data": MERCHANT,
    "network_data": nested(acquiring_institution_id=text()),
    "risk_assessment": nested(
        card_testing_risk=nested(
            invalid_account_number_decline_rate_past_hour=_RATE,
            invalid_credentials_decline_rate_past_hour=_RATE,
            level=_LEVEL,
        ),
        fraud_risk=nested(level=_LEVEL, score=Spec("decimal")),
        merchant_dispute_risk=nested(dispute_rate=_RATE, level=_LEVEL),
    ),
    "verification_data": nested(
        address_line1_check=_CHECK,
        address_postal_code_check=_CHECK,
        authentication_exemption=nested(
            claimed_by=req(choice("acquirer", "issuer")),
            type=req(choice("low_value_transaction", "transaction_risk_analysis", "unknown")),
        ),
        cvc_check=_CHECK,
        expiry_check=_CHECK,
        three_d_secure=nested(
            result=req(choice("attempt_acknowledged", "authenticated", "failed", "required"))
        ),
    ),
    "wallet": choice("apple_pay", "google_pay", "samsung_pay"),
}


@endpoint("POST", _ROOT, _WRITE, _KIND, **_CREATE)
def authorize(call: Call) -> Result:
    """Make a purchase: decide on it and hold its amount when it is approved."""
    state, params = call.state, call.params
    card = call.named("card", "card")
    cardholder = state.get("cardholder", card["cardholder"])
    total, merchant_amount, currency = _amounts(params, card)
    method = params.get("authorization_method", "online")
    seller = merchant(params.get("merchant_data"))
    verification = _verification(params.get("verification_data") or {})
    presence = "present" if method in _PRESENT else "not_present"
    risk = params.get("risk_assessment", {}).get("fraud_risk", {})
    reason, trusted = decisions.decide(
        state,
        card,
        cardholder,
        Purchase(total, card["currency"], seller["category"], seller["country"], presence),
        method=method,
        verification=verification,
        fraud_level=risk.get("level", "normal"),
        merchant=seller["name"],
    )
    approved = reason == "card_active"
    doc = {
        **new(state, "iauth", "issuing.authorization"),
        "amount": total,
        "amount_details": filled(
            dict.fromkeys(("atm_fee", "cashback_amount")), params.get("amount_details")
        ),
        "approved": approved,
        "authorization_method": method,
        "balance_transactions": [],
        "card": card["id"],
        "card_presence": presence,
        "cardholder": cardholder["id"],
        "currency": card["currency"],
        "fleet": filled(FLEET_KEYS, params.get("fleet")),
        "fraud_challenges": decisions.challenges(cardholder)
        if reason == "suspected_fraud"
        else None,
        "fuel": filled(FUEL_KEYS, params.get("fuel")),
        "merchant_amount": merchant_amount,
        "merchant_currency": currency,
        "merchant_data": seller,
        "network_data": {
            "acquiring_institution_id": params.get("network_data", {}).get(
                "acquiring_institution_id"
            ),
            "system_trace_audit_number": state.ids.digits(6),
            "transaction_id": state.ids.digits(15),
        },
        "pending_request": None,
        "request_history": [],
        "status": "pending" if approved else "closed",
        "token": _token(state, card, params.get("wallet")),
        "treasury": None,
        "verification_data": verification,
        "verified_by_fraud_challenge": trusted or None,
        "wallet": params.get("wallet"),
    }
    doc["request_history"] = [_entry(state, doc, total, reason)]
    if approved:
        doc = hold(state, doc, total)
    create(state, _KIND, doc)
    count_payment(state, card["id"])
    return One(_KIND, doc)


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
        "request_history": [*before["request_history"], _entry(state, before, asked, reason)],
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


def _amounts(params: Doc, card: Doc) -> tuple[int, int, str]:
    """Return amount (card's minor units), merchant amount and merchant currency."""
    named = params.get("currency") or card["currency"]
    currency = params.get("merchant_currency") or named
    if "amount" in params:
        total = convert(params["amount"], named, card["currency"])
        return (
            total,
            params.get("merchant_amount", convert(total, card["currency"], currency)),
            currency,
        )
    if "merchant_amount" not in params:
        raise missing_param("amount")
    paid = params["merchant_amount"]
    return convert(paid, currency, card["currency"]), paid, currency


def _resized(authorization: Doc, total: int) -> Doc:
    paid = convert(total, authorization["currency"], authorization["merchant_currency"])
    return {"amount": total, "merchant_amount": paid}


def _verification(given: Doc) -> Doc:
    checks = ("address_line1_check", "address_postal_code_check", "cvc_check", "expiry_check")
    return {
        **{name: given.get(name, "not_provided") for name in checks},
        "authentication_exemption": given.get("authentication_exemption"),
        "postal_code": None,
        "three_d_secure": given.get("three_d_secure"),
    }


def _token(state: State, card: Doc, wallet: str | None) -> str | None:
    """Return the card's active token of the wallet that paid, if there is one."""
    if wallet is None:
        return None
    tokens = state.where("token", "card", card["id"])
    usable = [t for t in tokens if t["status"] == "active" and t.get("wallet_provider") == wallet]
    return usable[-1]["id"] if usable else None


def _entry(state: State, authorization: Doc, total: int, reason: str) -> Doc:
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
