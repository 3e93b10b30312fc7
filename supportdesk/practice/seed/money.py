"""Authorisation, transaction, dispute and balance transaction documents in Stripe's shape."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from .shops import Shop, exchanged, merchant_currency

Doc = dict[str, Any]

PRESENCE = {
    "chip": "present", "contactless": "present", "swipe": "present", "online": "not_present",
    "keyed_in": "not_present",
}  # fmt: skip
APPROVALS = ("webhook_approved", "card_active", "network_fallback")


@dataclass(frozen=True)
class Ids:
    """The numbers one authorisation needs, all made from the seed."""

    authorization: str
    digits: str  # 30 decimal digits for the network's references


def processing_date(at: int) -> str:
    """The UTC date of a Unix time, as the card network writes it."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).date().isoformat()


def merchant_data(shop: Shop, digits: str, *, online: bool) -> Doc:
    """What the card network says about the shop."""
    return {
        "category": shop.category,
        "category_code": shop.code,
        "city": shop.city,
        "country": shop.country,
        "name": shop.name,
        "network_id": digits[:10],
        "postal_code": None if online else digits[10:15],
        "state": "CA" if shop.country == "US" else None,
        "tax_id": f"{digits[:14]}" if shop.country == "FR" else None,
        "terminal_id": None if online else digits[15:23],
        "url": shop.url if online else None,
    }


def checks(method: str, *, postal_code: str | None, three_d_secure: str | None) -> Doc:
    """Verification data of an ordinary purchase: everything that was sent does match."""
    remote = PRESENCE[method] == "not_present"
    return {
        "address_line1_check": "not_provided",
        "address_postal_code_check": "match" if remote else "not_provided",
        "authentication_exemption": None,
        "cvc_check": "match" if remote else "not_provided",
        "expiry_check": "match",
        "postal_code": postal_code if remote else None,
        "three_d_secure": {"result": three_d_secure} if three_d_secure else None,
    }


def request(doc: Doc, *, approved: bool, reason: str, at: int, code: str, risk: int) -> Doc:
    """One entry of `request_history` for the amounts the authorisation has now."""
    return {
        "amount": doc["amount"],
        "amount_details": doc["amount_details"],
        "approved": approved,
        "authorization_code": f"S{code}" if approved else None,
        "created": at,
        "currency": doc["currency"],
        "merchant_amount": doc["merchant_amount"],
        "merchant_currency": doc["merchant_currency"],
        "network_risk_score": risk,
        "reason": reason,
        "reason_message": (
            "The endpoint answered with status 503." if reason == "webhook_error" else None
        ),
        "requested_at": at,
    }


def authorization(
    card: Doc, shop: Shop, merchant_amount: int, method: str, *, ids: Ids, at: int, **given: Any
) -> Doc:
    """An authorisation without any decision yet; amounts in minor units of each currency."""
    currency = card["currency"]
    paid_in = merchant_currency(shop)
    digits = ids.digits
    base: Doc = {
        "id": ids.authorization,
        "object": "issuing.authorization",
        "amount": exchanged(merchant_amount, paid_in, currency),
        "amount_details": {"atm_fee": None, "cashback_amount": None},
        "approved": False,
        "authorization_method": method,
        "balance_transactions": [],
        "card": card["id"],
        "card_presence": PRESENCE[method],
        "cardholder": card["cardholder"],
        "created": at,
        "currency": currency,
        "fleet": None,
        "fraud_challenges": None,
        "fuel": None,
        "livemode": False,
        "merchant_amount": merchant_amount,
        "merchant_currency": paid_in,
        "merchant_data": merchant_data(shop, digits, online=PRESENCE[method] == "not_present"),
        "metadata": {},
        "network_data": {
            "acquiring_institution_id": digits[3:9],
            "system_trace_audit_number": digits[9:15],
            "transaction_id": digits[15:30],
        },
        "pending_request": None,
        "request_history": [],
        "status": "closed",
        "token": None,
        "treasury": None,
        "verification_data": checks(method, postal_code=None, three_d_secure=None),
        "verified_by_fraud_challenge": None,
        "wallet": None,
    }
    return base | given


def transaction(source: Doc, *, id: str, kind: str, amount: int, merchant_amount: int, at: int,
                linked: bool = True, **given: Any) -> Doc:  # fmt: skip
    """A capture (amounts become negative) or a refund (positive) on the card of `source`.

    `source` is an authorisation; `linked` is false for forced captures and unlinked refunds.
    """
    sign = -1 if kind == "capture" else 1
    last = source["request_history"][-1] if source["request_history"] else None
    base: Doc = {
        "id": id,
        "object": "issuing.transaction",
        "amount": sign * amount,
        "amount_details": source["amount_details"],
        "authorization": source["id"] if linked else None,
        "balance_transaction": None,
        "card": source["card"],
        "cardholder": source["cardholder"],
        "created": at,
        "currency": source["currency"],
        "dispute": None,
        "livemode": False,
        "merchant_amount": sign * merchant_amount,
        "merchant_currency": source["merchant_currency"],
        "merchant_data": source["merchant_data"],
        "metadata": {},
        "network_data": {
            "authorization_code": last["authorization_code"] if linked and last else None,
            "processing_date": processing_date(at),
            "transaction_id": source["network_data"]["transaction_id"] if linked else None,
        },
        "purchase_details": None,
        "token": source["token"],
        "treasury": None,
        "type": kind,
        "wallet": source["wallet"],
    }
    return base | given


def dispute(paid: Doc, *, id: str, amount: int, evidence: Doc, at: int) -> Doc:
    """An unsubmitted dispute of the capture `paid`; `amount` is positive."""
    return {
        "id": id,
        "object": "issuing.dispute",
        "amount": amount,
        "balance_transactions": [],
        "created": at,
        "currency": paid["currency"],
        "evidence": evidence,
        "livemode": False,
        "metadata": {},
        "status": "unsubmitted",
        "transaction": paid["id"],
        "treasury": None,
    }


def balance_transaction(source: Doc, *, id: str, kind: str, amount: int, at: int) -> Doc:
    """A movement on the programme's Issuing balance; holds and debits are negative."""
    return {
        "id": id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": at,
        "balance_type": "issuing",
        "created": at,
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": 0,
        "fee_details": [],
        "net": amount,
        "reporting_category": kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }
