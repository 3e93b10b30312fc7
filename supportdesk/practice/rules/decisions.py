"""Whether a purchase is approved, and the `request_history.reason` of the answer."""

from __future__ import annotations

from supportdesk.practice.clock import utc
from supportdesk.practice.rules.controls import Purchase, refuses
from supportdesk.practice.state import Doc, State

#: EU and UK cards refuse the magnetic stripe. Not documented which programmes do.
STRIPE_REFUSED_FOR = ("eur", "gbp")
#: A verified fraud challenge lets the retried purchase pass for this long. Not documented.
CHALLENGE_GRACE = 24 * 3_600


def decide(
    state: State,
    card: Doc,
    cardholder: Doc,
    purchase: Purchase,
    *,
    method: str,
    verification: Doc,
    fraud_level: str,
    merchant: str,
) -> tuple[str, bool]:
    """Return the reason of the decision (`card_active` approves) and whether a challenge helped.

    The order of the checks is not documented; it goes from the card outwards.
    """
    reason = _standing(state, card, cardholder)
    if reason:
        return reason, False
    if method == "swipe" and card["currency"] in STRIPE_REFUSED_FOR:
        return "insecure_authorization_method", False
    three_d_secure = (verification.get("three_d_secure") or {}).get("result")
    if (
        verification["cvc_check"] == "mismatch"
        or verification["expiry_check"] == "mismatch"
        or three_d_secure in ("failed", "required")
    ):
        return "verification_failed", False
    trusted = False
    if fraud_level == "highest":
        trusted = passed_challenge(state, card, merchant)
        if not trusted:
            return "suspected_fraud", False
    if refuses(state, card, cardholder, purchase):
        return "spending_controls", False
    if purchase.amount > state.balance(card["currency"]):
        return "insufficient_funds", False
    return "card_active", trusted


def _standing(state: State, card: Doc, cardholder: Doc) -> str | None:
    """Return why card or cardholder may not buy at all."""
    now = utc(state.clock.now())
    if card["status"] == "canceled":
        # Not documented whether a canceled card still records an authorization: it does here.
        return "card_canceled"
    if (card["exp_year"], card["exp_month"]) < (now.year, now.month):
        return "card_expired"
    if card["status"] == "inactive":
        return "card_inactive"
    if cardholder["status"] != "active":
        return f"cardholder_{cardholder['status']}"
    if cardholder["requirements"]["disabled_reason"]:
        return "cardholder_verification_required"
    return None


def passed_challenge(state: State, card: Doc, merchant: str) -> bool:
    """Tell whether the cardholder lately confirmed a purchase at this merchant by SMS."""
    since = state.clock.now() - CHALLENGE_GRACE
    row = state.db.execute(
        "SELECT 1 FROM authorization_ INDEXED BY authorization_card"
        " WHERE card = ? AND created >= ?"
        " AND json_extract(doc, '$.fraud_challenges[0].status') = 'verified'"
        " AND json_extract(doc, '$.merchant_data.name') = ? LIMIT 1",
        (card["id"], since, merchant),
    ).fetchone()
    return row is not None


def challenges(cardholder: Doc) -> list[Doc]:
    """Return the SMS challenge sent after a purchase declined as suspected fraud."""
    if cardholder.get("phone_number"):
        return [{"channel": "sms", "status": "pending", "undeliverable_reason": None}]
    return [
        {"channel": "sms", "status": "undeliverable", "undeliverable_reason": "no_phone_number"}
    ]
