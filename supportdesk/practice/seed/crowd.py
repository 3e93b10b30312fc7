"""The many cardholders behind the first few hundred: streamed, never held in memory.

Each is a pure function of the seed and a number, so cards, purchases and events about them can be
made in separate passes and always agree. Moments lie on evenly spaced steps, which keeps each
stream in the order of time without sorting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import plastic, shops
from .holders import COUNTRY_OF_HUNDRED, Person, cardholder, controls
from .keyed import digest, identifier
from .money import Ids, authorization, balance_transaction, checks, request, transaction
from .people import COUNTRIES
from .programme import DAY, EVENT_DAYS, event

Doc = dict[str, Any]

HISTORY = 900  # days over which the crowd joined
ACTIVE_DAYS = 90
PURCHASES = 10  # one purchase in the active days for that many cardholders


class Crowd:
    """Cardholders numbered from `first` up to but without `last`."""

    def __init__(self, seed: int, end: int, first: int, last: int) -> None:
        self.seed = seed
        self.end = end
        self.first = first
        self.count = max(0, last - first)
        self.began = end - HISTORY * DAY
        self.step = HISTORY * DAY / self.count if self.count else 0.0

    # --- one of them -------------------------------------------------------------------------

    def _pick(self, number: int) -> int:
        return int.from_bytes(digest(self.seed, "crowd", number)[:16], "big")

    def joined(self, number: int) -> int:
        """Unix time at which cardholder `number` was created."""
        return self.began + int((number - self.first) * self.step)

    def holder(self, number: int) -> Doc:
        """The cardholder document."""
        pick = self._pick(number)
        pick, at = divmod(pick, 100)
        country = COUNTRIES[COUNTRY_OF_HUNDRED[at]]
        pick, first = divmod(pick, len(country.first))
        pick, last = divmod(pick, len(country.last))
        pick, luck = divmod(pick, 100)
        firm = f"{country.last[last]} {country.firm_suffix}" if luck < 6 else None
        person = Person(country, country.first[first], country.last[last], firm)
        created = self.joined(number)
        id = identifier("ich", self.seed, number, 1)
        doc = cardholder(person, id=id, created=created, number=number, pick=pick)
        if luck == 99:
            doc["status"] = "inactive"
        return doc

    def card(self, number: int, holder: Doc) -> Doc:
        """The one card of the cardholder, created a few seconds later."""
        pick = self._pick(number) >> 64
        country = COUNTRIES[holder["billing"]["address"]["country"]]
        created = holder["created"] + int(min(20.0, self.step / 2))
        kind = "virtual" if pick % 10 < 3 else "physical"
        shipping = None
        if kind == "physical":
            sent = created + 2 * DAY
            tracking = str(pick % 10**14).zfill(14)
            shipping = plastic.sent(plastic.shipment(holder), at=sent, tracking=tracking)
            arrived = sent + plastic.transit_days(shipping) * DAY
            shipping |= {"status": "delivered", "delivered_at": arrived}
            if arrived > self.end:
                shipping = plastic.shipment(holder)
        limit = {"amount": 2_500_00, "interval": "monthly", "categories": []}
        settled = shipping is None or shipping["status"] == "delivered"
        return plastic.card(
            holder,
            id=identifier("ic", self.seed, number, 1),
            created=created,
            kind=kind,
            brand="Mastercard" if pick // 10 % 7 == 0 else "Visa",
            currency=country.currency,
            last4=str(pick // 70 % 10_000).zfill(4),
            expiry=(1 + pick // 700 % 12, 2028 + pick // 8_400 % 3),
            shipping=shipping,
            spending_controls=controls(
                spending_limits=[limit], spending_limits_currency=country.currency
            ),
            status="active" if settled and pick // 25_200 % 25 else "inactive",
        )

    # --- streams in the order of time --------------------------------------------------------

    def holders(self, since: int = 0) -> Iterator[Doc]:
        """All cardholders created at or after `since`."""
        for number in range(self._from(since), self.first + self.count):
            yield self.holder(number)

    def cards(self, since: int = 0) -> Iterator[tuple[Doc, Doc]]:
        """Each card with its cardholder."""
        for number in range(self._from(since), self.first + self.count):
            holder = self.holder(number)
            yield self.card(number, holder), holder

    def _from(self, since: int) -> int:
        if not self.count or since <= self.began:
            return self.first
        return self.first + int((since - self.began) / self.step) + 1

    def purchases(self) -> Iterator[tuple[Doc, Doc | None, Doc, Doc]]:
        """Authorisation, its capture if there is one yet, card and cardholder."""
        start = self.end - ACTIVE_DAYS * DAY
        old = int((start - self.began) / self.step) if self.count else 0
        total = self.count // PURCHASES
        for turn in range(total):
            at = start + int((turn + 0.5) * ACTIVE_DAYS * DAY / total)
            holder = self.holder(self.first + turn * PURCHASES % old)
            card = self.card(self.first + turn * PURCHASES % old, holder)
            if card["status"] == "active" and holder["status"] == "active":
                yield *self._purchase(turn, at, card), card, holder

    def _purchase(self, turn: int, at: int, card: Doc) -> tuple[Doc, Doc | None]:
        pick = int.from_bytes(digest(self.seed, "purchase", turn)[:12], "big")
        shop = shops.ONLINE[pick % len(shops.ONLINE)]
        amount = shop.low + pick // 16 % (shop.high - shop.low)
        number = str(pick).zfill(30)[-30:]
        ids = Ids(identifier("iauth", self.seed, "crowd", turn), number)
        doc = authorization(card, shop, amount, "online", ids=ids, at=at)
        doc["verification_data"] = checks(
            "online", postal_code=None, three_d_secure="authenticated"
        )
        entry = request(doc, approved=True, reason="webhook_approved", at=at,
                        code=number[-6:], risk=1 + pick % 40)  # fmt: skip
        entries = [self._movement(doc, "hold", at)]
        doc |= {"approved": True, "status": "pending", "request_history": [entry],
                "balance_transactions": entries}  # fmt: skip
        if at + DAY >= self.end:
            return doc, None
        id = identifier("ipi", self.seed, "crowd", turn)
        paid = transaction(doc, id=id, kind="capture", amount=doc["amount"],
                           merchant_amount=amount, at=at + DAY)  # fmt: skip
        entries = [*entries, self._movement(doc, "release", at + DAY)]
        return doc | {"status": "closed", "balance_transactions": entries}, paid

    def _movement(self, doc: Doc, what: str, at: int) -> Doc:
        amount = -doc["amount"] if what == "hold" else doc["amount"]
        kind = f"issuing_authorization_{what}"
        id = identifier("txn", self.seed, doc["id"], what)
        return balance_transaction(doc, id=id, kind=kind, amount=amount, at=at)

    # --- events ------------------------------------------------------------------------------

    def told(self) -> tuple[Iterator[Doc], ...]:
        """Streams of the events of the last 30 days, each in the order of time."""
        return (self._joinings(), self._card_events(), self._authorized(), self._captured())

    def _event(self, kind: str, snapshot: Doc, at: int, previous: Doc | None = None) -> Doc:
        id = identifier("evt", self.seed, snapshot["id"], kind)
        return event(kind, snapshot, id=id, at=at, previous=previous)

    def _joinings(self) -> Iterator[Doc]:
        for holder in self.holders(self.end - EVENT_DAYS * DAY):
            yield self._event("issuing_cardholder.created", holder, holder["created"])

    def _card_events(self) -> Iterator[Doc]:
        for card, holder in self.cards(self.end - EVENT_DAYS * DAY):
            shown = card | {"cardholder": holder}
            yield self._event("issuing_card.created", shown, card["created"])

    def _authorized(self) -> Iterator[Doc]:
        for doc, _, card, holder in self.purchases():
            if doc["created"] >= self.end - EVENT_DAYS * DAY:
                card = card | {"cardholder": holder}
                shown = doc | {"card": card, "status": "pending", "transactions": []}
                yield self._event("issuing_authorization.created", shown, doc["created"])

    def _captured(self) -> Iterator[Doc]:
        for doc, paid, card, holder in self.purchases():
            if paid and paid["created"] >= self.end - EVENT_DAYS * DAY:
                at = paid["created"]
                yield self._event("issuing_transaction.created", paid, at)
                card = card | {"cardholder": holder}
                shown = doc | {"card": card, "transactions": [paid]}
                before = {"status": "pending"}
                yield self._event("issuing_authorization.updated", shown, at, before)
