"""Stripe's own Python client through the life of a card, a dispute and a file."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import stripe
from stripe.params.issuing import CardholderCreateParamsBillingAddress as Address

from supportdesk.practice.process import Ready

ADDRESS: Address = {
    "city": "Berlin",
    "country": "DE",
    "line1": "Ackerstr. 12",
    "postal_code": "10115",
}


@pytest.fixture(scope="module")
def client(practice: Ready) -> Iterator[stripe.StripeClient]:
    transport = stripe.RequestsClient()
    yield stripe.StripeClient(
        practice.key,
        base_addresses={"api": practice.url, "files": practice.url},
        http_client=transport,
    )
    transport.close()  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def card(client: stripe.StripeClient) -> stripe.issuing.Card:
    holder = client.v1.issuing.cardholders.create(
        {
            "billing": {"address": ADDRESS},
            "individual": {"first_name": "Jenny", "last_name": "Rosen"},
            "name": "Jenny Rosen",
            "phone_number": "+4930901820",
            "type": "individual",
        }
    )
    return client.v1.issuing.cards.create(
        {
            "cardholder": holder.id,
            "currency": "eur",
            "shipping": {"address": {**ADDRESS}, "name": "Jenny Rosen"},
            "status": "active",
            "type": "physical",
        }
    )


def test_a_card_is_shipped_stolen_and_replaced(
    client: stripe.StripeClient, card: stripe.issuing.Card
) -> None:
    helpers = client.v1.test_helpers.issuing.cards
    helpers.submit_card(card.id)
    helpers.ship_card(card.id)
    delivered = helpers.deliver_card(card.id)
    assert delivered.shipping
    assert delivered.shipping.status == "delivered"
    cards = client.v1.issuing.cards
    cards.update(card.id, {"status": "canceled", "cancellation_reason": "stolen"})
    new = cards.create(
        {
            "cardholder": card.cardholder.id,
            "currency": "eur",
            "replacement_for": card.id,
            "replacement_reason": "stolen",
            "type": "virtual",
        }
    )
    old = cards.retrieve(card.id, {"expand": ["replaced_by"]})
    assert isinstance(old.replaced_by, stripe.issuing.Card)
    assert old.replaced_by.id == new.id
    with pytest.raises(stripe.InvalidRequestError) as caught:
        cards.update(card.id, {"status": "active"})
    assert caught.value.param == "status"
    assert caught.value.request_id


def test_a_dispute_with_a_file_is_won(client: stripe.StripeClient) -> None:
    active = client.v1.issuing.cards.list({"status": "active", "limit": 1}).data[0]
    helpers = client.v1.test_helpers.issuing
    transaction = helpers.transactions.create_force_capture({"card": active.id, "amount": 4_200})
    paper = io.BytesIO(b"%PDF-1.7\nstatement")
    paper.name = "evidence.pdf"
    file = client.v1.files.create({"file": paper, "purpose": "dispute_evidence"})
    dispute = client.v1.issuing.disputes.create(
        {
            "transaction": transaction.id,
            "evidence": {
                "reason": "not_received",
                "not_received": {
                    "additional_documentation": file.id,
                    "expected_at": 1_790_000_000,
                    "explanation": "winning_evidence",
                    "product_description": "Tea",
                    "product_type": "merchandise",
                },
            },
        }
    )
    submitted = client.v1.issuing.disputes.submit(dispute.id)
    assert submitted.status == "submitted"
    client.raw_request("post", "/_practice/clock", advance=10)
    found = client.v1.issuing.disputes.retrieve(dispute.id, {"expand": ["balance_transactions"]})
    assert found.status == "won"
    assert found.balance_transactions
    assert sum(entry.amount for entry in found.balance_transactions) == 4_200


def test_auto_paging_reads_every_cardholder_once(client: stripe.StripeClient) -> None:
    page = client.v1.issuing.cardholders.list({"limit": 7})
    ids = [holder.id for holder in page.auto_paging_iter()]
    assert len(ids) == len(set(ids)) >= 60


def test_errors_become_the_clients_classes(client: stripe.StripeClient, practice: Ready) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.issuing.cards.retrieve("ic_none")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    made = client.raw_request("post", "/_practice/keys", permissions=["issuing_card_read"])
    transport = stripe.RequestsClient()
    narrow = stripe.StripeClient(
        str(made.data["key"] if isinstance(made.data, dict) else ""),
        base_addresses={"api": practice.url},
        http_client=transport,
    )
    with pytest.raises((stripe.PermissionError, stripe.AuthenticationError)):
        narrow.v1.issuing.disputes.list()
    transport.close()  # type: ignore[no-untyped-call]
