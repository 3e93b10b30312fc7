"""`/v1/issuing/disputes`."""

from __future__ import annotations

from supportdesk.practice.api.shared import merge_metadata, new, with_metadata
from supportdesk.practice.endpoints import Call, One, Result, endpoint, lists, retrieve
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change, create
from supportdesk.practice.params import (
    amount,
    choice,
    metadata,
    missing_param,
    nested,
    req,
    text,
)
from supportdesk.practice.rules import disputes as rules
from supportdesk.practice.rules import evidence, outcomes
from supportdesk.practice.rules.balance import book
from supportdesk.practice.state import Doc

_PATH = "/v1/issuing/disputes/{dispute}"

lists(
    "/v1/issuing/disputes",
    "issuing_dispute_read",
    "dispute",
    status=choice("unsubmitted", "submitted", "won", "lost", "expired"),
    transaction=text(),
)
retrieve(_PATH, "issuing_dispute_read", "dispute")


@endpoint(
    "POST",
    "/v1/issuing/disputes",
    "issuing_dispute_write",
    "dispute",
    amount=amount(1),
    evidence=evidence.SPEC,
    metadata=metadata(),
    transaction=text(),
    treasury=nested(received_debit=req(text())),
)
def create_dispute(call: Call) -> Result:
    """Open a dispute of a captured transaction; evidence is not judged yet."""
    state, params = call.state, call.params
    if "treasury" in params:
        raise Refusal(
            "This account has no Treasury financial accounts.", param="treasury[received_debit]"
        )
    if "transaction" not in params:
        raise missing_param("transaction")
    transaction = call.named("transaction", "transaction")
    rules.check_disputable(state, transaction)
    given = params.get("evidence") or {}
    # Not documented: a dispute created without a reason starts as `other`.
    reason = given.get("reason", "other")
    doc = {
        **new(state, "idp", "issuing.dispute"),
        "amount": rules.checked_amount(state, transaction, params.get("amount")),
        "balance_transactions": [],
        "currency": transaction["currency"],
        "evidence": evidence.merged(state, {"reason": reason}, given),
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "status": "unsubmitted",
        "transaction": transaction["id"],
        "treasury": None,
    }
    create(state, "dispute", doc)
    change(state, "transaction", transaction, {**transaction, "dispute": doc["id"]})
    outcomes.watch_expiry(state, doc)
    return One("dispute", doc)


@endpoint(
    "POST",
    _PATH,
    "issuing_dispute_write",
    "dispute",
    amount=amount(1),
    evidence=evidence.SPEC,
    metadata=metadata(),
)
def update_dispute(call: Call) -> Result:
    """Change an unsubmitted dispute; afterwards only its metadata."""
    state, params = call.state, call.params
    before = call.get("dispute")
    if before["status"] != "unsubmitted" and ("amount" in params or "evidence" in params):
        raise Refusal(
            f"This dispute is {before['status']}; only unsubmitted disputes can be changed.",
            param="evidence" if "evidence" in params else "amount",
        )
    after = with_metadata(before, params)
    if "evidence" in params:
        after = {
            **after,
            "evidence": evidence.merged(state, before["evidence"], params["evidence"]),
        }
    if "amount" in params:
        transaction = state.get("transaction", before["transaction"])
        after = {**after, "amount": rules.checked_amount(state, transaction, params["amount"])}
    return One("dispute", change(state, "dispute", before, after))


@endpoint("POST", f"{_PATH}/submit", "issuing_dispute_write", "dispute", metadata=metadata())
def submit_dispute(call: Call) -> Result:
    """Submit a dispute, once, with everything its reason needs."""
    state = call.state
    before = call.get("dispute")
    if before["status"] != "unsubmitted":
        raise Refusal(
            f"This dispute is {before['status']}; only unsubmitted disputes can be submitted."
        )
    transaction = state.get("transaction", before["transaction"])
    evidence.check_complete(before["evidence"])
    rules.checked_amount(state, transaction, before["amount"])
    rules.check_submittable(state, before, transaction)
    credit = book(
        state,
        "issuing_dispute_provisional_credit",
        before["amount"],
        before["currency"],
        before["id"],
    )
    after: Doc = {
        **with_metadata(before, call.params),
        "status": "submitted",
        "balance_transactions": [*(before.get("balance_transactions") or []), credit],
    }
    change(state, "dispute", before, after, "submitted", "funds_reinstated")
    outcomes.watch_verdict(state, after)
    return One("dispute", after)
