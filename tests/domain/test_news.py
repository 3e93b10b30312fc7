"""What changed about a person and their cards is named; what stayed is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from supportdesk.domain.news import of_card, of_disputes, of_person
from supportdesk.domain.records import Address, Card, Cardholder, Dispute, Shipping, Token

LENA = Cardholder(id="ich_1", name="Lena Hoffmann", status="active", email="l@x.example")
CARD = Card(id="ic_1", cardholder_id="ich_1", last4="4242", status="active", exp_year=2030)


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (LENA, ()),
        (replace(LENA, created=5), ()),
        (replace(LENA, email="m@x.example", phone_number="+49"), ("email", "phone")),
        (replace(LENA, billing=Address(city="Bonn")), ("address",)),
        (replace(LENA, name="Lena Quell", last_name="Quell"), ("name",)),
        (replace(LENA, status="inactive", past_due=("individual.dob.day",)),
         ("status", "requirements")),
    ],
)  # fmt: skip
def test_a_person(now: Cardholder, names: tuple[str, ...]) -> None:
    assert of_person(LENA, now) == names


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (CARD, ()),
        (replace(CARD, status="inactive"), ("status",)),
        (replace(CARD, shipping=Shipping(status="shipped")), ("shipment",)),
        (replace(CARD, status="canceled", cancellation_reason="lost", replaced_by="ic_2"),
         ("status", "replacement")),
        (replace(CARD, fraud_warning="card_testing_exposure"), ("fraud_warning",)),
    ],
)  # fmt: skip
def test_a_card(now: Card, names: tuple[str, ...]) -> None:
    assert of_card(CARD, now) == names


def test_a_wallet_is_news_when_its_state_is_another() -> None:
    phone = Token(id="it_1", card_id="ic_1", status="active")
    assert of_card(CARD, CARD, [phone], [phone]) == ()
    assert of_card(CARD, CARD, [phone], [replace(phone, status="deleted")]) == ("wallets",)
    assert of_card(CARD, CARD, [], [phone]) == ("wallets",)


def test_a_dispute_is_news_when_it_moved_on_unless_that_was_done_here() -> None:
    draft, sent, won = (Dispute(id="d1", status=s) for s in ("unsubmitted", "submitted", "won"))
    other = Dispute(id="d2", status="unsubmitted")
    assert of_disputes([draft], [draft], ()) == {}
    assert of_disputes([draft], [sent], ()) == {"d1": "submitted"}
    assert of_disputes([draft], [sent], {"d1"}) == {}
    assert of_disputes([sent], [won], {"d1"}) == {"d1": "won"}  # nobody decides that here
    assert of_disputes([draft], [draft, other], ()) == {"d2": "new"}
    assert of_disputes([draft], [draft, other], {"d2"}) == {}
