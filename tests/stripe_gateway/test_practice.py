"""The gateway against the practice Stripe: its requests are understood, its answers too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from supportdesk.errors import UserFacing
from supportdesk.practice.process import Ready
from supportdesk.stripe_gateway import permissions
from supportdesk.stripe_gateway.client import Gateway, Span
from tests.conftest import StartPractice
from tests.support import asking
from tests.support.practice_api import ADDRESS, Api

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(scope="module")
def api(api: Api) -> Api:
    """With money on the programme's balance."""
    api.post("/_practice/balance", currency="eur", amount=10_000_000)
    return api


def ask(recorded: Ready, question: Callable[[Gateway], Awaitable[Any]], key: str = "") -> Any:
    gateway = Gateway(key or recorded.key, base_url=recorded.url, first_pause=0.01)
    return asking.ask(gateway, question)


def test_cardholders_are_found_by_what_stripe_can_filter(api: Api, recorded: Ready) -> None:
    holder = api.cardholder(
        email="zoe@brandt.example",
        individual={
            "first_name": "Zoë",
            "last_name": "Brandt",
            "dob": {"day": 3, "month": 4, "year": 1991},
        },
        name="Zoe Brandt",
    )
    by_mail = ask(recorded, lambda g: g.cardholders(email="zoe@brandt.example"))
    (found,) = by_mail.records
    assert (found.id, found.name, found.first_name) == (holder["id"], "Zoe Brandt", "Zoë")
    assert found.dob.isoformat() == "1991-04-03"
    assert found.billing.city == "Berlin"
    assert ask(recorded, lambda g: g.cardholder(holder["id"])) == found
    assert ask(recorded, lambda g: g.cardholders(email="nobody@brandt.example")).records == ()


def test_a_list_is_read_page_by_page_and_within_a_span(api: Api, recorded: Ready) -> None:
    holder = api.cardholder()["id"]
    made = [api.card(holder)["id"] for _ in range(5)]

    async def pages(gateway: Gateway) -> list[list[str]]:
        found: list[list[str]] = []
        after, more = "", True
        while more:
            page = await gateway.cards(cardholder=holder, limit=2, starting_after=after)
            found.append([card.id for card in page.records])
            after, more = page.last_id, page.has_more
        return found

    newest_first = made[::-1]
    assert ask(recorded, pages) == [newest_first[:2], newest_first[2:4], newest_first[4:]]
    created = ask(recorded, lambda g: g.card(made[0])).created
    later = Span(since=created + 3600)
    assert ask(recorded, lambda g: g.cards(cardholder=holder, created=later)).records == ()
    before = Span(since=created - 3600, before=created + 3600)
    assert len(ask(recorded, lambda g: g.cards(cardholder=holder, created=before)).records) == 5


def test_the_life_of_a_card(api: Api, recorded: Ready) -> None:
    card = api.physical()["id"]
    active = ask(recorded, lambda g: g.update_card(card, {"status": "active"}, key=f"a-{card}"))
    assert active.record.status == "active"
    assert active.request_id.startswith("req_")
    again = ask(recorded, lambda g: g.update_card(card, {"status": "active"}, key=f"a-{card}"))
    assert again.record == active.record
    other = ask(recorded, lambda g: g.update_card(card, {"status": "inactive"}, key=f"a-{card}"))
    assert isinstance(other, UserFacing)
    assert other.code == "idempotency_error"
    gone = {"status": "canceled", "cancellation_reason": "stolen"}
    assert ask(recorded, lambda g: g.update_card(card, gone, key=f"b-{card}")).record.status
    back = ask(recorded, lambda g: g.update_card(card, {"status": "active"}, key=f"c-{card}"))
    assert isinstance(back, UserFacing)
    assert (back.field, back.title) == ("status", "Stripe did not accept this.")
    assert card in back.detail
    new = {
        "cardholder": ask(recorded, lambda g: g.card(card)).cardholder_id,
        "currency": "eur",
        "type": "physical",
        "replacement_for": card,
        "replacement_reason": "stolen",
        "shipping": {"name": "Jenny Rosen", "address": ADDRESS, "service": "express"},
    }
    made = ask(recorded, lambda g: g.create_card(new, key=f"d-{card}")).record
    assert (made.replacement_for, made.status) == (card, "inactive")
    assert made.shipping.address.postal_code == "10115"
    assert ask(recorded, lambda g: g.card(card)).replaced_by == made.id


def test_a_purchase_in_full(api: Api, recorded: Ready) -> None:
    card = api.card()
    spent = api.purchase(
        card["id"],
        2599,
        merchant_data={"name": "Bäckerei Sonne", "city": "Köln", "category": "bakeries"},
    )
    paid = ask(recorded, lambda g: g.authorizations(card=card["id"])).records[0]
    assert (paid.amount, paid.approved, paid.merchant.name) == (2599, True, "Bäckerei Sonne")
    assert paid.cardholder_id == card["cardholder"]["id"]
    assert paid.latest_decision.reason
    (moved,) = ask(recorded, lambda g: g.transactions(card=card["id"], type="capture")).records
    assert (moved.id, moved.amount, moved.authorization_id) == (spent["id"], -2599, paid.id)
    assert moved.processing_date
    assert ask(recorded, lambda g: g.transaction(moved.id)) == moved
    assert ask(recorded, lambda g: g.authorization(paid.id)).id == paid.id


def test_a_dispute_with_a_file_to_its_end(api: Api, recorded: Ready) -> None:
    bought = api.purchase(amount=5000)["id"]
    file = ask(
        recorded, lambda g: g.upload_evidence(PDF, "application/pdf", key=f"f-{bought}")
    ).record
    assert (file.purpose, file.size) == ("dispute_evidence", len(PDF))
    assert ask(recorded, lambda g: g.file(file.id)).id == file.id
    evidence = {
        "reason": "fraudulent",
        "fraudulent": {"explanation": "winning_evidence", "additional_documentation": file.id},
    }
    sent = {"transaction": bought, "amount": 4000, "evidence": evidence}
    made = ask(recorded, lambda g: g.create_dispute(sent, key=f"d-{bought}")).record
    assert (made.status, made.amount, made.reason) == ("unsubmitted", 4000, "fraudulent")
    assert made.evidence["additional_documentation"] == file.id
    less = ask(recorded, lambda g: g.update_dispute(made.id, {"amount": 3000}, key=f"u-{bought}"))
    assert less.record.amount == 3000
    done = ask(recorded, lambda g: g.submit_dispute(made.id, key=f"s-{bought}")).record
    assert done.status == "submitted"
    assert ask(recorded, lambda g: g.dispute(made.id)).balance is not None
    (listed,) = ask(recorded, lambda g: g.disputes(transaction=bought)).records
    assert listed.id == made.id
    assert listed.balance == ask(recorded, lambda g: g.dispute(made.id)).balance


def test_a_wallet_is_suspended(api: Api, recorded: Ready) -> None:
    card = api.card()["id"]
    token = api.post("/_practice/tokens", card=card)["id"]
    (found,) = ask(recorded, lambda g: g.tokens(card)).records
    assert (found.id, found.status, found.wallet_provider) == (token, "active", "apple_pay")
    off = ask(recorded, lambda g: g.update_token(token, {"status": "suspended"}, key=f"t-{token}"))
    assert off.record.status == "suspended"


def test_contact_data_is_corrected(api: Api, recorded: Ready) -> None:
    holder = api.cardholder(email="old@brandt.example")["id"]
    changed = {"email": "new@brandt.example"}
    answer = ask(recorded, lambda g: g.update_cardholder(holder, changed, key=f"h-{holder}"))
    assert answer.record.email == "new@brandt.example"


def test_a_secret_key_may_do_everything_and_knows_its_account(api: Api, recorded: Ready) -> None:
    found = ask(recorded, permissions.check)
    assert all(permission.present for permission in found)
    # The practice Stripe has no accounts endpoint; a Stripe that does tells the id.
    assert ask(recorded, permissions.account_id) in ("", api.ready.account)


def test_a_restricted_key_is_known_by_what_it_may_read(api: Api, recorded: Ready) -> None:
    allowed = ["issuing_card_write", "issuing_cardholder_read", "issuing_token_read"]
    key = api.post("/_practice/keys", permissions=allowed)["key"]
    found = {p.name: p.present for p in ask(recorded, permissions.check, key)}
    assert found == {
        "issuing_cardholder_read": True,
        "issuing_card_read": True,
        "issuing_authorization_read": False,
        "issuing_transaction_read": False,
        "issuing_dispute_read": False,
        "issuing_token_read": True,
        "event_read": False,
        "issuing_card_write": None,  # reading cannot tell
        "issuing_cardholder_write": None,
        "issuing_dispute_write": False,
        "issuing_token_write": None,
        "file_write": None,
    }
    refused = ask(recorded, lambda g: g.transactions(), key)
    assert refused.code == "permission_missing"
    assert "issuing_transaction_read" in refused.detail


def test_a_revoked_key_and_one_that_never_was(api: Api, recorded: Ready) -> None:
    key = api.post("/_practice/keys", permissions=["issuing_card_read"])["key"]
    api.post("/_practice/keys/revoke", key=key)
    assert ask(recorded, permissions.check, key).code == "key_expired"
    made_up = "sk_test_51" + "a" * 30
    assert ask(recorded, lambda g: g.cards(), made_up).code == "key_refused"


def test_what_does_not_exist_is_said_to_be_missing(api: Api, recorded: Ready) -> None:
    missing = ask(recorded, lambda g: g.card("ic_doesnotexist"))
    assert missing.code == "resource_missing"
    assert missing.request_id.startswith("req_")


def test_a_limited_stripe_answers_all_in_the_end(start_practice: StartPractice) -> None:
    limited = start_practice("--cardholders", "0", "--rate-limit", "sandbox")

    async def many(gateway: Gateway) -> list[Any]:
        return await asyncio.gather(*(gateway.cards(limit=1) for _ in range(45)))

    assert len(ask(limited, many)) == 45
