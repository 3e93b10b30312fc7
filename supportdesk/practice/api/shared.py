"""Parameters and steps that several endpoints share."""

from __future__ import annotations

from typing import Any

from supportdesk.practice.categories import CATEGORIES, CODES, CONTROL_CATEGORIES
from supportdesk.practice.errors import ParameterRefusal, Refusal
from supportdesk.practice.params import (
    amount,
    array,
    boolean,
    choice,
    clear,
    decimal,
    integer,
    nested,
    req,
    text,
    timestamp,
)
from supportdesk.practice.rules.money import CURRENCIES
from supportdesk.practice.state import Doc, State

ADDRESS = nested(
    city=req(text()),
    country=req(text()),
    line1=req(text()),
    line2=clear(text()),
    postal_code=req(text()),
    state=clear(text()),
)

_LIMIT = nested(
    amount=req(amount()),
    categories=array(choice(*CONTROL_CATEGORIES)),
    interval=req(choice("per_authorization", "daily", "weekly", "monthly", "yearly", "all_time")),
)
_CONTROLS = {
    "allowed_card_presences": array(choice("present", "not_present")),
    "allowed_categories": array(choice(*CONTROL_CATEGORIES)),
    "allowed_merchant_countries": array(text(2)),
    "blocked_card_presences": array(choice("present", "not_present")),
    "blocked_categories": array(choice(*CONTROL_CATEGORIES)),
    "blocked_merchant_countries": array(text(2)),
    "spending_limits": array(_LIMIT),
}
CARD_CONTROLS = nested(**_CONTROLS)
CARDHOLDER_CONTROLS = nested(**_CONTROLS, spending_limits_currency=choice(*CURRENCIES))

FLEET = nested(
    cardholder_prompt_data=nested(
        driver_id=text(),
        odometer=integer(0),
        unspecified_id=text(),
        user_id=text(),
        vehicle_number=text(),
    ),
    purchase_type=choice("fuel_and_non_fuel_purchase", "fuel_purchase", "non_fuel_purchase"),
    reported_breakdown=nested(
        fuel=nested(gross_amount_decimal=decimal()),
        non_fuel=nested(gross_amount_decimal=decimal()),
        tax=nested(local_amount_decimal=decimal(), national_amount_decimal=decimal()),
    ),
    service_type=choice("full_service", "non_fuel_transaction", "self_service"),
)
FUEL = nested(
    industry_product_code=text(),
    quantity_decimal=decimal(),
    type=choice("diesel", "other", "unleaded_plus", "unleaded_regular", "unleaded_super"),
    unit=choice(
        "charging_minute",
        "imperial_gallon",
        "kilogram",
        "kilowatt_hour",
        "liter",
        "other",
        "pound",
        "us_gallon",
    ),
    unit_cost_decimal=decimal(),
)
PURCHASE_DETAILS = nested(
    fleet=FLEET,
    flight=nested(
        departure_at=timestamp(),
        passenger_name=text(),
        refundable=boolean(),
        segments=array(
            nested(
                arrival_airport_code=text(3),
                carrier=text(),
                departure_airport_code=text(3),
                flight_number=text(),
                service_class=text(),
                stopover_allowed=boolean(),
            )
        ),
        travel_agency=text(),
    ),
    fuel=FUEL,
    lodging=nested(check_in_at=timestamp(), nights=integer(0)),
    receipt=array(
        nested(description=text(26), quantity=decimal(), total=amount(), unit_cost=amount())
    ),
    reference=text(),
)
MERCHANT = nested(
    category=choice(*CATEGORIES),
    city=text(),
    country=text(),
    name=text(),
    network_id=text(),
    postal_code=text(),
    state=text(),
    terminal_id=text(),
    url=text(),
)
CURRENCY = choice(*CURRENCIES)

#: The merchant of a test purchase that names none. Not documented.
DEFAULT_MERCHANT: Doc = {
    "category": "ac_refrigeration_repair",
    "city": "San Francisco",
    "country": "US",
    "name": "Test Merchant",
    "network_id": "1234567890",
    "postal_code": "94103",
    "state": "CA",
    "terminal_id": None,
    "tax_id": None,
    "url": None,
}


def merchant(given: Doc | None) -> Doc:
    """Return the whole merchant hash of a test purchase."""
    whole = {**DEFAULT_MERCHANT, **(given or {})}
    whole["country"] = whole["country"].upper()
    whole["category_code"] = CODES[whole["category"]]
    return whole


def filled(keys: dict[str, Any], given: Doc | None) -> Doc | None:
    """Return a hash with every key of the object, nested ones too; None stays None."""
    if given is None:
        return None
    out: Doc = {}
    for name, inner in keys.items():
        value = given.get(name)
        out[name] = filled(inner, value) if isinstance(inner, dict) and value else value
    return out


_PROMPTS = dict.fromkeys(
    (
        "alphanumeric_id",
        "driver_id",
        "odometer",
        "unspecified_id",
        "user_id",
        "vehicle_number",
    )
)
_GROSS = {"gross_amount_decimal": None}
FLEET_KEYS: Doc = {
    "cardholder_prompt_data": _PROMPTS,
    "purchase_type": None,
    "reported_breakdown": {
        "fuel": _GROSS,
        "non_fuel": _GROSS,
        "tax": {"local_amount_decimal": None, "national_amount_decimal": None},
    },
    "service_type": None,
}
FUEL_KEYS: Doc = dict.fromkeys(
    ("industry_product_code", "quantity_decimal", "type", "unit", "unit_cost_decimal")
)


def purchase_details(given: Doc | None) -> Doc | None:
    """Return the purchase details of a transaction as Stripe answers them."""
    if not given:
        return None
    receipt = [
        {
            "description": line.get("description"),
            "quantity": float(line["quantity"]) if "quantity" in line else None,
            "total": line.get("total"),
            "unit_cost": line.get("unit_cost"),
        }
        for line in given.get("receipt") or []
    ]
    flight_keys = ("departure_at", "passenger_name", "refundable", "segments", "travel_agency")
    fuel = given.get("fuel")
    if fuel:  # these three are never null in an answer
        fuel = {"type": "other", "unit": "other", "unit_cost_decimal": "0", **fuel}
    return {
        "fleet": filled(FLEET_KEYS, given.get("fleet")),
        "flight": filled(dict.fromkeys(flight_keys), given.get("flight")),
        "fuel": filled(FUEL_KEYS, fuel),
        "lodging": filled(dict.fromkeys(("check_in_at", "nights")), given.get("lodging")),
        "receipt": receipt or None,
        "reference": given.get("reference"),
    }


def merge_metadata(current: Doc, given: Doc | None) -> Doc:
    """Return metadata after an update: "" removes a key, an empty value removes all."""
    if given is None:
        return {}
    merged = {**current, **given}
    merged = {key: value for key, value in merged.items() if value != ""}
    if len(merged) > 50:
        raise ParameterRefusal("You may only specify up to 50 metadata keys.", param="metadata")
    return merged


def with_metadata(doc: Doc, params: Doc) -> Doc:
    """Return the object with the metadata of the request merged in, if any was sent."""
    if "metadata" not in params:
        return doc
    return {**doc, "metadata": merge_metadata(doc["metadata"], params["metadata"])}


def check_country(country: str, param: str) -> str:
    """Return a two-letter country in capitals, or refuse it."""
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise Refusal(
            f"Country '{country[:50]}' is unknown. Try using a 2-character alphanumeric country"
            " code instead, such as 'US', 'EG', or 'GB'.",
            code="country_unsupported",
            param=param,
        )
    return country.upper()


def new(state: State, prefix: str, object: str) -> Doc:
    """Return what every new object starts with."""
    return {
        "id": state.ids.new(prefix),
        "object": object,
        "created": state.clock.now(),
        "livemode": False,
        "metadata": {},
    }
