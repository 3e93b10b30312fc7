"""Free text of complaints: made safe to store, and freed of personal data for the report."""

from __future__ import annotations

import re
from collections.abc import Iterable

from supportdesk.domain import privacy

_EMAIL = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,190}\.[^\W\d_]{2,24}")
_PHONE = re.compile(
    r"(?<![\w+])(?:"
    r"(?:\+|00)\d(?:[ ()/.-]{0,2}\d){6,13}"  # international
    r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}"  # North American
    r"|0\d{2,4}[ /-]{0,2}\d{3}(?:[ -]?\d){2,6}"  # national, with trunk 0
    r")(?!\w)"
)
_DIGIT = re.compile(r"\d")
# Parts of company names that say nothing of who it is.
_COMMON = {"gmbh", "ltd", "limited", "inc", "llc", "plc", "sarl", "sas", "srl", "the", "and", "und"}


def clean(text: str) -> str:
    """`text` as it is stored: nothing invisible in it and nothing empty around it."""
    return privacy.clean(text).strip()


def _name_parts(names: Iterable[str], text: str) -> list[re.Pattern[str]]:
    """Patterns of those parts of the names that can be in the text at all."""
    words = {part for name in names for part in re.split(r"[\s,.]+", name) if len(part) > 2}
    folded = _folded(text) if words else ""
    parts = {w for w in words if w.casefold() not in _COMMON and _folded(w) in folded}
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    return [re.compile(rf"(?<!\w){re.escape(part)}(?!\w)", re.IGNORECASE) for part in longest_first]


def _folded(text: str) -> str:
    """Equal for all that a pattern which ignores case takes for equal."""
    return text.casefold().replace("ı", "i").replace("\u0307", "")


def scrub(text: str, names: Iterable[str] = ()) -> str:
    """A first neutral text for the report: `names`, e-mails, phones, card numbers taken out."""
    result = privacy.mask(text)
    if "@" in result:
        result = _EMAIL.sub("[e-mail]", result)
    if _DIGIT.search(result):
        result = _PHONE.sub("[phone]", result)
    for part in _name_parts(names, result):
        result = part.sub("[cardholder]", result)
    return re.sub(r"\[cardholder\](?:\s+\[cardholder\])+", "[cardholder]", result)


def personal_data(text: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What of a person is left in `text`, in words; the data itself is not repeated."""
    found = []
    if privacy.find_card_numbers(text):
        found.append("a card number")
    if "@" in text and _EMAIL.search(text):
        found.append("an e-mail address")
    if _DIGIT.search(text) and _PHONE.search(text):
        found.append("a phone number")
    if any(part.search(text) for part in _name_parts(names, text)):
        found.append("the cardholder's name")
    return tuple(found)
