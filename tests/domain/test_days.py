from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.days import DayProblem, format_day, from_unix, parse_day, to_unix

LOCALES = ("en_GB", "en_US", "en_IE", "de_DE", "de_AT", "fr_FR", "es_ES", "it_IT")
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(DAYS, st.sampled_from(LOCALES))
def test_a_day_is_read_back_as_written(day: date, locale: str) -> None:
    assert parse_day(format_day(day, locale), locale) == day
    assert parse_day(day.isoformat(), locale) == day
    assert from_unix(to_unix(day)) == day


@pytest.mark.parametrize(
    ("typed", "locale", "day"),
    [
        ("23.11.2026", "de_DE", date(2026, 11, 23)),
        ("3.2.26", "de_DE", date(2026, 2, 3)),
        ("02/03/2026", "en_GB", date(2026, 3, 2)),
        ("02/03/2026", "en_US", date(2026, 2, 3)),
    ],
)
def test_the_order_is_that_of_the_locale(typed: str, locale: str, day: date) -> None:
    assert parse_day(typed, locale) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "31.02.2026",
        "0.0.0",
        "1.1.1",
        "20261123",
        "1.2.3.4",
        "23.11.2026 x",
        "1" * 10**6,
    ],
)
def test_what_is_no_day_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(DayProblem, match=r"Write it|Enter a date|Write the date"):
        parse_day(typed, "de_DE")
