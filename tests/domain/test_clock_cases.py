"""Clocks against dates that were counted by hand on the official calendars, not by this program."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.config import REGIMES
from supportdesk.domain.calendars import Calendar, place_name
from supportdesk.domain.clocks import (
    KINDS,
    MONTH,
    Case,
    Programme,
    compute,
    met_with,
    next_clock,
    parse_rules,
    standing,
)
from supportdesk.domain.complaints import Complaint, case_of
from tests.domain.official_days import OFFICIAL

FOLDER = Path(__file__).parents[2] / "resources/complaints"
RULES = parse_rules((FOLDER / "clocks.json").read_text(encoding="utf-8"))
with (Path(__file__).parent / "clock_cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = [tuple(row.values()) for row in csv.DictReader(file)]
PLACES = sorted({place for place, _ in OFFICIAL})
#: What a complaint must be for each of the rules that are not for every one.
SUCH: dict[str, dict[str, object]] = {
    "stripe.notify": {"complaint_classification": "executive"},
    "uk.eight_weeks": {"kind": "other"},
    "us.cfpb": {"complaint_channel": "CFPB"},
    "us.reg_e": {"complaint_sub_category": "Fraud"},
    "us.reg_e.decide_new": {
        "complaint_sub_category": "Fraud",
        "circumstances": ("new_account",),
    },
    "us.reg_z": {"complaint_sub_category": "Fraud", "complaint_channel": "Letter"},
}


def calendar(place: str, closed: frozenset[date] = frozenset()) -> Calendar:
    country, _, part = place.partition("-")
    return Calendar(country, part, closed)


@pytest.mark.parametrize(("place", "year"), sorted(OFFICIAL))
def test_a_calendar_is_the_official_one(place: str, year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    weekdays = [day for day in days if day.year == year and day.weekday() < 5]
    none = {day for day in weekdays if not calendar(place).is_business_day(day)}
    assert none == OFFICIAL[place, year]


def test_there_are_enough_cases_of_every_country() -> None:
    assert len(CASES) >= 120
    assert {case[0][:2] for case in CASES} == {
        *("US", "GB", "IE", "DE", "FR", "ES", "IT", "AT", "NL"),
    }


@pytest.mark.parametrize(
    ("place", "zone", "received", "rule", "due", "why"),
    CASES,
    ids=[f"{case[0]} {case[2]} {case[3]}" for case in CASES],
)
def test_a_clock_ends_on_the_day_counted_by_hand(
    place: str, zone: str, received: str, rule: str, due: str, why: str
) -> None:
    country, _, part = place.partition("-")
    such: dict[str, object] = {}
    for name, values in SUCH.items():
        if rule.startswith(name):
            such = dict(values)
    one = replace(
        Complaint(zone=zone, date_received=datetime.fromisoformat(received).timestamp()),
        **such,  # type: ignore[arg-type]
    )
    programme = Programme(
        regimes=REGIMES,
        country=country,
        subdivision=part,
        handling_model="forward" if rule == "stripe.forward" else "resolve_and_report",
    )
    clocks = {clock.rule: clock for clock in compute(RULES, case_of(one), programme)}
    assert clocks[rule].due.isoformat() == due, why


places = st.sampled_from([*PLACES, "", "ZZ"])
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
cases = st.builds(
    Case,
    received=days,
    complaint_class=st.sampled_from(["operational", "executive"]),
    channel=st.sampled_from(["Phone", "CFPB", "Letter"]),
    sub_category=st.sampled_from(["Servicing", "Fraud"]),
    jurisdiction=st.sampled_from(["", "IE", "GB-SCT", "US", "DE-BY", "ZZ"]),
    kind=st.sampled_from(KINDS),
    circumstances=st.sampled_from([(), ("new_account",), ("pos_or_foreign",)]),
)
programmes = st.builds(
    lambda place, closed, model, financial: Programme(
        regimes=REGIMES,
        country=place.partition("-")[0],
        subdivision=place.partition("-")[2],
        handling_model=model,
        closed=frozenset(closed),
        financial=financial,
    ),
    places,
    st.lists(days, max_size=3),
    st.sampled_from(["resolve_and_report", "forward"]),
    st.sampled_from(["", "XECB", "XFED"]),
)


@given(cases, programmes)
def test_no_deadline_lies_on_a_day_on_which_nobody_works(case: Case, programme: Programme) -> None:
    for clock in compute(RULES, case, programme):
        start = clock.start
        assert start is not None
        assert clock.due > start
        assert clock.due not in programme.closed
        assert clock.due.weekday() < 5
        assert clock.last >= clock.due
        if clock.unit == "business_days":
            used = calendar(clock.calendar, programme.closed)
            assert used.is_business_day(clock.due)
            assert used.between(start, clock.due) == clock.count
            assert clock.left_out == used.left_out(start, clock.due)
        elif clock.unit != MONTH:
            assert clock.last - start == timedelta(days=clock.count)


@given(cases, programmes)
def test_the_earliest_of_the_dates_that_can_be_argued_counts(
    case: Case, programme: Programme
) -> None:
    alone = replace(programme, financial="")
    own = {c.rule: c for c in compute(RULES, replace(case, jurisdiction=""), alone)}
    for clock in compute(RULES, case, programme):
        assert all(later > clock.due for _, later in clock.others)
        if clock.unit == "business_days" and clock.rule in own:
            assert clock.due <= own[clock.rule].due


@given(cases, programmes, st.integers(-5, 120))
def test_one_more_closing_day_makes_nothing_that_counts_them_earlier(
    case: Case, programme: Programme, offset: int
) -> None:
    extra = case.received + timedelta(days=offset)
    more = replace(programme, closed=programme.closed | {extra})
    before = {c.rule: c for c in compute(RULES, case, programme)}
    for clock in compute(RULES, case, more):
        if clock.unit == "business_days":
            assert clock.due >= before[clock.rule].due
        else:
            assert clock.last == before[clock.rule].last


@given(places, days, days, st.integers(0, 25))
def test_an_age_is_the_business_days_since(
    place: str, today: date, offset: date, count: int
) -> None:
    used = calendar(place)
    first = used.back(today, count)
    assert used.between(first, today) <= count
    assert used.between(first - timedelta(days=1), today) == count + 1


def test_a_complaint_of_another_place_counts_by_the_earlier_calendar() -> None:
    programme = Programme(regimes=("stripe", "uk_disp"), country="GB", subdivision="SCT")
    case = Case(received=date(2026, 12, 23), complaint_class="operational")
    resolve = {c.rule: c for c in compute(RULES, case, programme)}["stripe.resolve"]
    assert (resolve.due, resolve.others) == (date(2027, 1, 19), ())
    assert [day.isoformat() for day in resolve.left_out] == [
        *("2026-12-25", "2026-12-28", "2027-01-01", "2027-01-04"),
    ]
    irish = {c.rule: c for c in compute(RULES, replace(case, jurisdiction="IE"), programme)}
    assert irish["stripe.resolve"].due == date(2027, 1, 15)
    assert irish["stripe.resolve"].calendar == "IE"
    assert irish["stripe.resolve"].others == (("GB-SCT", date(2027, 1, 19)),)
    assert "uk.reply" not in irish


def test_the_federal_reserve_works_when_the_country_does_not() -> None:
    programme = Programme(regimes=("us_reg_e",), country="US")
    case = Case(received=date(2026, 7, 2), complaint_class="operational", sub_category="Fraud")
    (decide, *_) = compute(RULES, case, programme)
    assert (decide.rule, decide.calendar, decide.due) == (
        "us.reg_e.decide",
        "XFED",
        date(2026, 7, 16),
    )
    assert decide.others == (("US", date(2026, 7, 17)),)


def test_a_calendar_day_on_a_sunday_is_acted_on_before() -> None:
    programme = Programme(regimes=("uk_disp",), country="GB", subdivision="ENG")
    case = Case(received=date(2026, 3, 1), complaint_class="operational", kind="other")
    weeks = {c.rule: c for c in compute(RULES, case, programme)}["uk.eight_weeks"]
    assert (weeks.due, weeks.last) == (date(2026, 4, 24), date(2026, 4, 26))
    assert standing(weeks, {"resolve": date(2026, 4, 26)}) == "met"
    assert standing(weeks, {"resolve": date(2026, 4, 27)}) == "late"


def test_a_chance_and_the_month_never_lead_and_a_chance_is_never_late() -> None:
    programme = Programme(regimes=("stripe", "uk_disp"), country="GB", subdivision="ENG")
    case = Case(received=date(2026, 11, 5), complaint_class="operational")
    clocks = compute(RULES, case, programme)
    quick = next(clock for clock in clocks if clock.rule == "uk.quick")
    assert standing(quick, {"resolve": date(2026, 11, 11)}) == "waiting"
    assert standing(quick, {"resolve": date(2026, 11, 10)}) == "met"
    done = {name: date(2026, 11, 6) for name in ("acknowledge", "holding_reply", "resolve")}
    assert next_clock(clocks, done) is None
    first = next_clock(clocks, {})
    assert first is not None
    assert first.rule == "uk.acknowledge"


def test_what_met_a_clock_is_the_first_thing_that_did() -> None:
    programme = Programme(regimes=("stripe",), country="DE")
    case = Case(received=date(2026, 11, 5), complaint_class="operational")
    acknowledge = compute(RULES, case, programme)[0]
    done = {"resolve": date(2026, 11, 9), "acknowledge": date(2026, 11, 10)}
    assert met_with(acknowledge, done) == ("resolve", date(2026, 11, 9))
    assert met_with(acknowledge, {}) is None


def test_some_clocks_start_with_what_was_done() -> None:
    programme = Programme(regimes=("us_reg_e", "us_cfpb"), country="US")
    case = Case(
        received=date(2026, 11, 5),
        complaint_class="operational",
        channel="CFPB",
        sub_category="Fraud",
        started={"regulator_sent": date(2026, 11, 2), "provisional_credit": date(2026, 11, 12)},
    )
    clocks = {c.rule: c for c in compute(RULES, case, programme)}
    assert clocks["us.cfpb.respond"].due == date(2026, 11, 17)
    assert clocks["us.reg_e.tell_credit"].due == date(2026, 11, 16)
    assert "us.reg_e.results" not in clocks


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("GB-SCT", "Scotland"),
        ("DE", "Germany"),
        ("XECB", "European Central Bank"),
        ("Mon-Fri", "Mon-Fri"),
    ],
)
def test_a_calendar_is_named_in_words(label: str, name: str) -> None:
    assert place_name(label) == name
