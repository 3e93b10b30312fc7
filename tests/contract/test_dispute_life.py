"""Disputes of every reason and their files, driven with the real stripe-python."""

from __future__ import annotations

import io
import time
from typing import Any

import httpx
import pytest
import stripe

from supportdesk.practice.process import Ready
from tests.contract.conftest import Driver
from tests.contract.test_card_life import new_cardholder, new_virtual, purchase, status

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

PDF = b"%PDF-1.4\n% a receipt of the tests\n%%EOF\n"
GOODS = {"product_type": "merchandise", "product_description": "Kettle"}
NOW = int(time.time())
EVIDENCE: dict[str, dict[str, Any]] = {
    "fraudulent": {},
    "no_valid_authorization": {},
    "not_received": {"expected_at": NOW - 86_400, **GOODS},
    "canceled": {
        "canceled_at": NOW - 86_400, "cancellation_policy_provided": True,
        "cancellation_reason": "No longer needed", "expected_at": NOW, **GOODS,
        "return_status": "successful", "returned_at": NOW - 3_600,
    },
    "merchandise_not_as_described": {
        "received_at": NOW - 86_400, "return_description": "Sent back by post",
        "return_status": "merchant_rejected", "returned_at": NOW - 3_600,
    },
    "service_not_as_described": {
        "received_at": NOW - 86_400, "canceled_at": NOW - 3_600,
        "cancellation_reason": "Nothing was done",
    },
    "duplicate": {},
    "other": GOODS,
}  # fmt: skip


def capture(call: Driver, amount: int = 25_00) -> Any:
    card = status(call, new_virtual(call, new_cardholder(call)), "active")
    bought = purchase(call, card, amount)
    captured = call(call.helpers.authorizations, "capture", bought.id)
    if captured.transactions:
        status(call, card, "canceled", cancellation_reason="stolen")
    return captured.transactions[0]


def upload(call: Driver) -> Any:
    file = io.BytesIO(PDF)
    file.name = "evidence.pdf"
    return call(call.files, "create", {"purpose": "dispute_evidence", "file": file})


def opened(call: Driver, paid: Any, reason: str, explanation: str, **more: Any) -> Any:
    said = {"explanation": explanation, **EVIDENCE[reason], **more}
    params = {"transaction": paid.id, "evidence": {"reason": reason, reason: said}}
    return call(call.issuing.disputes, "create", params)


def settled(call: Driver, dispute: Any) -> Any:
    """The dispute once Stripe has decided, which in a sandbox takes seconds."""
    call.control("clock", advance="60")
    return call(call.issuing.disputes, "retrieve", dispute.id, {"expand": ["balance_transactions"]})


@pytest.mark.parametrize("reason", EVIDENCE)
def test_each_reason_from_upload_to_submission(stripe_python: Driver, reason: str) -> None:
    call = stripe_python
    paid, file = capture(call), upload(call)
    more: dict[str, Any] = {"additional_documentation": file.id}
    if reason == "duplicate":
        more["original_transaction"] = paid.id
    dispute = opened(call, paid, reason, "The cardholder says so.", **more)
    assert (dispute.status, dispute.amount, dispute.evidence.reason) == (
        "unsubmitted", 25_00, reason,
    )  # fmt: skip
    assert call(call.issuing.transactions, "retrieve", paid.id).dispute == dispute.id
    changed = call(call.issuing.disputes, "update", dispute.id, {"metadata": {"case": "9"}})
    assert changed.metadata["case"] == "9"
    submitted = call(call.issuing.disputes, "submit", dispute.id)
    assert submitted.status == "submitted"
    with pytest.raises(stripe.InvalidRequestError):
        call(call.issuing.disputes, "submit", dispute.id)
    assert "issuing_dispute.submitted" in call.told(dispute.id)


@pytest.mark.parametrize(("text", "outcome"), [("winning", "won"), ("losing", "lost")])
def test_disputes_are_won_and_lost(stripe_python: Driver, text: str, outcome: str) -> None:
    call = stripe_python
    dispute = opened(call, capture(call), "fraudulent", f"{text}_evidence")
    call(call.issuing.disputes, "submit", dispute.id)
    ended = settled(call, dispute)
    assert ended.status == outcome
    assert hasattr(ended, "loss_reason") == (outcome == "lost")
    gained = sum(entry.amount for entry in ended.balance_transactions)
    assert gained == (25_00 if outcome == "won" else 0)
    assert "issuing_dispute.closed" in call.told(dispute.id)
    assert dispute.id in [d.id for d in call.page(call.issuing.disputes, status=outcome)]


def test_one_dispute_per_capture_and_within_its_amount(stripe_python: Driver) -> None:
    call = stripe_python
    paid = capture(call)
    too_much = {"transaction": paid.id, "amount": 26_00, "evidence": {"reason": "fraudulent"}}
    with pytest.raises(stripe.InvalidRequestError):
        call(call.issuing.disputes, "create", too_much)
    dispute = opened(call, paid, "fraudulent", "Not me.")
    with pytest.raises(stripe.InvalidRequestError):
        opened(call, paid, "fraudulent", "Not me.")
    found = call.page(call.issuing.disputes, transaction=paid.id)
    assert [d.id for d in found] == [dispute.id]


def test_evidence_is_checked_when_it_is_submitted(stripe_python: Driver) -> None:
    call = stripe_python
    bare = {"transaction": capture(call).id, "evidence": {"reason": "not_received"}}
    dispute = call(call.issuing.disputes, "create", bare)
    with pytest.raises(stripe.InvalidRequestError):
        call(call.issuing.disputes, "submit", dispute.id)
    other = {"evidence": {"reason": "fraudulent", "not_received": "",
                          "fraudulent": {"explanation": "Not me."}}}  # fmt: skip
    changed = call(call.issuing.disputes, "update", dispute.id, other)
    assert changed.evidence.reason == "fraudulent"
    assert call(call.issuing.disputes, "submit", dispute.id).status == "submitted"


def test_a_file_is_kept_listed_and_given_back(stripe_python: Driver, practice: Ready) -> None:
    call = stripe_python
    file = upload(call)
    assert (file.size, file.type, file.purpose) == (len(PDF), "pdf", "dispute_evidence")
    assert file.filename == "evidence.pdf"
    assert call(call.files, "retrieve", file.id).id == file.id
    assert file.id in [f.id for f in call.page(call.files, purpose="dispute_evidence")]
    headers = {"Authorization": f"Bearer {practice.key}"}
    url = f"{practice.url}/v1/files/{file.id}/contents"
    assert httpx.get(url, headers=headers, trust_env=False).content == PDF
