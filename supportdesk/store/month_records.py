"""What was done for each month's report to Stripe; entries are only added, and sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import Index
from sqlmodel import Field, Session, col, select

from supportdesk.domain.complaints import Change, Private, Reported
from supportdesk.errors import UserFacing
from supportdesk.store.chain import Chain, kind
from supportdesk.store.complaint_reading import reported_rows
from supportdesk.store.complaints import Complaints
from supportdesk.store.database import Database
from supportdesk.store.tables import CasebookTable

Kind = Literal["exported", "submitted", "attested"]


class MonthRow(CasebookTable, table=True):
    """One entry: a file written, a month submitted, or attested to have no complaints."""

    __tablename__ = "complaint_months"
    __table_args__ = (Index(None, "account", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    account: str
    month: str
    kind: str
    at: float
    agent: str
    closes: bool
    submitted_on: str
    sha256: str
    content: str
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    form: str = Field(default="csv", sa_column_kwargs={"server_default": "csv"})


MONTHS = kind("month", MonthRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRecord:
    """An entry of a month (YYYY-MM).

    Attributes:
        content: the rows as CSV, or the attestation, as text.
        sha256: hash (hex) of the file's bytes; `form` is csv or xlsx.
        version: 1 for the first report of the month, more for corrections of it.
        submitted_on: ISO day on which it was handed in, "" for a mere file.
        closes: the month is done; what changes later goes into a later month.
    """

    account: str
    month: str
    kind: str
    at: float
    agent: str
    sha256: str
    content: str
    submitted_on: str = ""
    closes: bool = False
    version: int = 1
    form: str = "csv"


class MonthRecords:
    """The months of all accounts in one casebook."""

    def __init__(self, database: Database, chain: Chain, complaints: Complaints) -> None:
        self._database = database
        self._chain = chain
        self._complaints = complaints
        chain.join(MONTHS)

    async def add(self, record: MonthRecord) -> None:
        """Keep an entry that does not close the month: a file was written."""

        await self._chain.write(lambda session: self._add(session, record))

    def _add(self, session: Session, record: MonthRecord) -> None:
        row = _row(record)
        session.add(row)
        session.flush()
        assert row.id is not None
        self._chain.append(session, MONTHS, row.id)

    async def close(
        self,
        record: MonthRecord,
        rows: Mapping[str, str],
        change: Change,
        private: Mapping[str, tuple[Private, ...]] | None = None,
    ) -> None:
        """Keep that a month went to Stripe and, with each complaint in it, which row it was.

        Args:
            record: one that closes the month.
            rows: hash of the row that was sent, by complaint id.
            change: the entry for the history of each of these complaints.
            private: what was taken out of these rows, by complaint id; it stays taken out.

        Raises:
            UserFacing: `month_closed` when this version was submitted or attested before.
        """

        def work(session: Session) -> None:
            where = (MonthRow.account == record.account, MonthRow.month == record.month)
            sent = col(MonthRow.closes) & (col(MonthRow.version) >= record.version)
            closed = select(MonthRow).where(*where, sent)
            if session.exec(closed).first() is not None:
                raise UserFacing(
                    f"The report for {record.month} is closed already.",
                    remedy="What changed since goes into the next month's report.",
                    code="month_closed",
                )
            self._add(session, record)
            for key, complaint in reported_rows(session, list(rows)).items():
                report = Reported(record.month, rows[key], record.at)
                taken = (private or {}).get(key, complaint.private)
                marked = replace(
                    complaint, reported_in=(*complaint.reported_in, report), private=taken
                )
                self._complaints.save_in(session, marked, change)

        await self._chain.write(work)

    async def of_month(self, account: str, month: str) -> list[MonthRecord]:
        """The entries of a month, oldest first."""

        def work(session: Session) -> list[MonthRecord]:
            found = select(MonthRow).where(MonthRow.account == account, MonthRow.month == month)
            return [_record(row) for row in session.exec(found.order_by(col(MonthRow.id)))]

        return await self._database.read(work)

    async def closed(self, account: str) -> frozenset[str]:
        """The months that were submitted or attested."""

        def work(session: Session) -> frozenset[str]:
            found = select(MonthRow.month).where(MonthRow.account == account)
            return frozenset(session.exec(found.where(col(MonthRow.closes))))

        return await self._database.read(work)


def _row(record: MonthRecord) -> MonthRow:
    return MonthRow(
        account=record.account,
        month=record.month,
        kind=record.kind,
        at=record.at,
        agent=record.agent,
        submitted_on=record.submitted_on,
        closes=record.closes,
        sha256=record.sha256,
        content=record.content,
        version=record.version,
        form=record.form,
    )


def _record(row: MonthRow) -> MonthRecord:
    return MonthRecord(
        account=row.account,
        month=row.month,
        kind=row.kind,
        at=row.at,
        agent=row.agent,
        sha256=row.sha256,
        content=row.content,
        submitted_on=row.submitted_on,
        closes=row.closes,
        version=row.version,
        form=row.form,
    )
