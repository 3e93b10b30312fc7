"""Whether what a caller says is what is on file. Nothing here returns or prints a stored value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256

from supportdesk.domain.activity import Line
from supportdesk.domain.money import to_decimal
from supportdesk.domain.records import Address

FEWEST_DIGITS = 4  # of a phone number
PICKED = 2  # purchases asked about
YES, NO = "yes", "no"  # what an agent says of a code or a call back

_LEAST = Decimal(2)  # of the unit people speak of: below that, half a unit is any amount
_ASKABLE = ("pending", "settled", "part_refunded", "refunded")
# Words in so many shops' names that saying one proves nothing.
_GENERIC = frozenset(
    "the and der die das le la el il von van de du shop store market markt supermarket online com "
    "www net app gmbh ag kg ug ltd limited inc llc co company sarl sas sa srl spa sl bv plc cafe "
    "bar restaurant hotel bakery".split()
)
_NUMBER = re.compile(r"\d+(?:[.,' \u00a0\u202f]\d+)*")


def problem(kind: str, typed: str) -> str:
    """Say why an answer cannot be compared at all, "" when it can; looks at what was typed only."""
    if kind in ("code", "callback"):
        return "" if typed in (YES, NO) else "Say whether it was confirmed."
    if kind == "dob":
        try:
            date.fromisoformat(typed)
        except ValueError:
            return "This is not a date."
        return ""
    if kind in ("phone_ending", "last4"):
        exact = kind == "last4"
        count = len(digits(typed))
        if count < FEWEST_DIGITS or (exact and count != FEWEST_DIGITS):
            return "Four digits are needed."
        return ""
    return "" if _folded(typed) else "Type what the caller says."


def same_day(typed: str, stored: date | None) -> bool:
    """Whether a typed ISO day is the stored one."""
    return stored is not None and typed == stored.isoformat()


def same_postal_code(typed: str, stored: Address) -> bool:
    """Whether a postal code is the stored one; of a US code the first five digits count."""
    said, known = _folded(typed), _folded(stored.postal_code)
    if stored.country == "US" and len(known) > 5:
        known = known[:5]
        said = said[:5] if len(said) in (5, 9) else said
    return bool(known) and said == known


def same_ending(typed: str, stored: str) -> bool:
    """Whether a phone number ends as typed: four digits, or as much as the caller says of it."""
    said, known = digits(typed), digits(stored)
    if len(said) > 6:
        said = said.lstrip("0")  # 030 ... and 0049 30 ... are the same line
    return FEWEST_DIGITS <= len(said) <= len(known) and known.endswith(said)


def digits(text: str) -> str:
    """Return the digits of a text, of any script, as ASCII."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def pick(lines: Sequence[Line], now: float, days: int, seed: str) -> tuple[Line, ...]:
    """Pick two recent purchases at different shops and days; none if there are not two.

    Args:
        now: Unix seconds.
        days: how old a purchase may be.
        seed: another seed picks others; the caller cannot choose what is asked.
    """
    recent = [
        line
        for line in lines
        if line.state in _ASKABLE
        and line.at is not None
        and 0 <= now - line.at <= days * 86_400
        and _words(line.merchant)
        and _amount(line) >= _LEAST
    ]
    # By a hash of each: a purchase more does not change the question, as it would by shuffling.
    recent.sort(key=lambda line: sha256(f"{seed} {line.key}".encode()).digest())
    picked: list[Line] = []
    for line in recent:
        known = {(_folded(other.merchant), _amount(other)) for other in picked}
        shops = {shop for shop, _ in known}
        days_ = {(other.at or 0) // 86_400 for other in picked}
        if _folded(line.merchant) not in shops and (line.at or 0) // 86_400 not in days_:
            picked.append(line)
        if len(picked) == PICKED:
            return tuple(sorted(picked, key=lambda item: item.at or 0, reverse=True))
    return ()


def same_purchase(typed: str, line: Line) -> bool:
    """Whether the caller named the shop or the amount of a purchase.

    All words said must belong to the shop, so that reading out a list of shops proves nothing;
    an amount may be rounded to the nearest half unit or by two per cent. When both are said,
    both must be right.
    """
    if _is_shop(_tokens(typed), line):
        return True
    numbers = _NUMBER.findall(typed)
    said = _tokens(_NUMBER.sub(" ", typed)) - _MONEY
    if len(numbers) != 1 or (said and not _is_shop(said, line)):
        return False
    return any(_near(_decimal(numbers[0]), known) for known in (_amount(line), _abroad(line)))


_MONEY = frozenset("eur euro euros usd dollar dollars gbp pound pounds cent cents about".split())


def _is_shop(said: set[str], line: Line) -> bool:
    known = _tokens(line.merchant)
    telling = {word for word in said if word not in _GENERIC and len(word) >= 3}
    if not any(word.isalpha() or len(word) > 3 for word in telling):
        return False
    return all(_belongs(word, known) for word in said - _GENERIC)


def _belongs(word: str, known: set[str]) -> bool:
    return word in known or (len(word) >= 4 and any(name.startswith(word) for name in known))


def _words(text: str) -> set[str]:
    return {word for word in _tokens(text) if word not in _GENERIC and len(word) >= 3}


def _tokens(text: str) -> set[str]:
    # "Gamer's" is one word, "DB-Vertrieb" two.
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    plain = "".join(s for s in plain if not unicodedata.combining(s) and s not in "'’")
    return set(re.findall(r"[^\W_]+", plain))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def _decimal(text: str) -> Decimal:
    """Read an amount as people write it: the last separator with one or two digits is the point."""
    parts = re.split(r"\D", text)
    if len(parts) > 1 and len(parts[-1]) <= 2:
        return Decimal(digits("".join(parts[:-1])) + "." + digits(parts[-1]))
    return Decimal(digits("".join(parts)))


def _amount(line: Line) -> Decimal:
    return to_decimal(abs(line.amount), line.currency)


def _abroad(line: Line) -> Decimal:
    return to_decimal(abs(line.merchant_amount), line.merchant_currency)


def _near(said: Decimal, known: Decimal) -> bool:
    return (
        known > 0 and said > 0 and abs(said - known) <= max(Decimal("0.5"), known * Decimal("0.02"))
    )
