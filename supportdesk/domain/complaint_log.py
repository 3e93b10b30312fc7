"""The whole log of complaints as a table: every row as it stands, with or without the person."""

from __future__ import annotations

from collections.abc import Callable

from supportdesk.domain.complaint_report import COLUMNS, row_of
from supportdesk.domain.complaints import Complaint, leading_clock
from supportdesk.domain.money import to_decimal

_INSTANTS = (
    *("acknowledged_at", "holding_at", "holding_until", "stripe_notified_at", "stripe_cleared_at"),
    *("told_at", "executed_at", "withdrawn_at", "reopened_at", "fix_due", "fix_proved_at"),
    "redress_paid_at",
)
_PLAIN = (
    *("owner", "complainant_role", "jurisdiction", "outcome", "root_cause", "redress_currency"),
    "lists_version",
)
_PERSON = ("cardholder_name", "cardholder_id", "card_last4", "transaction_id", "dispute_id")
#: Free texts that may tell of a person however they are scrubbed.
_TOLD = (
    *("verbatim", "remedy_sought", "support_need", "decision_reason", "holding_reason"),
    *("regulator_case", "stripe_reference", "fix_owner", "fix_proof", "legal_hold_reason"),
)
Cell = str | float | None


def columns(*, full: bool) -> tuple[str, ...]:
    """The head of the table; names are those of a complaint's fields."""
    known = ("number", *COLUMNS, "state", "next_clock", "due", "redress_amount")
    shared = (*known, *_PLAIN, *_INSTANTS, "contributing_causes", "reported_in")
    return (*shared, *_PERSON, *_TOLD) if full else (*shared, "person")


def log_row(complaint: Complaint, *, full: bool, pseudonym: Callable[[str], str]) -> list[Cell]:
    """One complaint in the order of `columns`.

    Args:
        full: with the person and what was said word for word.
        pseudonym: a stable name for the cardholder of an id that does not lead back to it.
    """
    clock = leading_clock(complaint)
    amount, currency = complaint.redress_amount, complaint.redress_currency
    report = _whole(complaint) if full else list(row_of(complaint, guard=False))
    cells: list[Cell] = [complaint.number, *report, complaint.state]
    cells += [clock.rule if clock else "", clock.due.isoformat() if clock else ""]
    cells.append(float(to_decimal(amount, currency)) if amount is not None and currency else None)
    cells += [str(getattr(complaint, name)) for name in _PLAIN]
    cells += [_day(complaint, getattr(complaint, name)) for name in _INSTANTS]
    cells.append(", ".join(complaint.contributing_causes))
    cells.append(", ".join(report.month for report in complaint.reported_in))
    if full:
        return [*cells, *(str(getattr(complaint, name)) for name in (*_PERSON, *_TOLD))]
    who = complaint.cardholder_id or complaint.cardholder_name
    return [*cells, pseudonym(who) if who else ""]


def _whole(complaint: Complaint) -> list[Cell]:
    cells: list[Cell] = []
    for name in COLUMNS:
        value = getattr(complaint, name)
        if isinstance(value, bool):
            cells.append("yes" if value else "no")
        elif isinstance(value, float):
            cells.append(_day(complaint, value))
        else:
            cells.append(value or "")
    return cells


def _day(complaint: Complaint, instant: float | None) -> str:
    return complaint.day(instant).isoformat() if instant is not None else ""
