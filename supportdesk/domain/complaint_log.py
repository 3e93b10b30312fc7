"""The whole log of complaints as a table: every row as it stands, with or without the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter

from supportdesk.domain.complaint_report import COLUMNS, row_of
from supportdesk.domain.complaints import Complaint, leading_clock
from supportdesk.domain.money import to_decimal

_TYPES = {field.name: str(field.type) for field in fields(Complaint)}


def of_type(*kinds: str) -> tuple[str, ...]:
    """The fields of a complaint that are of these types, in its order."""
    return tuple(name for name, kind in _TYPES.items() if kind in kinds)


TEXTS = of_type("str")
INSTANTS = of_type("float", "float | None")
FLAGS = of_type("bool", "bool | None")
LISTS = of_type("tuple[str, ...]")
# Known by the desk that made it only, or told in another column.
_OWN = {"id", "number", "account", "zone", "call_id", "status"}
_PLAIN = (
    *("owner", "complainant_role", "jurisdiction", "kind", "outcome", "root_cause"),
    *("redress_currency", "acknowledged_medium", "lists_version"),
)
_INSTANTS = tuple(name for name in INSTANTS if name not in COLUMNS)
_FLAGS = tuple(name for name in FLAGS if name not in COLUMNS)
#: Texts that may tell of a person however they are scrubbed, and the person.
_PRIVATE = tuple(name for name in TEXTS if name not in {*COLUMNS, *_OWN, *_PLAIN})
_KNOWN = ("number", *COLUMNS, "state", "next_clock", "due", "redress_amount")
_plain = attrgetter(*_PLAIN)
_flags = attrgetter(*_FLAGS)
_instants = attrgetter(*_INSTANTS)
_lists = attrgetter(*LISTS)
_private = attrgetter(*_PRIVATE)
_report = attrgetter(*COLUMNS)
Cell = str | float | None


def columns(*, full: bool) -> tuple[str, ...]:
    """The head of the table; names are those of a complaint's fields."""
    shared = (*_KNOWN, *_PLAIN, *_FLAGS, *_INSTANTS, *LISTS, "reported_in")
    return (*shared, *_PRIVATE) if full else (*shared, "person")


def log_row(complaint: Complaint, *, full: bool, pseudonym: Callable[[str], str]) -> list[Cell]:
    """One complaint in the order of `columns`.

    Args:
        full: with the person and what was said word for word.
        pseudonym: a stable name for the cardholder of an id that does not lead back to it.
    """
    clock = leading_clock(complaint)
    amount, currency = complaint.redress_amount, complaint.redress_currency
    cells: list[Cell] = [complaint.number]
    if full:
        cells += [_told(complaint, value) for value in _report(complaint)]
    else:
        cells += row_of(complaint, guard=False)
    cells += (complaint.state, clock.rule if clock else "", clock.due.isoformat() if clock else "")
    cells.append(float(to_decimal(amount, currency)) if amount is not None and currency else None)
    cells += _plain(complaint)
    cells += [_told(complaint, value) for value in _flags(complaint)]
    cells += ["" if at is None else complaint.day(at).isoformat() for at in _instants(complaint)]
    cells += ["\n".join(names) for names in _lists(complaint)]
    cells.append(", ".join(report.month for report in complaint.reported_in))
    if full:
        return [*cells, *_private(complaint)]
    who = complaint.cardholder_id or complaint.cardholder_name
    return [*cells, pseudonym(who) if who else ""]


def _told(complaint: Complaint, value: object) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return complaint.day(value).isoformat()
    return str(value or "")
