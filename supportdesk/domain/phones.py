"""Telephone numbers as callers say them and as Stripe keeps them."""

from __future__ import annotations

import re

_SAID = re.compile(r"\+?[\d\s()./-]+")
_OPTIONAL = re.compile(r"(?<=.)\(0(\)|$)")  # +49 (0)151: the zero is dialled in the country only


def digits(text: str) -> str:
    """Return the digits of a number without the zeros that depend on where one calls from."""
    return re.sub(r"[^0-9]", "", _OPTIONAL.sub("", text)).lstrip("0")


def is_number(text: str) -> bool:
    """Tell whether a text could be a telephone number, or the beginning of one."""
    return _SAID.fullmatch(text.strip()) is not None


def e164(text: str, region: str) -> str:
    """Return a number as Stripe keeps it, "" if no number can be made of the text.

    Args:
        text: as said: +49 151 …, 0049 151 …, 0151 …, 011 49 151 … (from the US).
        region: ISO 3166-1 alpha-2 of the country whose way of dialling a number without a plus
            follows, "" to understand numbers with a plus only.
    """
    import phonenumbers  # 30 ms to load; only needed once somebody types a number

    try:
        number = phonenumbers.parse(_OPTIONAL.sub("", text), region.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def written(number: str) -> str:
    """Return a number in E.164 in the groups its country writes it in; anything else as it is."""
    import phonenumbers

    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    shown = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    # Of numbers that cannot be the library drops zeros.
    return shown if re.sub(r"[^+0-9]", "", shown) == number else number


def national(number: str) -> str:
    """Return the digits of a number in E.164 without its country code and leading zeros.

    A number without a plus is taken for a national one.
    """
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    plain = digits(number)
    if not number.strip().startswith("+"):
        return plain
    # No country code begins with another one.
    for length in (1, 2, 3):
        start = plain[:length]
        if start and int(start) in COUNTRY_CODE_TO_REGION_CODE:
            return plain[length:].lstrip("0")
    return plain
