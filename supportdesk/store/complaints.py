"""Complaints in the casebook: the record as it stands, and an append-only history of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

from pydantic import TypeAdapter
from sqlalchemy import CursorResult, Index, UniqueConstraint, func, or_, text, tuple_
from sqlmodel import Field, Session, col, select, update

from supportdesk.domain.complaint_report import month_of, row_hash, row_of
from supportdesk.domain.complaints import (
    EXECUTIVE,
    Change,
    Complaint,
    Counts,
    Which,
    leading_clock,
)
from supportdesk.errors import UserFacing
from supportdesk.store import body
from supportdesk.store.database import Database
from supportdesk.store.tables import CasebookTable

NEVER = "9999"  # sorts after every ISO day: open, but no clock runs
_FIELDS = TypeAdapter(dict[str, tuple[str, str]])


class ComplaintRow(CasebookTable, table=True):
    """The complaint as JSON, and beside it what lists are sorted and filtered by.

    `next_due` (ISO day) is the leading clock, None when closed. `reported_hash` is the row as
    Stripe last got it ("" never), `row_hash` as it would be sent now.
    """

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("account", "number"),
        Index(None, "account", "open", "next_due", "number"),
        Index(None, "account", "received_month"),
    )

    id: str = Field(primary_key=True)
    account: str
    number: str
    version: int
    open: bool
    executive: bool
    next_due: str | None
    received_month: str
    row_hash: str
    reported_hash: str
    cardholder_id: str = Field(index=True)
    body: str


class HistoryRow(CasebookTable, table=True):
    """One change of a complaint; rows are only ever added."""

    __tablename__ = "complaint_history"

    id: int | None = Field(default=None, primary_key=True)
    complaint_id: str = Field(foreign_key="complaints.id", index=True)
    at: float
    agent: str
    action: str
    why: str
    fields: str


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


# Both databases know this form; it holds the write lock, so two windows get two numbers, and a
# complaint that is not saved gives its number back.
_NEXT_NUMBER = text(
    "INSERT INTO complaint_numbers (account, year, last) VALUES (:account, :year, 1) "
    "ON CONFLICT (account, year) DO UPDATE SET last = complaint_numbers.last + 1 RETURNING last"
)


class Complaints:
    """The complaints of all accounts in one casebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, complaint: Complaint, change: Change) -> Complaint:
        """Keep a new complaint; its number is the next of its account and year, without gaps.

        Raises:
            UserFacing: the file cannot be written; nothing is kept and no number is used up.
        """

        def work(session: Session) -> Complaint:
            year = complaint.day(complaint.date_input).year
            drawn = session.execute(_NEXT_NUMBER, {"account": complaint.account, "year": year})
            number = f"CMP-{year}-{drawn.scalar_one():04}"
            made = replace(complaint, number=number, version=1)
            session.add(_row(made))
            session.flush()  # the history refers to it
            session.add(_history(made.id, change))
            return made

        return await self._database.run(work)

    async def save(self, complaint: Complaint, change: Change) -> Complaint:
        """Keep a changed complaint together with the entry of its history.

        Raises:
            UserFacing: `complaint_changed_elsewhere` when another window saved it meanwhile.
        """

        def work(session: Session) -> Complaint:
            return save_in(session, complaint, change)

        return await self._database.run(work)

    async def get(self, account: str, complaint_id: str) -> Complaint | None:
        """One complaint, None when there is none of that id."""

        def work(session: Session) -> Complaint | None:
            row = session.get(ComplaintRow, complaint_id)
            return _complaint(row) if row is not None and row.account == account else None

        return await self._database.read(work)

    async def history(self, complaint_id: str) -> list[Change]:
        """Every change of a complaint, oldest first."""

        def work(session: Session) -> list[Change]:
            found = select(HistoryRow).where(HistoryRow.complaint_id == complaint_id)
            rows = session.exec(found.order_by(col(HistoryRow.id)))
            return [
                Change(r.at, r.agent, r.action, r.why, _FIELDS.validate_json(r.fields))
                for r in rows
            ]

        return await self._database.read(work)

    async def page(
        self, account: str, which: Which, *, after: Complaint | None = None, limit: int = 100
    ) -> list[Complaint]:
        """A page of the list: open ones by their earliest clock, closed ones newest first.

        `after` is the last one of the page before.
        """

        def work(session: Session) -> list[Complaint]:
            found = select(ComplaintRow).where(ComplaintRow.account == account)
            found = found.where(col(ComplaintRow.open) == (which != "closed"))
            if which == "executive":
                found = found.where(col(ComplaintRow.executive))
            number = col(ComplaintRow.number)
            if which == "closed":
                found = found.order_by(number.desc())
                if after is not None:
                    found = found.where(number < after.number)
            else:
                due = func.coalesce(col(ComplaintRow.next_due), NEVER)
                found = found.order_by(due, number)
                if after is not None:
                    found = found.where(tuple_(due, number) > (_due(after) or NEVER, after.number))
            return [_complaint(row) for row in session.exec(found.limit(limit))]

        return await self._database.read(work)

    async def counts(self, account: str, due_by: date) -> Counts:
        """How many there are, and how many open ones are due by `due_by`."""

        def work(session: Session) -> Counts:
            is_open, executive = col(ComplaintRow.open), col(ComplaintRow.executive)
            due = is_open & (col(ComplaintRow.next_due) <= due_by.isoformat())
            sums = [
                func.count().filter(part) for part in (is_open, is_open & executive, ~is_open, due)
            ]
            found = select(*sums).where(ComplaintRow.account == account)
            return Counts(*session.execute(found).one())

        return await self._database.read(work)

    async def of_cardholder(self, account: str, cardholder_id: str) -> list[Complaint]:
        """A cardholder's complaints, newest first: a repeated contact is itself a signal."""

        def work(session: Session) -> list[Complaint]:
            found = select(ComplaintRow).where(
                ComplaintRow.account == account, ComplaintRow.cardholder_id == cardholder_id
            )
            rows = session.exec(found.order_by(col(ComplaintRow.number).desc()))
            return [_complaint(row) for row in rows]

        return await self._database.read(work)

    async def for_month(self, account: str, month: str) -> list[Complaint]:
        """What can belong into the report of `month` (YYYY-MM).

        Received in it, or received earlier and not with Stripe as it stands now.
        """

        def work(session: Session) -> list[Complaint]:
            received = col(ComplaintRow.received_month)
            differs = col(ComplaintRow.row_hash) != col(ComplaintRow.reported_hash)
            found = select(ComplaintRow).where(ComplaintRow.account == account)
            found = found.where(or_(received == month, (received < month) & differs))
            return [_complaint(row) for row in session.exec(found)]

        return await self._database.read(work)

    async def first_month(self, account: str) -> str:
        """The month of the earliest complaint received, "" when there is none."""

        def work(session: Session) -> str:
            earliest = func.min(col(ComplaintRow.received_month))
            found = select(earliest).where(ComplaintRow.account == account)
            return session.execute(found).scalar() or ""

        return await self._database.read(work)

    async def keep_draft(self, account: str, name: str, text: str, at: float) -> None:
        """Keep an unfinished form; an empty `text` forgets it."""

        def work(session: Session) -> None:
            old = session.get(DraftRow, (account, name))
            if not text:
                if old is not None:
                    session.delete(old)
                return
            session.merge(DraftRow(account=account, name=name, at=at, body=text))

        await self._database.run(work)

    async def draft(self, account: str, name: str) -> str:
        """An unfinished form, "" when there is none."""

        def work(session: Session) -> str:
            row = session.get(DraftRow, (account, name))
            return row.body if row is not None else ""

        return await self._database.read(work)


def save_in(session: Session, complaint: Complaint, change: Change) -> Complaint:
    """Save inside a transaction that does more; see Complaints.save."""
    saved = replace(complaint, version=complaint.version + 1)
    values = _row(saved).model_dump(exclude={"id", "account", "number"})
    same = (col(ComplaintRow.id) == saved.id) & (col(ComplaintRow.version) == complaint.version)
    done = session.execute(update(ComplaintRow).where(same).values(**values))
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise UserFacing(
            f"{complaint.number} was changed in another window meanwhile.",
            detail="Nothing was overwritten and nothing of yours was saved yet.",
            remedy="Look at the complaint as it stands now, then do it again.",
            code="complaint_changed_elsewhere",
        )
    session.add(_history(saved.id, change))
    return saved


def _row(complaint: Complaint) -> ComplaintRow:
    last = max(complaint.reported_in, key=lambda r: (r.month, r.at), default=None)
    return ComplaintRow(
        id=complaint.id,
        account=complaint.account,
        number=complaint.number,
        version=complaint.version,
        open=complaint.open,
        executive=complaint.complaint_classification == EXECUTIVE,
        next_due=_due(complaint),
        received_month=month_of(complaint.day(complaint.date_received)),
        row_hash=row_hash(row_of(complaint)),
        reported_hash=last.row_hash if last is not None else "",
        cardholder_id=complaint.cardholder_id,
        body=body.dump(complaint),
    )


def _due(complaint: Complaint) -> str | None:
    leading = leading_clock(complaint)
    return leading.due.isoformat() if leading is not None else None


def _complaint(row: ComplaintRow) -> Complaint:
    return body.load(Complaint, row.body)


def _history(complaint_id: str, change: Change) -> HistoryRow:
    return HistoryRow(
        complaint_id=complaint_id,
        at=change.at,
        agent=change.agent,
        action=change.action,
        why=change.why,
        fields=_FIELDS.dump_json(change.fields).decode(),
    )


def reported_rows(session: Session, ids: Sequence[str]) -> dict[str, Complaint]:
    """The complaints of these ids as they stand inside a transaction."""
    rows = session.exec(select(ComplaintRow).where(col(ComplaintRow.id).in_(ids)))
    return {row.id: _complaint(row) for row in rows}
