"""The tables of complaints, and the row of one."""

from __future__ import annotations

from sqlalchemy import Column, Computed, Index, String, Table, UniqueConstraint, text
from sqlmodel import Field

from supportdesk.domain.complaint_report import month_of, row_hash, row_of
from supportdesk.domain.complaints import EXECUTIVE, Complaint, leading_clock, place_of
from supportdesk.store import body
from supportdesk.store.chain import kind
from supportdesk.store.tables import CasebookTable

NEVER = "9999"  # sorts after every ISO day: no clock runs


class ComplaintRow(CasebookTable, table=True):
    """The complaint as JSON, and beside it what lists are sorted and filtered by.

    `place` orders by number. `next_due` (ISO day) is the leading clock, NEVER when none runs;
    `received_day` and `closed_day` ("" while open) are ISO days. `reported_hash` is the row as
    Stripe last got it ("" never), `row_hash` as it would be sent now.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("account", "number"),
        Index("ix_complaints_counts", "account", "open", "executive", "next_due"),
        Index(None, "account", "received_month"),
        Index(None, "account", "closed_day"),
    )

    id: str = Field(primary_key=True)
    account: str
    number: str
    place: int
    version: int
    open: bool
    executive: bool
    state: str
    owner: str
    next_due: str
    received_day: str
    closed_day: str
    kept: bool
    received_month: str
    row_hash: str
    reported_hash: str
    cardholder_id: str = Field(index=True)
    body: str


TABLE: Table = ComplaintRow.__table__  # type: ignore[attr-defined]
#: What lists are narrowed by besides; it follows from the body, so no seal need cover it.
FILED = {
    name: Column(
        name,
        String,
        Computed(
            f"CASE WHEN json_valid(body) THEN json_extract(body, '$.{name}') END", persisted=False
        ),
    )
    for name in ("complaint_channel", "complaint_category", "root_cause")
}
for _column in FILED.values():
    TABLE.append_column(_column)
# All a list can ask for, so that it reads the wide rows of one page only.
for _name, _order in (("queue", ("next_due", "place")), ("newest", ("place", "next_due"))):
    _asked = ("account", "open", *_order, "executive", "state", "owner", "received_day", "id")
    Index(f"ix_complaints_{_name}", *(TABLE.c[_part] for _part in (*_asked, *FILED)))


class HistoryRow(CasebookTable, table=True):
    """One change of a complaint, sealed in the chain; what it changed and why is kept apart there.

    `record` is the keyed hash of the complaint's row as this change left it, "" of a change that
    was made before complaints were sealed.
    """

    __tablename__ = "complaint_history"
    __table_args__ = (
        Index("ix_complaint_history_unsealed", "complaint_id", sqlite_where=text("record = ''")),
    )

    id: int | None = Field(default=None, primary_key=True)
    complaint_id: str = Field(foreign_key="complaints.id", index=True)
    at: float
    agent: str
    action: str
    record: str


class FileRow(CasebookTable, table=True):
    """The bytes of a file that belongs to a complaint."""

    __tablename__ = "complaint_files"

    id: str = Field(primary_key=True)
    complaint_id: str = Field(foreign_key="complaints.id", index=True)
    sha256: str
    content: bytes


HISTORY = kind("complaint", HistoryRow)
RECORD = ("rowid", *ComplaintRow.model_fields)


class NumberRow(CasebookTable, table=True):
    """The last number given out per account and year."""

    __tablename__ = "complaint_numbers"

    account: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class DraftRow(CasebookTable, table=True):
    """A form that is not finished yet, one per account and name."""

    __tablename__ = "complaint_drafts"

    account: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    at: float
    body: str


def row_for(complaint: Complaint) -> ComplaintRow:
    """The row of a complaint as it stands."""
    last = complaint.reported_in[-1] if complaint.reported_in else None
    received = complaint.day(complaint.date_received)
    closed = complaint.closed_at
    return ComplaintRow(
        id=complaint.id,
        account=complaint.account,
        number=complaint.number,
        place=place_of(complaint.number),
        version=complaint.version,
        open=complaint.open,
        executive=complaint.complaint_classification == EXECUTIVE,
        state=complaint.state,
        owner=complaint.owner,
        next_due=due_of(complaint),
        received_day=received.isoformat(),
        closed_day=complaint.day(closed).isoformat() if closed is not None else "",
        kept=complaint.legal_hold or complaint.erased_at is not None,
        received_month=month_of(received),
        row_hash=row_hash(row_of(complaint)),
        reported_hash=last.row_hash if last is not None else "",
        cardholder_id=complaint.cardholder_id,
        body=body.dump(complaint),
    )


def due_of(complaint: Complaint) -> str:
    """The day of the leading clock as it is sorted by."""
    leading = leading_clock(complaint)
    return leading.due.isoformat() if leading is not None else NEVER


def complaint_in(row: ComplaintRow) -> Complaint:
    """The complaint kept in a row."""
    return body.load(Complaint, row.body)
