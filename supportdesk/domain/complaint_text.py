"""Free text of complaints: made safe to store, and freed of personal data for the report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote

from supportdesk.domain import privacy
from supportdesk.domain.complaints import Complaint, Private
from supportdesk.domain.contact_data import Span, find_accounts, find_emails, find_phones
from supportdesk.domain.folding import Aligned, any_of
from supportdesk.domain.known_person import Person, find_person
from supportdesk.domain.names import find_names
from supportdesk.domain.personal_words import words

_INSTEAD = {
    "account": "[account number]",
    "card": "[card]",
    "email": "[e-mail]",
    "phone": "[phone]",
    "address": "[address]",
    "born": "[date of birth]",
    "name": "[cardholder]",
}
_IN_WORDS = {
    "number": "a card number",
    "card": "a card's last digits or id",
    "account": "an account number",
    "email": "an e-mail address",
    "phone": "a phone number",
    "address": "the cardholder's address",
    "born": "a date of birth",
    "name": "the cardholder's name",
}
_AGAIN = re.compile(r"\[cardholder\](?:\s+\[cardholder\])+")
# As the desk masks a number, and as receipts do: •••• 4242, **** 4242, x4242; Stripe's id of one.
_CARD = re.compile(r"(?:[•*·#x]{2,}[\s-]?)+\d{4}(?!\w)|(?<![^\W_])ic_[a-z0-9]+", re.IGNORECASE)
_HOLDER = re.compile(r"(?<![^\W_])ich_[a-z0-9]+", re.IGNORECASE)
_DATE = (
    r"\d{1,4}[\s./-]{1,2}\d{1,2}[\s./-]{1,2}\d{2,4}"
    r"|\d{1,2}[^\W\d_]{0,2}\.?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?\d{4}"
    r"|[^\W\d_]{3,12}\.?\s\d{1,2}[^\W\d_]{0,2},?\s\d{4}"
)
_ESCAPED = re.compile(r"\S*%[0-9A-Fa-f]{2}\S*")
_DIGIT = re.compile(r"\d")


def clean(text: str) -> str:
    """`text` as it is stored: nothing invisible in it and nothing empty around it."""
    return privacy.clean(text).strip()


def private_in(texts: Iterable[str], person: Person) -> tuple[Private, ...]:
    """What of a person stands in some texts, as it is written there."""
    found = {
        Private(kind, part): None
        for text in texts
        if text
        for kind, part in find_person(unicodedata.normalize("NFC", text), person)
    }
    return tuple(found)


def scrub(
    text: str, names: Iterable[str] = (), *, last4: str = "", private: Iterable[Private] = ()
) -> str:
    """A first neutral text for the report: what tells of a person or a card taken out.

    Args:
        names: of the cardholder; the digits `last4` are their card's.
        private: what else of the cardholder was found in the text before.
    """
    return _scrubbed(text, names, last4, private)[0]


def neutral(text: str, complaint: Complaint) -> str:
    """A text of a complaint without what tells of its cardholder, of anybody or of a card."""
    return scrub(text, [complaint.cardholder_name], **_known(complaint))


def left_in(text: str, complaint: Complaint) -> tuple[str, ...]:
    """What `neutral` would take out, in words."""
    return personal_data(text, [complaint.cardholder_name], **_known(complaint))


def _known(complaint: Complaint) -> dict[str, Any]:
    return {"last4": complaint.card_last4, "private": complaint.private}


def personal_data(
    text: str, names: Iterable[str] = (), *, last4: str = "", private: Iterable[Private] = ()
) -> tuple[str, ...]:
    """What of a person is left in `text`, in words; the data itself is not repeated."""
    kinds = _scrubbed(text, names, last4, private)[1]
    return tuple(said for kind, said in _IN_WORDS.items() if kind in kinds)


def _scrubbed(
    text: str, names: Iterable[str], last4: str, private: Iterable[Private]
) -> tuple[str, set[str]]:
    """A text without what is personal in it, and the kinds of that."""
    names, private = tuple(names), tuple(private)
    written = unicodedata.normalize("NFC", text)
    if "%" in written:  # in an address on the web: lena%40mail.example
        written = _ESCAPED.sub(lambda token: _opened(token[0], names, last4, private), written)
    kinds: set[str] = set()
    aligned = Aligned(written)
    for part in sorted(private, key=lambda part: (-len(part.text), part.text)):
        aligned = _without(aligned, part.kind, _literally(aligned, part.text), kinds)
    aligned = _without(aligned, "account", find_accounts(aligned), kinds)
    if card := privacy.refusal(aligned.text):
        aligned = Aligned(privacy.mask(aligned.text))
    aligned = _without(aligned, "card", _cards(aligned, last4), kinds)
    aligned = _without(aligned, "email", find_emails(aligned), kinds)
    aligned = _without(aligned, "born", _births(aligned), kinds)
    aligned = _without(aligned, "phone", find_phones(aligned), kinds)
    spans = [*aligned.find(_HOLDER), *find_names(aligned, names)]
    aligned = _without(aligned, "name", spans, kinds)
    kinds = (kinds - {"card"}) | {"number"} if card else kinds
    return _AGAIN.sub("[cardholder]", aligned.text), kinds


def _opened(token: str, names: tuple[str, ...], last4: str, private: tuple[Private, ...]) -> str:
    """A word with escaped signs in it, or what they stand for when that tells of a person."""
    opened = unicodedata.normalize("NFC", clean(unquote(token)))
    return opened if _scrubbed(opened, names, last4, private)[1] else token


def _without(text: Aligned, kind: str, spans: Iterable[Span], kinds: set[str]) -> Aligned:
    """Take out what was found of a kind, and note the kind."""
    cut, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            cut += [text.text[at:start], _INSTEAD[kind]]
        at = max(at, end)
    if not cut:
        return text
    kinds.add(kind)
    return Aligned("".join((*cut, text.text[at:])))


def _literally(text: Aligned, part: str) -> Iterator[Span]:
    if part not in text.text:
        return
    edges = (r"(?<!\w)" if part[0].isalnum() else "", r"(?!\w)" if part[-1].isalnum() else "")
    for match in re.finditer(f"{edges[0]}{re.escape(part)}{edges[1]}", text.text):
        yield match.span()


def _cards(text: Aligned, last4: str) -> Iterator[Span]:
    for match in _CARD.finditer(text.text):
        yield match.span()
    if last4 and last4 in text.plain:
        yield from text.find(_ending(last4), "last4")


@cache
def _ending(last4: str) -> re.Pattern[str]:
    """Four digits behind a word for a card: alone they may be a year or an amount."""
    named = rf"(?<!\w){any_of(words('card'))}(?:\W{{1,3}}{any_of(words('is'))}){{0,2}}\W{{1,3}}"
    return re.compile(rf"{named}(?P<last4>{re.escape(last4)})(?!\w|[.,]\d)")


def _births(text: Aligned) -> Iterator[Span]:
    if _DIGIT.search(text.plain):
        yield from text.find(_named_birth(), "day")


@cache
def _named_birth() -> re.Pattern[str]:
    is_ = rf"(?:{any_of(words('is'))}[\s:]{{1,2}})?"
    return re.compile(rf"(?<!\w){any_of(words('born'))}[\s:,(]{{0,3}}{is_}(?P<day>{_DATE})(?!\w)")
