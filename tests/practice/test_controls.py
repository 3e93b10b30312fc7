"""Spending controls of cards and cardholders, enforced on test purchases."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.practice.rules.controls import interval_start
from tests.support.practice_api import HELPERS, Api, Json

REFUSED, FINE = "spending_controls", "card_active"


@pytest.mark.parametrize(
    ("controls", "purchase", "expected"),
    [
        ({"allowed_categories": ["bakeries"]}, {"category": "bakeries"}, FINE),
        ({"allowed_categories": ["bakeries"]}, {"category": "florists"}, REFUSED),
        ({"blocked_categories": ["florists"]}, {"category": "florists"}, REFUSED),
        ({"blocked_categories": ["florists"]}, {"category": "bakeries"}, FINE),
        ({"allowed_merchant_countries": ["DE"]}, {"country": "de"}, FINE),
        ({"allowed_merchant_countries": ["DE"]}, {"country": "FR"}, REFUSED),
        ({"blocked_merchant_countries": ["FR"]}, {"country": "FR"}, REFUSED),
    ],
)
@pytest.mark.parametrize("owner", ["card", "cardholder"])
def test_merchants(api: Api, owner: str, controls: Json, purchase: Json, expected: str) -> None:
    holder = api.cardholder(**({"spending_controls": controls} if owner == "cardholder" else {}))
    card = api.card(holder["id"], **({"spending_controls": controls} if owner == "card" else {}))
    assert api.reason(card["id"], merchant_data=purchase) == expected


@pytest.mark.parametrize(
    ("method", "expected"), [("contactless", FINE), ("chip", FINE), ("online", REFUSED)]
)
def test_card_presence(api: Api, method: str, expected: str) -> None:
    card = api.card(spending_controls={"allowed_card_presences": ["present"]})["id"]
    assert api.reason(card, authorization_method=method) == expected


def limited(interval: str, amount: int, *categories: str) -> Json:
    limit: Json = {"amount": amount, "interval": interval}
    if categories:
        limit["categories"] = list(categories)
    return {"spending_limits": [limit]}


def test_per_authorization(api: Api) -> None:
    card = api.card(spending_controls=limited("per_authorization", 1_000))["id"]
    assert [api.reason(card, amount) for amount in (1_000, 1_001, 1_000)] == [FINE, REFUSED, FINE]


@pytest.mark.parametrize("interval", ["daily", "weekly", "monthly", "yearly", "all_time"])
def test_amounts_add_up_over_an_interval(api: Api, interval: str) -> None:
    card = api.card(spending_controls=limited(interval, 1_000))["id"]
    assert api.reason(card, 600) == FINE
    assert api.reason(card, 401) == REFUSED
    assert api.reason(card, 400) == FINE


def test_a_new_day_starts_anew(api: Api) -> None:
    card = api.card(spending_controls=limited("daily", 1_000))["id"]
    assert api.reason(card, 1_000) == FINE
    assert api.reason(card, 1) == REFUSED
    api.advance(86_400)
    assert api.reason(card, 1_000) == FINE


def test_captures_reversals_and_refunds_move_what_is_spent(api: Api) -> None:
    card = api.card(spending_controls=limited("monthly", 1_000))["id"]
    authorization = api.buy(card, 800)["id"]
    assert api.reason(card, 201) == REFUSED
    api.post(f"{HELPERS}/authorizations/{authorization}/reverse", reverse_amount=300)
    assert api.reason(card, 501) == REFUSED
    transaction = api.capture(authorization)
    assert api.reason(card, 501) == REFUSED
    api.post(f"{HELPERS}/transactions/{transaction['id']}/refund", refund_amount=200)
    assert api.reason(card, 701) == REFUSED
    assert api.reason(card, 700) == FINE


def test_a_part_capture_counts_once(api: Api) -> None:
    card = api.card(spending_controls=limited("monthly", 1_000))["id"]
    authorization = api.buy(card, 800)["id"]
    api.capture(authorization, capture_amount=300, close_authorization=False)
    assert api.reason(card, 201) == REFUSED
    assert api.reason(card, 200) == FINE


def test_limits_of_categories(api: Api) -> None:
    card = api.card(spending_controls=limited("daily", 500, "bakeries"))["id"]
    assert api.reason(card, 900, merchant_data={"category": "florists"}) == FINE
    assert api.reason(card, 500, merchant_data={"category": "bakeries"}) == FINE
    assert api.reason(card, 1, merchant_data={"category": "bakeries"}) == REFUSED
    assert api.reason(card, 1, merchant_data={"category": "florists"}) == FINE


def test_limits_count_over_the_chain_of_replaced_cards(api: Api) -> None:
    controls = limited("all_time", 1_000)
    old = api.card(spending_controls=controls)
    assert api.reason(old["id"], 700) == FINE
    api.post(f"/v1/issuing/cards/{old['id']}", status="canceled", cancellation_reason="lost")
    new = api.card(
        old["cardholder"]["id"],
        spending_controls=controls,
        replacement_for=old["id"],
        replacement_reason="lost",
    )["id"]
    assert api.reason(new, 301) == REFUSED
    assert api.reason(new, 300) == FINE


def test_a_cardholders_limit_counts_over_all_cards(api: Api) -> None:
    controls = limited("monthly", 1_000) | {"spending_limits_currency": "eur"}
    holder = api.cardholder(spending_controls=controls)["id"]
    first, second = api.card(holder)["id"], api.card(holder)["id"]
    assert api.reason(first, 900) == FINE
    assert api.reason(second, 101) == REFUSED
    assert api.reason(second, 100) == FINE


def test_controls_are_unset_by_an_empty_value_and_exclude_each_other(api: Api) -> None:
    card = api.card(spending_controls={"blocked_categories": ["florists"]})["id"]
    path = f"/v1/issuing/cards/{card}"
    both = {"allowed_categories": ["bakeries"], "blocked_categories": ["florists"]}
    assert api.refused(path, spending_controls=both)["code"] == "parameters_exclusive"
    freed = api.post(path, spending_controls={"blocked_categories": ""})
    assert freed["spending_controls"]["blocked_categories"] is None
    assert api.reason(card, merchant_data={"category": "florists"}) == FINE
    error = api.refused(path, spending_controls={"blocked_categories": ["nonsense"]})
    assert error["param"] == "spending_controls[blocked_categories][0]"


@given(st.integers(0, 4_000_000_000), st.sampled_from(["daily", "weekly", "monthly", "yearly"]))
def test_an_interval_starts_at_midnight_and_not_in_the_future(now: int, interval: str) -> None:
    start = interval_start(interval, now)
    longest = {"daily": 1, "weekly": 7, "monthly": 31, "yearly": 366}[interval]
    assert 0 <= now - start < longest * 86_400
    day = datetime.datetime.fromtimestamp(start, datetime.UTC)
    assert (day.hour, day.minute, day.second) == (0, 0, 0)
    assert interval_start(interval, start) == start
