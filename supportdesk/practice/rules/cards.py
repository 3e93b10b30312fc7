"""The life of a card: activation, cancellation, replacement, expiry date."""

from __future__ import annotations

from supportdesk.practice.clock import utc
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change
from supportdesk.practice.params import missing_param
from supportdesk.practice.state import Doc, State

#: Life of a new card in years. Not documented.
YEARS_VALID = 3
#: Reasons that keep the card number; the old card lives until the new one is activated.
SAME_NUMBER = ("damaged", "expired")
#: Reasons that need the old card canceled with the same reason first.
NEW_NUMBER = ("lost", "stolen")


def check_active(cardholder: Doc, currency: str) -> None:
    """Refuse to activate a card whose cardholder has not given what is due."""
    requirements = cardholder["requirements"]
    if requirements["past_due"]:
        raise Refusal(
            f"This card cannot be activated because its cardholder '{cardholder['id']}' has"
            f" outstanding requirements: {', '.join(requirements['past_due'])}.",
            param="status",
        )
    individual = cardholder.get("individual") or {}
    if cardholder["type"] == "individual" and not (
        individual.get("first_name") and individual.get("last_name")
    ):
        raise Refusal(
            f"This card cannot be activated because its cardholder '{cardholder['id']}' has no"
            " first and last name.",
            param="status",
        )
    if currency == "eur" and not cardholder.get("phone_number"):
        raise Refusal(
            "A phone number is required for the cardholder of a card issued in the EU.",
            code="phone_number_required",
            param="status",
        )


def set_status(state: State, card: Doc, target: str, reason: str | None) -> Doc:
    """Return the card in its new status, or refuse; canceled is final."""
    if card["status"] == "canceled":
        # Not documented: canceling twice with nothing new is refused as well.
        raise Refusal(
            f"The card '{card['id']}' is canceled; the status of a canceled card cannot change.",
            param="status",
        )
    if target == "active" and card["status"] != "active":
        check_active(state.get("cardholder", card["cardholder"]), card["currency"])
    after = {**card, "status": target}
    if target == "canceled":
        after["cancellation_reason"] = reason
    return after


def retire_replaced(state: State, card: Doc) -> None:
    """Cancel the old card when its damaged/expired replacement is activated."""
    if card["status"] != "active" or card["replacement_reason"] not in SAME_NUMBER:
        return
    old = state.find("card", card["replacement_for"])
    if old and old["status"] != "canceled":
        change(state, "card", old, {**old, "status": "canceled"})


def check_replacement(old: Doc, params: Doc) -> None:
    """Refuse a replacement that the rules of its reason forbid."""
    reason = params.get("replacement_reason")
    if not reason:
        raise missing_param("replacement_reason")
    if params["currency"] != old["currency"]:
        raise Refusal(
            "A replacement card must have the currency of the card it replaces.", param="currency"
        )
    if reason in NEW_NUMBER:
        if old["status"] != "canceled" or old["cancellation_reason"] != reason:
            raise Refusal(
                f"The card '{old['id']}' must be canceled with the cancellation reason {reason}"
                " before it can be replaced for that reason.",
                param="replacement_for",
            )
        return
    if old["status"] == "canceled":
        raise Refusal(
            f"The card '{old['id']}' is canceled; a canceled card cannot be replaced as {reason}.",
            param="replacement_for",
        )
    # Not documented: the same number cannot move between plastic and virtual.
    if params["type"] != old["type"]:
        raise Refusal(
            f"A card replaced as {reason} keeps its number and must stay {old['type']}.",
            param="type",
        )
    # A card may be replaced again while its replacement is not active: `replaced_by` is described
    # as the latest one. Once activated, the old card is canceled, so it cannot.


def expiry(state: State, params: Doc) -> tuple[int, int]:
    """Return (month, year): the asked one for virtual cards, else the standard life.

    Asked dates must lie at least one month and less than five years ahead.
    """
    now = utc(state.clock.now())
    month, year = params.get("exp_month"), params.get("exp_year")
    if month is None and year is None:
        return now.month, now.year + YEARS_VALID
    if params["type"] != "virtual":
        raise Refusal(
            "A custom expiration date is only supported for virtual cards.",
            param="exp_month" if month is not None else "exp_year",
        )
    if month is None or year is None:
        raise missing_param("exp_month" if month is None else "exp_year")
    ahead = (year - now.year) * 12 + month - now.month
    if not 1 <= ahead < 60:
        raise Refusal(
            "The expiration date must be at least one month and less than five years in the"
            " future.",
            param="exp_year",
        )
    return month, year


def count_payment(state: State, card_id: str) -> None:
    """Cancel a card that has made all the payments its lifecycle control allows."""
    card = state.get("card", card_id)
    control = (card.get("lifecycle_controls") or {}).get("cancel_after")
    if not control or card["status"] == "canceled":
        return
    row = state.db.execute(
        "SELECT (SELECT count(*) FROM authorization_ INDEXED BY authorization_card WHERE card = :id"
        " AND json_extract(doc, '$.request_history[0].approved')"
        " AND json_extract(doc, '$.request_history[0].amount') > 0)"
        " + (SELECT count(*) FROM transaction_ INDEXED BY transaction_card WHERE card = :id"
        " AND authorization IS NULL AND type = 'capture')",
        {"id": card_id},
    ).fetchone()
    if row[0] >= control["payment_count"]:
        change(state, "card", card, {**card, "status": "canceled"})
