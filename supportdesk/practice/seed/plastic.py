"""Card, shipment, wallet token, design and bundle documents in Stripe's shape."""

from __future__ import annotations

from typing import Any

from .holders import controls

Doc = dict[str, Any]
DAY = 86_400

# Which carrier brings cards to a country and how many days it takes (standard, express).
CARRIERS = {
    "DE": ("dhl", 4, 2), "AT": ("dhl", 5, 2), "FR": ("dhl", 5, 2), "ES": ("correos", 6, 3),
    "IT": ("dhl", 6, 3), "IE": ("royal_mail", 5, 2), "GB": ("royal_mail", 3, 1),
    "US": ("usps", 7, 2),
}  # fmt: skip
TRACKING_PAGES = {
    "dhl": "https://tracking.dhl.example/%s",
    "fedex": "https://tracking.fedex.example/%s",
    "royal_mail": "https://tracking.royalmail.example/%s",
    "usps": "https://tracking.usps.example/%s",
    "correos": "https://tracking.correos.example/%s",
}
WALLETS_READY = {
    "apple_pay": {"eligible": True, "ineligible_reason": None},
    "google_pay": {"eligible": True, "ineligible_reason": None},
    "primary_account_identifier": None,
}


def card(
    holder: Doc,
    *,
    id: str,
    created: int,
    kind: str,
    brand: str,
    currency: str,
    last4: str,
    expiry: tuple[int, int],
    **given: Any,
) -> Doc:
    """An inactive card of `holder`; `kind` is physical or virtual, `expiry` is (month, year)."""
    base: Doc = {
        "id": id,
        "object": "issuing.card",
        "brand": brand,
        "cancellation_reason": None,
        "cardholder": holder["id"],
        "created": created,
        "currency": currency,
        "exp_month": expiry[0],
        "exp_year": expiry[1],
        "financial_account": None,
        "last4": last4,
        "latest_fraud_warning": None,
        "lifecycle_controls": None,
        "livemode": False,
        "metadata": {},
        "personalization_design": None,
        "replaced_by": None,
        "replacement_for": None,
        "replacement_reason": None,
        "second_line": None,
        "shipping": None,
        "spending_controls": controls(spending_limits_currency=currency),
        "status": "inactive",
        "type": kind,
        "wallets": WALLETS_READY,
    }
    return base | given


def shipment(holder: Doc, *, service: str = "standard", carrier: str | None = None) -> Doc:
    """The shipping part of a physical card that has not been submitted yet."""
    address = holder["billing"]["address"]
    usual = CARRIERS[address["country"]][0]
    return {
        "address": address,
        "address_validation": {
            "mode": "validation_and_normalization",
            "normalized_address": address | {"line1": address["line1"].upper()},
            "result": "likely_deliverable",
        },
        "business_name": None,
        "carrier": carrier or (usual if service == "standard" else "fedex"),
        "customs": None,
        "delivered_at": None,
        "eta": None,
        "name": holder["name"],
        "phone_number": holder["phone_number"],
        "require_signature": service != "standard" if address["country"] == "US" else None,
        "service": service,
        "shipped_at": None,
        "status": "pending",
        "tracking_number": None,
        "tracking_url": None,
        "type": "individual",
    }


def transit_days(shipping: Doc) -> int:
    """Days from shipping to delivery."""
    _, standard, express = CARRIERS[shipping["address"]["country"]]
    return standard if shipping["service"] == "standard" else express


def sent(shipping: Doc, *, at: int, tracking: str) -> Doc:
    """The shipment once it is on its way. Standard mail from the United Kingdom is not tracked."""
    tracked = not (shipping["carrier"] == "royal_mail" and shipping["service"] == "standard")
    return shipping | {
        "status": "shipped",
        "shipped_at": at,
        "eta": at + transit_days(shipping) * DAY,
        "tracking_number": tracking if tracked else None,
        "tracking_url": TRACKING_PAGES[shipping["carrier"]] % tracking if tracked else None,
    }


def token(card: Doc, *, id: str, created: int, wallet: str, device: str, number: str) -> Doc:
    """An active wallet token of `card`; `number` is a run of digits that becomes its references."""
    network = card["brand"].lower()
    reference = {"token_reference_id": f"DNIT{number[:12]}", "token_requestor_id": number[:11]}
    extra = {"card_reference_id": f"REF{number[:9]}"}
    if network == "visa":
        extra["token_risk_score"] = number[-2:]
    return {
        "id": id,
        "object": "issuing.token",
        "card": card["id"],
        "created": created,
        "device_fingerprint": f"fp_{number[:10]}",
        "last4": number[-4:],
        "livemode": False,
        "network": network,
        "network_data": {
            "device": {
                "device_fingerprint": f"fp_{number[:10]}",
                "ip_address": f"203.0.113.{int(number[:4]) % 254 + 1}",
                "name": device,
                "type": "watch" if "Watch" in device else "phone",
            },
            network: reference | extra,
            "type": network,
            "wallet_provider": {
                "account_trust_score": 1 + int(number[4]) % 5,
                "card_number_source": ("app", "manual", "on_file")[int(number[5]) % 3],
                "device_trust_score": 1 + int(number[6]) % 5,
                "reason_codes": ["long_account_tenure", "good_activity_history"],
                "suggested_decision": "approve",
            },
        },
        "network_updated_at": created,
        "status": "active",
        "wallet_provider": wallet,
    }


def bundle(id: str, name: str, *, kind: str, status: str, features: tuple[str, str, str]) -> Doc:
    """A physical bundle; `features` are card_logo, carrier_text and second_line."""
    return {
        "id": id,
        "object": "issuing.physical_bundle",
        "features": dict(zip(("card_logo", "carrier_text", "second_line"), features, strict=True)),
        "livemode": False,
        "name": name,
        "status": status,
        "type": kind,
    }


def design(id: str, name: str, bundle_id: str, *, created: int, status: str) -> Doc:
    """A personalization design on a bundle."""
    return {
        "id": id,
        "object": "issuing.personalization_design",
        "card_logo": None,
        "carrier_text": {
            "footer_body": "Questions? Call the number on the back of your card.",
            "footer_title": "We are here for you",
            "header_body": "Please activate your new card before its first use.",
            "header_title": "Your new card",
        },
        "created": created,
        "livemode": False,
        "lookup_key": name.lower().replace(" ", "_"),
        "metadata": {},
        "name": name,
        "physical_bundle": bundle_id,
        "preferences": {"is_default": False, "is_platform_default": None},
        "rejection_reasons": {"card_logo": [], "carrier_text": []},
        "status": status,
    }
