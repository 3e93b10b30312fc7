"""The question a list of complaints asks: narrowed, sorted and paged in SQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, tuple_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from supportdesk.domain.complaints import Complaint, Wanted, Which
from supportdesk.store.complaint_tables import FILED, ComplaintRow, HistoryRow, row_for

_LATELY = 5_000  # changes in which a colleague's name is looked for
_SORTS: dict[str, Any] = {
    "due": ComplaintRow.next_due,
    "received": ComplaintRow.received_day,
    "owner": ComplaintRow.owner,
    "state": ComplaintRow.state,
    "number": ComplaintRow.place,
}


def queue_query(
    account: str, which: Which, wanted: Wanted, after: Complaint | None
) -> SelectOfScalar[str]:
    """Select the ids of a list: all of it can be answered from one index.

    `after` is the last complaint of the page before, None for the first page.
    """
    found = select(ComplaintRow.id).where(ComplaintRow.account == account)
    if which != "all":
        found = found.where(col(ComplaintRow.open) == (which != "closed"))
    if wanted.only is not None:
        found = found.where(col(ComplaintRow.id).in_(listed(wanted.only)))
    if which == "executive" or wanted.executive is not None:
        executive = which == "executive" or bool(wanted.executive)
        found = found.where(col(ComplaintRow.executive) == executive)
    if wanted.owner:
        found = found.where(ComplaintRow.owner == wanted.owner)
    if wanted.state:
        found = found.where(ComplaintRow.state == wanted.state)
    filed = _filed(wanted)
    if filed:
        # True of all: it leads to the index with the computed columns, which SQLite passes over.
        found = found.where(col(ComplaintRow.open).in_((False, True)), col(ComplaintRow.place) >= 0)
    for field, value in filed.items():
        found = found.where(FILED[field] == value)
    if wanted.due_by is not None:
        found = found.where(col(ComplaintRow.next_due) <= wanted.due_by.isoformat())
    if wanted.received_from is not None:
        found = found.where(col(ComplaintRow.received_day) >= wanted.received_from.isoformat())
    if wanted.received_to is not None:
        found = found.where(col(ComplaintRow.received_day) <= wanted.received_to.isoformat())
    return _sorted(found, which, wanted, after)


def _filed(wanted: Wanted) -> dict[str, str]:
    fields = {
        "complaint_channel": wanted.channel,
        "complaint_category": wanted.category,
        "root_cause": wanted.cause,
    }
    return {name: value for name, value in fields.items() if value}


def agents_query() -> Any:
    """Select the names of those who changed a complaint lately, each once."""
    lately = select(HistoryRow.agent).order_by(col(HistoryRow.id).desc()).limit(_LATELY)
    return select(lately.subquery().c.agent).distinct()


def listed(texts: Sequence[str]) -> Any:
    """Texts as one value: there may be more of them than a statement takes (SQLite's dialect)."""
    return select(func.json_each(json.dumps(list(texts))).table_valued("value").c.value)


def _sorted(
    found: SelectOfScalar[str], which: Which, wanted: Wanted, after: Complaint | None
) -> SelectOfScalar[str]:
    closed = which in ("closed", "all")
    sort = wanted.sort or ("number" if closed else "due")
    down = wanted.descending if wanted.sort else closed
    key, place = col(_SORTS[sort]), col(ComplaintRow.place)
    found = found.order_by(key.desc(), place.desc()) if down else found.order_by(key, place)
    if after is None:
        return found
    last = row_for(after)
    reached = (getattr(last, _SORTS[sort].key), last.place)
    both = tuple_(key, place)
    return found.where(both < reached if down else both > reached)
