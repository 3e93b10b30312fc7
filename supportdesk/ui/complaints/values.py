"""Between a complaint's fields and the texts its inputs show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from supportdesk.domain.complaint_check import EARLIEST
from supportdesk.domain.complaints import Complaint, Term
from supportdesk.domain.moments import format_time, instant_of, is_noon, parse_time
from supportdesk.domain.money import AmountProblem, format_amount, parse_amount
from supportdesk.ui.complaints.moment_input import split
from supportdesk.ui.text import locale, parse_day, typed_day

BOOLS = frozenset(
    {
        "alleges_UDAP_or_discrimination",
        "systemic_issue_identified",
        "redress_reqd",
        "is_complaint",
        "legal_hold",
    }
)
DAYS = frozenset(
    {"redress_paid_at", "regulator_sent_at", "holding_until", "fix_due", "fix_proved_at"}
)
RECEIVED = "date_received"
#: What was done, on a day and, where that is known, at a time of day.
STEPS = frozenset(
    {
        "acknowledged_at",
        "stripe_notified_at",
        "stripe_cleared_at",
        "forwarded_at",
        "told_at",
        "executed_at",
        "holding_at",
        "provisional_credit_at",
        "credit_told_at",
        "withdrawn_at",
    }
)
MOMENTS = STEPS | {RECEIVED}
LISTS = frozenset({"executive_basis", "circumstances", "contributing_causes"})
YES_NO = {True: "yes", False: "no"}
_FIELDS = frozenset(field.name for field in fields(Complaint))
#: Gives the instant kept for a day: (day, instant kept so far).
Instant = Callable[[date, float | None], float]


def texts_of(complaint: Complaint, names: Iterable[str]) -> dict[str, str]:
    """The fields' values as their inputs show them."""
    return {name: _text(complaint, name) for name in names}


def _text(complaint: Complaint, name: str) -> str:
    value = getattr(complaint, name, None)
    if value is None:
        return ""
    if name in BOOLS:
        return YES_NO[value]
    if name == "terms":
        return "\n".join(_term_line(term) for term in value)
    if name in DAYS:
        return typed_day(complaint.day(value))
    if name in MOMENTS:
        known = name == RECEIVED or not is_noon(value, complaint.zone)
        time = format_time(value, complaint.zone) if known else ""
        return f"{typed_day(complaint.day(value))}\n{time}"
    if name == "redress_amount":
        return format_amount(value, complaint.redress_currency or "eur", locale())
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def with_texts(complaint: Complaint, texts: Mapping[str, str], instant: Instant) -> Complaint:
    """`complaint` with the values that were typed.

    A day or amount that cannot be read counts as none; its input says so by itself.
    """
    values: dict[str, Any] = {}
    for name, text in texts.items():
        if name in BOOLS:
            values[name] = {"yes": True, "no": False}.get(text)
        elif name in DAYS:
            values[name] = _instant(text, getattr(complaint, name), instant)
        elif name in MOMENTS:
            values[name] = _moment(name, text, complaint, instant)
        elif name == "terms":
            values[name] = _terms(text, complaint.terms)
        elif name in LISTS:
            values[name] = tuple(text.splitlines())
        elif name == "redress_amount":
            currency = texts.get("redress_currency") or complaint.redress_currency
            values[name] = _amount(text, currency)
        elif name in _FIELDS:  # others belong to the form alone
            values[name] = text
    if values.get(RECEIVED, 0.0) is None:
        values[RECEIVED] = complaint.date_received
    return replace(complaint, **values)


def _term_line(term: Term) -> str:
    return f"{'kept' if term.kept else 'dismissed'}|{term.id}|{term.text}"


def _terms(text: str, old: tuple[Term, ...]) -> tuple[Term, ...]:
    """The decisions; one that stayed keeps who took it and when."""
    known = {_term_line(term): term for term in old}
    found = []
    for line in text.splitlines():
        decision, _, rest = line.partition("|")
        id_, _, words = rest.partition("|")
        found.append(known.get(line) or Term(id_, words, decision == "kept"))
    return tuple(found)


def _instant(text: str, old: float | None, instant: Instant) -> float | None:
    try:
        day = parse_day(text)
    except ValueError:
        return None
    return instant(day, old) if day >= EARLIEST else None


def _moment(name: str, text: str, complaint: Complaint, instant: Instant) -> float | None:
    """The instant typed as day and time where the complaint's days are counted.

    A day alone is never before what must come first on that day, whenever that was.
    """
    day, at = split(text)
    old = getattr(complaint, name)
    if not at.strip():
        made = _instant(day, old, instant)
        first = since(complaint, name)
        if made is not None and first is not None and complaint.day(first) == complaint.day(made):
            return max(made, first)
        return made
    try:
        return instant_of(parse_day(day), parse_time(at), complaint.zone, old)
    except ValueError:
        return None


def since(complaint: Complaint, name: str) -> float | None:
    """The instant before which a step cannot have been done; None for the receipt itself."""
    if name == RECEIVED:
        return None
    told = complaint.stripe_notified_at if name == "stripe_cleared_at" else None
    return max(complaint.date_received, told or 0.0)


def _amount(text: str, currency: str) -> int | None:
    try:
        return parse_amount(text, currency or "eur", locale())
    except AmountProblem:
        return None
