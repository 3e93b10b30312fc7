"""What must not be kept or shown whole: card data in free text, contact data on the screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from supportdesk.domain.card_codes import find_codes

_FEWEST, _MOST = 13, 19  # digits of a card number (ISO/IEC 7812-1: at most 19)
# What people, and programs they copy from, put between the groups.
_JOIN = r"[\s\-‐-―.,·_/*\u00ad\u200b-\u200d\u2060\ufeff]{1,3}"
_RUN = re.compile(rf"\d+(?:{_JOIN}\d+)*")
_GROUP = re.compile(r"\d+")
CARD = "This holds a card number. Keep its last four digits only."
CODE = "This holds a security code or a PIN. Take it out: it must not be kept."
LONGEST_PHONE = 15  # ITU-T E.164, digits after the plus


@dataclass(frozen=True, slots=True)
class CardNumber:
    """Where a card number stands in a text: `text[start:end]`; and its last four digits."""

    start: int
    end: int
    last4: str


def find_card_numbers(text: str) -> list[CardNumber]:
    """Find what looks like full card numbers: 13 to 19 digits with a right check digit.

    Digits of any script, in one piece or in groups as people write them (4-4-4-4, 4-6-5, pairs).
    Left alone: longer numbers in one piece (an acquirer reference has 23 digits), phone numbers
    written with a plus, and groups of mixed sizes such as dates beside amounts.
    """
    found: list[CardNumber] = []
    for run in _RUN.finditer(text):
        groups = [match.span() for match in _GROUP.finditer(text, run.start(), run.end())]
        figures = sum(end - start for start, end in groups)
        after_plus = run.start() > 0 and text[run.start() - 1] == "+"
        if figures < _FEWEST or (after_plus and figures <= LONGEST_PHONE):
            continue
        for first, last in _cards_among(_digits(run.group()), groups):
            start, end = groups[first][0], groups[last][1]
            found.append(CardNumber(start, end, _digits(text[start:end])[-4:]))
    return found


def _cards_among(digits: str, groups: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last group of each card number among the groups of a run."""
    sums, ends = _sums(digits), [0]
    for start, end in groups:
        ends.append(ends[-1] + end - start)
    first = 0
    while first < len(groups):
        last = _card_at(digits, sums, ends, first)
        if last is not None:
            yield first, last
        first = first + 1 if last is None else last + 1


def _card_at(
    digits: str, sums: tuple[list[int], list[int]], ends: list[int], first: int
) -> int | None:
    """Index of the group with which the longest card number that starts at `first` ends, or None.

    Args:
        ends: how many digits there are up to each group, 0 first.
    """
    begin = ends[first]
    # No payment card begins with 0 (ISO/IEC 7812-1), telephone numbers do: 0049…, 0151….
    if digits[begin] == "0":
        return None
    size = smallest = ends[first + 1] - begin  # of the groups before the last one
    alike, found = True, None
    for at in range(first, len(ends) - 1):
        end = ends[at + 1]
        if end - begin > _MOST:
            break
        if end - begin >= _FEWEST and (alike or smallest >= 4):
            side = sums[(end - 1) % 2]
            if (side[end] - side[begin]) % 10 == 0:
                found = at
        own = end - ends[at]
        alike, smallest = alike and own == size, min(smallest, own)
    return found


def _sums(digits: str) -> tuple[list[int], list[int]]:
    """Sums of digits up to each place, every second one doubled as the check digit asks.

    The first list is for numbers that end at an even place, the second for the others; so each
    number in a long run is checked at once (ISO/IEC 7812-1, Luhn's formula).
    """
    even, odd = [0], [0]
    for place, figure in enumerate(digits):
        value = int(figure)
        twice = 2 * value - 9 if value > 4 else 2 * value
        even.append(even[-1] + (twice if place % 2 else value))
        odd.append(odd[-1] + (value if place % 2 else twice))
    return even, odd


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdecimal())


def refusal(text: str) -> str:
    """Say what of a card in a text keeps it from being stored, "" when nothing does."""
    if find_card_numbers(text):
        return CARD
    return CODE if find_codes(text) else ""


def in_file(text: str) -> bool:
    """Whether the words of a file hold a card number or a CVC named as one.

    Other codes are left alone there: a booking has a PIN of its own, a parcel a security code.
    """
    if find_card_numbers(text):
        return True
    return any(code.sure and code.kind == "cvc" for code in find_codes(text))


def mask(text: str) -> str:
    """Replace each full card number by its last four digits ("•••• 4242"), each code by "•••"."""
    while found := _masks(text):
        text = "".join(_masked(text, found))
    return text


def _masks(text: str) -> list[tuple[int, int, str]]:
    """What is to be replaced, from where to where and by what: numbers first, then codes."""
    if numbers := find_card_numbers(text):
        return [(number.start, number.end, f"•••• {number.last4}") for number in numbers]
    return [(code.start, code.end, "•••") for code in find_codes(text)]


def _masked(text: str, found: list[tuple[int, int, str]]) -> Iterator[str]:
    at = 0
    for start, end, instead in found:
        yield text[at:start]
        yield instead
        at = end
    yield text[at:]


def mask_email(address: str) -> str:
    """Show the first letter and the domain: "l•••@muster.example"; "" stays ""."""
    name, at, domain = address.rpartition("@")
    if not at:
        return "•••" if address else ""
    return f"{name[:1]}•••@{domain}"


def mask_phone(number: str) -> str:
    """Show the last two digits: "••• 67"; "" stays ""."""
    digits = [sign for sign in number if sign.isdecimal()]
    if len(digits) < 6:
        return "•••" if number else ""
    return f"••• {''.join(digits[-2:])}"


# Control characters, half characters (surrogates), and marks that reorder what is read; emoji
# joiners and plain direction marks are left alone.
_UNTYPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Take out what no one typed on purpose: control characters, half characters, reordering.

    Line ends become "\\n", tabs stay. The result can always be written as UTF-8.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    return _UNTYPED.sub("", text)
