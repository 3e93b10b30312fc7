"""What happens to money: declines of every reason, unusual captures, disputes."""

from __future__ import annotations

from functools import partial
from typing import Any

from . import shops
from .evidence import contest
from .life import Life
from .programme import HOUR, Story
from .scenes_cards import Scene, opened
from .spending import (
    authorize,
    buy,
    capture,
    force_capture,
    habits,
    hold,
    refund,
    settle,
    spend,
)

Doc = dict[str, Any]


def declined(life: Life, reason: str, method: str, **checks: str) -> Story:
    """A card in use with one purchase declined for `reason`; `checks` are verification results."""
    card = yield from opened(life)
    life.follow(habits(life, 10))
    days = 75 if reason == "account_disabled" else life.rng.randint(1, 25)
    yield life.local(life.past(days), life.rng.uniform(10, 18))
    remote = method in ("online", "keyed_in")
    shop = shops.ONLINE[life.number % len(shops.ONLINE)] if remote else _corner_shop(life)
    given: Doc = {}
    if checks:
        verdict = checks.pop("three_d_secure", None)
        given["verification_data"] = {
            "address_line1_check": "match", "address_postal_code_check": "match",
            "authentication_exemption": None, "cvc_check": "match", "expiry_check": "match",
            "postal_code": life.holder["billing"]["address"]["postal_code"],
            "three_d_secure": {"result": verdict} if verdict else None,
        } | checks  # fmt: skip
    authorize(life, card, shop, None, method, reason=reason, **given)


def _corner_shop(life: Life) -> shops.Shop:
    return shops.HOME[life.country.code][0]


def challenged(life: Life, answer: str) -> Story:
    """A suspicious purchase asked back by text message; after YES the second try went through."""
    card = yield from opened(life)
    life.follow(habits(life, 9))
    yield life.local(life.past(life.rng.randint(2, 20)), 20)
    shop = shops.named("Trailhead Gear")
    why = "no_phone_number" if answer == "undeliverable" else None
    challenge = {"channel": "sms", "status": answer, "undeliverable_reason": why}
    known = {"verified_by_fraud_challenge": answer == "verified"}
    authorize(life, card, shop, 189_00, "online", reason="suspected_fraud",
              fraud_challenges=[challenge], **known)  # fmt: skip
    if answer == "verified":
        yield life.later(0.004)
        buy(life, card, shop, 189_00, "online")


def ruled(life: Life, shop: shops.Shop, amount: int, **rules: Any) -> Story:
    """Spending controls that forbid one of the purchases."""
    card = yield from opened(life)
    life.follow(habits(life, 6, since=80))
    yield life.past(20)
    life.programme.change(card, spending_controls=life.limited((5_000, "monthly"), **rules))
    yield life.local(life.past(10), 19)
    authorize(life, card, shop, amount, "online" if shop.way == "online" else "contactless")


def capped(life: Life, amount: int, interval: str) -> Story:
    """A spending limit of `amount` whole units, and one purchase beyond it."""
    card = yield from opened(life)
    yield life.past(40)
    life.programme.change(card, spending_controls=life.limited((amount, interval)))
    for hour in (9, 10, 11):
        yield life.local(life.past(15), hour)
        buy(life, card, shops.HOME[life.country.code][0], amount * 25, "contactless")
    yield life.local(life.past(15), 12)
    authorize(life, card, shops.HOME[life.country.code][0], amount * 101, "chip")


def household(life: Life) -> Story:
    """The cardholder's own limit over two cards stops what each card's limit would allow."""
    first = yield from opened(life)
    second = yield from opened(life, "virtual")
    yield life.past(50)
    life.set_holder(spending_controls=life.limited((600, "monthly")))
    yield life.local(life.past(3), 9)
    buy(life, first, _corner_shop(life), 60_00, "chip")
    yield life.local(life.past(3), 17)
    authorize(life, second, shops.named("Pixel Foundry"), 900_00, "online")


def captures(life: Life, *parts: float) -> Story:
    """One authorisation captured in `parts`; over-captured when they are more than 1."""
    card = yield from opened(life)
    life.follow(habits(life, 9))
    yield life.local(life.past(life.rng.randint(12, 40)), 13)
    doc = authorize(life, card, shops.named("Trailhead Gear"), 164_00, "online")
    for number, part in enumerate(parts, start=1):
        yield life.later(1.3)
        amount = round(doc["amount"] * part)
        capture(life, doc, amount, final=number == len(parts))
    spend(life, doc, round(doc["amount"] * (sum(parts) - 1)))


def released(life: Life, how: str) -> Story:
    """An approved hold that never became a payment, or only a part of it."""
    card = yield from opened(life)
    life.follow(habits(life, 9))
    yield life.local(life.past(21), 18)
    doc = authorize(life, card, _hotel(life), 180_00, "chip")
    if how == "expired":
        yield life.later(8)
        spend(life, doc, -doc["amount"])
        hold(life, doc, 0, status="expired")
    elif how == "reversed":
        yield life.later(0.3)
        spend(life, doc, -doc["amount"])
        hold(life, doc, 0, status="reversed", amount=0, merchant_amount=0)
    else:
        yield life.later(0.5)
        kept, kept_there = round(doc["amount"] * 0.6), round(doc["merchant_amount"] * 0.6)
        spend(life, doc, kept - doc["amount"])
        hold(life, doc, kept, amount=kept, merchant_amount=kept_there)
        yield life.later(1)
        capture(life, doc)


def _hotel(life: Life) -> shops.Shop:
    return next(s for s in shops.HOME[life.country.code] if s.category.startswith("hotels"))


def hotel_stay(life: Life) -> Story:
    """A hotel bill that grew during the stay: two decisions, one capture with lodging details."""
    card = yield from opened(life)
    life.follow(habits(life, 9))
    yield life.local(life.past(18), 16)
    doc = authorize(life, card, _hotel(life), 120_00, "chip")
    checked_in = life.programme.now
    yield life.later(1.2)
    first = doc["request_history"][0]
    more = first | {"amount": 45_00, "merchant_amount": 45_00, "created": life.programme.now,
                    "requested_at": life.programme.now}  # fmt: skip
    spend(life, doc, 45_00)
    hold(life, doc, doc["amount"] + 45_00, amount=doc["amount"] + 45_00,
           merchant_amount=doc["merchant_amount"] + 45_00,
           request_history=[*doc["request_history"], more])  # fmt: skip
    yield life.later(1.5)
    lodging = {"check_in_at": checked_in, "nights": 2}
    capture(life, doc, purchase_details=_details(life, lodging=lodging))


def fuel_stop(life: Life) -> Story:
    """A pump that asks for the most it may give and captures what was filled."""
    card = yield from opened(life)
    life.follow(habits(life, 9))
    yield life.local(life.past(7), 8)
    pump = next(s for s in shops.HOME[life.country.code] if s.category.endswith(
        ("fuel_dispensers", "service_stations")))  # fmt: skip
    doc = authorize(life, card, pump, 120_00, "chip")
    yield life.programme.now + HOUR
    fuel = {"industry_product_code": None, "quantity_decimal": "38.5", "type": "unleaded_regular",
            "unit": "liter", "unit_cost_decimal": "168"}  # fmt: skip
    spend(life, doc, 64_68 - doc["amount"])
    capture(life, doc, 64_68, purchase_details=_details(life, fuel=fuel))


def flight(life: Life) -> Story:
    """A flight with its itinerary."""
    card = yield from opened(life)
    life.follow(habits(life, 9))
    yield life.local(life.past(30), 21)
    doc = authorize(life, card, shops.AIRLINE, 412_00, "online")
    leg = {"arrival_airport_code": "ORD", "carrier": "QZ", "departure_airport_code": "DUB",
           "flight_number": "117", "service_class": "economy",
           "stopover_allowed": False}  # fmt: skip
    trip = {"departure_at": life.later(20), "passenger_name": life.holder["name"],
            "refundable": False, "segments": [leg], "travel_agency": None}  # fmt: skip
    yield life.later(1)
    capture(life, doc, purchase_details=_details(life, flight=trip))


def _details(life: Life, **known: Any) -> Doc:
    unknown = dict.fromkeys(("fleet", "flight", "fuel", "lodging", "receipt"))
    return unknown | {"reference": life.digits(8)} | known


def cash(life: Life) -> Story:
    """Money from a cash machine with its fee, and cashback at a till."""
    card = yield from opened(life)
    life.follow(habits(life, 9))
    yield life.local(life.past(13), 17)
    machine = shops.CASH_MACHINE[life.country.currency][0]
    fee = {"atm_fee": 2_50, "cashback_amount": None}
    buy(life, card, machine, 102_50, "chip", amount_details=fee)
    yield life.local(life.past(5), 11)
    back = {"atm_fee": None, "cashback_amount": 20_00}
    buy(life, card, _corner_shop(life), 51_30, "chip", amount_details=back)


def unasked(life: Life) -> Story:
    """A capture without authorisation, and a refund that belongs to no purchase."""
    card = yield from opened(life)
    life.follow(habits(life, 9))
    yield life.local(life.past(17), 15)
    paid = force_capture(life, card, shops.HOME[life.country.code][0], 18_40)
    yield life.later(6)
    refund(life, paid, 1, linked=False)


def waiting(life: Life) -> Story:
    """Purchases of the last hours, not captured yet; one decided by the network itself."""
    card = yield from opened(life)
    life.follow(habits(life, 9))
    yield life.local(life.past(0.4), 12)
    authorize(life, card, _corner_shop(life), 31_15, "contactless")
    yield life.past(0.1)
    authorize(life, card, shops.named("StreamRiver"), 12_99, "online", reason="network_fallback")


def disputed(life: Life, reason: str, outcome: str, **how: Any) -> Story:
    """A purchase, and a dispute of it that comes to `outcome`."""
    begins = {"expired": 150, "won": 65, "lost": 58, "submitted": 20, "unsubmitted": 12}
    card = yield from opened(life)
    life.follow(habits(life, 12))
    yield life.local(life.past(begins[outcome]), 14)
    shop = shops.named("Trailhead Gear" if reason in ("duplicate", "other") else "Belle Étagère")
    plain: Doc = {"verification_data": _without_3ds(life)} if reason == "fraudulent" else {}
    amount = life.rng.randrange(40_00, 260_00)
    if reason == "duplicate":
        life.follow(settle(life, authorize(life, card, shop, amount, "online")))
    doc = authorize(life, card, shop, amount, "online", **plain)
    yield life.later(1)
    paid = capture(life, doc)
    if reason == "fraudulent":
        life.cancel(card, "stolen")
        life.follow(life.send(life.replace(card, "stolen")))
    yield from contest(life, paid, reason, outcome, **how)


def _without_3ds(life: Life) -> Doc:
    return {
        "address_line1_check": "not_provided", "address_postal_code_check": "mismatch",
        "authentication_exemption": None, "cvc_check": "match", "expiry_check": "match",
        "postal_code": "99999", "three_d_secure": None,
    }  # fmt: skip


def _declined(reason: str, method: str, ago: float, **checks: str) -> Scene:
    def play(life: Life) -> Story:
        return declined(life, reason, method, **checks)

    return Scene(play, ago)


def _disputed(reason: str, outcome: str, ago: float, **how: Any) -> Scene:
    return Scene(partial(disputed, reason=reason, outcome=outcome, **how), ago)


DECLINES: tuple[Scene, ...] = (
    _declined("account_disabled", "chip", 210),
    _declined("insecure_authorization_method", "swipe", 220),
    _declined("insufficient_funds", "contactless", 230),
    _declined("not_allowed", "keyed_in", 240),
    _declined("pin_blocked", "chip", 250),
    _declined("stripe_internal_error", "online", 260),
    _declined("suspected_fraud", "online", 270),
    _declined("webhook_declined", "contactless", 280),
    _declined("webhook_error", "online", 290),
    _declined("webhook_timeout", "chip", 300),
    _declined("verification_failed", "online", 310, cvc_check="mismatch"),
    _declined("verification_failed", "keyed_in", 320, expiry_check="mismatch"),
    _declined("verification_failed", "online", 330, address_postal_code_check="mismatch",
              address_line1_check="mismatch"),
    _declined("verification_failed", "online", 340, three_d_secure="failed"),
    _declined("verification_failed", "online", 350, three_d_secure="required"),
    *(Scene(partial(challenged, answer=answer), 200)
      for answer in ("verified", "rejected", "expired", "undeliverable", "pending")),
    Scene(partial(ruled, shop=shops.CASINO, amount=80_00,
             blocked_categories=["betting_casino_gambling"]), 190),
    Scene(partial(ruled, shop=shops.named("Hikari Camera"), amount=21_000,
             allowed_merchant_countries=["DE", "FR", "GB", "IE", "US"]), 180),
    Scene(partial(ruled, shop=shops.named("Nimbus Cloud Storage"), amount=9_99,
             blocked_card_presences=["not_present"]), 170),
    Scene(partial(capped, amount=100, interval="daily"), 160),
    Scene(partial(capped, amount=200, interval="per_authorization"), 150),
    Scene(partial(capped, amount=150, interval="weekly"), 140),
    Scene(partial(capped, amount=900, interval="yearly"), 130),
    Scene(partial(capped, amount=400, interval="all_time"), 120),
    Scene(household, 260),
)  # fmt: skip
MONEY_SCENES: tuple[Scene, ...] = (
    Scene(lambda life: captures(life, 0.7), 200), Scene(lambda life: captures(life, 1.15), 220),
    Scene(lambda life: captures(life, 0.5, 0.3, 0.2), 210),
    Scene(partial(released, how="expired"), 230), Scene(partial(released, how="reversed"), 240),
    Scene(partial(released, how="partly"), 250), Scene(hotel_stay, 260),
    Scene(fuel_stop, 270), Scene(flight, 280),
    Scene(cash, 290), Scene(unasked, 300), Scene(waiting, 310),
)  # fmt: skip
DISPUTES: tuple[Scene, ...] = (
    _disputed("fraudulent", "submitted", 200),
    _disputed("fraudulent", "lost", 410),
    _disputed("no_valid_authorization", "lost", 420),
    _disputed("not_received", "won", 430, file=0),
    _disputed("not_received", "lost", 440, file=1),
    _disputed("canceled", "submitted", 450, file=4, part=0.5),
    _disputed("canceled", "lost", 460),
    _disputed("merchandise_not_as_described", "unsubmitted", 470, file=3),
    _disputed("merchandise_not_as_described", "lost", 480),
    _disputed("service_not_as_described", "won", 490),
    _disputed("duplicate", "submitted", 500, file=2),
    _disputed("duplicate", "lost", 510),
    _disputed("other", "unsubmitted", 520, file=5),
    _disputed("other", "expired", 530),
    _disputed("fraudulent", "unsubmitted", 540),
)  # fmt: skip
