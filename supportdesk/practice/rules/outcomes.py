"""What happens to disputes by itself: the verdict after submission, expiry when left unsent."""

from __future__ import annotations

from supportdesk.practice.events import change
from supportdesk.practice.rules.balance import book
from supportdesk.practice.rules.disputes import EXPIRES_AFTER
from supportdesk.practice.state import Doc, State

#: Sandbox verdicts come "seconds" after submission.
VERDICT_AFTER = 3
#: Texts in the explanation that decide a sandbox dispute.
WINNING, LOSING = "winning_evidence", "losing_evidence"
#: The loss reason of a dispute lost by the magic text, by dispute reason. Not documented.
LOSS_REASONS = {
    "canceled": "not_cancelled",
    "duplicate": "invalid_duplicate_dispute",
    "fraudulent": "transaction_authorized",
    "merchandise_not_as_described": "merchandise_or_service_as_described",
    "no_valid_authorization": "transaction_authorized",
    "not_received": "merchandise_delivered_or_shipped",
    "other": "other",
    "service_not_as_described": "merchandise_or_service_as_described",
}


def watch_expiry(state: State, dispute: Doc) -> None:
    """Note when an unsubmitted dispute expires."""
    transaction = state.find("transaction", dispute["transaction"]) or dispute
    state.note_due("dispute", dispute["id"], transaction["created"] + EXPIRES_AFTER)


def watch_verdict(state: State, dispute: Doc) -> None:
    """Note the verdict of a submitted dispute whose explanation holds a magic text."""
    state.forget_due("dispute", dispute["id"])
    if _verdict(dispute):
        state.note_due("dispute", dispute["id"], state.clock.now() + VERDICT_AFTER)


def settle(state: State, dispute: Doc) -> None:
    """Carry out the verdict or the expiry of a dispute whose moment has come."""
    if dispute["status"] == "unsubmitted":
        change(state, "dispute", dispute, {**dispute, "status": "expired"}, "closed")
    elif dispute["status"] == "submitted":
        _close(state, dispute)


def _close(state: State, dispute: Doc) -> None:
    won = _verdict(dispute) == "won"
    amount, currency, id = dispute["amount"], dispute["currency"], dispute["id"]
    entries = [book(state, "issuing_dispute_provisional_credit_reversal", -amount, currency, id)]
    if won:
        entries.append(book(state, "issuing_dispute", amount, currency, id))
    after = {
        **dispute,
        "status": "won" if won else "lost",
        "balance_transactions": [*(dispute.get("balance_transactions") or []), *entries],
    }
    if not won:
        after["loss_reason"] = LOSS_REASONS[dispute["evidence"]["reason"]]
    moved = "funds_reinstated" if won else "funds_rescinded"
    change(state, "dispute", dispute, after, moved, "closed")


def _verdict(dispute: Doc) -> str | None:
    evidence = dispute["evidence"].get(dispute["evidence"]["reason"]) or {}
    explanation = evidence.get("explanation") or ""
    if WINNING in explanation:
        return "won"
    return "lost" if LOSING in explanation else None
