"""Test purchases: decisions, captures, reversals, refunds and the money behind them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.practice_api import HELPERS, Api, Json


def step(api: Api, authorization: str, name: str, **params: Any) -> Json:
    return api.post(f"{HELPERS}/authorizations/{authorization}/{name}", **params)


def balance(api: Api) -> int:
    amount: int = api.get("/_practice/info")["balance"]["eur"]
    return amount


# --- decisions -----------------------------------------------------------------------------------


def test_an_approved_purchase_is_held_and_pending(api: Api) -> None:
    before = balance(api)
    found = api.buy(api.card()["id"], 1_234)
    assert (found["approved"], found["status"], found["amount"]) == (True, "pending", 1_234)
    assert found["request_history"][0]["authorization_code"].startswith("S")
    assert found["balance_transactions"][0]["type"] == "issuing_authorization_hold"
    assert balance(api) == before - 1_234


@pytest.mark.parametrize("status", ["inactive", "blocked"])
def test_a_cardholder_who_may_not_buy(api: Api, status: str) -> None:
    holder = api.cardholder()["id"]
    card = api.card(holder)["id"]
    api.post(f"/_practice/cardholders/{holder}", status=status)
    declined = api.buy(card)
    assert declined["request_history"][0]["reason"] == f"cardholder_{status}"
    assert (declined["approved"], declined["status"]) == (False, "closed")
    assert declined["request_history"][0]["authorization_code"] is None


@pytest.mark.parametrize("reason", ["listed", "rejected.listed", "under_review"])
def test_requirements_decline_everything(api: Api, reason: str) -> None:
    holder = api.cardholder()["id"]
    card = api.card(holder)["id"]
    api.post(f"/_practice/cardholders/{holder}", disabled_reason=reason)
    assert api.reason(card) == "cardholder_verification_required"
    api.post(f"/_practice/cardholders/{holder}", disabled_reason="")
    assert api.reason(card) == "card_active"


@pytest.mark.parametrize(
    "checks",
    [
        {"cvc_check": "mismatch"},
        {"expiry_check": "mismatch"},
        {"three_d_secure": {"result": "failed"}},
    ],
)
def test_failed_checks(api: Api, checks: Json) -> None:
    assert api.reason(api.card()["id"], verification_data=checks) == "verification_failed"


def test_a_mismatching_address_alone_does_not_decline(api: Api) -> None:
    checks = {"address_line1_check": "mismatch", "address_postal_code_check": "mismatch"}
    assert api.reason(api.card()["id"], verification_data=checks) == "card_active"


def test_the_magnetic_stripe_is_refused_on_european_cards(api: Api) -> None:
    card = api.card()["id"]
    assert api.reason(card, authorization_method="swipe") == "insecure_authorization_method"
    dollars = api.card(currency="usd")["id"]
    assert api.reason(dollars, authorization_method="swipe") == "card_active"


def test_an_empty_programme_balance_declines(api: Api) -> None:
    card = api.card()["id"]
    before = balance(api)
    try:
        api.post("/_practice/balance", currency="eur", amount=500)
        assert api.reason(card, 501) == "insufficient_funds"
        assert api.reason(card, 500) == "card_active"
    finally:
        api.post("/_practice/balance", currency="eur", amount=before)


def test_an_expired_card(api: Api) -> None:
    year, month, _ = map(int, api.get("/_practice/info")["date"].split("-"))
    soon: Json = {"exp_month": month % 12 + 1, "exp_year": year + (month == 12)}
    card = api.card(**soon)["id"]
    assert api.reason(card) == "card_active"
    api.advance(65 * 86_400)
    assert api.reason(card) == "card_expired"


def test_suspected_fraud_asks_by_sms_and_a_yes_lets_the_retry_pass(api: Api) -> None:
    card = api.card()["id"]
    risk = {"fraud_risk": {"level": "highest", "score": "91.5"}}
    declined = api.buy(card, risk_assessment=risk)
    assert declined["request_history"][0]["reason"] == "suspected_fraud"
    assert declined["fraud_challenges"][0]["status"] == "pending"
    answered = step(api, declined["id"], "fraud_challenges/respond", confirmed=True)
    assert answered["fraud_challenges"][0]["status"] == "verified"
    retried = api.buy(card, risk_assessment=risk)
    assert (retried["approved"], retried["verified_by_fraud_challenge"]) == (True, True)
    elsewhere = {"name": "Another shop"}
    assert api.reason(card, risk_assessment=risk, merchant_data=elsewhere) == "suspected_fraud"
    api.refused(
        f"{HELPERS}/authorizations/{declined['id']}/fraud_challenges/respond", confirmed=True
    )


def test_a_no_by_sms_warns_of_the_card(api: Api) -> None:
    card = api.card()["id"]
    declined = api.buy(card, risk_assessment={"fraud_risk": {"level": "highest"}})
    step(api, declined["id"], "fraud_challenges/respond", confirmed=False)
    warning = api.get(f"/v1/issuing/cards/{card}")["latest_fraud_warning"]
    assert warning["type"] == "user_indicated_fraud"


# --- what follows an authorization ---------------------------------------------------------------


def test_a_capture_is_negative_and_closes(api: Api) -> None:
    card = api.card()["id"]
    before = balance(api)
    authorization = api.buy(card, 1_000)
    transaction = api.capture(authorization["id"])
    assert (transaction["type"], transaction["amount"]) == ("capture", -1_000)
    assert transaction["merchant_amount"] == -1_000
    found = api.get(f"/v1/issuing/authorizations/{authorization['id']}")
    assert (found["status"], found["transactions"][0]["id"]) == ("closed", transaction["id"])
    assert [b["type"] for b in found["balance_transactions"]] == [
        "issuing_authorization_hold",
        "issuing_authorization_release",
    ]
    assert balance(api) == before - 1_000
    api.refused(f"{HELPERS}/authorizations/{authorization['id']}/capture")


def test_captures_in_parts_over_the_amount_and_on_a_frozen_card(api: Api) -> None:
    card = api.card()["id"]
    before = balance(api)
    authorization = api.buy(card, 1_000)["id"]
    api.post(f"/v1/issuing/cards/{card}", status="inactive")
    first = step(api, authorization, "capture", capture_amount=300, close_authorization=False)
    assert first["status"] == "pending"
    second = step(api, authorization, "capture", capture_amount=900)
    assert second["status"] == "closed"
    assert sorted(t["amount"] for t in second["transactions"]) == [-900, -300]
    assert balance(api) == before - 1_200


def test_reversal_whole_and_in_part(api: Api) -> None:
    card = api.card()["id"]
    before = balance(api)
    authorization = api.buy(card, 1_000)["id"]
    part = step(api, authorization, "reverse", reverse_amount=400)
    assert (part["status"], part["amount"]) == ("pending", 600)
    assert balance(api) == before - 600
    api.refused(f"{HELPERS}/authorizations/{authorization}/reverse", reverse_amount=601)
    whole = step(api, authorization, "reverse")
    assert whole["status"] == "reversed"
    assert whole["request_history"][0]["amount"] == 1_000
    assert balance(api) == before
    api.refused(f"{HELPERS}/authorizations/{authorization}/expire")


def test_expiry_gives_the_hold_back(api: Api) -> None:
    before = balance(api)
    authorization = api.buy(api.card()["id"], 1_000)["id"]
    assert step(api, authorization, "expire")["status"] == "expired"
    assert balance(api) == before


def test_an_increment_is_decided_anew(api: Api) -> None:
    card = api.card()["id"]
    before = balance(api)
    authorization = api.buy(card, 1_000)["id"]
    grown = step(api, authorization, "increment", increment_amount=500)
    assert (grown["amount"], len(grown["request_history"])) == (1_500, 2)
    assert balance(api) == before - 1_500
    api.post(f"/v1/issuing/cards/{card}", status="inactive")
    refused = step(api, authorization, "increment", increment_amount=500)
    assert (refused["amount"], refused["approved"]) == (1_500, True)
    assert refused["request_history"][-1]["reason"] == "card_inactive"


def test_a_fuel_pump_settles_its_estimate(api: Api) -> None:
    before = balance(api)
    authorization = api.buy(api.card()["id"], 10_000, is_amount_controllable=True)["id"]
    final = step(api, authorization, "finalize_amount", final_amount=4_217)
    assert final["amount"] == 4_217
    assert balance(api) == before - 4_217
    assert api.capture(authorization)["amount"] == -4_217


def test_a_purchase_abroad(api: Api) -> None:
    found = api.post(
        f"{HELPERS}/authorizations",
        card=api.card()["id"],
        merchant_amount=10_000,
        merchant_currency="jpy",
    )
    assert (found["merchant_amount"], found["merchant_currency"]) == (10_000, "jpy")
    assert (found["amount"], found["currency"]) == (6_200, "eur")


def test_forced_capture_and_unlinked_refund_stand_alone(api: Api) -> None:
    card = api.card(status="inactive")["id"]
    forced = api.post(f"{HELPERS}/transactions/create_force_capture", card=card, amount=700)
    assert (forced["amount"], forced["authorization"]) == (-700, None)
    credit = api.post(f"{HELPERS}/transactions/create_unlinked_refund", card=card, amount=700)
    assert (credit["amount"], credit["type"], credit["authorization"]) == (700, "refund", None)


def test_refunds_are_positive_linked_and_bounded(api: Api) -> None:
    before = balance(api)
    transaction = api.purchase(amount=1_000)
    path = f"{HELPERS}/transactions/{transaction['id']}/refund"
    refund = api.post(path, refund_amount=300)
    assert (refund["type"], refund["amount"]) == ("refund", 300)
    assert refund["authorization"] == transaction["authorization"]
    assert api.refused(path, refund_amount=701)["param"] == "refund_amount"
    assert api.post(path)["amount"] == 700
    api.refused(path)
    api.refused(f"{HELPERS}/transactions/{refund['id']}/refund")
    assert balance(api) == before


def test_a_wallet_purchase_carries_its_token(api: Api) -> None:
    card = api.card()["id"]
    token = api.post("/_practice/tokens", card=card, wallet_provider="google_pay")["id"]
    bought = api.buy(card, wallet="google_pay")
    assert (bought["wallet"], bought["token"]) == ("google_pay", token)
    assert api.capture(bought["id"])["token"] == token
    assert api.buy(card, wallet="apple_pay")["token"] is None


def test_only_metadata_of_authorizations_and_transactions_changes(api: Api) -> None:
    transaction = api.purchase()
    for path in (
        f"/v1/issuing/transactions/{transaction['id']}",
        f"/v1/issuing/authorizations/{transaction['authorization']}",
    ):
        assert api.post(path, metadata={"case": "7", "who": "me"})["metadata"]["case"] == "7"
        assert api.post(path, metadata={"case": ""})["metadata"] == {"who": "me"}
        assert api.post(path, metadata="")["metadata"] == {}
        assert api.refused(path, amount=5)["code"] == "parameter_unknown"


def test_the_old_approve_and_decline_calls_come_too_late(api: Api) -> None:
    authorization = api.buy(api.card()["id"])["id"]
    for verb in ("approve", "decline"):
        error = api.refused(f"/v1/issuing/authorizations/{authorization}/{verb}")
        assert "already been approved" in error["message"]
