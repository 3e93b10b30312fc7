"""Shipping of physical cards: defaults, address checks and the life of a parcel."""

from __future__ import annotations

import json

from supportdesk.practice.clock import DAY
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change
from supportdesk.practice.params import missing_param
from supportdesk.practice.state import Doc, State

ADDRESS_FIELDS = ("city", "country", "line1", "line2", "postal_code", "state")
EUROPE = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI"
    " SK".split()
)
#: Days until delivery by service. Stripe's own estimates vary by country: not documented here.
TRANSIT_DAYS = {"standard": 8, "express": 3, "priority": 2}
#: Carrier by destination and service: not documented, chosen from those Stripe names.
CARRIERS = {"US": "usps", "GB": "royal_mail", "ES": "correos"}
#: Where each test helper may lead from. A failure may strike before or after sending off.
MOVES = {
    "submitted": ("pending",),
    "shipped": ("submitted",),
    "delivered": ("shipped",),
    "returned": ("shipped",),
    "failure": ("submitted", "shipped"),
}


def address(given: Doc) -> Doc:
    """Return a whole address, absent parts as null."""
    return {name: given.get(name) for name in ADDRESS_FIELDS}


def prepare(state: State, given: Doc) -> Doc:
    """Return the shipping hash of a card that is to be produced."""
    service = given.get("service", "standard")
    kind = given.get("type", "individual")
    country = given["address"]["country"]
    if given.get("require_signature") and service == "standard":
        raise Refusal(
            "Standard shipping does not support signature on delivery.",
            param="shipping[require_signature]",
        )
    customs = given.get("customs") or {}
    if kind == "bulk" and country in EUROPE and not customs.get("eori_number"):
        raise missing_param("shipping[customs][eori_number]")
    mode = (given.get("address_validation") or {}).get("mode", "normalization_only")
    where = address(given["address"])
    return {
        "address": where,
        "address_validation": _validated(mode, where),
        "business_name": _plain(given.get("business_name")),
        "carrier": None,
        "customs": {"eori_number": customs["eori_number"]} if customs else None,
        "delivered_at": None,
        "eta": state.clock.now() + TRANSIT_DAYS[service] * DAY,
        "name": given["name"],
        "phone_number": given.get("phone_number"),
        "require_signature": _signature(given.get("require_signature"), service, country),
        "service": service,
        "shipped_at": None,
        "status": "pending",
        "tracking_number": None,
        "tracking_url": None,
        "type": kind,
    }


def move(
    state: State, card: Doc, target: str, *, early: bool = False, at: int | None = None
) -> Doc:
    """Return the card with its shipment moved on `at` a moment (None: now), or refuse the step.

    `early` allows shipping straight from `pending`, as API versions before 2024-09-30 did.
    """
    shipping = card["shipping"]
    if not shipping:
        raise Refusal(f"The card '{card['id']}' is not a physical card and has no shipment.")
    allowed = MOVES[target] + (("pending",) if early and target == "shipped" else ())
    if shipping["status"] not in allowed:
        raise Refusal(
            f"The shipment of this card is {shipping['status']}; it can become {target} only from"
            f" {' or '.join(allowed)}."
        )
    after = {**shipping, "status": target}
    moment = state.clock.now() if at is None else at
    if target == "shipped":
        after |= _sent_off(state, shipping, moment)
    if target == "delivered":
        after["delivered_at"] = moment
    return {**card, "shipping": after}


def let_travel(state: State, automatic: bool) -> None:
    """Let parcels travel by the clock from now on, or leave them to the test helpers.

    What should have arrived before now is a parcel with a story (lost, returned) and stays put.
    """
    state.travels_since = state.clock.now() if automatic else None
    rows = state.db.execute(
        "SELECT doc FROM card_ WHERE json_extract(doc, '$.shipping.status')"
        " IN ('pending', 'submitted', 'shipped')"
    ).fetchall()
    for (doc,) in rows if automatic else ():
        watch(state, json.loads(doc))


def watch(state: State, card: Doc) -> None:
    """Note the next step of a card's parcel, if parcels travel by the clock."""
    if state.travels_since is None or not card["shipping"]:
        return
    steps = _schedule(card)
    nexts = {"pending": "submitted", "submitted": "shipped", "shipped": "delivered"}
    following = nexts.get(card["shipping"]["status"])
    if following and steps["delivered"] >= state.travels_since:
        state.note_due("card", card["id"], steps[following])


def travel(state: State, card: Doc) -> None:
    """Move a parcel on to where it is by now; a design not yet approved keeps it waiting."""
    now = state.clock.now()
    design = state.find("personalization_design", card["personalization_design"])
    if state.travels_since is None or (design and design["status"] != "active"):
        return
    for step, at in _schedule(card).items():
        if at <= now and card["shipping"]["status"] in MOVES[step]:
            card = change(state, "card", card, move(state, card, step, at=at))
    watch(state, card)


def _schedule(card: Doc) -> dict[str, int]:
    """Return when a parcel takes its steps: half a day, a day, and the estimated arrival."""
    days = TRANSIT_DAYS[card["shipping"]["service"]]
    eta = card["shipping"]["eta"] or card["created"] + days * DAY
    begun = eta - days * DAY
    return {"submitted": begun + DAY // 2, "shipped": begun + DAY, "delivered": eta}


def _sent_off(state: State, shipping: Doc, at: int) -> Doc:
    country = shipping["address"]["country"]
    carrier = CARRIERS.get(country, "dhl") if shipping["service"] == "standard" else "fedex"
    sent: Doc = {"carrier": carrier, "shipped_at": at}
    untracked = country == "GB" and (shipping["service"], shipping["type"]) == (
        "standard",
        "individual",
    )
    if not untracked:  # facts 2.6: standard individual mail of UK origin has no tracking
        number = state.ids.digits(12)
        sent |= {
            "tracking_number": number,
            "tracking_url": f"https://tracking.example/{carrier}/{number}",
        }
    return sent


def _signature(given: bool | None, service: str, country: str) -> bool | None:
    if country != "US":
        return None
    return service != "standard" if given is None else given


def _plain(name: str | None) -> str | None:
    """Keep letters, digits, space, point and hyphen; Stripe strips the rest."""
    if name is None:
        return None
    return "".join(c for c in name if c.isascii() and (c.isalnum() or c in " .-"))


def _validated(mode: str, where: Doc) -> Doc:
    normalized = None
    if mode != "disabled":
        normalized = {
            name: value.strip().upper() if value else None for name, value in where.items()
        }
    # Not documented how Stripe judges in a sandbox: a house number makes an address likely.
    likely = any(character.isdigit() for character in where["line1"] or "")
    result = None
    if mode == "validation_and_normalization":
        result = "likely_deliverable" if likely else "likely_undeliverable"
    return {"mode": mode, "normalized_address": normalized, "result": result}
