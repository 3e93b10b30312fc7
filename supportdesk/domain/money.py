"""Amounts between Stripe's minor units and what people read and type.

Stripe counts every amount in the smallest unit of its currency. How many decimals that leaves
is Stripe's own list (docs.stripe.com/currencies), not ISO's: ISK and UGX are sent with two.
"""

from __future__ import annotations

import copy
import re
from decimal import Decimal

from babel import Locale
from babel.numbers import (
    NumberFormatError,
    format_decimal,
    get_currency_symbol,
    get_group_symbol,
    parse_decimal,
)

ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()  # Stripe's list
)
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())

MAX_MINOR_UNITS = 99_999_999_999  # far above any card limit, far below what SQL and JSON hold
_SPACES = {"\u00a0": " ", "\u202f": " ", "\u2009": " "}
_TYPED = re.compile(r"[0-9][0-9.,'’ ]*", re.ASCII)


class AmountProblem(ValueError):
    """A typed amount that cannot be used; the text is a sentence for the person who typed it."""


def minor_digits(currency: str) -> int:
    """Return how many decimals Stripe gives `currency` (0, 2 or 3; unknown ones have 2)."""
    code = currency.lower()
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def to_decimal(amount: int, currency: str) -> Decimal:
    """Turn minor units into the unit people speak of: 24900 EUR is 249.00."""
    return Decimal(amount).scaleb(-minor_digits(currency))


def format_money(amount: int, currency: str, locale: str = "en_GB") -> str:
    """Write `amount` (minor units, signed) with its currency as `locale` writes money."""
    where = Locale.parse(locale)
    digits = minor_digits(currency)
    pattern = copy.copy(where.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    code = currency.upper()
    number = to_decimal(amount, currency)
    written = str(pattern.apply(number, where, currency=code, currency_digits=False))
    return re.sub(rf"{code}(?=\d)", f"{code}\u00a0", written)  # EUR 5, not EUR5


def format_amount(amount: int, currency: str, locale: str = "en_GB") -> str:
    """Write `amount` (minor units) as one would type it: no currency, no grouping."""
    decimals = "0" * minor_digits(currency)
    pattern = f"0.{decimals}" if decimals else "0"
    return format_decimal(to_decimal(amount, currency), format=pattern, locale=locale)


def parse_amount(text: str, currency: str, locale: str = "en_GB") -> int:
    """Read a typed amount of `currency` strictly by `locale`; return minor units above zero.

    The currency's code or sign may stand before or after the number. Raises AmountProblem with
    a sentence for the person: a misread separator would be an error by a factor of a hundred.
    """
    number = _without_currency(text, currency, locale)
    example = format_amount(24900, currency, locale)
    if not number:
        raise AmountProblem("Enter an amount.")
    if number.startswith(("-", "−")):
        raise AmountProblem("Enter the amount without a sign: it is always above zero.")
    if len(number) > 40 or not _TYPED.fullmatch(number):
        raise AmountProblem(f"This is not an amount. Write it like {example}.")
    group = get_group_symbol(locale)
    if group in _SPACES:  # French groups with a narrow space that no keyboard has
        number = number.replace(" ", group)
    try:
        value = parse_decimal(number, locale=locale, strict=True)
    except NumberFormatError as problem:
        raise AmountProblem(f"This is not clear. Write it like {example}.") from problem
    minor = value.scaleb(minor_digits(currency))
    if minor != minor.to_integral_value():
        digits = minor_digits(currency) or "no"
        raise AmountProblem(f"{currency.upper()} has {digits} decimals. Write it like {example}.")
    if minor <= 0:
        raise AmountProblem("The amount must be above zero.")
    if minor > MAX_MINOR_UNITS:
        raise AmountProblem("This amount is too large.")
    return int(minor)


def _without_currency(text: str, currency: str, locale: str) -> str:
    """Take the currency's own code or sign away from either end; normalise spaces."""
    cleaned = "".join(_SPACES.get(letter, letter) for letter in text[:200]).strip()
    code = currency.upper()
    signs = {code, get_currency_symbol(code, locale=locale), get_currency_symbol(code, locale="en")}
    for sign in signs - {""}:
        if cleaned.upper().startswith(sign.upper()):
            return cleaned[len(sign) :].strip()
        if cleaned.upper().endswith(sign.upper()):
            return cleaned[: -len(sign)].strip()
    return cleaned
