"""Rows of a spreadsheet as complaints: which column is which field, and what is wrong."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from supportdesk.domain.complaint_check import Problem, check, cleaned
from supportdesk.domain.complaint_log import FLAGS, INSTANTS, LISTS, TEXTS
from supportdesk.domain.complaint_report import COLUMNS
from supportdesk.domain.complaint_states import OPEN, STATES
from supportdesk.domain.complaint_text import neutral
from supportdesk.domain.complaints import Complaint
from supportdesk.domain.money import minor_digits
from supportdesk.domain.picklists import PickLists
from supportdesk.domain.privacy import refusal

NUMBER = "number"  # the number in the old list: by it a second run knows the row
STATE = "state"
DAYS = ("date_resolved", *(name for name in INSTANTS if name != "erased_at"))
DECIDED = FLAGS
_FIRST = (
    *(NUMBER, *COLUMNS, "verbatim", "cardholder_name", "cardholder_id", "transaction_id", "owner"),
    *(STATE, "acknowledged_at", "told_at", "executed_at", "stripe_notified_at", "redress_amount"),
)
_OWN = {"id", "account", "zone", "call_id", "status", "lists_version"}  # the desk's alone
#: Fields a column can stand for, in the order they are offered: all that the full log tells.
FIELDS = tuple(
    name for name in dict.fromkeys((*_FIRST, *TEXTS, *DAYS, *DECIDED, *LISTS)) if name not in _OWN
)
# What the desk asks for and an old list need not have; it is asked for when such a complaint is
# next resolved or changed.
_LATER = {"outcome", "root_cause", "executive_basis", "redress_amount"}
# From these follows how it ended.
_ENDS = {"is_complaint", "withdrawn_at", "told_at", "executed_at", "date_resolved"}
_SHOWN = 40  # characters of a value that a problem repeats
_YES = {"yes", "y", "true", "1", "ja", "oui", "sí", "si", "x"}
_NO = {"no", "n", "false", "0", "nein", "non"}
_SPACE = uuid.UUID("6f1c8f7e-1f0a-4c3a-9a55-0f6f2f5b7c11")


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it would be imported.

    Attributes:
        at: its number in the file; 2 is the first below the head.
        number: which it has in the old list, "" for none.
    """

    at: int
    number: str
    complaint: Complaint
    problems: tuple[Problem, ...]


def guess(head: Sequence[str]) -> dict[int, str]:
    """Which column stands for which field, by its name alone."""
    known = {_bare(name): name for name in FIELDS}
    found: dict[int, str] = {}
    for at, title in enumerate(head):
        name = known.get(_bare(title), "")
        if name and name not in found.values():
            found[at] = name
    return found


def _bare(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).casefold()


def lines_of(
    rows: Sequence[Sequence[str]],
    mapping: Mapping[int, str],
    blank: Complaint,
    lists: PickLists,
    now: float,
    instant: Callable[[str], float],
    *,
    first: int = 2,
    seen: dict[str, int] | None = None,
) -> list[Line]:
    """Rows as complaints with what is wrong in them.

    Args:
        rows: without the head; `first` is the number of the first of them in the file.
        seen: how often each row came up in what was read before; it is added to.
        mapping: field by number of the column.
        blank: what is filled where no column says otherwise.
        instant: the instant of a day as it is written; raises ValueError.
    """
    seen = {} if seen is None else seen
    found = []
    for at, row in enumerate(rows, start=first):
        if not any(row):
            continue
        values = {name: row[n].strip() for n, name in mapping.items() if n < len(row)}
        number = values.pop(NUMBER, "")
        unsafe = [Problem(NUMBER, said)] if (said := refusal(number)) else []
        same = repr(sorted((name, value) for name, value in values.items() if value))
        key = number or hashlib.sha256(same.encode("utf-8", "surrogatepass")).hexdigest()
        seen[key] = seen.get(key, 0) + 1
        one, problems = _complaint(values, blank, lists, now, instant)
        problems += unsafe
        if number and seen[key] > 1:
            problems.append(Problem(NUMBER, "An earlier row has this number too."))
        mine = f"{blank.account}\x1f{key}\x1f{1 if number else seen[key]}"
        made = replace(one, id=str(uuid.uuid5(_SPACE, mine)))
        found.append(Line(at, number, made, tuple(problems)))
    return found


def _complaint(
    values: Mapping[str, str],
    blank: Complaint,
    lists: PickLists,
    now: float,
    instant: Callable[[str], float],
) -> tuple[Complaint, list[Problem]]:
    read: dict[str, Any] = {}
    problems: list[Problem] = []
    said = {name: text for name, text in values.items() if name != STATE}
    for name, text in said.items():
        try:
            if unsafe := refusal(text):
                raise ValueError(unsafe)
            if text:
                read[name] = _value(name, text, lists, values, instant)
        except ValueError as error:
            problems.append(Problem(name, str(error)))
    if (resolved := read.pop("date_resolved", None)) is not None:
        read = {"told_at": resolved, "executed_at": resolved} | read
    if "date_received" not in read and not any(p.field == "date_received" for p in problems):
        problems.append(Problem("date_received", "Missing."))
    read.setdefault("date_input", now)
    state = values.get(STATE, "")
    if state in OPEN:
        read["status"] = state
    read.setdefault("verbatim", read.get("complaint_description", ""))
    one = replace(blank, **read)
    texts: dict[str, Any] = cleaned(one)
    one = replace(one, **texts)
    if not one.complaint_description:
        one = replace(one, complaint_description=neutral(one.verbatim, one))
    if state and one.state != state and not any(p.field in _ENDS for p in problems):
        problems.append(Problem(STATE, _state_problem(state, one.state)))
    bad = {problem.field for problem in problems}
    later = (
        p
        for p in check(one, lists, now)
        if p.field not in bad and not (p.field in _LATER and not getattr(one, p.field))
    )
    return one, [*problems, *later]


def _state_problem(said: str, found: str) -> str:
    if said not in STATES:
        return f"Not one of {', '.join(STATES)}."
    return f"By its other columns it is {found}."


def _value(
    name: str,
    text: str,
    lists: PickLists,
    values: Mapping[str, str],
    instant: Callable[[str], float],
) -> object:
    if name in DAYS:
        return instant(text)
    if name in DECIDED:
        said = text.casefold()
        if said not in _YES | _NO:
            raise ValueError("Write yes or no.")
        return said in _YES
    if name == "redress_amount":
        return _minor(text, values.get("redress_currency", ""))
    if name in LISTS:
        return tuple(text.split("\n"))
    if name == "complaint_classification":
        return text.casefold()
    category = _offered("complaint_category", values.get("complaint_category", ""), "", lists)
    return _offered(name, text, category, lists, strict=True)


def _offered(name: str, text: str, category: str, lists: PickLists, *, strict: bool = False) -> str:
    """The entry of a list that is meant, whatever its capitals; else the text itself."""
    offered = lists.values(name, category) if name not in LISTS else None
    found = next((one for one in offered or () if one.casefold() == text.casefold()), None)
    if found is None and strict and offered:
        raise ValueError(f"Not in the list: {text[:_SHOWN]}")
    return found or text


def _minor(text: str, currency: str) -> int:
    if not re.fullmatch(r"\d{1,12}([.,]\d{1,3})?", text) or not currency:
        raise ValueError("Write an amount such as 15.00, and its currency in another column.")
    amount = Decimal(text.replace(",", ".")).scaleb(minor_digits(currency))
    if amount != int(amount):
        raise ValueError("The currency has not so many decimals.")
    return int(amount)


def day_instant(text: str, read: Callable[[str], date], at: Callable[[date], float]) -> float:
    """The instant of a written day, with or without a time behind it."""
    return at(read(re.split(r"[T ](?=\d{1,2}:)", text, maxsplit=1)[0]))
