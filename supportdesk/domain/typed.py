"""What was typed or pasted into the search field, taken out of what came along with it."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from supportdesk.domain.privacy import LONGEST_PHONE, find_card_numbers

Exact = Literal["email", "phone", "last4", "id"]

_LOOKED_AT = 4000  # characters; nobody types more, but a whole file may be pasted
_KINDS = "ich|ic|iauth|ipi|idp|intok"
_ID = re.compile(rf"({_KINDS})_[A-Za-z0-9]{{8,}}")
_ID_INSIDE = re.compile(rf"(?<!\w)({_KINDS})_([A-Za-z0-9]{{8,}})(?!\w)", re.IGNORECASE)
_ID_BEGUN = re.compile(rf"({_KINDS})_", re.IGNORECASE)

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_AT = re.compile(r"\s*[(\[{]at[)\]}]\s*", re.IGNORECASE)
_ADDRESS = r"[^\s<>()\[\]\",;:@?]+"
_LONGEST_NAME = 64  # characters before the @ (RFC 5321, 4.5.3.1.1)
_NAME_BEFORE = re.compile(rf"{_ADDRESS}$")
_HOST_BEHIND = re.compile(rf"{_ADDRESS}\.{_ADDRESS}")

_PHONE = re.compile(r"\+?[\d\s()./-]{7,30}")
_DASH = re.compile(r"[‐-―−﹘﹣－]")
_CALLED = re.compile(
    r"(?:(?:tel|telephone|telefon|phone|fon|mobile?|mobil|cell|handy|whatsapp)\b[.:\s]*)?"
    r"(?P<number>\+?[\d\s()./_~-]+)"
    r"(?P<inside>[\s,;]*(?:extension|ext|durchwahl|dw|apparat|app|x)[.:=\s]*\d{1,6})?",
    re.IGNORECASE,
)
_FEWEST_SAID = 5  # digits; four are rather the last ones of a card

_FOUR = re.compile(r"(?<!\d)(\d{4})\W*$")
_SPOKEN = re.compile(r"\d(?:[\s.,-]\d){3}")  # 1 0 0 7
# What stands before the last digits of a card in letters, receipts and sentences, in the
# languages Stripe writes to cardholders (de, en, es, fr, it).
_LEADS = re.compile(
    r"(?:[\s*•●·∙….:,;#_-]|(?<!\w)x+|(?<!\w)(?:"
    r"visa|master\s?card|card|number|karten?|nummer|carte|num[eé]ro|tarjeta|carta|"
    r"(?:ending|ends|endend|endet|terminant|termine|finit|terminada|termina|finisce)"
    r"(?:\s+(?:in|with|on|auf|mit|par|en|con))?|endziffern?|"
    r"(?:the\s+)?(?:last|letzten?|derniers|[uú]ltimos|ultime)"
    r"(?:\s*(?:4|four|vier|quatre|cuatro|quattro))?(?:\s*(?:digits|ziffern|chiffres|cifras|cifre))?"
    r"))+$",
    re.IGNORECASE,
)
_QUOTES = "'`‘’“”"
_STOPS = " .,:;-"


def plain(text: str) -> str:
    """Return what is to be looked for: an id, address or number without what surrounds it.

    An id out of a link to Stripe's Dashboard or a sentence, with its kind in small letters; the
    address out of "Name <a@b.example>" or a mailto link; a telephone number without "tel:", an
    extension or unusual signs; the last digits of a card without "ending in", "x" or "••••".
    Anything else is returned as it is, without spaces around it.
    """
    text = text[:_LOOKED_AT].strip()
    if inside := _ID_INSIDE.search(text):
        return f"{inside[1].lower()}_{inside[2]}"
    if _ID_BEGUN.match(text):
        kind, _, rest = text.partition("_")
        return f"{kind.lower()}_{rest}"
    return _address(text) or _number(text) or _card_ending(text) or text


def exact(text: str) -> Exact | None:
    """Tell what Stripe itself could find exactly: it cannot search names or parts of anything.

    A full card number, as a caller may read it out, is nothing that may be sent. Of an id in
    capitals nobody knows which of its letters Stripe writes small.
    """
    if find_card_numbers(text):
        return None
    sought = plain(text)
    if re.fullmatch(r"\d{4}", sought):
        return "last4"
    if _ID.fullmatch(sought):
        typed = _ID_INSIDE.search(text)
        return None if typed is not None and typed[1].isupper() else "id"
    if _EMAIL.fullmatch(sought):
        return "email"
    if _PHONE.fullmatch(sought) and 7 <= len(re.sub(r"\D", "", sought)) <= LONGEST_PHONE:
        return "phone"
    return None


def _address(text: str) -> str:
    """Return the e-mail address in a text, "" if there is none or it is not typed to its end."""
    text = _AT.sub("@", text)
    at = text.find("@")
    if at < 0:
        return ""
    name = _NAME_BEFORE.search(text, max(0, at - _LONGEST_NAME), at)
    host = _HOST_BEHIND.match(text, at + 1)
    if name is None or host is None:
        return ""
    return f"{name[0].lstrip(_QUOTES)}@{host[0].rstrip(_QUOTES + '.')}"


def _number(text: str) -> str:
    """Return the telephone number that a text is, in ASCII; "" if it is none."""
    if len(text) > 2 * LONGEST_PHONE + _LONGEST_NAME:
        return ""
    seen = unicodedata.normalize("NFKC", _DASH.sub("-", text))
    seen = "".join(sign for sign in seen if unicodedata.category(sign) != "Cf")
    said = _CALLED.fullmatch(seen.strip())
    if said is None:
        return ""
    number = _western(re.sub(r"[_~]", " ", said["number"]).strip())
    digits = len(re.sub(r"\D", "", number))
    return number if digits >= (7 if said["inside"] else _FEWEST_SAID) else ""


def _card_ending(text: str) -> str:
    """Return the last four digits of a card, behind a name if one was given, else ""."""
    if len(text) > _LONGEST_NAME * 2:
        return ""
    if _SPOKEN.fullmatch(text):
        return re.sub(r"\D", "", _western(text))
    four = _FOUR.search(text)
    if four is None:
        return ""
    before = text[: four.start()]
    rest = _LEADS.sub("", before)
    if any(sign.isdecimal() for sign in rest) or (rest and rest == before.rstrip(_STOPS)):
        return ""
    return f"{rest} {_western(four[1])}".strip()


def _western(text: str) -> str:
    """Return `text` with digits of any script as 0 to 9, as Stripe writes them."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
