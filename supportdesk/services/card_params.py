"""What is sent to Stripe about cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supportdesk.domain.cards import BESIDE, ReplacementOrder
from supportdesk.domain.records import Card, Shipping, SpendingControls


def replacement_params(order: ReplacementOrder, old: Card) -> dict[str, Any]:
    """Return what is sent to create a replacement.

    The old card's own limits are sent along: Stripe does not say that it copies them, and a
    replacement must not allow more than the card it replaces.
    """
    params: dict[str, Any] = {
        "cardholder": old.cardholder_id,
        "currency": old.currency,
        "type": order.type,
        "replacement_for": old.id,
        "replacement_reason": order.reason,
    }
    if order.type == "physical":
        design = order.personalization_design or old.personalization_design
        params |= {"personalization_design": design} if design else {}
        params |= {"second_line": order.second_line} if order.second_line else {}
        if order.shipping is not None:
            params["shipping"] = shipping_params(order.shipping)
    if controls := controls_params(old.spending_controls):
        params["spending_controls"] = controls
    return params


def beside_params(old: Card) -> dict[str, Any]:
    """Return what is sent to create the virtual card that is ordered besides a replacement.

    Stripe takes one replacement of a card, so this one is an ordinary new card; its metadata says
    what it was ordered for, so that every desk can find it. It has the old card's own limits.
    """
    params: dict[str, Any] = {
        "cardholder": old.cardholder_id,
        "currency": old.currency,
        "type": "virtual",
        "metadata": {BESIDE: old.id},
    }
    if controls := controls_params(old.spending_controls):
        params["spending_controls"] = controls
    return params


def shipping_params(shipping: Shipping, before: Shipping | None = None) -> dict[str, Any]:
    """Return what is sent of a shipment; what was filled `before` and is empty now is cleared."""
    address, past = shipping.address, before.address if before else None
    sent: dict[str, Any] = {
        "name": shipping.name,
        "phone_number": shipping.phone_number or _clear(before.phone_number if before else ""),
        "service": shipping.service or None,
        "type": shipping.type or None,
        "address": _filled(
            {
                "line1": address.line1,
                "line2": address.line2 or _clear(past.line2 if past else ""),
                "city": address.city,
                "postal_code": address.postal_code,
                "state": address.state or _clear(past.state if past else ""),
                "country": address.country,
            }
        ),
    }
    if shipping.validation_mode:
        sent["address_validation"] = {"mode": shipping.validation_mode}
    return _filled(sent)


def _clear(before: str) -> str | None:
    return "" if before else None


def _filled(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def controls_params(controls: SpendingControls) -> dict[str, Any]:
    """Return what is sent of spending controls: all that are set, each list whole."""
    sent: dict[str, Any] = {
        name: list(getattr(controls, name))
        for name in (
            "allowed_categories",
            "blocked_categories",
            "allowed_merchant_countries",
            "blocked_merchant_countries",
            "allowed_card_presences",
            "blocked_card_presences",
        )
        if getattr(controls, name)
    }
    if controls.limits:
        sent["spending_limits"] = [
            {"amount": limit.amount, "interval": limit.interval}
            | ({"categories": list(limit.categories)} if limit.categories else {})
            for limit in controls.limits
        ]
    return sent
