"""Buttons promise what Stripe will do, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain import cards
from supportdesk.domain.cards import ReplaceReason
from supportdesk.domain.records import Card, Cardholder, Shipping


def card(status: str = "active", **more: object) -> Card:
    return Card(id="ic_1", status=status, **more)  # type: ignore[arg-type]


def test_freezing_follows_the_status() -> None:
    assert cards.may_freeze(card()).allowed
    assert not cards.may_freeze(card("inactive")).allowed
    assert "for good" in cards.may_freeze(card("canceled")).why


def test_activation_waits_for_what_stripe_needs() -> None:
    fine, wanting = Cardholder(id="ich_1"), Cardholder(id="ich_2", past_due=("individual.dob.day",))
    assert cards.may_activate(card("inactive"), fine).allowed
    assert cards.may_activate(card("inactive"), None).allowed
    assert not cards.may_activate(card("inactive"), wanting).allowed
    assert not cards.may_activate(card("active"), fine).allowed
    assert not cards.may_activate(card("canceled"), fine).allowed


@pytest.mark.parametrize("status", ["active", "inactive", "canceled"])
def test_cancelling_is_final(status: str) -> None:
    assert cards.may_cancel(card(status)).allowed == (status != "canceled")


def test_lost_and_stolen_are_cancelled_first_and_keep_their_reason() -> None:
    assert cards.may_replace(card(), "stolen").allowed
    assert cards.must_cancel_first(card(), "stolen")
    dead = card("canceled", cancellation_reason="lost")
    assert cards.may_replace(dead, "lost").allowed
    assert not cards.must_cancel_first(dead, "lost")
    assert not cards.may_replace(dead, "stolen").allowed
    assert not cards.may_replace(dead, "damaged").allowed


@pytest.mark.parametrize("reason", get_args(ReplaceReason))
def test_a_card_is_replaced_once(reason: ReplaceReason) -> None:
    assert not cards.may_replace(card(replaced_by="ic_2"), reason).allowed


@pytest.mark.parametrize("reason", ["damaged", "expired"])
def test_same_number_needs_a_living_card(reason: ReplaceReason) -> None:
    assert cards.may_replace(card("inactive"), reason).allowed
    assert not cards.must_cancel_first(card(), reason)


def test_the_address_changes_only_while_pending() -> None:
    assert cards.may_change_shipping(card(shipping=Shipping(status="pending"))).allowed
    for status in ("submitted", "shipped", "delivered", "returned", "failure", "canceled"):
        assert not cards.may_change_shipping(card(shipping=Shipping(status=status))).allowed
    assert not cards.may_change_shipping(card()).allowed


@pytest.mark.parametrize(
    ("month", "year", "last"),
    [
        (12, 2026, date(2026, 12, 31)),
        (2, 2028, date(2028, 2, 29)),
        (1, 2027, date(2027, 1, 31)),
        (13, 2027, None),
        (0, 2027, None),
        (12, 9999, None),
    ],
)
def test_a_card_works_to_the_end_of_its_month(month: int, year: int, last: date | None) -> None:
    assert cards.expires_on(card(exp_month=month, exp_year=year)) == last


def test_expiring_soon_is_within_sixty_days_and_not_for_dead_cards() -> None:
    last = date(2026, 12, 31)
    for days, soon in ((60, True), (61, False), (0, True), (-5, True)):
        today = date.fromordinal(last.toordinal() - days)
        assert cards.expires_soon(card(exp_month=12, exp_year=2026), today) == soon
    assert not cards.expires_soon(card("canceled", exp_month=12, exp_year=2026), last)
    assert not cards.expires_soon(card(), last)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 5)), max_size=12))
def test_every_card_is_in_exactly_one_chain(links: list[tuple[int, int, int]]) -> None:
    known = {
        f"ic_{a}": Card(id=f"ic_{a}", replacement_for=f"ic_{b}" if b else "", created=at)
        for a, b, at in links
    }
    told = [c.id for chain in cards.chains(known.values()) for c in chain.cards]
    assert sorted(told) == sorted(known)


def test_a_chain_reads_from_the_oldest_on() -> None:
    first = Card(id="ic_1", created=1)
    second = Card(id="ic_2", created=2, replacement_for="ic_1")
    third = Card(id="ic_3", created=3, replacement_for="ic_2")
    other = Card(id="ic_9", created=9)
    found = cards.chains([first, other, third, second])
    assert [[c.id for c in chain.cards] for chain in found] == [
        ["ic_9"],
        ["ic_1", "ic_2", "ic_3"],
    ]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-400, 400))
def test_the_list_of_expiring_cards_takes_whole_months(today: date, days: int) -> None:
    end = date.fromordinal(today.toordinal() + days)
    soon = card(exp_month=end.month, exp_year=end.year)
    listed = cards.ending_month(soon) <= cards.ended_by(today)
    assert listed == cards.expires_soon(soon, today)


def test_who_needs_no_one_is_not_in_the_list_of_expiring_cards() -> None:
    assert cards.ending_month(card(exp_month=3, exp_year=2027)) == 2027 * 12 + 3
    assert cards.ending_month(card("canceled", exp_month=3, exp_year=2027)) == 0
    assert cards.ending_month(card(exp_month=3, exp_year=2027, replaced_by="ic_2")) == 0
    assert cards.ending_month(card()) == 0


def test_a_chain_is_found_from_each_of_its_cards() -> None:
    first = Card(id="ic_1", created=1, replaced_by="ic_3")
    lost = Card(id="ic_2", created=2, replacement_for="ic_1")  # replaced before it was activated
    third = Card(id="ic_3", created=3, replacement_for="ic_1")
    other = Card(id="ic_9", created=9)
    everyone = [other, third, lost, first]
    for one in (first, lost, third):
        assert [c.id for c in cards.chain_of(one, everyone)] == ["ic_1", "ic_2", "ic_3"]
    assert cards.chain_of(other, everyone) == (other,)
    around = Card(id="ic_5", replacement_for="ic_5", replaced_by="ic_5")
    assert cards.chain_of(around, []) == (around,)


def test_an_expiring_card_is_replaced_as_such() -> None:
    today = date(2026, 11, 23)
    assert cards.usual_reason(card(exp_month=12, exp_year=2026), today) == "expired"
    assert cards.usual_reason(card(exp_month=12, exp_year=2028), today) == "damaged"
