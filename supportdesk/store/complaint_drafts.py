"""Forms of complaints that are not finished yet, inside a transaction."""

from __future__ import annotations

from sqlmodel import Session

from supportdesk.store.complaint_tables import DraftRow


def put(session: Session, account: str, name: str, text: str, at: float) -> None:
    """Keep an unfinished form since `at` (Unix seconds); an empty `text` forgets it."""
    if text:
        session.merge(DraftRow(account=account, name=name, at=at, body=text))
    elif (old := session.get(DraftRow, (account, name))) is not None:
        session.delete(old)


def get(session: Session, account: str, name: str) -> str:
    """Return an unfinished form, "" when there is none."""
    row = session.get(DraftRow, (account, name))
    return row.body if row is not None else ""
