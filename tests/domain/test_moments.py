"""A day and a time as they are typed: midnight, hours that are missing, hours that come twice."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.complaints import local_day
from supportdesk.domain.moments import TimeProblem, format_time, instant_of, parse_time

BERLIN = "Europe/Berlin"
ZONES = [BERLIN, "America/New_York", "Europe/London", "Pacific/Auckland", "UTC", "Asia/Kolkata"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:30", time(14, 30)), ("9.05", time(9, 5)), (" 0:00 ", time(0, 0)),
        ("12:00 am", time(0)), ("2:30 PM", time(14, 30)),
        ("12:10pm", time(12, 10)), ("8h15", time(8, 15)),
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_written(typed: str, meant: time) -> None:
    assert parse_time(typed) == meant


@pytest.mark.parametrize("typed", ["", "24:00", "12:60", "noon", "1430", "13:00 pm", "٣:٣٠", "1:2"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(TimeProblem):
        parse_time(typed)


def test_midnight_belongs_to_the_day_that_begins() -> None:
    last = instant_of(date(2026, 12, 23), time(23, 59), BERLIN)
    first = instant_of(date(2026, 12, 24), time(0, 0), BERLIN)
    assert first - last == 60
    assert local_day(last, BERLIN) == date(2026, 12, 23)
    assert local_day(first, BERLIN) == date(2026, 12, 24)
    assert local_day(first, "UTC") == date(2026, 12, 23)


def test_daylight_saving() -> None:
    with pytest.raises(TimeProblem, match="write 03:30"):
        instant_of(date(2026, 3, 29), time(2, 30), BERLIN)
    first = instant_of(date(2026, 10, 25), time(2, 30), BERLIN)
    assert first == 1_792_888_200.0  # 00:30 UTC, still summer
    second = first + 3_600 + 17  # the other 02:30, with seconds, known before
    assert instant_of(date(2026, 10, 25), time(2, 30), BERLIN, second) == second
    assert instant_of(date(2026, 10, 25), time(2, 31), BERLIN, second) == first + 60


@given(st.integers(946_684_800, 2_500_000_000), st.sampled_from(ZONES))
def test_what_is_shown_reads_back_to_the_same_instant(seconds: int, zone: str) -> None:
    shown = parse_time(format_time(seconds, zone))
    day = local_day(seconds, zone)
    assert instant_of(day, shown, zone, float(seconds)) == seconds
    again = instant_of(day, shown, zone)
    assert local_day(again, zone) == day
    assert parse_time(format_time(again, zone)) == shown
