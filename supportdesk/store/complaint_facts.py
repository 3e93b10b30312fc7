"""What figures of complaints are made from, read without building whole complaints."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import ColumnClause, func, literal_column
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from supportdesk.domain.complaint_figures import ACKNOWLEDGE, RESOLVE, Fact
from supportdesk.store.complaint_tables import ComplaintRow
from supportdesk.store.database import Database
from supportdesk.store.mirror_tables import CardRow, TransactionRow

_NAMES = (
    *("is_complaint", "complaint_category", "complaint_channel", "root_cause", "cardholder_id"),
    *("cardholder_name", "transaction_id", "redress_amount", "redress_currency", "zone"),
    *("date_received", "acknowledged_at", "told_at", "executed_at", "complaint_classification"),
    *("date_input", "stripe_cleared_at"),
)
# The days of the two clocks that are counted; the others would cost more than all the rest.
_DUE: ColumnClause[str] = literal_column(
    "(SELECT json_group_object(c.value ->> 'rule', c.value ->> 'due')"
    " FROM json_each(complaints.body, '$.clocks') c"
    f" WHERE c.value ->> 'rule' IN ('{ACKNOWLEDGE}', '{RESOLVE}'))"
)
_AT_ONCE = 500


async def facts(
    database: Database, account: str, first: date | None, last: date | None
) -> list[Fact]:
    """Return what was received on these days or between, in order of number (SQLite's dialect)."""
    told = func.json_extract(ComplaintRow.body, *(f"$.{name}" for name in _NAMES))
    columns = (ComplaintRow.id, ComplaintRow.received_day, ComplaintRow.open)
    found = sql_select(*map(col, columns), told, _DUE)
    found = found.where(col(ComplaintRow.account) == account).order_by(col(ComplaintRow.place))
    if first is not None:
        found = found.where(col(ComplaintRow.received_day) >= first.isoformat())
    if last is not None:
        found = found.where(col(ComplaintRow.received_day) <= last.isoformat())

    def work(session: Session) -> list[Fact]:
        return [_fact(*row) for row in session.execute(found)]

    return await database.read(work)


def _fact(complaint_id: str, received_day: str, is_open: bool, told: str, due: str) -> Fact:
    return Fact(
        id=complaint_id,
        received=date.fromisoformat(received_day),
        open=is_open,
        due={rule: date.fromisoformat(day) for rule, day in json.loads(due).items()},
        **dict(zip(_NAMES, json.loads(told), strict=True)),
    )


async def merchants(mirror: Database, transaction_ids: list[str]) -> dict[str, str]:
    """Return the merchants of purchases, as far as they are in the mirror."""
    name = func.json_extract(TransactionRow.body, "$.merchant.name")

    def work(session: Session) -> dict[str, str]:
        found: dict[str, str] = {}
        for at in range(0, len(transaction_ids), _AT_ONCE):
            part = col(TransactionRow.id).in_(transaction_ids[at : at + _AT_ONCE])
            query = select(TransactionRow.id, name).where(part)
            found |= {key: said for key, said in session.execute(query) if said}
        return found

    return await mirror.read(work)


async def active_cards(mirror: Database) -> int:
    """Return how many cards in the mirror are active."""
    active = func.json_extract(CardRow.body, "$.status") == "active"
    counted = select(func.count()).select_from(CardRow).where(active)
    return await mirror.read(lambda session: session.exec(counted).one())
