from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.money import (
    MAX_MINOR_UNITS,
    AmountProblem,
    format_amount,
    format_money,
    minor_digits,
    parse_amount,
    to_decimal,
)

LOCALES = ("en_GB", "en_US", "en_IE", "de_DE", "de_AT", "fr_FR", "es_ES", "it_IT")


def test_stripe_s_own_decimals_hold_even_where_iso_differs() -> None:
    assert [minor_digits(c) for c in ("eur", "JPY", "kwd", "isk", "ugx", "huf")] == [
        2,
        0,
        3,
        2,
        2,
        2,
    ]
    assert to_decimal(24900, "eur") == Decimal("249.00")
    assert to_decimal(500, "jpy") == 500


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "written"),
    [
        (24900, "eur", "en_GB", "€249.00"),
        (24900, "eur", "de_DE", "249,00\u00a0€"),
        (-131200, "usd", "en_US", "-$1,312.00"),
        (500, "jpy", "en_US", "¥500"),
        (1234567, "kwd", "en_GB", "KWD\u00a01,234.567"),
    ],
)
def test_money_is_written_as_the_reader_writes_it(
    amount: int, currency: str, locale: str, written: str
) -> None:
    assert format_money(amount, currency, locale) == written


@pytest.mark.parametrize(
    ("typed", "locale", "minor"),
    [
        ("249", "en_GB", 24900),
        ("249.5", "en_GB", 24950),
        ("1,234.50", "en_GB", 123450),
        ("€ 249.00", "en_GB", 24900),
        ("249,00 EUR", "de_DE", 24900),
        ("249,00 eur", "de_DE", 24900),
        ("1.234,50 €", "de_DE", 123450),
        ("1 234,50", "fr_FR", 123450),
        ("1\u202f234,50\u00a0€", "fr_FR", 123450),
    ],
)
def test_amounts_are_read_by_locale(typed: str, locale: str, minor: int) -> None:
    assert parse_amount(typed, "eur", locale) == minor


@pytest.mark.parametrize(
    ("typed", "locale"),
    [
        ("", "en_GB"),
        ("   ", "en_GB"),
        ("abc", "en_GB"),
        ("249,00", "en_GB"),  # would be 24,900 to a lenient reader
        ("249.00", "de_DE"),
        ("1,23,4.5", "en_GB"),
        ("-5", "en_GB"),
        ("0", "en_GB"),
        ("0.001", "en_GB"),
        ("1e5", "en_GB"),
        ("NaN", "en_GB"),
        ("1_000", "en_GB"),
        ("\u0664\u0662", "en_GB"),
        ("2\u202e49", "en_GB"),
        ("💶 5", "en_GB"),
        ("9" * 30, "en_GB"),
        ("9" * 1_000_000, "en_GB"),
    ],
)
def test_what_is_not_surely_an_amount_is_refused_with_a_sentence(typed: str, locale: str) -> None:
    with pytest.raises(AmountProblem) as caught:
        parse_amount(typed, "eur", locale)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 100


def test_a_currency_without_decimals_takes_none() -> None:
    assert parse_amount("5000", "jpy", "en_GB") == 5000
    with pytest.raises(AmountProblem, match="no decimals"):
        parse_amount("50.5", "jpy", "en_GB")


@given(
    st.integers(1, MAX_MINOR_UNITS),
    st.sampled_from(("eur", "jpy", "kwd")),
    st.sampled_from(LOCALES),
)
def test_what_is_written_is_read_back(amount: int, currency: str, locale: str) -> None:
    assert parse_amount(format_amount(amount, currency, locale), currency, locale) == amount
    assert parse_amount(format_money(amount, currency, locale), currency, locale) == amount


@given(st.text(max_size=30), st.sampled_from(LOCALES))
def test_any_text_is_an_amount_or_a_sentence(text: str, locale: str) -> None:
    try:
        assert 0 < parse_amount(text, "eur", locale) <= MAX_MINOR_UNITS
    except AmountProblem as problem:
        assert str(problem)  # noqa: PT017 - both ends are allowed, nothing else is
