"""Forms of complaints that are not finished yet, inside a transaction."""

from __future__ import annotations

from sqlmodel import Session, col, select

from supportdesk.store.complaint_tables import DraftRow

NEW = "new:"  # before a cardholder's id, or nothing: a complaint that was not logged yet


def put(session: Session, account: str, name: str, text: str, at: float) -> None:
    """Keep an unfinished form since `at` (Unix seconds); an empty `text` forgets it."""
    if text:
        session.merge(DraftRow(account=account, name=name, at=at, body=text))
    elif (old := session.get(DraftRow, (account, name))) is not None:
        session.delete(old)


def begun(session: Session, account: str) -> list[tuple[str, float]]:
    """Return whom begun complaints are about ("" for nobody) and since when, newest first."""
    found = select(DraftRow.name, DraftRow.at).where(
        DraftRow.account == account, col(DraftRow.name).startswith(NEW)
    )
    rows = session.exec(found.order_by(col(DraftRow.at).desc()))
    return [(name.removeprefix(NEW), at) for name, at in rows]


def get(session: Session, account: str, name: str) -> str:
    """Return an unfinished form, "" when there is none."""
    row = session.get(DraftRow, (account, name))
    return row.body if row is not None else ""
