"""What the desk knows of a cardholder, found in free text as people write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from babel.dates import get_month_names

from supportdesk.domain import phones
from supportdesk.domain.contact_data import SEP, Span
from supportdesk.domain.folding import Aligned, any_of, plain, spelt
from supportdesk.domain.names import find_names, find_whole_names
from supportdesk.domain.personal_words import streets, words
from supportdesk.domain.records import Address, Cardholder

_LANGUAGES = ("en", "de", "fr", "es", "it")
_FEWEST = 6  # figures of a telephone number, letters of a street, that tell whose it is
_WORD = re.compile(r"\w+")
_HOUSE = re.compile(r"(\d+)([a-z])")  # 5a is also written 5 a
_BETWEEN = r"[\s,.;/-]{0,3}"
_DAY_MARK = r"[\s./,-]{1,2}"
_ORDINAL = r"(?:st|nd|rd|th|er|re|o|\.)?"
_OF = r"(?:of|de|del|di)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A cardholder as Stripe keeps them; "" and None for what is not known."""

    names: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    address: Address = field(default_factory=Address)
    born: date | None = None


def person_of(holder: Cardholder) -> Person:
    """Return what of a cardholder can be recognised in a text."""
    names = (holder.name, f"{holder.first_name} {holder.last_name}".strip())
    return Person(
        names=tuple(dict.fromkeys(name for name in names if name)),
        email=holder.email,
        phone=holder.phone_number,
        address=holder.billing,
        born=holder.dob,
    )


def find_person(text: str, person: Person) -> list[tuple[str, str]]:
    """Return what of a person stands in a text: its kind, and how it is written there."""
    aligned = Aligned(text)
    found: dict[tuple[str, str], None] = {}
    for kind, spans in (
        ("name", find_names(aligned, person.names)),
        ("email", _email(aligned, person.email)),
        ("phone", _phone(aligned, person.phone)),
        ("address", _address(aligned, person.address)),
        ("born", _born(aligned, person.born)),
    ):
        found |= dict.fromkeys((kind, text[start:end]) for start, end in spans)
    return list(found)


def is_named(text: str, person: Person) -> tuple[str, ...]:
    """Return by what a text names a person for sure: their whole name, e-mail, telephone."""
    aligned = Aligned(text)
    named = {
        "name": find_whole_names(aligned, person.names),
        "email": list(_email(aligned, person.email)),
        "phone": list(_phone(aligned, person.phone)),
    }
    return tuple(kind for kind, spans in named.items() if spans)


def _email(text: Aligned, address: str) -> Iterator[Span]:
    """Also spelt aloud: "lena dot hoffmann at mail dot example"; or its name, if it has figures."""
    name, _, domain = plain(address).partition("@")
    if not (name and domain):
        return
    dot = rf"\s?{any_of(words('dot'))}\s?"
    whole = rf"{_dotted(name, dot)}\s?{any_of(words('at'))}\s?{_dotted(domain, dot)}"
    yield from text.find(re.compile(rf"(?<!\w){whole}(?!\w)"))
    if len(name) >= _FEWEST and re.search(r"\d", name) and re.search(r"[^\W\d]", name):
        yield from text.find(re.compile(rf"(?<!\w){re.escape(name)}(?!\w)"))


def _dotted(part: str, dot: str) -> str:
    return dot.join(re.escape(word) for word in part.split("."))


def _phone(text: Aligned, number: str) -> Iterator[Span]:
    """In national and international writing, with anything between the figures."""
    ours = phones.national(number)
    if len(ours) < _FEWEST:
        return
    code = phones.digits(number).removesuffix(ours) if number.strip().startswith("+") else ""
    abroad = rf"(?:(?:\+|00|011)?{SEP}{SEP.join(code)}{SEP})?" if code else ""
    whole = rf"{abroad}(?:\(?0\)?{SEP})?\(?{SEP.join(ours)}"
    yield from text.find(re.compile(rf"(?<![\w+]){whole}(?!\d)"))


def _address(text: Aligned, address: Address) -> Iterator[Span]:
    """Its lines as people shorten them, and the postal code beside a line, the city or a label."""
    said = [line for line in (address.line1, address.line2) if line]
    lines = [line for part in said if re.search(r"\d", part) and (line := _line(part))]
    code, city = _spaced(address.postal_code), _line(address.city)
    rest = [part for part in (*lines, code, city) if part]
    for line in lines:
        part = rf"(?:[a-z]{{1,2}}-)?(?:{'|'.join(rest)})"
        whole = rf"(?:{part}{_BETWEEN}){{0,3}}(?<!\w){line}(?:{_BETWEEN}{part}){{0,3}}"
        yield from text.find(re.compile(rf"(?<!\w){whole}(?!\w)"))
    for part in said:
        yield from _street(text, part)
    if not code:
        return
    if re.search(r"[^\W\d]", address.postal_code) and len(plain(address.postal_code)) >= _FEWEST:
        yield from text.find(re.compile(rf"(?<!\w){code}(?!\w)"))
        return
    named = rf"{any_of(words('postal'))}[\s:]{{0,2}}(?:{any_of(words('is'))}\s)?"
    yield from text.find(re.compile(rf"(?<!\w){named}(?P<code>{code})(?!\w)"), "code")
    if city:
        beside = rf"(?:[a-z]{{1,2}}-)?{code}{_BETWEEN}{city}|{city}{_BETWEEN}{code}"
        yield from text.find(re.compile(rf"(?<!\w)(?:{beside})(?!\w)"))


def _line(said: str) -> str:
    """Return an expression for a line of an address: words in either order with its number."""
    parts = _WORD.findall(plain(said))
    if not parts or sum(map(len, parts)) < 3:
        return ""
    spelt_ = [_street_word(part) for part in parts]
    orders = [spelt_]
    if len(parts) > 1 and re.search(r"\d", parts[0] + parts[-1]):
        turned = [*spelt_[1:], spelt_[0]] if parts[0][0].isdecimal() else [spelt_[-1], *spelt_[:-1]]
        orders.append(turned)
    return f"(?:{'|'.join(_BETWEEN.join(order) for order in orders)})"


def _street(text: Aligned, said: str) -> Iterator[Span]:
    """The street without its number, where it is written as a name."""
    parts = [part for part in _WORD.findall(plain(said)) if not re.search(r"\d", part)]
    if (
        sum(map(len, parts)) < _FEWEST
        or not parts
        or (len(parts) == 1 and not _is_street(parts[0]))
    ):
        return
    whole = _BETWEEN.join(map(_street_word, parts))
    for start, end in text.find(re.compile(rf"(?<!\w){whole}(?!\w)")):
        if text.text[start].isupper():
            yield start, end


def _street_word(word: str) -> str:
    """Return an expression for a word of an address and how it is shortened."""
    for kinds, ending in _shortened():
        if word in kinds:
            return rf"{any_of(kinds)}\.?"
        if ending and word.endswith(ending) and len(word) > len(ending):
            return rf"{spelt(word.removesuffix(ending))}[\s-]?{any_of(kinds)}\.?"
    if house := _HOUSE.fullmatch(word):
        return rf"{house[1]}\s?{house[2]}"
    return spelt(word)


def _is_street(word: str) -> bool:
    return any(ending and word.endswith(ending) for _, ending in _shortened())


@cache
def _shortened() -> list[tuple[frozenset[str], str]]:
    """Kinds of streets once folded; the ending is of those that are written in one word."""
    joined = {"strasse", "gasse", "platz"}
    found = []
    for kinds in streets():
        folded = frozenset(plain(kind) for kind in kinds)
        found.append((folded, next(iter(folded & joined), "")))
    return found


def _spaced(code: str) -> str:
    """Return an expression for a postal code with or without a blank in it; of 94107-1234 both."""
    parts = _WORD.findall(plain(code))
    if len(parts) == 2 and len(parts[0]) == 5:
        return rf"{parts[0]}(?:[\s-]?{parts[1]})?"
    return r"\s?-?".join(re.escape(sign) for sign in "".join(parts))


def _born(text: Aligned, day: date | None) -> Iterator[Span]:
    """A date of birth in the usual writings of five languages."""
    if day is not None:
        yield from text.find(_birthday(day))


@cache
def _birthday(day: date) -> re.Pattern[str]:
    d, m, full = f"0?{day.day}", f"0?{day.month}", f"{day.year}"
    month, mark, tight = any_of(_months(day.month)), _DAY_MARK, "[./-]"
    short = f"{day.year % 100:02}"
    whole = (
        *(rf"{d}{mark}{m}{mark}{full}", rf"{m}{mark}{d}{mark}{full}", rf"{full}{mark}{m}{mark}{d}"),
        *(rf"{d}{tight}{m}{tight}{short}", rf"{m}{tight}{d}{tight}{short}"),
        *(f"{full}{day.month:02}{day.day:02}", f"{day.day:02}{day.month:02}{full}"),
        rf"{d}{_ORDINAL}[\s-]{{0,2}}{_OF}[\s-]?{month}\.?,?[\s-]{{0,2}}{_OF}[\s-]?{full}",
        rf"{month}\.?[\s-]{{1,2}}{d}{_ORDINAL},?[\s-]{{1,2}}{full}",
    )
    return re.compile(rf"(?<!\w)(?<!\d{tight})(?:{'|'.join(whole)})(?!\w|{tight}\d)")


def _months(month: int) -> Sequence[str]:
    return [
        get_month_names(width, context, language)[month].rstrip(".")
        for language in _LANGUAGES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
    ]
