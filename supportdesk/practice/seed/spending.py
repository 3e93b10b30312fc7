"""Purchases: deciding them, and what becomes of the approved ones."""

from __future__ import annotations

from typing import Any

from . import shops
from .life import Life
from .limits import expired, refusal
from .money import (
    APPROVALS,
    PRESENCE,
    Ids,
    authorization,
    balance_transaction,
    checks,
    request,
    transaction,
)
from .programme import DAY, Story
from .shops import Shop

Doc = dict[str, Any]

WEBHOOK_SINCE = 60  # days ago from which the programme's own webhook decides
LOW_VALUE = 30_00  # below it European merchants may skip 3D Secure


def price(life: Life, shop: Shop) -> int:
    """A price of that shop in minor units of its currency, more often low than high."""
    amount = int(life.rng.triangular(shop.low, shop.high, shop.low))
    if shops.merchant_currency(shop) == "jpy":
        return amount - amount % 10
    ending = life.rng.choice((0, 20, 49, 50, 80, 90, 95, 99))
    return max(100, amount - amount % 100 + ending)


def way(life: Life, shop: Shop, card: Doc) -> tuple[str, str | None]:
    """How the cardholder pays there: the authorisation method and the wallet, if any."""
    if shop.way == "online":
        wallet = life.rng.choice(("apple_pay", None, None, None))
        return "online", wallet if wallet and life.token_for(card, wallet) else None
    for wallet in ("apple_pay", "google_pay", "samsung_pay"):
        if life.rng.random() < 0.55 and life.token_for(card, wallet):
            return "contactless", wallet
    return life.rng.choice(("contactless", "contactless", "chip")), None


def authorize(
    life: Life,
    card: Doc,
    shop: Shop,
    amount: int | None = None,
    method: str | None = None,
    *,
    reason: str | None = None,
    **given: Any,
) -> Doc:
    """Ask for `amount` minor units (merchant's currency) now; the answer is in the document.

    `reason` forces a decision; otherwise status, requirements, expiry and spending controls decide.
    `given` replaces any top-level value of the authorisation.
    """
    now = life.programme.now
    wallet = given.pop("wallet", None)
    if method is None:
        method, wallet = way(life, shop, card)
    ids = Ids(life.new_id("iauth"), life.digits(30))
    token = life.token_for(card, wallet) if wallet else None
    doc = authorization(card, shop, amount or price(life, shop), method, ids=ids, at=now)
    doc |= {"wallet": wallet, "token": token and token["id"]}
    doc["verification_data"] = _checks(life, doc, shop, method)
    doc |= given
    spent = (life.spent_on[card["id"]], life.spent)
    found = refusal(life.holder, card, shop, doc["amount"], method, spent=spent, at=now)
    usual = "webhook_approved" if now >= life.past(WEBHOOK_SINCE) else "card_active"
    reason = reason or found or usual
    if reason in APPROVALS and found:
        raise ValueError(f"{found} forbids this purchase")
    _decide(life, doc, reason)
    return life.programme.add("authorization", doc)


def _decide(life: Life, doc: Doc, reason: str) -> None:
    approved = reason in APPROVALS
    risk = life.rng.randint(82, 99) if reason == "suspected_fraud" else life.rng.randint(1, 40)
    doc |= {"approved": approved, "status": "pending" if approved else "closed"}
    entry = request(doc, approved=approved, reason=reason, at=life.programme.now,
                    code=life.digits(6), risk=risk)  # fmt: skip
    doc["request_history"] = [*doc["request_history"], entry]
    if approved:
        spend(life, doc, doc["amount"])
        doc["balance_transactions"] = [
            *doc["balance_transactions"],
            *held(life, doc, doc["amount"]),
        ]


def _checks(life: Life, doc: Doc, shop: Shop, method: str) -> Doc:
    """Verification data as European or American shops send them."""
    remote = PRESENCE[method] == "not_present"
    european = remote and shop.country not in ("US", "JP") and not doc["wallet"]
    small = doc["amount"] < LOW_VALUE
    found = checks(
        method,
        postal_code=life.holder["billing"]["address"]["postal_code"],
        three_d_secure="authenticated" if european and not small else None,
    )
    if european and small:
        exemption = {"claimed_by": "acquirer", "type": "low_value_transaction"}
        found["authentication_exemption"] = exemption
    return found


def spend(life: Life, doc: Doc, amount: int) -> None:
    """Count `amount` (negative: give it back) towards the limits of the time of `doc`."""
    entry = (doc["created"], amount, doc["merchant_data"]["category"])
    life.spent_on[doc["card"]].append(entry)
    life.spent.append(entry)


def held(life: Life, doc: Doc, amount: int) -> list[Doc]:
    """The balance entry that holds `amount` more (negative: releases it); none for nothing."""
    if amount == 0:
        return []
    kind = "issuing_authorization_hold" if amount > 0 else "issuing_authorization_release"
    at = life.programme.now
    return [balance_transaction(doc, id=life.new_id("txn"), kind=kind, amount=-amount, at=at)]


def holding(doc: Doc) -> int:
    """What the authorisation holds now, in minor units of the card's currency."""
    held_so_far: int = -sum(entry["amount"] for entry in doc["balance_transactions"])
    return held_so_far


def hold(life: Life, doc: Doc, target: int, **values: Any) -> None:
    """Change what the authorisation holds to `target` minor units, and other `values` with it."""
    entries = [*doc["balance_transactions"], *held(life, doc, target - holding(doc))]
    life.programme.change(doc, balance_transactions=entries, **values)


def merchant_share(doc: Doc, amount: int) -> int:
    """The merchant's amount for `amount` of the card's currency, in proportion."""
    share: float = doc["merchant_amount"] * amount / doc["amount"]
    return round(share)


def capture(
    life: Life, doc: Doc, amount: int | None = None, *, final: bool = True, **given: Any
) -> Doc:
    """Capture the authorisation now, in full unless `amount` (card currency) says otherwise."""
    amount = doc["amount"] if amount is None else amount
    paid = transaction(
        doc,
        id=life.new_id("ipi"),
        kind="capture",
        amount=amount,
        merchant_amount=merchant_share(doc, amount),
        at=life.programme.now,
        **given,
    )
    life.programme.add("transaction", paid)
    if final:
        hold(life, doc, 0, status="closed")
    else:
        hold(life, doc, max(0, holding(doc) - amount))
    return paid


def refund(life: Life, paid: Doc, part: float = 1, *, linked: bool = True) -> Doc:
    """Give back a part of the capture now."""
    amount = round(-paid["amount"] * part)
    whole = {**paid, "id": paid["authorization"], "request_history": []}
    back = transaction(
        whole,
        id=life.new_id("ipi"),
        kind="refund",
        amount=amount,
        merchant_amount=round(-paid["merchant_amount"] * part),
        at=life.programme.now,
        linked=linked and paid["authorization"] is not None,
    )
    return life.programme.add("transaction", back)


def force_capture(life: Life, card: Doc, shop: Shop, amount: int) -> Doc:
    """A capture for which nobody asked an authorisation."""
    ids = Ids("", life.digits(30))
    unasked = authorization(card, shop, amount, "chip", ids=ids, at=life.programme.now)
    spend(life, unasked, unasked["amount"])
    paid = transaction(
        unasked,
        id=life.new_id("ipi"),
        kind="capture",
        amount=unasked["amount"],
        merchant_amount=amount,
        at=life.programme.now,
        linked=False,
    )
    return life.programme.add("transaction", paid)


def settle(life: Life, doc: Doc, **given: Any) -> Story:
    """Capture an approved purchase after the usual day or two; now and then it is refunded."""
    hotel = doc["merchant_data"]["category"] == "hotels_motels_and_resorts"
    yield life.later(life.rng.uniform(2, 4) if hotel else life.rng.uniform(0.6, 2.1))
    paid = capture(life, doc, **given)
    if life.rng.random() < 0.03:
        yield life.later(life.rng.uniform(4, 12))
        if paid["dispute"] is None:
            refund(life, paid, life.rng.choice((1, 1, 0.5, 0.25)))


def buy(life: Life, card: Doc, shop: Shop, amount: int | None = None,
        method: str | None = None, **given: Any) -> Doc:  # fmt: skip
    """A purchase that, when approved, is captured in the usual way."""
    doc = authorize(life, card, shop, amount, method, **given)
    if doc["approved"]:
        life.follow(settle(life, doc, purchase_details=_receipt(life, doc, shop)))
    return doc


def _receipt(life: Life, doc: Doc, shop: Shop) -> Doc | None:
    """Details of the purchase that one shop in twelve sends."""
    if life.rng.random() > 1 / 12 or doc["merchant_currency"] != doc["currency"]:
        return None
    total = -merchant_share(doc, -doc["amount"])
    row = {"description": shop.name[:26], "quantity": 1, "total": total, "unit_cost": total}
    return {
        "fleet": None, "flight": None, "fuel": None, "lodging": None,
        "receipt": [row], "reference": life.digits(8),
    }  # fmt: skip


def somewhere(life: Life, *, online: bool | None = None) -> Shop:
    """A shop this cardholder would go to: mostly at home, often online, seldom abroad."""
    luck = life.rng.random()
    if online or (online is None and luck > 0.72):
        return life.rng.choice(shops.ONLINE)
    if online is None and luck > 0.68:
        return life.rng.choice(shops.ABROAD)
    return life.rng.choice(shops.HOME[life.country.code])


def habits(
    life: Life, purchases: int, *, since: float = 90, until: float = 0, phone: float = 0.35
) -> Story:
    """An ordinary life with the cards: so many purchases between `since` and `until` days ago.

    With probability `phone` the card used first is added to a telephone before.
    """
    wallet = life.rng.choice(("apple_pay", "apple_pay", "google_pay"))
    wanted = life.rng.random() < phone
    moments = sorted(life.rng.uniform(life.past(since), life.past(until)) for _ in range(purchases))
    for moment in moments:
        shop = somewhere(life)
        at = life.local(int(moment), life.rng.uniform(*shop.hours))
        if at < life.programme.now:
            continue
        yield at
        card = pick_card(life, shop)
        if card and wanted and card["status"] == "active" and not life.tokens:
            life.add_to_wallet(card, wallet)
        if card:
            buy(life, card, shop)


def pick_card(life: Life, shop: Shop) -> Doc | None:
    """A card fit for the shop: physical in a shop, any online; sometimes one that is frozen."""
    now = life.programme.now
    fits = [c for c in life.cards if shop.way == "online" or c["type"] == "physical"]
    active = [c for c in fits if c["status"] == "active" and not expired(c, now)]
    if active:
        return life.rng.choice(active)
    frozen = [c for c in fits if c["status"] == "inactive" and now - c["created"] > 20 * DAY]
    return frozen[0] if frozen and life.rng.random() < 0.15 else None
