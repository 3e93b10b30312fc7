"""`/v1/issuing/cards`."""

from __future__ import annotations

import re

from supportdesk.practice.api.shared import (
    ADDRESS,
    CARD_CONTROLS,
    check_country,
    merge_metadata,
    new,
    with_metadata,
)
from supportdesk.practice.endpoints import Call, One, Result, endpoint, lists, retrieve
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change, create
from supportdesk.practice.params import (
    boolean,
    choice,
    clear,
    integer,
    metadata,
    missing_param,
    nested,
    req,
    text,
)
from supportdesk.practice.rules import cards as rules
from supportdesk.practice.rules.controls import merged
from supportdesk.practice.rules.money import CARD_CURRENCIES
from supportdesk.practice.rules.shipping import prepare, watch
from supportdesk.practice.state import Doc, State

_SECOND_LINE = re.compile(r"[A-Za-z0-9/ \-&:().']{1,24}\Z")
#: Share of new cards on Mastercard in the practice programme, out of 100.
MASTERCARD_SHARE = 30

SHIPPING = nested(
    address=req(ADDRESS),
    address_validation=nested(
        mode=req(choice("disabled", "normalization_only", "validation_and_normalization"))
    ),
    business_name=text(),
    customs=nested(eori_number=text()),
    name=req(text()),
    phone_number=text(),
    require_signature=boolean(),
    service=choice("standard", "express", "priority"),
    type=choice("individual", "bulk"),
)
_PIN = nested(encrypted_number=text())

lists(
    "/v1/issuing/cards",
    "issuing_card_read",
    "card",
    cardholder=text(),
    exp_month=integer(),
    exp_year=integer(),
    last4=text(),
    personalization_design=text(),
    status=choice("active", "inactive", "canceled"),
    type=choice("physical", "virtual"),
)
retrieve("/v1/issuing/cards/{card}", "issuing_card_read", "card")


@endpoint(
    "POST",
    "/v1/issuing/cards",
    "issuing_card_write",
    "card",
    cardholder=text(),
    currency=req(choice(*CARD_CURRENCIES)),
    exp_month=integer(1, 12),
    exp_year=integer(2000, 2200),
    financial_account=text(),
    lifecycle_controls=nested(cancel_after=req(nested(payment_count=req(integer(1))))),
    metadata=metadata(),
    personalization_design=text(),
    pin=_PIN,
    replacement_for=text(),
    replacement_reason=choice("damaged", "expired", "lost", "stolen"),
    second_line=clear(text(24)),
    shipping=SHIPPING,
    spending_controls=CARD_CONTROLS,
    status=choice("active", "inactive"),
    type=req(choice("physical", "virtual")),
)
def create_card(call: Call) -> Result:
    """Issue a card, new or as a replacement. The PIN, if sent, is dropped unread."""
    state, params = call.state, call.params
    old = call.named("card", "replacement_for") if "replacement_for" in params else None
    if old:
        rules.check_replacement(old, params)
    elif "replacement_reason" in params:
        raise missing_param("replacement_for")
    cardholder = _cardholder(call, old)
    if params.get("status") == "active":
        rules.check_active(cardholder, params["currency"])
    month, year = rules.expiry(state, params)
    design = _design(call)
    doc = {
        **new(state, "ic", "issuing.card"),
        **_number(state, old, params.get("replacement_reason")),
        "cancellation_reason": None,
        "cardholder": cardholder["id"],
        "currency": params["currency"],
        "exp_month": month,
        "exp_year": year,
        "financial_account": params.get("financial_account"),
        "latest_fraud_warning": None,
        "lifecycle_controls": params.get("lifecycle_controls"),
        "metadata": merge_metadata({}, params.get("metadata", {})),
        "personalization_design": design["id"] if design else None,
        "replaced_by": None,
        "replacement_for": old["id"] if old else None,
        "replacement_reason": params.get("replacement_reason"),
        "second_line": _second_line(state, params, design),
        "shipping": _shipping(call, old),
        "spending_controls": merged({}, params.get("spending_controls", {}), params["currency"]),
        "status": params.get("status", "inactive"),
        "type": params["type"],
        "wallets": _wallets(cardholder),
    }
    create(state, "card", doc)
    watch(state, doc)
    if old:
        change(state, "card", old, {**old, "replaced_by": doc["id"]})
        rules.retire_replaced(state, doc)
    return One("card", doc)


@endpoint(
    "POST",
    "/v1/issuing/cards/{card}",
    "issuing_card_write",
    "card",
    cancellation_reason=choice("lost", "stolen"),
    financial_account=text(),
    metadata=metadata(),
    personalization_design=text(),
    pin=_PIN,
    shipping=SHIPPING,
    spending_controls=CARD_CONTROLS,
    status=choice("active", "inactive", "canceled"),
)
def update_card(call: Call) -> Result:
    """Freeze, activate, cancel or otherwise change a card."""
    state, params = call.state, call.params
    before = call.get("card")
    after = with_metadata(before, params)
    if "cancellation_reason" in params and params.get("status") != "canceled":
        raise Refusal(
            "A cancellation_reason can only be given together with status=canceled.",
            param="cancellation_reason",
        )
    if "status" in params:
        after = rules.set_status(state, after, params["status"], params.get("cancellation_reason"))
    if "spending_controls" in params:
        controls = merged(
            before["spending_controls"], params["spending_controls"], before["currency"]
        )
        after = {**after, "spending_controls": controls}
    if "shipping" in params:
        after = {**after, "shipping": _shipping(call, before, updating=True)}
    if "personalization_design" in params:
        design = _design(call)
        after = {**after, "personalization_design": design["id"] if design else None}
    if "financial_account" in params:
        after = {**after, "financial_account": params["financial_account"]}
    change(state, "card", before, after)
    watch(state, after)
    if after["status"] != before["status"]:
        rules.retire_replaced(state, after)
    return One("card", after)


def _cardholder(call: Call, old: Doc | None) -> Doc:
    # Not documented: the cardholder may be left out for a replacement only.
    if "cardholder" not in call.params:
        if old is None:
            raise missing_param("cardholder")
        return call.state.get("cardholder", old["cardholder"])
    cardholder = call.named("cardholder", "cardholder")
    if old and old["cardholder"] != cardholder["id"]:
        raise Refusal(
            "A replacement card must belong to the cardholder of the card it replaces.",
            param="cardholder",
        )
    if cardholder["status"] == "blocked":
        raise Refusal(
            f"The cardholder '{cardholder['id']}' is blocked and cannot be issued cards.",
            param="cardholder",
        )
    return cardholder


def _number(state: State, old: Doc | None, reason: str | None) -> Doc:
    """Return brand and last four digits: the old card's for damaged and expired."""
    if old and reason in rules.SAME_NUMBER:
        return {"brand": old["brand"], "last4": old["last4"]}
    mastercard = state.ids.number(1, 100) <= MASTERCARD_SHARE
    last4 = state.ids.digits(4)
    while old and last4 == old["last4"]:
        last4 = state.ids.digits(4)
    return {"brand": "MasterCard" if mastercard else "Visa", "last4": last4}


def _wallets(cardholder: Doc) -> Doc:
    reachable = bool(cardholder.get("phone_number") or cardholder.get("email"))
    wallet = {
        "eligible": reachable,
        "ineligible_reason": None if reachable else "missing_cardholder_contact",
    }
    return {
        "apple_pay": wallet,
        "google_pay": dict(wallet),
        "primary_account_identifier": None,
    }


def _design(call: Call) -> Doc | None:
    """Return the design of a physical card: the named one, else the account's default."""
    if "personalization_design" in call.params:
        design = call.named("personalization_design", "personalization_design")
        if design["status"] not in ("active", "review"):
            raise Refusal(
                f"The personalization design '{design['id']}' is {design['status']} and cannot be"
                " used.",
                param="personalization_design",
            )
        return design
    if call.params.get("type") != "physical":
        return None
    found = call.state.where("personalization_design", "status", "active")
    return next((d for d in found if d["preferences"]["is_default"]), None)


def _second_line(state: State, params: Doc, design: Doc | None) -> str | None:
    line: str | None = params.get("second_line")
    if not line:
        return None
    if not _SECOND_LINE.match(line):
        raise Refusal(
            "Invalid second_line: it may hold at most 24 letters, digits, spaces and / - & : ( ) ."
            " ' characters.",
            param="second_line",
        )
    bundle = state.find("physical_bundle", design["physical_bundle"]) if design else None
    if bundle and bundle["features"]["second_line"] == "unsupported":
        raise Refusal(
            "The physical bundle of this card does not support a second line.",
            param="second_line",
        )
    return line


def _shipping(call: Call, old: Doc | None, *, updating: bool = False) -> Doc | None:
    params = call.params
    physical = (old if updating and old else params)["type"] == "physical"
    if not physical:
        if "shipping" in params:
            raise Refusal("Only physical cards can be shipped.", param="shipping")
        return None
    current = (old or {}).get("shipping")
    # Not documented until when a shipment can be redirected: only while pending.
    if updating and current and current["status"] != "pending":
        raise Refusal(
            f"The shipment of this card is {current['status']}; its address can no longer change.",
            param="shipping",
        )
    given = params.get("shipping")
    # Not documented: a replacement without an address goes where the old card went.
    if given is None and current:
        kept = ("name", "phone_number", "service", "type", "business_name", "customs")
        given = {name: current[name] for name in kept if current.get(name)}
        given["address"] = current["address"]
    if given is None:
        raise missing_param("shipping")
    check_country(given["address"]["country"], "shipping[address][country]")
    return prepare(call.state, given)
