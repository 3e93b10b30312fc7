"""Complaints recorded without a cardholder, with all that was ever written in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, select

from supportdesk.domain.complaints import Complaint
from supportdesk.store.chain import PrivateRow
from supportdesk.store.complaint_tables import HISTORY, ComplaintRow, HistoryRow, complaint_in
from supportdesk.store.database import Database

AT_ONCE = 200  # complaints read before others get their turn at the file


async def nameless(
    database: Database, account: str, after: int = 0
) -> tuple[list[tuple[Complaint, str]], int]:
    """Return the next complaints nobody was named for and that were not erased.

    Args:
        after: place after which to go on; 0 at first.

    Returns:
        Each complaint with its texts, present and past; and where to go on, 0 at the end.
    """

    def work(session: Session) -> tuple[list[tuple[Complaint, str]], int]:
        found = select(ComplaintRow).where(
            ComplaintRow.account == account,
            ComplaintRow.cardholder_id == "",
            col(ComplaintRow.place) > after,
        )
        rows = session.exec(found.order_by(col(ComplaintRow.place)).limit(AT_ONCE)).all()
        some = [one for row in rows if (one := complaint_in(row)).erased_at is None]
        texts = _past(session, [one.id for one in some])
        told = [(one, "\n".join([*_texts(one), *texts.get(one.id, ())])) for one in some]
        return told, rows[-1].place if len(rows) == AT_ONCE else 0

    return await database.read(work)


def _texts(complaint: Complaint) -> Iterator[str]:
    for name in Complaint.__dataclass_fields__:
        if isinstance(value := getattr(complaint, name), str):
            yield value
    yield from (file.name for file in complaint.files)


def _past(session: Session, ids: list[str]) -> dict[str, list[str]]:
    """What changes of these complaints tell, by complaint."""
    query = (
        select(HistoryRow.complaint_id, PrivateRow.body)
        .join(PrivateRow, col(PrivateRow.ref) == col(HistoryRow.id))
        .where(PrivateRow.kind == HISTORY.name, col(HistoryRow.complaint_id).in_(ids))
    )
    found: dict[str, list[str]] = {}
    for complaint_id, body in session.execute(query):
        told: dict[str, Any] = json.loads(body)
        fields = [text for pair in told.get("fields", {}).values() for text in pair]
        found.setdefault(complaint_id, []).extend([told.get("why", ""), *fields])
    return found
