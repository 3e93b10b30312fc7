"""The life of a card, driven with the real stripe-python; the fixture checks every exchange."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.contract.conftest import Driver

# httpx warns of the way stripe-python hands it a body.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

ADDRESS = {"city": "Lyon", "country": "FR", "line1": "3 rue Molière", "postal_code": "69003"}


def new_cardholder(call: Driver, **more: Any) -> Any:
    params = {
        "name": "Camille Moreau",
        "type": "individual",
        "email": "camille.moreau@post.example",
        "phone_number": "+33639980011",
        "billing": {"address": ADDRESS},
        "individual": {
            "first_name": "Camille",
            "last_name": "Moreau",
            "dob": {"day": 4, "month": 7, "year": 1988},
            "card_issuing": {"user_terms_acceptance": {"date": 1_700_000_000, "ip": "192.0.2.7"}},
        },
        "preferred_locales": ["fr"],
        **more,
    }
    return call(call.issuing.cardholders, "create", params)


def new_card(call: Driver, holder: Any, **more: Any) -> Any:
    params = {
        "cardholder": holder.id,
        "currency": "eur",
        "type": "physical",
        "shipping": {"address": ADDRESS, "name": "Camille Moreau", "service": "express"},
        "spending_controls": {"spending_limits": [{"amount": 500_00, "interval": "monthly"}]},
        **more,
    }
    return call(call.issuing.cards, "create", params)


def purchase(call: Driver, card: Any, amount: int, **more: Any) -> Any:
    shop = {"category": "bakeries", "country": "FR", "name": "Boulangerie Marceau", "city": "Lyon"}
    params = {"amount": amount, "card": card.id, "currency": "eur", "merchant_data": shop, **more}
    return call(call.helpers.authorizations, "create", params)


def status(call: Driver, card: Any, value: str, **more: str) -> Any:
    return call(call.issuing.cards, "update", card.id, {"status": value, **more})


def test_a_card_from_order_to_replacement(stripe_python: Driver) -> None:
    call = stripe_python
    holder = new_cardholder(call)
    card = new_card(call, holder)
    assert (card.status, card.shipping.status) == ("inactive", "pending")
    for step, reached in (("submit", "submitted"), ("ship", "shipped"), ("deliver", "delivered")):
        card = call(call.helpers.cards, f"{step}_card", card.id)
        assert card.shipping.status == reached

    refused = purchase(call, card, 9_00)
    assert (refused.approved, refused.request_history[-1].reason) == (False, "card_inactive")
    assert status(call, card, "active").status == "active"

    bought = purchase(call, card, 40_00, authorization_method="contactless")
    assert (bought.approved, bought.status) == (True, "pending")
    captured = call(call.helpers.authorizations, "capture", bought.id, {"capture_amount": 38_50})
    [paid] = captured.transactions
    assert (captured.status, paid.amount, paid.type) == ("closed", -38_50, "capture")
    call(call.helpers.transactions, "refund", paid.id, {"refund_amount": 8_50})
    amounts = [t.amount for t in call.page(call.issuing.transactions, card=card.id)]
    assert amounts == [8_50, -38_50]

    over = purchase(call, card, 480_00)
    assert over.request_history[-1].reason == "spending_controls"

    assert status(call, card, "inactive").status == "inactive"
    assert purchase(call, card, 1_00).request_history[-1].reason == "card_inactive"
    status(call, card, "active")

    replacement = {"replacement_for": card.id, "replacement_reason": "lost"}
    with pytest.raises(stripe.InvalidRequestError):
        new_card(call, holder, **replacement)
    gone = status(call, card, "canceled", cancellation_reason="lost")
    assert (gone.status, gone.cancellation_reason) == ("canceled", "lost")
    new = new_card(call, holder, **replacement)
    assert (new.replacement_for, new.replacement_reason) == (card.id, "lost")
    assert call(call.issuing.cards, "retrieve", card.id).replaced_by == new.id
    with pytest.raises(stripe.InvalidRequestError):
        status(call, card, "active")
    told = call.told(card.id)
    assert told[0] == "issuing_card.created"
    assert set(told[1:]) == {"issuing_card.updated"}


def test_a_damaged_card_keeps_its_number_and_dies_on_activation(stripe_python: Driver) -> None:
    call = stripe_python
    holder = new_cardholder(call, email="second@post.example")
    old = status(call, new_card(call, holder), "active")
    new = new_card(call, holder, replacement_for=old.id, replacement_reason="damaged")
    assert new.last4 == old.last4
    assert call(call.issuing.cards, "retrieve", old.id).status == "active"
    status(call, new, "active")
    assert call(call.issuing.cards, "retrieve", old.id).status == "canceled"


def test_parcels_that_fail_or_come_back(stripe_python: Driver) -> None:
    call = stripe_python
    holder = new_cardholder(call)
    for last, reached in (("return_card", "returned"), ("fail_card", "failure")):
        card = new_card(call, holder)
        for step in ("submit_card", "ship_card", last):
            card = call(call.helpers.cards, step, card.id)
        assert card.shipping.status == reached


def test_what_may_become_of_an_authorisation(stripe_python: Driver) -> None:
    call = stripe_python
    card = status(call, new_card(call, new_cardholder(call)), "active")
    helpers = call.helpers.authorizations

    grown = purchase(call, card, 10_00)
    grown = call(helpers, "increment", grown.id, {"increment_amount": 5_00})
    assert (grown.amount, len(grown.request_history)) == (15_00, 2)
    call(helpers, "capture", grown.id, {"capture_amount": 6_00, "close_authorization": False})
    grown = call(helpers, "capture", grown.id, {"capture_amount": 4_00})
    assert sorted(t.amount for t in grown.transactions) == [-6_00, -4_00]

    assert call(helpers, "reverse", purchase(call, card, 7_00).id).status == "reversed"
    part = call(helpers, "reverse", purchase(call, card, 7_00).id, {"reverse_amount": 2_00})
    assert (part.status, part.amount) == ("pending", 5_00)
    assert call(helpers, "expire", purchase(call, card, 7_00).id).status == "expired"
    pump = purchase(call, card, 90_00, is_amount_controllable=True)
    assert call(helpers, "finalize_amount", pump.id, {"final_amount": 61_20}).amount == 61_20

    doubtful = purchase(
        call, card, 12_00, risk_assessment={"fraud_risk": {"level": "highest", "score": 97.5}}
    )
    assert doubtful.request_history[-1].reason == "suspected_fraud"
    answered = call(helpers, "respond", doubtful.id, {"confirmed": True})
    assert answered.fraud_challenges[-1].status == "verified"

    free = call.helpers.transactions
    forced = call(free, "create_force_capture", {"card": card.id, "amount": 3_00})
    assert (forced.amount, forced.authorization) == (-3_00, None)
    gift = call(free, "create_unlinked_refund", {"card": card.id, "amount": 2_00})
    assert (gift.amount, gift.type) == (2_00, "refund")
    marked = call(call.issuing.transactions, "update", gift.id, {"metadata": {"case": "17"}})
    assert marked.metadata["case"] == "17"


def test_lists_filters_and_changes_of_a_cardholder(stripe_python: Driver) -> None:
    call = stripe_python
    holder = new_cardholder(call, email="only.one@post.example", phone_number="+33639980099")
    for filters in ({"email": "only.one@post.example"}, {"status": "active"}, {"type": "company"}):
        found = call.page(call.issuing.cardholders, **filters)
        assert found
        assert "email" not in filters or holder.id in [one.id for one in found]
    changed = call(
        call.issuing.cardholders,
        "update",
        holder.id,
        {"email": "new@post.example", "status": "inactive", "metadata": {"vip": "yes"}},
    )
    assert (changed.email, changed.status) == ("new@post.example", "inactive")
    card = new_virtual(call, holder)
    assert status(call, card, "active").status == "active"
    assert purchase(call, card, 1_00).request_history[-1].reason == "cardholder_inactive"
    for filters in ({"cardholder": holder.id}, {"last4": card.last4}, {"type": "virtual"}):
        assert card.id in [one.id for one in call.page(call.issuing.cards, **filters)]


def new_virtual(call: Driver, holder: Any) -> Any:
    params = {"cardholder": holder.id, "currency": "eur", "type": "virtual"}
    return call(call.issuing.cards, "create", params)


def test_a_token_is_suspended_resumed_and_deleted(stripe_python: Driver) -> None:
    call = stripe_python
    card = status(call, new_virtual(call, new_cardholder(call)), "active")
    call.control("tokens", card=card.id, wallet_provider="apple_pay", status="active")
    tokens = call.page(call.issuing.tokens, card=card.id, status="active")
    assert [token.last4.isdigit() for token in tokens] == [True]
    for target in ("suspended", "active", "deleted"):
        changed = call(call.issuing.tokens, "update", tokens[0].id, {"status": target})
        assert changed.status == target
    with pytest.raises(stripe.InvalidRequestError):
        call(call.issuing.tokens, "update", tokens[0].id, {"status": "active"})


def test_designs_are_made_judged_and_chosen(stripe_python: Driver) -> None:
    call = stripe_python
    designs = call.issuing.personalization_designs
    bundle = next(b for b in call.page(call.issuing.physical_bundles) if b.status == "active")
    made = call(designs, "create", {"physical_bundle": bundle.id, "name": "Winter card"})
    assert made.status == "review"
    judge = call.helpers.personalization_designs
    assert call(judge, "activate", made.id).status == "active"
    assert call(judge, "deactivate", made.id).status == "inactive"
    other = call(designs, "create", {"physical_bundle": bundle.id})
    reasons = {"rejection_reasons": {"card_logo": ["inappropriate"]}}
    assert call(judge, "reject", other.id, reasons).status == "rejected"
    call(designs, "update", made.id, {"name": "Winter card 2"})
    assert call(designs, "retrieve", made.id).name == "Winter card 2"
