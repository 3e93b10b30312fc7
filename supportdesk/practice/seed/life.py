"""One cardholder's life with the programme: cards, wallets, shipments and what comes of them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from . import plastic
from .holders import Person, cardholder, controls
from .keyed import chooser, digits, identifier
from .limits import Spent
from .programme import DAY, HOUR, Programme, Story

Doc = dict[str, Any]

DEVICES = {
    "apple_pay": ("iPhone 15", "iPhone 14", "Apple Watch Series 9"),
    "google_pay": ("Pixel 9", "Galaxy S24", "Pixel Watch 3"),
    "samsung_pay": ("Galaxy S23", "Galaxy A55"),
}


class Life:
    """A cardholder, the cards, and the numbers and choices that belong to this one alone."""

    def __init__(self, programme: Programme, number: int, person: Person, days_ago: float) -> None:
        self.programme = programme
        self.number = number
        self.rng = chooser(programme.seed, "life", number)
        self.person = person
        self.country = person.country
        self.cards: list[Doc] = []
        self.tokens: list[Doc] = []
        self.spent_on: defaultdict[str, Spent] = defaultdict(list)  # by first card of a chain
        self.spent: Spent = []
        self._issued: defaultdict[str, int] = defaultdict(int)
        self.began = self.past(days_ago)
        self.holder = cardholder(
            person,
            id=self.new_id("ich"),
            created=self.began,
            number=number,
            pick=self.rng.randrange(10**9),
        )

    def follow(self, story: Story, moment: float = 0) -> None:
        """Let another story of this life begin beside the one being told."""
        self.programme.follow(story, moment)

    # --- numbers and moments -----------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """The next id of this life with that prefix."""
        self._issued[prefix] += 1
        return identifier(prefix, self.programme.seed, self.number, self._issued[prefix])

    def digits(self, length: int) -> str:
        """The next run of decimal digits of this life."""
        self._issued["digits"] += 1
        return digits(self.programme.seed, length, self.number, self._issued["digits"])

    def past(self, days_ago: float) -> int:
        """Unix time so many days before the end of the programme's past."""
        return self.programme.end - int(days_ago * DAY)

    def later(self, days: float) -> int:
        """Unix time so many days from now."""
        return self.programme.now + int(days * DAY)

    def local(self, moment: int, hour: float) -> int:
        """Unix time at which the cardholder's clock shows `hour` on the UTC day of `moment`."""
        day = moment - moment % DAY
        return int(day + (hour - self.country.utc_offset) * HOUR) + self.rng.randrange(60)

    # --- cards -------------------------------------------------------------------------------

    def order(
        self, kind: str = "physical", *, service: str = "standard", years: int = 4, **given: Any
    ) -> Doc:
        """Create an inactive card now; a physical one still has to be sent."""
        now = datetime.datetime.fromtimestamp(self.programme.now, datetime.UTC)
        design = self.programme.docs["personalization_design"][0]
        shipping = plastic.shipment(self.holder, service=service) if kind == "physical" else None
        usual: Doc = {
            "last4": self.digits(4),
            "brand": "Mastercard" if self.rng.random() < 0.15 else "Visa",
            "expiry": (now.month, now.year + years),
            "shipping": shipping,
            "personalization_design": design["id"] if kind == "physical" else None,
        }
        card = plastic.card(
            self.holder,
            id=self.new_id("ic"),
            created=self.programme.now,
            kind=kind,
            currency=self.country.currency,
            **(usual | given),
        )
        self.cards.append(card)
        return self.programme.add("card", card)

    def activate(self, card: Doc) -> None:
        """Put the card to use, unless that is impossible by now.

        Activating the replacement of a damaged or expired card cancels the old one.
        """
        if card["status"] == "canceled" or self.holder["requirements"]["past_due"]:
            return
        self.programme.change(card, status="active")
        if card["replacement_reason"] in ("damaged", "expired"):
            old = next(c for c in self.cards if c["id"] == card["replacement_for"])
            if old["status"] != "canceled":
                self.programme.change(old, status="canceled")

    def freeze(self, card: Doc) -> None:
        """Set an active card inactive."""
        if card["status"] == "active":
            self.programme.change(card, status="inactive")

    def cancel(self, card: Doc, reason: str | None = None) -> None:
        """Cancel the card for good; one not yet sent is not sent any more."""
        values: Doc = {"status": "canceled", "cancellation_reason": reason}
        if card["shipping"] and card["shipping"]["status"] == "pending":
            values["shipping"] = card["shipping"] | {"status": "canceled"}
        self.programme.change(card, **values)

    def replace(self, old: Doc, reason: str, **given: Any) -> Doc:
        """Order a replacement: same number for damaged or expired, a new one otherwise."""
        same = reason in ("damaged", "expired")
        new = self.order(
            old["type"],
            brand=old["brand"],
            last4=old["last4"] if same else self.digits(4),
            replacement_for=old["id"],
            replacement_reason=reason,
            spending_controls=old["spending_controls"],
            **given,
        )
        self.spent_on[new["id"]] = self.spent_on[old["id"]]  # use of limits is carried on
        self.programme.change(old, replaced_by=new["id"])
        return new

    # --- shipments ---------------------------------------------------------------------------

    def send(self, card: Doc, outcome: str = "delivered") -> Story:
        """The way of a card's shipment from now on until `outcome`."""
        steps = ["submitted", "shipped"]
        steps = [*steps[: steps.index(outcome)], outcome] if outcome in steps else [*steps, outcome]
        for status in steps:
            days = (
                1 if status in ("submitted", "shipped") else plastic.transit_days(card["shipping"])
            )
            yield self.later(days + self.rng.random() / 4)
            self._ship(card, status)

    def _ship(self, card: Doc, status: str) -> None:
        shipping = card["shipping"]
        if shipping["status"] == "canceled":
            return
        if status == "shipped":
            shipping = plastic.sent(shipping, at=self.programme.now, tracking=self.digits(14))
        else:
            delivered = self.programme.now if status == "delivered" else None
            shipping = shipping | {"status": status, "delivered_at": delivered}
        self.programme.change(card, shipping=shipping)

    # --- wallets and rules -------------------------------------------------------------------

    def add_to_wallet(self, card: Doc, wallet: str = "apple_pay", **given: Any) -> Doc:
        """Add the card to a phone; the token is active at once."""
        token = plastic.token(
            card,
            id=self.new_id("intok"),
            created=self.programme.now,
            wallet=wallet,
            device=self.rng.choice(DEVICES[wallet]),
            number=self.digits(20),
        )
        self.tokens.append(token)
        token.update(given)
        return self.programme.add("token", token)

    def token_for(self, card: Doc, wallet: str) -> Doc | None:
        """The active token of the card in that wallet."""
        for token in self.tokens:
            key = (token["card"], token["wallet_provider"], token["status"])
            if key == (card["id"], wallet, "active"):
                return token
        return None

    def limited(self, *limits: tuple[int, str], **rules: Any) -> Doc:
        """Spending controls in this cardholder's currency; limits are (whole units, interval)."""
        rows = [
            {"amount": units * 100, "interval": interval, "categories": []}
            for units, interval in limits
        ]
        return controls(
            spending_limits=rows, spending_limits_currency=self.country.currency, **rules
        )

    def set_holder(self, **values: Any) -> None:
        """Change the cardholder now."""
        self.programme.change(self.holder, **values)
