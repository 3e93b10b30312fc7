"""Clocks and calendars: the worked examples of the field, and what must hold for any date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.calendars import Calendar
from supportdesk.domain.clocks import (
    Case,
    Programme,
    compute,
    monthly_due,
    next_clock,
    parse_rules,
    standing,
)
from supportdesk.errors import UserFacing

RULES = parse_rules(
    (Path(__file__).parents[2] / "resources/complaints/clocks.json").read_text(encoding="utf-8")
)
PLACES = [("US", ""), ("IE", ""), ("DE", ""), ("DE", "BY"), ("GB", "SCT"), ("", ""), ("ZZ", "")]

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
calendars = st.builds(
    lambda place, closed: Calendar(place[0], place[1], frozenset(closed)),
    st.sampled_from(PLACES),
    st.lists(days, max_size=5),
)


@pytest.mark.parametrize(
    ("place", "due"),
    [
        ("US", date(2027, 1, 15)),
        ("IE", date(2027, 1, 15)),
        ("DE", date(2027, 1, 15)),
        ("DE-BY", date(2027, 1, 18)),
        ("GB-ENG", date(2027, 1, 18)),
        ("GB-NIR", date(2027, 1, 18)),
        ("GB-SCT", date(2027, 1, 19)),
    ],
)
def test_fifteen_business_days_over_christmas(place: str, due: date) -> None:
    country, _, part = place.partition("-")
    calendar = Calendar(country, part)
    assert calendar.add(date(2026, 12, 23), 15) == due
    assert calendar.label == place


@given(calendars, days, st.integers(1, 60))
def test_a_deadline_is_a_business_day_after_the_start(
    calendar: Calendar, start: date, count: int
) -> None:
    due = calendar.add(start, count)
    assert calendar.is_business_day(due)
    assert due > start
    assert calendar.between(start, due) == count


@given(calendars, days, st.integers(0, 60), st.integers(0, 20))
def test_more_days_are_never_earlier(
    calendar: Calendar, start: date, count: int, more: int
) -> None:
    assert calendar.add(start, count + more) >= calendar.add(start, count)


@given(calendars, days, st.integers(0, 60), st.integers(-5, 90))
def test_one_more_closing_day_is_never_earlier(
    calendar: Calendar, start: date, count: int, offset: int
) -> None:
    extra = start + timedelta(days=offset)
    longer = replace(calendar, closed=calendar.closed | {extra})
    assert longer.add(start, count) >= calendar.add(start, count)


@given(calendars, days, days)
def test_days_left_change_sign_with_the_order(
    calendar: Calendar, today: date, offset: date
) -> None:
    due = today + timedelta(days=offset.day - 15)
    left = calendar.between(today, due)
    assert (left < 0) == (due < today)


@given(calendars, days)
def test_the_month_is_due_before_the_tenth_on_a_business_day(calendar: Calendar, day: date) -> None:
    due = monthly_due(day, calendar)
    assert calendar.is_business_day(due)
    ninth = (day.replace(day=1) + timedelta(days=32)).replace(day=9)
    assert due <= ninth
    assert calendar.between(due, ninth) == 0


def test_the_ninth_moves_back_over_a_weekend() -> None:
    assert monthly_due(date(2026, 4, 30), Calendar("DE", "BE")) == date(2026, 5, 8)
    assert monthly_due(date(2026, 11, 1), Calendar("DE", "BE")) == date(2026, 12, 9)


def test_an_unknown_place_keeps_the_earliest_reading() -> None:
    assert Calendar("DE", "??").add(date(2026, 12, 23), 15) == date(2027, 1, 15)
    nowhere = Calendar("ZZ")
    assert nowhere.label == "Mon-Fri"
    assert "no holiday list" in nowhere.version
    assert nowhere.add(date(2026, 12, 23), 15) == date(2027, 1, 13)


EU = Programme(regimes=("stripe", "eu_psd2"), country="DE", subdivision="BE")
CASE = Case(received=date(2026, 11, 5), complaint_class="operational", channel="Phone")


def test_an_operational_complaint_in_the_eu() -> None:
    clocks = compute(RULES, CASE, EU)
    assert [(c.rule, c.due) for c in clocks] == [
        ("stripe.acknowledge", date(2026, 11, 12)),
        ("eu.reply", date(2026, 11, 26)),
        ("stripe.resolve", date(2026, 11, 26)),
        ("stripe.month", date(2026, 12, 9)),
        ("eu.final", date(2026, 12, 24)),
    ]
    assert {c.calendar for c in clocks if c.unit == "business_days"} == {"DE-BE"}
    assert all("holidays" in c.version and RULES.version in c.version for c in clocks)
    first = next_clock(clocks, {})
    assert first is not None
    assert (first.rule, first.basis) == ("stripe.acknowledge", "5 BD")


def test_the_final_reply_waits_for_a_holding_reply() -> None:
    final = next(c for c in compute(RULES, CASE, EU) if c.rule == "eu.final")
    assert standing(final, {}) == "waiting"
    assert standing(final, {"holding_reply": date(2026, 11, 20)}) == "running"


def test_met_in_time_or_late() -> None:
    acknowledge = compute(RULES, CASE, EU)[0]
    assert standing(acknowledge, {"acknowledge": date(2026, 11, 12)}) == "met"
    assert standing(acknowledge, {"acknowledge": date(2026, 11, 13)}) == "late"
    assert standing(acknowledge, {"forward": date(2026, 11, 6)}) == "running"


def test_executive_complaints_have_stripe_told_within_one_business_day() -> None:
    friday = replace(CASE, received=date(2026, 11, 6), complaint_class="executive")
    first = compute(RULES, friday, EU)[0]
    assert (first.rule, first.due) == ("stripe.notify", date(2026, 11, 9))


def test_the_contract_model_adds_the_forwarding_clock() -> None:
    assert "stripe.forward" not in {c.rule for c in compute(RULES, CASE, EU)}
    forward = compute(RULES, CASE, replace(EU, handling_model="forward"))
    assert forward[0].rule == "stripe.forward"
    assert forward[0].due == date(2026, 11, 10)


def test_regimes_channels_and_categories_pick_rules() -> None:
    us = Programme(regimes=("us_cfpb", "us_reg_e"), country="US")
    assert compute(RULES, CASE, us) == ()
    portal = compute(RULES, replace(CASE, channel="CFPB"), us)
    assert [(c.rule, c.due, c.calendar) for c in portal] == [
        ("us.cfpb.respond", date(2026, 11, 20), "calendar days"),
        ("us.cfpb.final", date(2027, 1, 4), "calendar days"),
    ]
    fraud = compute(RULES, replace(CASE, sub_category="Fraud"), us)
    assert fraud[0].rule == "us.reg_e.decide"


def test_a_uk_rule_uses_the_programmes_part_or_the_whole_kingdom() -> None:
    case = replace(CASE, received=date(2026, 12, 23))
    scotland = Programme(regimes=("uk_disp",), country="GB", subdivision="SCT")
    assert {c.rule: c.due for c in compute(RULES, case, scotland)}["uk.reply"] == date(2027, 1, 19)
    german = Programme(regimes=("uk_disp",), country="DE", subdivision="BE")
    abroad = {c.rule: c for c in compute(RULES, case, german)}["uk.reply"]
    assert (abroad.calendar, abroad.due) == ("GB", date(2027, 1, 18))


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1}', '{"version":"1","clocks":[{}]}', "{"])
def test_an_unusable_list_of_rules_names_the_file(text: str) -> None:
    with pytest.raises(UserFacing) as caught:
        parse_rules(text)
    assert caught.value.code == "clocks_unreadable"
