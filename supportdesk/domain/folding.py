"""Folds names and numbers so that what an agent types meets what Stripe stored.

Both sides are folded the same way, once when a cardholder is stored and once when a search is
typed: case and accents go, letters that people spell out get both spellings. What is looked for
in free text, such as a name that must not leave the desk, is folded the same way too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from supportdesk.domain import phones
from supportdesk.domain.records import Cardholder

Word = tuple[str, ...]  # a word in each of its spellings

_LONGEST_QUERY = 200  # characters; no name, address or id is longer
_LONGEST_WORD = 64
_MOST_WORDS = 8

# What Unicode does not take apart although people do.
_PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)
# Letters that are also spelt with two: Müller and Mueller, Bjørn and Bjoern, Åse and Aase.
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
# Words of Chinese and Japanese are not spaced: each sign is taken as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
_JOINT = re.compile(r"(?<=\w)['’‘`´.-](?=\w)")  # O'Brien is also looked for as obrien
# What callers say with a name although Stripe need not have it, in the languages it writes.
_POLITE = frozenset(
    "mr mrs ms miss mx sir dr prof professor herr frau hr fr dipl ing mag jr sr mme mlle monsieur "
    "madame m sra srta don dona señor senor senora sig signor signora dott "
    "and und et y e the der die das "
    "gmbh ug ag kg ohg ltd limited llc inc plc co corp sarl sas sa srl spa sl bv nv oy ab".split()
)


def plain(text: str) -> str:
    """Return `text` without case, accents and signs nobody sees, digits as 0 to 9."""
    if text.isascii():
        return text.lower()
    kept = "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
        for sign in unicodedata.normalize("NFKD", text)
        if unicodedata.category(sign) not in ("Mn", "Cf")
    )
    return unicodedata.normalize("NFC", kept).casefold().translate(_PLAIN)


def words(text: str) -> list[Word]:
    """Return the words of `text`, folded; a word that is spelt two ways comes with both."""
    if text.isascii():
        return [(word,) for word in _WORD.findall(text.lower())]
    composed = unicodedata.normalize("NFC", text.casefold())
    one = _WORD.findall(plain(composed))
    other = _WORD.findall(plain(composed.translate(_SPELT_OUT)))
    return [(a,) if a == b else (a, b) for a, b in zip(one, other, strict=True)]


# In a folded word: the second letter of what people spell out may stand or not.
_EITHER = re.compile("a[ae]?|oe?|ue?")
_OPTIONAL = {"a": "a[ae]?", "o": "oe?", "u": "ue?"}


def spelt(word: str) -> str:
    """Return a regular expression for a word, and for how else people spell it, once folded.

    "Müller", "Mueller" and "Muller" give the same, so it does not matter which was stored.
    """
    cut, at = [], 0
    folded = plain(unicodedata.normalize("NFC", word))
    for match in _EITHER.finditer(folded):
        cut += [re.escape(folded[at : match.start()]), _OPTIONAL[match.group()[0]]]
        at = match.end()
    return "".join((*cut, re.escape(folded[at:])))


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for any of some words or phrases, once folded."""
    longest_first = sorted({*words}, key=lambda word: (-len(word), word))
    phrases = (r"[\s-]{1,2}".join(map(spelt, words.split())) for words in longest_first)
    return f"(?:{'|'.join(phrases)})"


def core(word: str) -> str:
    """Return the longest piece that stands in every spelling of a word, once folded."""
    return max(_EITHER.split(plain(unicodedata.normalize("NFC", word))), key=len)


class _Signs(dict[int, str]):
    """What each sign folds to, by its code point; filled as signs come up."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = plain(chr(code))
        return folded


_SIGNS = _Signs()


class Aligned:
    """A text beside its folded form, so that what is found leads back to it.

    Attributes:
        plain: the text folded sign by sign.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = text.lower() if text.isascii() else text.translate(_SIGNS)

    @cached_property
    def _places(self) -> list[int]:
        if self.text.isascii():
            return list(range(len(self.text) + 1))
        found = [at for at, sign in enumerate(self.text) for _ in _SIGNS[ord(sign)]]
        return [*found, len(self.text)]

    def find(self, pattern: re.Pattern[str], group: int | str = 0) -> Iterator[tuple[int, int]]:
        """Yield where a pattern matches the folded form, as start and end in the text."""
        for match in pattern.finditer(self.plain):
            start, end = match.span(group)
            if start < end:
                yield self._places[start], self._places[end]


def email(text: str) -> str:
    """Return an e-mail address as it is compared."""
    return "".join(text.casefold().split()).encode("utf-8", "replace").decode()


def digits(text: str) -> str:
    """Return the digits of a telephone number without what differs by where one calls from."""
    return phones.digits(plain(text))


def numbers(said: str) -> tuple[str, str]:
    """Return the digits of a telephone number with and without its country code."""
    return digits(said), phones.national(plain(said))


def entry(holder: Cardholder) -> str:
    """Return the search entry of a cardholder: a line of name, one of e-mail, one of phone.

    Each word stands behind a space, so that " an" finds words that begin with "an".
    """
    called = f"{holder.name} {holder.first_name} {holder.last_name}"
    name = words(called)
    if (joined := _JOINT.sub("", called)) != called:
        name += words(joined)
    lines = (
        [form for word in name for form in word],
        [form for word in words(holder.email) for form in word],
        numbers(holder.phone_number),
    )
    return "\n".join("".join(f" {word}" for word in dict.fromkeys(line) if word) for line in lines)


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, ready to be looked for.

    Attributes:
        raw: as typed, shortened, for ids.
        email: as an e-mail address, "" if it is none.
        numbers: digits of the telephone numbers it may be the beginning of, the likeliest first.
        words: all of them must be found, each in one of its spellings.
    """

    raw: str
    email: str
    numbers: list[str]
    words: list[Word]


def _typed(word: Word) -> Word:
    """Return the forms to look for: a number also without the zeros one dials in the country."""
    forms = [form[:_LONGEST_WORD] for form in word]
    if forms[0].isdecimal():
        forms.append(forms[0].lstrip("0"))
    return tuple(dict.fromkeys(form for form in forms if form))


def _dialled(raw: str, region: str) -> list[str]:
    """Return the digits of what may be a telephone number, as `region` would understand it first.

    Four digits alone are rather the last ones of a card: they are taken as they are.
    """
    said = plain(raw)
    if not phones.is_number(said):
        return []
    abroad = phones.e164(said, region) if len(digits(raw)) > 4 else ""
    return [n for n in dict.fromkeys((digits(abroad), digits(raw))) if n]


def query(text: str, region: str = "") -> Query:
    """Return what `text` may mean; whatever was typed or pasted, this is quick.

    Args:
        region: ISO 3166-1 alpha-2 of the country from which a telephone number is dialled.
    """
    raw = text[: 20 * _LONGEST_QUERY].strip()[:_LONGEST_QUERY]
    typed = [_typed(word) for word in islice(words(raw), _MOST_WORDS)]
    mail = email(raw) if "@" in raw and not re.search(r"\s", raw) else ""
    return Query(raw, mail, _dialled(raw, region), typed)


def called(words: list[Word]) -> list[Word]:
    """Return the words that name somebody: without titles, forms of companies, lone initials.

    All of them if nothing else is left.
    """
    kept = [word for word in words if not _POLITE.intersection(word)]
    long = [word for word in kept if len(word[0]) > 1 or not word[0].isascii()]
    return (long if len(long) > 1 else kept) or words
