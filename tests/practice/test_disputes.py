"""Disputes: opening, evidence, submission, outcome and expiry."""

from __future__ import annotations

import pytest

from supportdesk.practice.rules.evidence import FIELDS, REQUIRED
from tests.support.practice_api import HELPERS, Api, Json

DISPUTES = "/v1/issuing/disputes"
PDF = b"%PDF-1.7\n"

#: Something for every field that submission may ask for.
ANSWERS: Json = {
    "canceled_at": 1_700_000_000,
    "cancellation_policy_provided": True,
    "cancellation_reason": "Changed plans",
    "expected_at": 1_700_000_000,
    "explanation": "The shop does not answer.",
    "product_description": "A chair",
    "product_type": "service",
    "received_at": 1_700_000_000,
    "return_description": "Sent back by post",
    "return_status": "successful",
    "returned_at": 1_700_000_000,
}


def opened(api: Api, reason: str = "fraudulent", amount: int = 1_000, **fields: object) -> Json:
    transaction = api.purchase(amount=amount)["id"]
    evidence = {"reason": reason, reason: fields} if fields else {"reason": reason}
    return api.post(DISPUTES, transaction=transaction, evidence=evidence)


def read(api: Api, dispute: str) -> Json:
    return api.get(f"{DISPUTES}/{dispute}", expand=["balance_transactions"])


def test_a_dispute_takes_the_whole_amount_and_marks_the_transaction(api: Api) -> None:
    dispute = opened(api, explanation="I was asleep.")
    assert (dispute["amount"], dispute["status"]) == (1_000, "unsubmitted")
    assert "loss_reason" not in dispute
    assert "balance_transactions" not in dispute
    transaction = api.get(f"/v1/issuing/transactions/{dispute['transaction']}")
    assert transaction["dispute"] == dispute["id"]
    assert api.get(DISPUTES, transaction=transaction["id"])["data"][0]["id"] == dispute["id"]


def test_one_dispute_per_transaction(api: Api) -> None:
    dispute = opened(api)
    assert api.refused(DISPUTES, transaction=dispute["transaction"])["param"] == "transaction"


def test_only_captures_can_be_disputed(api: Api) -> None:
    transaction = api.purchase()["id"]
    refund = api.post(f"{HELPERS}/transactions/{transaction}/refund", refund_amount=10)["id"]
    assert "refund" in api.refused(DISPUTES, transaction=refund)["message"]
    assert api.refused(DISPUTES)["code"] == "parameter_missing"
    assert api.refused(DISPUTES, transaction="ipi_none")["code"] == "resource_missing"


@pytest.mark.parametrize("forced", [False, True])
def test_the_ceiling_is_the_capture_less_refunds(api: Api, forced: bool) -> None:
    if forced:
        card, path = api.card()["id"], f"{HELPERS}/transactions/create_force_capture"
        api.post(path, card=card, amount=500)
        transaction = api.post(path, card=card, amount=10_000)["id"]
    else:
        transaction = api.purchase(amount=10_000)["id"]
    api.post(f"{HELPERS}/transactions/{transaction}/refund", refund_amount=3_000)
    api.refused(f"{HELPERS}/transactions/{transaction}/refund", refund_amount=7_001)
    for wrong in (7_001, 0, -5):
        assert api.refused(DISPUTES, transaction=transaction, amount=wrong)["param"] == "amount"
    dispute = api.post(DISPUTES, transaction=transaction, amount=7_000)
    assert api.post(f"{DISPUTES}/{dispute['id']}", amount=6_999)["amount"] == 6_999
    api.refused(f"{DISPUTES}/{dispute['id']}", amount=7_001)


@pytest.mark.parametrize("reason", sorted(FIELDS))
def test_submission_names_each_missing_field(api: Api, reason: str) -> None:
    dispute = opened(api, reason)["id"]
    path = f"{DISPUTES}/{dispute}"
    asked: list[str] = []
    while True:
        answer = api.send("POST", f"{path}/submit")
        if answer.status_code == 200:
            break
        error = answer.json()["error"]
        assert error["code"] == "parameter_missing"
        name = error["param"].removeprefix(f"evidence[{reason}][").removesuffix("]")
        assert name not in asked, error
        asked.append(name)
        value = ANSWERS.get(name) or api.purchase()["id"]
        api.post(path, evidence={reason: {name: value}})
    assert set(REQUIRED[reason]) <= set(asked)
    assert read(api, dispute)["status"] == "submitted"


def test_canceled_merchandise_must_have_been_returned(api: Api) -> None:
    given = {**ANSWERS, "product_type": "merchandise"}
    fields = {n: v for n, v in given.items() if n in FIELDS["canceled"] and "return" not in n}
    dispute = opened(api, "canceled", **fields)["id"]
    error = api.refused(f"{DISPUTES}/{dispute}/submit")
    assert error["param"] == "evidence[canceled][return_status]"


def test_a_duplicate_takes_exactly_one_proof(api: Api) -> None:
    file = api.upload(PDF).json()["id"]
    dispute = opened(api, "duplicate", explanation="Twice.", card_statement=file)["id"]
    path = f"{DISPUTES}/{dispute}"
    other = {"original_transaction": api.purchase()["id"]}
    api.post(path, evidence={"duplicate": other})
    assert api.refused(f"{path}/submit")["code"] == "parameters_exclusive"
    api.post(path, evidence={"duplicate": {"card_statement": ""}})
    assert api.post(f"{path}/submit")["status"] == "submitted"


def test_submitted_once_and_sealed_but_for_metadata(api: Api) -> None:
    dispute = opened(api, explanation="Not me.")["id"]
    path = f"{DISPUTES}/{dispute}"
    api.post(f"{path}/submit", metadata={"case": "1"})
    assert "submitted" in api.refused(f"{path}/submit")["message"]
    api.refused(path, amount=5)
    api.refused(path, evidence={"fraudulent": {"explanation": "More"}})
    assert api.post(path, metadata={"case": "2"})["metadata"] == {"case": "2"}


def test_changing_the_reason_and_clearing_the_old_hash(api: Api) -> None:
    dispute = opened(api, explanation="Not me.")["id"]
    path = f"{DISPUTES}/{dispute}"
    changed = api.post(
        path,
        evidence={
            "reason": "not_received",
            "fraudulent": "",
            "not_received": {"expected_at": 1_700_000_000},
        },
    )
    assert set(changed["evidence"]) == {"reason", "not_received"}
    assert changed["evidence"]["not_received"]["explanation"] is None


def test_evidence_files_must_exist_and_be_evidence(api: Api) -> None:
    transaction = api.purchase()["id"]

    def error(file: str) -> Json:
        evidence = {"reason": "fraudulent", "fraudulent": {"additional_documentation": file}}
        return api.refused(DISPUTES, transaction=transaction, evidence=evidence)

    param = "evidence[fraudulent][additional_documentation]"
    assert (error("file_none")["code"], error("file_none")["param"]) == ("resource_missing", param)
    passport = api.upload(PDF, "identity_document").json()["id"]
    assert error(passport)["param"] == param


def test_winning_evidence_wins_seconds_later(api: Api) -> None:
    before = api.get("/_practice/info")["balance"]["eur"]
    dispute = opened(api, explanation="winning_evidence", amount=1_000)["id"]
    api.post(f"{DISPUTES}/{dispute}/submit")
    assert read(api, dispute)["status"] == "submitted"
    assert api.get("/_practice/info")["balance"]["eur"] == before
    api.advance(10)
    found = read(api, dispute)
    assert found["status"] == "won"
    assert [(b["type"], b["amount"]) for b in found["balance_transactions"]] == [
        ("issuing_dispute_provisional_credit", 1_000),
        ("issuing_dispute_provisional_credit_reversal", -1_000),
        ("issuing_dispute", 1_000),
    ]
    assert api.get("/_practice/info")["balance"]["eur"] == before
    assert api.events(dispute) == [
        "issuing_dispute.created",
        "issuing_dispute.updated",
        "issuing_dispute.submitted",
        "issuing_dispute.funds_reinstated",
        "issuing_dispute.updated",
        "issuing_dispute.funds_reinstated",
        "issuing_dispute.closed",
    ]


def test_losing_evidence_loses_with_a_reason(api: Api) -> None:
    dispute = opened(api, explanation="losing_evidence, sadly")["id"]
    api.post(f"{DISPUTES}/{dispute}/submit")
    api.advance(10)
    found = read(api, dispute)
    assert (found["status"], found["loss_reason"]) == ("lost", "transaction_authorized")
    assert api.events(dispute)[-2:] == [
        "issuing_dispute.funds_rescinded",
        "issuing_dispute.closed",
    ]
    assert [d["id"] for d in api.get(DISPUTES, status="lost")["data"]] == [dispute]


def test_ordinary_evidence_stays_submitted(api: Api) -> None:
    dispute = opened(api, explanation="It was not me.")["id"]
    api.post(f"{DISPUTES}/{dispute}/submit")
    api.advance(3_600)
    assert read(api, dispute)["status"] == "submitted"


def test_an_unsubmitted_dispute_expires_after_110_days(api: Api) -> None:
    dispute = opened(api, explanation="Late.")["id"]
    api.advance(109 * 86_400)
    assert read(api, dispute)["status"] == "unsubmitted"
    api.advance(86_400)
    assert "expired" in api.refused(f"{DISPUTES}/{dispute}/submit")["message"]
    assert read(api, dispute)["status"] == "expired"
    assert api.events(dispute)[-1] == "issuing_dispute.closed"


@pytest.mark.parametrize(
    "purchase",
    [
        {"authorization_method": "chip"},
        {"verification_data": {"three_d_secure": {"result": "authenticated"}}},
    ],
)
def test_networks_refuse_fraud_where_the_cardholder_was_there(api: Api, purchase: Json) -> None:
    transaction = api.purchase(**purchase)["id"]
    evidence: Json = {"reason": "fraudulent", "fraudulent": {"explanation": "Not me."}}
    dispute = api.post(DISPUTES, transaction=transaction, evidence=evidence)["id"]
    assert api.refused(f"{DISPUTES}/{dispute}/submit")["param"] == "evidence[reason]"


def test_fraud_after_an_earlier_report_needs_the_card_canceled(api: Api) -> None:
    card = api.card()["id"]
    evidence: Json = {"reason": "fraudulent", "fraudulent": {"explanation": "Not me."}}

    def dispute() -> str:
        transaction = api.purchase(card)["id"]
        made: str = api.post(DISPUTES, transaction=transaction, evidence=evidence)["id"]
        return made

    api.post(f"{DISPUTES}/{dispute()}/submit")
    api.advance(60)
    second = dispute()
    assert "earlier fraud report" in api.refused(f"{DISPUTES}/{second}/submit")["message"]
    api.post(f"/v1/issuing/cards/{card}", status="canceled", cancellation_reason="lost")
    api.post(f"{DISPUTES}/{second}/submit")


def test_treasury_debits_are_not_offered(api: Api) -> None:
    error = api.refused(DISPUTES, treasury={"received_debit": "rd_1"})
    assert error["param"] == "treasury[received_debit]"
