"""What a complaint's fields hold and what its history tells, in an agent's words."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime

from supportdesk.domain.calendars import place_name
from supportdesk.domain.complaints import EXECUTIVE, OPERATIONAL, Change, Complaint
from supportdesk.domain.moments import is_noon
from supportdesk.services.complaint_changes import told
from supportdesk.ui.complaints.words import (
    circumstance,
    kind_words,
    month_name,
    purpose,
    status_words,
)
from supportdesk.ui.text import locale, money, spoken, tr

_TYPES: Final = {field.name: str(field.type) for field in dataclasses.fields(Complaint)}
INSTANTS: Final = frozenset(name for name, kind in _TYPES.items() if kind.startswith("float"))
_DAYS: Final = frozenset({"holding_until", "fix_due"})  # promised: no hour was meant
_LISTED: Final = frozenset({"circumstances"})


def field_words(complaint: Complaint, name: str) -> str:
    """What a field holds, as the window says it; "" for nothing."""
    return value_words(complaint, name, told(getattr(complaint, name)))


def value_words(complaint: Complaint, name: str, text: str) -> str:
    """A value as the history keeps it, as the window says it.

    What cannot be read, because an older desk wrote it otherwise, is shown as it is.
    """
    if not text:
        return ""
    if name in INSTANTS:
        return _instant(complaint, text, by_day=name in _DAYS)
    if _TYPES.get(name, "").startswith("bool"):
        return {"True": tr("yes"), "False": tr("no")}.get(text, text)
    if name == "redress_amount":
        return _amount(complaint, text)
    if name == "redress_currency":
        return text.upper()
    if name in _LISTED:
        return ", ".join(circumstance(part) for part in text.split(", "))
    if name == "replies":
        return "\n".join(_letter(part) for part in text.split(", "))
    if name == "jurisdiction":
        return place_name(text, locale())
    if name == "terms":
        return text.replace("(kept)", tr("(kept)")).replace("(dismissed)", tr("(dismissed)"))
    if name == "complaint_classification":
        return {OPERATIONAL: tr("operational"), EXECUTIVE: tr("executive")}.get(text, text)
    return {"status": status_words, "kind": kind_words}.get(name, str)(text)


def _instant(complaint: Complaint, text: str, *, by_day: bool) -> str:
    """An instant where the complaint's days are counted, with its zone; or only its day."""
    try:
        at = datetime.fromtimestamp(float(text), ZoneInfo(complaint.zone))
    except (ValueError, OverflowError, OSError):
        return text
    if by_day or is_noon(at.timestamp(), complaint.zone):
        return format_datetime(at, "d MMM y", tzinfo=at.tzinfo, locale=locale())
    shown = format_datetime(at, "d MMM y, HH:mm", tzinfo=at.tzinfo, locale=locale())
    return f"{shown} ({complaint.zone.replace('_', ' ')})"


def _amount(complaint: Complaint, text: str) -> str:
    try:
        return money(int(text), complaint.redress_currency or "eur")
    except ValueError:
        return text


def _letter(text: str) -> str:
    """A letter as the history names it: purpose, language, version and medium."""
    parts = text.split(" ")
    if len(parts) < len(("purpose", "language", "version")):
        return text
    languages = Locale.parse(locale()).languages
    what, language, *rest = parts
    how = {"(copied)": tr("copied"), "(pdf)": tr("saved as PDF")}.get(rest[-1], rest[-1])
    return ", ".join((purpose(what), languages.get(language, language), how))


def action_words(change: Change) -> str:
    """What was done in a change."""
    actions = {
        "logged": tr("logged"),
        "edited": tr("edited"),
        "imported": tr("imported"),
        "acknowledged": tr("recorded the acknowledgement"),
        "told Stripe": tr("recorded that Stripe was told"),
        "cleared by Stripe": tr("recorded Stripe's clearance"),
        "forwarded": tr("recorded the forwarding"),
        "resolved": tr("resolved"),
        "began to investigate": tr("began to investigate"),
        "sent a holding reply": tr("recorded the holding reply"),
        "gave provisional credit": tr("recorded the provisional credit"),
        "told of the provisional credit": tr("recorded that the caller knows of the credit"),
        "withdrawn": tr("recorded that it was withdrawn"),
        "reopened": tr("reopened"),
        "handed over": tr("handed over"),
        "watches": tr("watches it"),
        "watches no longer": tr("watches it no longer"),
        "attached a file": tr("attached a file"),
        "sealed": tr("sealed as it stood: an older desk had changed it last"),
        "erased": tr("erased what told of a person"),
    }
    action, _, letter = change.action.partition(" ")
    if action == "reported" and letter:
        return tr("reported to Stripe with {month}", month=month_name(letter))
    if action == "reply":
        return tr("letter: {what}", what=purpose(letter))
    return spoken(change.action, actions)
