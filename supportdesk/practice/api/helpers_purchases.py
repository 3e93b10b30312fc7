"""Test helper of authorizations: a purchase, decided and held."""

from __future__ import annotations

from supportdesk.practice.api.shared import (
    CURRENCY,
    FLEET,
    FLEET_KEYS,
    FUEL,
    FUEL_KEYS,
    MERCHANT,
    filled,
    merchant,
    new,
)
from supportdesk.practice.endpoints import Call, One, Result, endpoint
from supportdesk.practice.events import create
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
from supportdesk.practice.rules.purchases import history_entry, hold
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
    challenged = reason == "suspected_fraud"
    doc = {
        **new(state, "iauth", "issuing.authorization"),
        **_as_asked(state, params, card),
        "amount": total,
        "approved": approved,
        "authorization_method": method,
        "card_presence": presence,
        "cardholder": cardholder["id"],
        "fraud_challenges": decisions.challenges(cardholder) if challenged else None,
        "merchant_amount": merchant_amount,
        "merchant_currency": currency,
        "merchant_data": seller,
        "status": "pending" if approved else "closed",
        "verification_data": verification,
        "verified_by_fraud_challenge": trusted or None,
    }
    doc["request_history"] = [history_entry(state, doc, total, reason)]
    if approved:
        doc = hold(state, doc, total)
    create(state, _KIND, doc)
    count_payment(state, card["id"])
    return One(_KIND, doc)


def _as_asked(state: State, params: Doc, card: Doc) -> Doc:
    """Return what an authorisation repeats of its request and of the network's message."""
    details = dict.fromkeys(("atm_fee", "cashback_amount"))
    acquirer = params.get("network_data", {}).get("acquiring_institution_id")
    return {
        "amount_details": filled(details, params.get("amount_details")),
        "balance_transactions": [],
        "card": card["id"],
        "currency": card["currency"],
        "fleet": filled(FLEET_KEYS, params.get("fleet")),
        "fuel": filled(FUEL_KEYS, params.get("fuel")),
        "network_data": {
            "acquiring_institution_id": acquirer,
            "system_trace_audit_number": state.ids.digits(6),
            "transaction_id": state.ids.digits(15),
        },
        "pending_request": None,
        "request_history": [],
        "token": _token(state, card, params.get("wallet")),
        "treasury": None,
        "wallet": params.get("wallet"),
    }


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
