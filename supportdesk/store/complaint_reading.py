"""Rows of complaints and of their history as what they tell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from supportdesk.domain.complaints import Change, Complaint
from supportdesk.store.body import load
from supportdesk.store.complaint_queue import listed
from supportdesk.store.complaint_tables import ComplaintRow, HistoryRow

_ROWID = text("SELECT rowid FROM complaints WHERE id = :id")


def change_in(row: HistoryRow, told: str | None) -> Change:
    """A change, with what is private of it unless that was erased."""
    known: dict[str, Any] = json.loads(told) if told else {}
    fields = {name: (old, new) for name, (old, new) in known.get("fields", {}).items()}
    return Change(row.at, row.agent, row.action, known.get("why", ""), fields)


def place_at(session: Session, complaint_id: str) -> int:
    """SQLite's own number of a complaint's row."""
    found = session.execute(_ROWID, {"id": complaint_id}).scalar_one()
    return int(found)


def reported_rows(session: Session, ids: Sequence[str]) -> dict[str, Complaint]:
    """The complaints of these ids as they stand inside a transaction."""
    return {one.id: one for one in these(session, ids)}


def these(session: Session, ids: Sequence[str]) -> list[Complaint]:
    """The complaints of these ids in this order, read inside a transaction."""
    found = select(ComplaintRow.id, ComplaintRow.body).where(col(ComplaintRow.id).in_(listed(ids)))
    rows = {key: load(Complaint, body) for key, body in session.execute(found)}
    return [rows[one] for one in ids if one in rows]
