"""Which transactions can be disputed, for how much, and what Stripe will not submit."""

from __future__ import annotations

from supportdesk.practice.clock import DAY
from supportdesk.practice.errors import Refusal
from supportdesk.practice.state import Doc, State

#: Disputes left unsubmitted expire this long after clearing (facts: 110 days).
EXPIRES_AFTER = 110 * DAY
#: Fraud disputes one card may have in this many seconds (Visa: 35 in 120 days).
FRAUD_CEILING, FRAUD_WINDOW = 35, 120 * 86_400
#: Reasons that say the cardholder took no part.
FRAUD = "fraudulent"


def check_disputable(state: State, transaction: Doc) -> None:
    """Refuse anything but a capture that has no dispute yet and is not too old for one."""
    if transaction["type"] != "capture":
        raise Refusal(
            "Only transactions of type capture can be disputed; this one is a refund.",
            param="transaction",
        )
    if transaction.get("dispute") or state.where("dispute", "transaction", transaction["id"]):
        raise Refusal(
            f"The transaction '{transaction['id']}' already has a dispute.", param="transaction"
        )
    # Not documented as a refusal: a dispute of it would expire at once (facts 4.3).
    if state.clock.now() - transaction["created"] >= EXPIRES_AFTER:
        raise Refusal(
            "This transaction can no longer be disputed: more than"
            f" {EXPIRES_AFTER // DAY} days have passed.",
            param="transaction",
        )


def checked_amount(state: State, transaction: Doc, asked: int | None) -> int:
    """Return the disputed amount in minor units: at most what was captured less refunds.

    Refunds count when they are linked to the same purchase, shared among its captures.
    """
    ceiling = refundable(state, transaction)
    if ceiling <= 0:
        raise Refusal(
            "This transaction is fully refunded; there is nothing left to dispute.",
            param="transaction",
        )
    if asked is not None and asked > ceiling:
        raise Refusal(
            f"The dispute amount cannot be greater than {ceiling}, the amount of the transaction"
            " less what was refunded.",
            param="amount",
        )
    return ceiling if asked is None else asked


def refundable(state: State, transaction: Doc) -> int:
    """Return what of a capture is not yet refunded, in minor units."""
    captured = -int(transaction["amount"])
    return min(captured, -sum(int(t["amount"]) for t in _of_purchase(state, transaction)))


def _of_purchase(state: State, transaction: Doc) -> list[Doc]:
    """Return a purchase's captures and refunds; without authorization the network's id tells."""
    if transaction["authorization"]:
        return state.where("transaction", "authorization", transaction["authorization"])
    network_id = transaction["network_data"]["transaction_id"]
    if not network_id:
        return [transaction]
    of_card = state.where("transaction", "card", transaction["card"])
    return [t for t in of_card if t["network_data"]["transaction_id"] == network_id]


def check_submittable(state: State, dispute: Doc, transaction: Doc) -> None:
    """Refuse fraud disputes that the networks do not take."""
    if dispute["evidence"]["reason"] != FRAUD:
        return
    authorization = state.find("authorization", transaction["authorization"]) or {}
    checks = authorization.get("verification_data") or {}
    if (checks.get("three_d_secure") or {}).get("result") == "authenticated":
        raise _refused("the purchase was authenticated with 3D Secure")
    if authorization.get("authorization_method") == "chip":
        raise _refused("the chip of the card was read")
    if _after_report(state, dispute, transaction):
        raise _refused(
            "it was approved after an earlier fraud report on this card, which was not canceled"
        )
    if _recent_fraud(state, transaction) >= FRAUD_CEILING:
        raise _refused(f"this card already has {FRAUD_CEILING} fraud disputes in 120 days")


def _refused(why: str) -> Refusal:
    return Refusal(
        f"This dispute cannot be submitted as fraudulent: {why}.", param="evidence[reason]"
    )


def _of_card(state: State, transaction: Doc) -> list[Doc]:
    """Return the submitted fraud disputes of the card."""
    rows = state.db.execute(
        "SELECT d.id FROM transaction_ t INDEXED BY transaction_card"
        ' JOIN dispute_ d ON d."transaction" = t.id'
        " WHERE t.card = ? AND d.status IN ('submitted', 'won', 'lost')",
        (transaction["card"],),
    ).fetchall()
    disputes = [state.get("dispute", row[0]) for row in rows]
    return [d for d in disputes if d["evidence"]["reason"] == FRAUD]


def _recent_fraud(state: State, transaction: Doc) -> int:
    since = state.clock.now() - FRAUD_WINDOW
    return sum(d["created"] >= since for d in _of_card(state, transaction))


def _after_report(state: State, dispute: Doc, transaction: Doc) -> bool:
    card = state.get("card", transaction["card"])
    approval = state.find("authorization", transaction["authorization"])
    # A forced capture was never approved, and a capture may follow its approval by days.
    if card["status"] == "canceled" or approval is None:
        return False
    return any(
        d["created"] < approval["created"] and d["id"] != dispute["id"]
        for d in _of_card(state, transaction)
    )
