"""With as few as `seed.FULL` cardholders everything an agent may meet is there."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

import pytest

from supportdesk.practice import seed

Doc = dict[str, Any]
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def book() -> dict[str, list[Doc]]:
    found: dict[str, list[Doc]] = defaultdict(list)
    for kind, doc in seed.objects(seed=7, today=TODAY, cardholders=seed.FULL):
        found[kind].append(doc)
    return found


def values(docs: list[Doc], path: str) -> set[Any]:
    """Every value at a dotted path; documents in which a step is missing or null say None."""
    found = set()
    for doc in docs:
        at: Any = doc
        for step in path.split("."):
            at = at.get(step) if isinstance(at, dict) else None
        found.add(at)
    return found


EXPECTED = {
    ("cardholder", "status"): "active inactive blocked",
    ("cardholder", "type"): "individual company",
    ("cardholder", "requirements.disabled_reason"): (
        "listed rejected.listed requirements.past_due under_review"
    ),
    ("card", "status"): "active inactive canceled",
    ("card", "type"): "physical virtual",
    ("card", "brand"): "Visa Mastercard",
    ("card", "currency"): "eur gbp usd",
    ("card", "cancellation_reason"): "lost stolen design_rejected fulfillment_error",
    ("card", "replacement_reason"): "damaged expired lost stolen fulfillment_error",
    ("card", "latest_fraud_warning.type"): (
        "card_testing_exposure fraud_dispute_filed third_party_reported user_indicated_fraud"
    ),
    ("card", "shipping.status"): ("pending submitted shipped delivered returned failure canceled"),
    ("card", "shipping.carrier"): "dhl fedex royal_mail usps",
    ("card", "shipping.service"): "standard express priority",
    ("card", "shipping.address_validation.result"): (
        "likely_deliverable likely_undeliverable indeterminate"
    ),
    ("card", "wallets.apple_pay.ineligible_reason"): (
        "missing_agreement missing_cardholder_contact unsupported_region"
    ),
    ("authorization", "status"): "pending closed reversed expired",
    ("authorization", "authorization_method"): "chip contactless keyed_in online swipe",
    ("authorization", "wallet"): "apple_pay google_pay samsung_pay",
    ("authorization", "verification_data.cvc_check"): "match mismatch not_provided",
    ("authorization", "verification_data.expiry_check"): "match mismatch",
    ("authorization", "verification_data.address_postal_code_check"): "match mismatch",
    ("authorization", "verification_data.three_d_secure.result"): ("authenticated failed required"),
    ("transaction", "type"): "capture refund",
    ("token", "status"): "requested active suspended deleted",
    ("token", "wallet_provider"): "apple_pay google_pay samsung_pay",
    ("token", "network"): "visa",
    ("dispute", "status"): "unsubmitted submitted won lost expired",
    ("dispute", "evidence.reason"): (
        "fraudulent no_valid_authorization not_received canceled merchandise_not_as_described"
        " service_not_as_described duplicate other"
    ),
    ("personalization_design", "status"): "active inactive rejected review",
    ("physical_bundle", "type"): "standard custom",
    ("physical_bundle", "status"): "active review",
}


@pytest.mark.parametrize(("place", "wanted"), EXPECTED.items(), ids=lambda v: str(v)[:50])
def test_every_value_occurs(
    book: dict[str, list[Doc]], place: tuple[str, str], wanted: str
) -> None:
    kind, path = place
    assert set(wanted.split()) <= values(book[kind], path)


def test_every_reason_of_a_decision_occurs(book: dict[str, list[Doc]]) -> None:
    reasons = {entry["reason"] for doc in book["authorization"] for entry in doc["request_history"]}
    assert reasons == set(
        "account_disabled card_active card_canceled card_expired card_inactive cardholder_blocked"
        " cardholder_inactive cardholder_verification_required insecure_authorization_method"
        " insufficient_funds network_fallback not_allowed pin_blocked spending_controls"
        " stripe_internal_error suspected_fraud verification_failed webhook_approved"
        " webhook_declined webhook_error webhook_timeout".split()
    )


def test_every_outcome_of_a_challenge_occurs(book: dict[str, list[Doc]]) -> None:
    asked = [c["status"] for d in book["authorization"] for c in d["fraud_challenges"] or ()]
    assert set(asked) == {"pending", "verified", "rejected", "expired", "undeliverable"}


def test_unusual_captures_occur(book: dict[str, list[Doc]]) -> None:
    captures: dict[str, list[int]] = defaultdict(list)
    for paid in book["transaction"]:
        if paid["type"] == "capture" and paid["authorization"]:
            captures[paid["authorization"]].append(-paid["amount"])
    asked = {doc["id"]: doc["amount"] for doc in book["authorization"]}
    assert any(len(parts) == 3 for parts in captures.values())
    assert any(sum(parts) < asked[id] for id, parts in captures.items())
    assert any(sum(parts) > asked[id] for id, parts in captures.items())
    alone = [paid for paid in book["transaction"] if paid["authorization"] is None]
    assert {paid["type"] for paid in alone} == {"capture", "refund"}
    refunds = [paid for paid in book["transaction"] if paid["type"] == "refund"]
    assert any(paid["authorization"] for paid in refunds)


def test_details_and_currencies_occur(book: dict[str, list[Doc]]) -> None:
    details = [paid["purchase_details"] for paid in book["transaction"]]
    for name in ("flight", "fuel", "lodging", "receipt"):
        assert any(found and found[name] for found in details)
    money = values(book["authorization"], "merchant_currency")
    assert {"eur", "gbp", "usd", "chf", "pln", "sek", "jpy"} <= money
    categories = values(book["authorization"], "merchant_data.category")
    assert {"automated_cash_disburse", "hotels_motels_and_resorts"} <= categories
    assert any(doc["amount_details"]["cashback_amount"] for doc in book["authorization"])


def test_controls_of_every_interval_and_kind_occur(book: dict[str, list[Doc]]) -> None:
    controls = [doc["spending_controls"] for doc in book["card"] + book["cardholder"]]
    intervals = {limit["interval"] for rules in controls for limit in rules["spending_limits"]}
    assert intervals == {"per_authorization", "daily", "weekly", "monthly", "yearly", "all_time"}
    for name in ("blocked_categories", "allowed_merchant_countries", "blocked_card_presences"):
        assert any(rules[name] for rules in controls)


def test_cards_at_their_end_occur(book: dict[str, list[Doc]]) -> None:
    now = (TODAY.year, TODAY.month)
    soon = {now, (2026, 12), (2027, 1)}
    expiries = [((c["exp_year"], c["exp_month"]), c["status"]) for c in book["card"]]
    assert any(when < now and status == "active" for when, status in expiries)
    assert any(when in soon and status == "active" for when, status in expiries)


def test_the_seeded_events_name_what_changed(book: dict[str, list[Doc]]) -> None:
    kinds = values(book["event"], "type")
    assert {
        "issuing_authorization.created", "issuing_authorization.updated", "issuing_card.created",
        "issuing_card.updated", "issuing_cardholder.created", "issuing_cardholder.updated",
        "issuing_dispute.created", "issuing_dispute.submitted", "issuing_dispute.closed",
        "issuing_token.created", "issuing_token.updated", "issuing_transaction.created",
        "issuing_transaction.updated",
    } <= kinds  # fmt: skip
