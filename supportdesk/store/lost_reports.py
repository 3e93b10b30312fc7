"""Reports of lost and stolen cards in the casebook, each with what was typed in it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Index, UniqueConstraint, delete, text
from sqlmodel import Field, Session, col, select

from supportdesk.domain.lost import Report
from supportdesk.store import body
from supportdesk.store.database import Database
from supportdesk.store.tables import CasebookTable


class ReportRow(CasebookTable, table=True):
    """A report as JSON, and beside it what it is found by; instants are Unix seconds."""

    __tablename__ = "lost_reports"
    __table_args__ = (
        UniqueConstraint("account", "number"),
        Index(None, "account", "card_id"),
        Index(None, "account", "cardholder_id"),
    )

    id: str = Field(primary_key=True)
    account: str
    number: str
    card_id: str
    cardholder_id: str
    reported_at: float
    closed_at: float | None
    body: str


class ReportNumberRow(CasebookTable, table=True):
    """The last number given out per account and year."""

    __tablename__ = "lost_report_numbers"

    account: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


# It holds the write lock, so two windows get two numbers.
_NEXT_NUMBER = text(
    "INSERT INTO lost_report_numbers (account, year, last) VALUES (:account, :year, 1) "
    "ON CONFLICT (account, year) DO UPDATE SET last = lost_report_numbers.last + 1 RETURNING last"
)


class LostReports:
    """The reports of all accounts in one casebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, report: Report, year: int) -> Report:
        """Keep a new report and give it its number; an open one of the same card is returned."""

        def work(session: Session) -> Report:
            query = select(ReportRow).where(
                ReportRow.account == report.account,
                ReportRow.card_id == report.card_id,
                col(ReportRow.closed_at).is_(None),
            )
            if (there := session.exec(query).first()) is not None:
                return _report(there)
            drawn = session.execute(_NEXT_NUMBER, {"account": report.account, "year": year})
            made = replace(report, number=f"LS-{year}-{drawn.scalar_one():04}")
            session.add(_row(made))
            return made

        return await self._database.run(work)

    async def save(self, report: Report) -> None:
        """Keep a report as it is now; a closed one stays as it was closed."""

        def work(session: Session) -> None:
            row = session.get(ReportRow, report.id)
            if row is None or (row.closed_at is not None and report.closed_at is None):
                return
            row.closed_at = report.closed_at
            row.body = body.dump(report)
            session.add(row)

        await self._database.run(work)

    async def get(self, account: str, report_id: str) -> Report | None:
        """Return one report, None when there is none of that id."""

        def work(session: Session) -> Report | None:
            row = session.get(ReportRow, report_id)
            return _report(row) if row is not None and row.account == account else None

        return await self._database.read(work)

    async def of_cardholder(self, account: str, cardholder_id: str) -> list[Report]:
        """Return a person's reports, newest first."""
        query = select(ReportRow).where(
            ReportRow.account == account, ReportRow.cardholder_id == cardholder_id
        )
        query = query.order_by(col(ReportRow.reported_at).desc())
        return await self._database.read(
            lambda session: [_report(row) for row in session.exec(query)]
        )

    async def times(self, account: str, cardholder_id: str) -> list[tuple[str, float, bool]]:
        """Return number, instant (Unix seconds) and whether it is open of a person's reports."""
        query = select(ReportRow.number, ReportRow.reported_at, ReportRow.closed_at).where(
            ReportRow.account == account, ReportRow.cardholder_id == cardholder_id
        )
        return await self._database.read(
            lambda session: [(number, at, end is None) for number, at, end in session.exec(query)]
        )

    async def erase(self, account: str, report_id: str) -> bool:
        """Remove a report; returns whether the file's log could be emptied of it as well."""
        mine = (col(ReportRow.account) == account) & (col(ReportRow.id) == report_id)
        await self._database.run(lambda session: session.execute(delete(ReportRow).where(mine)))
        return await self._database.scour()

    async def since(self, account: str, at: float) -> list[Report]:
        """Return the reports of an account since an instant (Unix seconds), newest first."""
        query = select(ReportRow).where(ReportRow.account == account, ReportRow.reported_at >= at)
        query = query.order_by(col(ReportRow.reported_at).desc())
        return await self._database.read(
            lambda session: [_report(row) for row in session.exec(query)]
        )


def _row(report: Report) -> ReportRow:
    return ReportRow(
        id=report.id,
        account=report.account,
        number=report.number,
        card_id=report.card_id,
        cardholder_id=report.cardholder_id,
        reported_at=report.reported_at,
        closed_at=report.closed_at,
        body=body.dump(report),
    )


def _report(row: ReportRow) -> Report:
    return body.load(Report, row.body)
