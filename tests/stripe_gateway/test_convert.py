from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.stripe_gateway import convert

RECORDS: list[Callable[[Any], Any]] = [
    convert.cardholder,
    convert.card,
    convert.authorization,
    convert.transaction,
    convert.dispute,
    convert.token,
    convert.file,
]

FIELDS = st.sampled_from(
    "id name type status email created billing address line1 individual dob day month year "
    "requirements past_due spending_controls spending_limits amount interval cardholder card "
    "shipping address_validation normalized_address wallets apple_pay eligible verification_data "
    "three_d_secure request_history fraud_challenges network_data evidence reason fraudulent "
    "amount_details atm_fee cashback_amount "
    "balance_transactions device livemode approved merchant_data transaction token".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("fraudulent"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=6),
    max_leaves=30,
)


@pytest.mark.parametrize("record", RECORDS)
@given(body=st.dictionaries(FIELDS, JSON), id=st.text(min_size=1))
def test_whatever_stripe_sends_becomes_a_record(
    record: Callable[[Any], Any], body: dict[str, Any], id: str
) -> None:
    found = convert.one({**body, "id": id}, record)
    assert found.id
    for text in _texts(found):
        text.encode()  # storable
    for number in _numbers(found):
        assert -(2**63) <= number < 2**63


@pytest.mark.parametrize("body", [None, [], "x", 1, {}, {"id": None}, {"id": ""}, {"id": 5}])
def test_only_an_object_with_an_id_can_be_used(body: object) -> None:
    with pytest.raises(convert.NotAnObject):
        convert.one(body, convert.card)


@pytest.mark.parametrize("body", [None, [], {"data": None}, {"data": {}}, {"object": "list"}])
def test_only_a_list_is_a_page(body: object) -> None:
    with pytest.raises(convert.NotAnObject):
        convert.page(body, convert.card)


def test_a_page_without_a_cursor_is_the_last() -> None:
    page = convert.page({"data": [{"no": "id"}], "has_more": True}, convert.card)
    assert (page.records, page.has_more, page.last_id) == ((), False, "")


def test_a_cardholder_in_full() -> None:
    found = convert.cardholder(
        {
            "id": "ich_1",
            "name": "Zoë Brandt",
            "individual": {
                "first_name": "Zoë",
                "last_name": "Brandt",
                "dob": {"day": 29, "month": 2, "year": 2000},
            },
            "billing": {"address": {"line1": "Weg 1", "country": "DE"}},
            "requirements": {"disabled_reason": "requirements.past_due", "past_due": ["a", 1]},
            "spending_controls": {
                "spending_limits": [
                    {"amount": 5000, "interval": "daily", "categories": ["bakeries"]},
                    {"interval": "monthly"},
                ],
                "blocked_categories": None,
            },
            "livemode": True,
        }
    )
    assert found.dob == date(2000, 2, 29)
    assert (found.billing.line1, found.billing.country) == ("Weg 1", "DE")
    assert (found.disabled_reason, found.past_due) == ("requirements.past_due", ("a",))
    assert [limit.amount for limit in found.spending_controls.limits] == [5000]
    assert found.livemode


@pytest.mark.parametrize("unix", [10**18, -1, 32_503_680_000, "1700000000", True, 1.5, None])
def test_an_instant_that_no_calendar_has_is_none(unix: object) -> None:
    body = {"id": "ic_1", "created": unix, "shipping": {"eta": unix, "shipped_at": 1_700_000_000}}
    card = convert.card(body)
    assert card.created is None
    assert card.shipping is not None
    assert (card.shipping.eta, card.shipping.shipped_at) == (None, 1_700_000_000)


def test_evidence_of_no_day_is_not_sent() -> None:
    given = {"expected_at": 10**18, "explanation": "It never came."}
    body = {"id": "idp_1", "evidence": {"reason": "not_received", "not_received": given}}
    assert convert.dispute(body).evidence == {
        "expected_at": None,
        "explanation": "It never came.",
    }


def test_an_impossible_birthday_is_none() -> None:
    body = {"id": "ich_1", "individual": {"dob": {"day": 30, "month": 2, "year": 2000}}}
    assert convert.cardholder(body).dob is None


def test_other_objects_are_known_by_id_whole_or_not() -> None:
    whole = {"id": "ic_1", "cardholder": {"id": "ich_1"}}
    by_card = convert.authorization({"id": "iauth_1", "card": whole, "cardholder": None})
    assert (by_card.card_id, by_card.cardholder_id) == ("ic_1", "ich_1")
    by_id = convert.transaction({"id": "ipi_1", "card": "ic_1", "cardholder": "ich_2"})
    assert (by_id.card_id, by_id.cardholder_id) == ("ic_1", "ich_2")


def test_cash_is_a_part_of_the_amount() -> None:
    body = {"id": "x", "amount_details": {"atm_fee": 250, "cashback_amount": None}}
    for record in (convert.authorization, convert.transaction):
        found = record(body)
        assert (found.atm_fee, found.cashback) == (250, 0)
        assert record({"id": "x", "amount_details": None}).atm_fee == 0


def test_evidence_is_that_of_the_reason() -> None:
    found = convert.dispute(
        {
            "id": "idp_1",
            "evidence": {
                "reason": "canceled",
                "canceled": {
                    "canceled_at": 1700000000,
                    "cancellation_policy_provided": False,
                    "additional_documentation": {"id": "file_1"},
                    "explanation": "No.",
                    "returned_at": None,
                },
                "fraudulent": {"explanation": "old"},
            },
        }
    )
    assert found.reason == "canceled"
    assert found.evidence == {
        "canceled_at": 1700000000,
        "cancellation_policy_provided": False,
        "additional_documentation": "file_1",
        "explanation": "No.",
        "returned_at": None,
    }
    assert found.balance is None
    assert convert.dispute({"id": "idp_1", "balance_transactions": []}).balance == ()


def _values(record: Any) -> list[Any]:
    if dataclasses.is_dataclass(record):
        return [
            inner
            for field in dataclasses.fields(record)
            for inner in _values(getattr(record, field.name))
        ]
    if isinstance(record, dict):
        return [inner for value in record.values() for inner in _values(value)]
    if isinstance(record, tuple):
        return [inner for value in record for inner in _values(value)]
    return [record]


def _texts(record: Any) -> list[str]:
    return [value for value in _values(record) if isinstance(value, str)]


def _numbers(record: Any) -> list[int]:
    return [value for value in _values(record) if isinstance(value, int)]
