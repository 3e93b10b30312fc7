"""Whether complaints are as their history left them, and what becomes of them in the end."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, text
from sqlmodel import Session, col, select

from supportdesk.domain.chain import Break
from supportdesk.domain.complaints import Change, Complaint
from supportdesk.store.chain import Chain, PrivateRow
from supportdesk.store.complaint_tables import HISTORY, RECORD, DraftRow, FileRow, HistoryRow
from supportdesk.store.raw import raw_rows

_AT_ONCE = 500  # complaints checked before others get their turn at the file
_LAST = text(
    "SELECT c.rowid, CAST(c.number AS BLOB), h.id, h.record, l.seq FROM complaints c"
    " LEFT JOIN complaint_history h ON h.id ="
    " (SELECT max(id) FROM complaint_history WHERE complaint_id = c.id)"
    " LEFT JOIN chain l ON l.kind = 'complaint' AND l.ref = h.id"
    " WHERE c.rowid > :after ORDER BY c.rowid LIMIT :limit"
)
_ORPHANS = text(
    "SELECT h.id, l.seq FROM complaint_history h"
    " LEFT JOIN chain l ON l.kind = 'complaint' AND l.ref = h.id"
    " WHERE NOT EXISTS (SELECT 1 FROM complaints c WHERE c.id = h.complaint_id)"
)
_UNSEALED = text(
    "SELECT DISTINCT h.complaint_id FROM complaint_history h"
    " JOIN complaints c ON c.id = h.complaint_id WHERE h.record = ''"
    " AND NOT EXISTS (SELECT 1 FROM complaint_history n"
    " WHERE n.complaint_id = h.complaint_id AND n.record <> '') LIMIT :limit"
)
_FILE = ("rowid", "id", "sha256")
_FILES = text(
    "SELECT f.rowid, CAST(f.sha256 AS BLOB), CAST(f.content AS BLOB), h.id, l.seq"
    " FROM complaint_files f LEFT JOIN complaint_history h ON h.id ="
    " (SELECT max(id) FROM complaint_history WHERE complaint_id = f.complaint_id)"
    " LEFT JOIN chain l ON l.kind = 'complaint' AND l.ref = h.id"
    " WHERE f.rowid > :after ORDER BY f.rowid LIMIT 1"
)


def record_of(chain: Chain, session: Session, rowid: int) -> str:
    """Hash a complaint's row as it is now, with which files belong to it; "" for no row."""
    session.flush()
    row = next(raw_rows(session, "complaints", RECORD, rowid, rowid), None)
    if row is None:
        return ""
    mine = f"AND complaint_id = (SELECT id FROM complaints WHERE rowid = {rowid})"
    files = raw_rows(session, "complaint_files", _FILE, 0, 2**62, mine)
    return chain.seal([*row, *(value for file in files for value in file)])


def unsealed(session: Session) -> list[str]:
    """Return some complaints no change of which sealed their row, by id."""
    return [id_ for (id_,) in session.execute(_UNSEALED, {"limit": _AT_ONCE})]


def check_records(chain: Chain, session: Session, after: int) -> tuple[int | None, list[Break]]:
    """Compare the next complaints with what their last change sealed.

    A complaint last changed before complaints were sealed is taken as it is; the casebook's
    next opening seals it (`unsealed`).

    Args:
        after: where the check before this one ended; 0 at first.

    Returns:
        Where the next check goes on, None at the end; and what was found.
    """
    rows = session.execute(_LAST, {"after": after, "limit": _AT_ONCE}).all()
    found = []
    if not after:
        found = [
            Break(seq or 0, "removed", HISTORY.name, ref) for ref, seq in session.execute(_ORPHANS)
        ]
    for rowid, number, ref, record, seq in rows:
        named = number.decode("ascii", "backslashreplace") if number else ""
        if ref is None:
            found.append(Break(0, "unlinked", HISTORY.name, 0, named))
        elif record and record != record_of(chain, session, rowid):
            found.append(Break(seq or 0, "changed", HISTORY.name, ref, named))
    return (rows[-1][0] if len(rows) == _AT_ONCE else None), found


def check_files(session: Session, after: int) -> tuple[int | None, list[Break]]:
    """Compare the next file's bytes with their hash, which is sealed; as `check_records`."""
    row = session.execute(_FILES, {"after": after}).first()
    if row is None:
        return None, []
    rowid, digest, content, ref, seq = row
    if hashlib.sha256(content).hexdigest().encode() == digest:
        return rowid, []
    return rowid, [Break(seq or 0, "changed", HISTORY.name, ref or 0)]


def forget(
    chain: Chain, session: Session, complaint: Complaint, drafts: Sequence[str], change: Change
) -> None:
    """Erase what a complaint's history, files and drafts tell of a person; the chain says so."""
    entries = select(HistoryRow.id).where(HistoryRow.complaint_id == complaint.id)
    private: Any = select(PrivateRow.ref).where(
        col(PrivateRow.kind) == HISTORY.name, col(PrivateRow.ref).in_(entries)
    )
    for ref in list(session.exec(private)):
        chain.erase_in(session, HISTORY, ref, at=change.at, why="retention")
    session.execute(delete(FileRow).where(col(FileRow.complaint_id) == complaint.id))
    session.execute(
        delete(DraftRow).where(
            col(DraftRow.account) == complaint.account, col(DraftRow.name).in_(drafts)
        )
    )
