"""E-mail addresses, telephone and account numbers in free text, whosesoever they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from supportdesk.domain.folding import Aligned, any_of
from supportdesk.domain.personal_words import words

Span = tuple[int, int]
_EMAIL = re.compile(
    r"[^\s@<>(),;:\"/?&]{1,64}(?:@|\s?[(\[{]at[)\]}]\s?)[^\s@<>(),;:\"\[\]]{1,190}"
    r"(?:\.|\s?[(\[{](?:dot|punkt|point|punto)[)\]}]\s?)(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24})"
)
_AT = re.compile(r"@|[(\[{]at[)\]}]")
#: What people put between the figures of a telephone number; never a new line.
SEP = r"[^\S\n]?[()./·‐-―-]{0,2}[^\S\n]?"
_DATE = r"(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d))"
_PHONE = (
    rf"(?:\+|00|011[ -]){SEP}\d(?:{SEP}\d){{7,13}}",  # international
    rf"(?:1{SEP})?\(?[2-9]\d{{2}}(?:\) ?|[ .‐-―-])\d{{3}}[ .‐-―-]\d{{4}}",  # North American
    rf"{_DATE}\(?0[1-9](?:{SEP}\d){{7,10}}",  # national, with trunk 0
)
_ACCOUNT = re.compile(r"(?<![^\W_])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}(?![^\W_])")
_SHORTEST = 15  # signs of an account number: Norway's
_DIGIT = re.compile(r"\d")


def find_emails(text: Aligned) -> Iterator[Span]:
    """Yield where e-mail addresses stand."""
    if _AT.search(text.plain):
        yield from text.find(_EMAIL)


def find_phones(text: Aligned) -> Iterator[Span]:
    """Yield where telephone numbers stand: international, national, or named as one."""
    if _DIGIT.search(text.plain):
        for pattern in _phones():
            yield from text.find(pattern, "number")


@cache
def _phones() -> tuple[re.Pattern[str], re.Pattern[str]]:
    named = rf"(?<!\w){any_of(words('phone'))}[\s:.]{{0,3}}(?:{any_of(words('is'))}[\s:.]{{1,2}})?"
    return (
        re.compile(rf"(?<![\w+])(?<!\d[.,/-])(?P<number>{'|'.join(_PHONE)})(?!\w)"),
        re.compile(rf"{named}(?P<number>\(?\d(?:{SEP}\d){{5,13}})(?!\w)"),
    )


def find_accounts(text: Aligned) -> Iterator[Span]:
    """Yield where account numbers (IBAN, ISO 13616) stand."""
    if not _DIGIT.search(text.plain):
        return
    for start, end in text.find(_ACCOUNT):
        while end - start >= _SHORTEST:  # what follows may look like a part of it
            if _is_account(text.text[start:end]):
                yield start, end
                break
            end = max(text.text.rfind(mark, start, end) for mark in " \u00a0-")


def _is_account(written: str) -> bool:
    """Whether the check digits are right (ISO 7064, mod 97-10)."""
    signs = re.sub(r"[^A-Z0-9]", "", written.upper())
    turned = signs[4:] + signs[:4]
    return int("".join(str(int(sign, 36)) for sign in turned) or "0") % 97 == 1
