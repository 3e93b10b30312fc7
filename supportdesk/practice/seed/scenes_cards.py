"""What happens to cards: ordinary use, freezing, loss, replacement, the post, expiry."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, NamedTuple

from . import shops
from .life import Life
from .programme import Story
from .spending import authorize, buy, capture, habits, refund, settle

Doc = dict[str, Any]


class Scene(NamedTuple):
    """A story of one life and how many days ago that life begins; some are about firms only."""

    play: Callable[[Life], Story]
    days_ago: float
    firm: bool = False


def opened(
    life: Life, kind: str = "physical", *, limit: int = 5_000, **given: Any
) -> Generator[float, None, Doc]:
    """Order a card and bring it to use; physical ones come by post first. Waits a week or so."""
    given.setdefault("spending_controls", life.limited((limit, "monthly")))
    card = life.order(kind, **given)
    if kind == "physical":
        yield from life.send(card)
    yield life.later(life.rng.uniform(0.1, 1.5))
    life.activate(card)
    return card


def ordinary(life: Life) -> Story:
    """A card in daily use, often one for the web and one in the telephone as well."""
    life.follow(habits(life, life.rng.randint(6, 30)))
    card = yield from opened(life)
    yield life.past(life.rng.uniform(45, 90))
    if life.rng.random() < 0.4:
        yield from opened(life, "virtual", limit=1_000)
    if life.rng.random() < 0.08:
        yield life.past(life.rng.uniform(1, 28))
        life.freeze(card)


def frozen(life: Life) -> Story:
    """Frozen by the cardholder; one attempt since was declined."""
    card = yield from opened(life)
    life.follow(habits(life, 14, since=60))
    yield life.past(9)
    life.freeze(card)
    yield life.local(life.past(6), 12)
    authorize(life, card, shops.HOME[life.country.code][0])


def never_activated(life: Life) -> Story:
    """The card came weeks ago and was never activated."""
    card = life.order()
    yield from life.send(card)


def lost(life: Life) -> Story:
    """Lost, cancelled, replaced; the new card has come and is in use."""
    card = yield from opened(life)
    life.follow(habits(life, 16))
    yield life.past(35)
    life.cancel(card, "lost")
    new = life.replace(card, "lost")
    yield from life.send(new)
    yield life.later(1)
    life.activate(new)


def lost_underway(life: Life) -> Story:
    """Lost and replaced; the new card is in the post. Somebody still tries the old one."""
    card = yield from opened(life)
    life.follow(habits(life, 12, since=40))
    yield life.past(4)
    life.cancel(card, "lost")
    life.follow(life.send(life.replace(card, "lost", service="express"), "shipped"))
    yield life.local(life.past(2), 14)
    authorize(life, card, shops.HOME[life.country.code][0], 23_40, "contactless")


def lost_not_replaced(life: Life) -> Story:
    """Cancelled as lost; nobody has ordered a new card yet."""
    card = yield from opened(life)
    life.follow(habits(life, 10, since=50))
    yield life.past(1)
    life.cancel(card, "lost")


def stolen_twice(life: Life) -> Story:
    """Two thefts: a chain of three cards."""
    life.follow(habits(life, 18))
    card = yield from opened(life)
    for days in (70, 30):
        yield life.past(days)
        life.cancel(card, "stolen")
        card = life.replace(card, "stolen")
        yield from life.send(card)
        yield life.later(1)
        life.activate(card)


def damaged(life: Life) -> Story:
    """A damaged card replaced by one of the same number; activation cancelled the old one."""
    life.follow(habits(life, 15))
    card = yield from opened(life)
    yield life.past(40)
    new = life.replace(card, "damaged")
    yield from life.send(new)
    yield life.later(1)
    life.activate(new)


def damaged_underway(life: Life) -> Story:
    """The replacement of a damaged card is in the post; the old card still works."""
    life.follow(habits(life, 12))
    card = yield from opened(life)
    yield life.past(3.5)
    life.follow(life.send(life.replace(card, "damaged"), "shipped"))


def expired_renewed(life: Life) -> Story:
    """An expiring card replaced in time by one of the same number."""
    life.follow(habits(life, 14))
    card = yield from opened(life, expiry=_expiry(life, 25))
    yield life.past(50)
    new = life.replace(card, "expired")
    yield from life.send(new)
    yield life.later(2)
    life.activate(new)


def expiring(life: Life) -> Story:
    """Expires within two months; nobody has ordered the next card."""
    life.follow(habits(life, 16))
    yield from opened(life, expiry=_expiry(life, life.rng.choice((5, 32, 55))))


def out_of_date(life: Life) -> Story:
    """The card expired last month and is still being tried."""
    card = yield from opened(life, expiry=_expiry(life, -40))
    life.follow(habits(life, 5, since=90))
    yield life.local(life.past(2), 11)
    authorize(life, card, shops.HOME[life.country.code][1])


def _expiry(life: Life, days_ahead: int) -> tuple[int, int]:
    day = life.programme.today + datetime.timedelta(days=days_ahead)
    return day.month, day.year


def design_rejected(life: Life) -> Story:
    """The design was turned down, which cancelled the card before it was made."""
    rejected = life.programme.docs["personalization_design"][3]
    card = life.order(personalization_design=rejected["id"])
    yield life.later(2)
    life.cancel(card, "design_rejected")
    yield life.later(1)
    yield from opened(life)
    life.follow(habits(life, 8, since=30))


def fulfilment_failed(life: Life) -> Story:
    """The post lost the card; Stripe cancelled it and sent another."""
    card = life.order()
    yield from life.send(card, "failure")
    life.cancel(card, "fulfillment_error")
    new = life.replace(card, "fulfillment_error")
    yield from life.send(new)
    yield life.later(1)
    life.activate(new)
    life.follow(habits(life, 9))


def no_longer_wanted(life: Life) -> Story:
    """A virtual card cancelled without any reason; the physical one goes on."""
    life.follow(habits(life, 14))
    yield from opened(life)
    spare = yield from opened(life, "virtual", limit=500)
    yield life.past(12)
    life.cancel(spare)


def posted(life: Life, outcome: str, service: str = "standard", result: str | None = None) -> Story:
    """A first card whose shipment has come as far as `outcome`."""
    card = life.order(service=service, second_line=life.person.firm and life.person.last.upper())
    if result:
        checked = card["shipping"]["address_validation"] | {"result": result}
        card["shipping"] = card["shipping"] | {"address_validation": checked}
    if outcome == "canceled":
        yield life.later(0.2)
        life.cancel(card)
    elif outcome != "pending":
        yield from life.send(card, outcome)


def warned(life: Life, warning: str) -> Story:
    """Stripe warns that the card may be abused."""
    life.follow(habits(life, 12))
    card = yield from opened(life)
    yield life.past(life.rng.uniform(2, 9))
    started = {"started_at": life.programme.now - 3_600, "type": warning}
    life.programme.change(card, latest_fraud_warning=started)


def single_use(life: Life) -> Story:
    """A virtual card that is cancelled after its first payment."""
    controls = {"cancel_after": {"payment_count": 1}}
    card = yield from opened(life, "virtual", limit=300, lifecycle_controls=controls)
    yield life.local(life.past(16), 19)
    doc = authorize(life, card, shops.named("Pixel Foundry"), 49_00, "online")
    life.follow(settle(life, doc))
    life.cancel(card)
    yield life.past(5)
    yield from opened(life, "virtual", limit=300, lifecycle_controls=controls)


def not_in_wallets(life: Life, why: str) -> Story:
    """A card that cannot be added to a telephone yet."""
    if why == "missing_cardholder_contact":
        life.set_holder(email=None, phone_number=None)
    card = yield from opened(life)
    state = {"eligible": False, "ineligible_reason": why}
    wallets = {"apple_pay": state, "google_pay": state, "primary_account_identifier": None}
    life.programme.change(card, wallets=wallets)
    life.follow(habits(life, 8))


def devices(life: Life, status: str) -> Story:
    """One telephone of the cardholder has a token of this status, another one works."""
    card = yield from opened(life)
    life.follow(habits(life, 14, since=55))
    yield life.past(58)
    life.add_to_wallet(card, "apple_pay")
    if status == "requested":
        yield life.past(0.4)
        life.add_to_wallet(card, "google_pay", status="requested")
        return
    wallet = "google_pay" if status == "active" else "samsung_pay"
    other = life.add_to_wallet(card, wallet)
    yield life.local(life.past(50), 12)
    buy(life, card, shops.HOME[life.country.code][0], None, "contactless", wallet=wallet)
    yield life.past(11)
    if status != "active":
        life.programme.change(other, status=status, network_updated_at=life.programme.now)


def holder_state(life: Life, **values: Any) -> Story:
    """The cardholder's status or requirements changed; purchases since were declined."""
    life.follow(habits(life, 14))
    card = yield from opened(life)
    yield life.past(8)
    life.set_holder(**values)
    yield life.local(life.past(3), 13)
    authorize(life, card, shops.HOME[life.country.code][0])


def stopped_before_start(life: Life, **values: Any) -> Story:
    """Requirements are open since the beginning, so the card cannot be activated."""
    life.set_holder(**values)
    card = life.order()
    yield from life.send(card)


def _requires(reason: str, *due: str) -> Doc:
    return {"requirements": {"disabled_reason": reason, "past_due": list(due)}}


def paid_back(life: Life) -> Story:
    """The shop sent the money back by itself, once linked to the purchase and once not."""
    life.follow(habits(life, 10))
    card = yield from opened(life)
    for days, linked in ((40, True), (22, False)):
        yield life.local(life.past(days), 15)
        doc = authorize(life, card, shops.named("Schuhkiste Online"), 89_00, "online")
        yield life.later(1)
        paid = capture(life, doc)
        yield life.later(4)
        refund(life, paid, 1 if linked else 0.4, linked=linked)


def traveller(life: Life) -> Story:
    """Two weeks abroad: other currencies, one of them without minor units."""
    card = yield from opened(life, limit=9_000)
    life.follow(habits(life, 8))
    for days, shop in zip(range(34, 20, -2), shops.ABROAD, strict=False):
        yield life.local(life.past(days), 12)
        buy(life, card, shop)


CARD_SCENES: tuple[Scene, ...] = (
    Scene(frozen, 240), Scene(never_activated, 41), Scene(lost, 410), Scene(lost_underway, 300),
    Scene(lost_not_replaced, 220), Scene(stolen_twice, 500), Scene(damaged, 350),
    Scene(damaged_underway, 420),
    Scene(expired_renewed, 1435), Scene(expiring, 1420), Scene(out_of_date, 1500),
    Scene(design_rejected, 60),
    Scene(fulfilment_failed, 70), Scene(no_longer_wanted, 180), Scene(single_use, 130),
    Scene(paid_back, 200), Scene(traveller, 380),
    Scene(partial(posted, outcome="pending"), 0.4),
    Scene(partial(posted, outcome="submitted", service="priority"), 1.6),
    Scene(partial(posted, outcome="shipped", service="express"), 3),
    Scene(partial(posted, outcome="delivered", service="express"), 9),
    Scene(partial(posted, outcome="returned", result="likely_undeliverable"), 21),
    Scene(partial(posted, outcome="failure", result="indeterminate"), 18),
    Scene(partial(posted, outcome="canceled"), 6),
    Scene(partial(warned, warning="card_testing_exposure"), 260),
    Scene(partial(warned, warning="fraud_dispute_filed"), 330),
    Scene(partial(warned, warning="third_party_reported"), 290),
    Scene(partial(warned, warning="user_indicated_fraud"), 270),
    Scene(partial(not_in_wallets, why="missing_agreement"), 120),
    Scene(partial(not_in_wallets, why="missing_cardholder_contact"), 140),
    Scene(partial(not_in_wallets, why="unsupported_region"), 150),
    Scene(partial(devices, status="requested"), 200),
    Scene(partial(devices, status="active"), 210),
    Scene(partial(devices, status="suspended"), 230),
    Scene(partial(devices, status="deleted"), 250),
    Scene(partial(holder_state, status="inactive"), 310),
    Scene(partial(holder_state, status="blocked"), 320),
    Scene(partial(holder_state, **_requires("under_review")), 160),
    Scene(partial(holder_state, **_requires("listed")), 170),
    Scene(partial(holder_state, **_requires("rejected.listed")), 190),
    Scene(partial(holder_state, **_requires(
        "requirements.past_due", "individual.verification.document")), 280),
    Scene(partial(stopped_before_start, **_requires(
        "requirements.past_due", "individual.dob.day", "individual.dob.month",
        "individual.dob.year")), 25),
    Scene(partial(stopped_before_start, **_requires(
        "requirements.past_due", "individual.card_issuing.user_terms_acceptance.date",
        "individual.card_issuing.user_terms_acceptance.ip")), 12),
    Scene(partial(holder_state, **_requires("requirements.past_due", "company.tax_id")), 300, True),
)  # fmt: skip
