"""Free text of complaints: made safe to store, and freed of personal data for the report."""

from __future__ import annotations

import re
import unicodedata
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
# Parts of company names, and words of two letters, that say nothing of who it is.
_COMMON = {
    *("gmbh", "ltd", "limited", "inc", "llc", "plc", "sarl", "sas", "srl", "the", "and", "und"),
    *("ag", "kg", "co", "no", "so", "do", "an", "in", "on", "he", "we", "my", "me", "it", "is"),
    *("as", "at", "am", "by", "be", "if", "or", "us", "up", "go", "to", "of", "de", "la", "le"),
}
# Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese letters.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]")


def clean(text: str) -> str:
    """`text` as it is stored: nothing invisible in it and nothing empty around it."""
    return privacy.clean(text).strip()


def _name_parts(names: Iterable[str], text: str) -> list[re.Pattern[str]]:
    """Patterns of those names, and of their parts, that can be in the text at all."""
    folded = ""
    parts: set[str] = set()
    for name in names:
        folded = folded or _folded(text)
        words = re.split(r"[\s,.]+", unicodedata.normalize("NFC", name).strip())
        here = [word for word in words if word and _folded(word) in folded]
        parts.update(word for word in here if _tells(word))
        if len(here) == len(words) > 1:
            parts.add(" ".join(words))  # a whole name also when its parts are too short alone
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    return [_pattern(part) for part in longest_first]


def _tells(word: str) -> bool:
    """Whether a part of a name says alone who it is; "No" and "Ltd" do not."""
    if word.casefold() in _COMMON:
        return False
    return len(word) > 2 or (len(word) == 2 and not word.islower())


def _pattern(part: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in part.split())
    if _UNSPACED.search(part):  # no blanks around words there
        return re.compile(words)
    # Two letters are a name only with a capital: "Li", not "li".
    ignored = re.IGNORECASE if len(part) > 2 else re.NOFLAG
    return re.compile(rf"(?<!\w){words}(?!\w)", ignored)


def _folded(text: str) -> str:
    """Equal for all that a pattern which ignores case takes for equal."""
    return text.casefold().replace("ı", "i").replace("\u0307", "")


def scrub(text: str, names: Iterable[str] = ()) -> str:
    """A first neutral text for the report: `names`, e-mails, phones, card numbers taken out."""
    result = unicodedata.normalize("NFC", privacy.mask(text))
    if "@" in result:
        result = _EMAIL.sub("[e-mail]", result)
    if _DIGIT.search(result):
        result = _PHONE.sub("[phone]", result)
    for part in _name_parts(names, result):
        result = part.sub("[cardholder]", result)
    return re.sub(r"\[cardholder\](?:\s+\[cardholder\])+", "[cardholder]", result)


def personal_data(text: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What of a person is left in `text`, in words; the data itself is not repeated."""
    text = unicodedata.normalize("NFC", text)
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
