"""The checker itself: it finds what is wrong and lets pass what is right."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from supportdesk.practice import seed
from tests.contract.spec import Pairs, check_answer, check_request, nested

Doc = dict[str, Any]
TODAY = datetime.date(2026, 11, 23)
CARDS = "/v1/issuing/cards"


@pytest.fixture(scope="module")
def card() -> Doc:
    """A shipped card as an answer shows it."""
    book = list(seed.objects(seed=1, today=TODAY, cardholders=1))
    [holder] = [doc for kind, doc in book if kind == "cardholder"]
    plastic = next(doc for kind, doc in book if kind == "card" and doc["shipping"])
    return plastic | {"cardholder": holder}


def changed(doc: Doc, place: str, value: Any) -> Doc:
    out: Doc = json.loads(json.dumps(doc))
    *steps, last = place.split(".")
    at = out
    for step in steps:
        at = at[step]
    if value is KeyError:
        del at[last]
    else:
        at[last] = value
    return out


def test_a_right_answer_passes(card: Doc) -> None:
    assert check_answer("GET", f"{CARDS}/ic_1", 200, card) == []
    page = {"object": "list", "data": [card], "has_more": False, "url": CARDS}
    assert check_answer("GET", CARDS, 200, page) == []


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("status", "frozen", "status: 'frozen' is not one of"),
        ("last4", KeyError, "'last4' is a required property"),
        ("exp_month", "12", "exp_month: '12' is not of type 'integer'"),
        ("nickname", "Blue", "'nickname' was unexpected"),
        ("cardholder", "ich_1", "cardholder: 'ich_1' is not of type 'object'"),
        ("cardholder.billing.address.planet", "Earth", "'planet' was unexpected"),
        ("shipping.carrier", "pigeon", "shipping.carrier"),
        ("personalization_design", 7, "personalization_design"),
        ("currency", "EURO", "currency: 'EURO' does not match"),
        ("cancellation_reason", "eaten", "cancellation_reason: 'eaten'"),
    ],
)
def test_a_wrong_answer_is_told_with_its_place(
    card: Doc, place: str, value: Any, told: str
) -> None:
    errors = check_answer("GET", f"{CARDS}/ic_1", 200, changed(card, place, value))
    assert len(errors) == 1
    assert told in errors[0]


def test_what_is_newer_than_the_description_passes_and_no_more(card: Doc) -> None:
    for place, value in {
        "shipping.carrier": "correos",
        "shipping.business_name": "Acme",
        "shipping.delivered_at": 1,
    }.items():
        assert check_answer("GET", f"{CARDS}/ic_1", 200, changed(card, place, value)) == []
    assert check_answer("GET", f"{CARDS}/ic_1", 200, changed(card, "shipping.lost_at", 1))


def test_refusals_have_their_own_shape() -> None:
    right = {"error": {"type": "invalid_request_error", "message": "No such card."}}
    assert check_answer("GET", f"{CARDS}/ic_1", 404, right) == []
    assert check_answer("GET", f"{CARDS}/ic_1", 404, {"error": {"type": "oops"}})
    assert check_answer("GET", f"{CARDS}/ic_1", 404, {"detail": "Not found"})


def test_an_event_is_checked_with_what_it_shows(card: Doc) -> None:
    told = {
        "id": "evt_1", "object": "event", "api_version": "2026-10-28.endive", "created": 1,
        "data": {"object": card}, "livemode": False, "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None}, "type": "issuing_card.created",
    }  # fmt: skip
    assert check_answer("GET", "/v1/events/evt_1", 200, told) == []
    [error] = check_answer(
        "GET", "/v1/events/evt_1", 200, changed(told, "data.object.status", "frozen")
    )
    assert error.startswith("issuing_card.created: status")


def test_unknown_calls_are_told() -> None:
    assert check_request("GET", "/v1/issuing/passports", [])
    assert check_request("DELETE", f"{CARDS}/ic_1", [])
    assert check_request("GET", "/v1/files/file_1/contents", []) == []


@pytest.mark.parametrize(
    ("method", "path", "pairs"),
    [
        ("GET", CARDS, [("limit", "100"), ("created[gte]", "1"), ("expand[]", "data.replaced_by")]),
        ("GET", CARDS, [("created", "17"), ("status", "active")]),
        ("POST", CARDS, [("currency", "eur"), ("type", "virtual"), ("metadata[a]", "b")]),
        ("POST", f"{CARDS}/ic_1", [("status", "canceled"), ("cancellation_reason", "lost")]),
        ("POST", f"{CARDS}/ic_1", [("metadata", ""), ("status", "inactive")]),
        ("POST", f"{CARDS}/ic_1", [("financial_account", "fa_1")]),
        ("POST", "/v1/issuing/disputes/idp_1", [("evidence[fraudulent]", "")]),
        (
            "POST",
            CARDS,
            [
                ("currency", "eur"),
                ("type", "physical"),
                ("spending_controls[spending_limits][0][amount]", "5000"),
                ("spending_controls[spending_limits][0][interval]", "daily"),
                ("spending_controls[spending_limits][0][categories][0]", "bakeries"),
            ],
        ),
    ],
)
def test_right_parameters_pass(method: str, path: str, pairs: Pairs) -> None:
    assert check_request(method, path, pairs) == []


@pytest.mark.parametrize(
    ("method", "path", "pairs", "told"),
    [
        ("GET", CARDS, [("name", "Lena")], "'name' was unexpected"),
        ("GET", CARDS, [("status", "frozen")], "'frozen' is not one of"),
        ("GET", "/v1/issuing/tokens", [], "'card' is a required property"),
        ("POST", CARDS, [("currency", "eur")], "'type' is a required property"),
        ("POST", f"{CARDS}/ic_1", [("cancellation_reason", "eaten")], "'eaten' is not one of"),
        ("POST", f"{CARDS}/ic_1", [("shipping[city]", "Bonn")], "shipping"),
        ("POST", "/v1/issuing/disputes/idp_1", [("amount", "1.50")], "amount: '1.50'"),
        ("POST", "/v1/issuing/disputes/idp_1", [("amount", "1"), ("amount", "2")], "twice"),
    ],
)
def test_wrong_parameters_are_told(method: str, path: str, pairs: Pairs, told: str) -> None:
    errors = check_request(method, path, pairs)
    assert any(told in error for error in errors)


def test_form_keys_nest() -> None:
    pairs = [("a[b][c]", "1"), ("a[b][d]", "2"), ("e[]", "3"), ("e[]", "4"), ("f", "")]
    assert nested(pairs) == {
        "a": {"b": {"c": "1", "d": "2"}},
        "e": {"0": "3", "1": "4"},
        "f": "",
    }
