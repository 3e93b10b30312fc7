"""Disputes that wait for a second person, in the casebook."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlmodel import Field, Session, select

from supportdesk.store.database import Database
from supportdesk.store.tables import CasebookTable


class ApprovalRow(CasebookTable, table=True):
    """At most one open question per dispute; what came of it is in the journal."""

    __tablename__ = "dispute_approvals"

    account: str = Field(primary_key=True)
    transaction_id: str = Field(primary_key=True)
    asked_by: str
    asked_at: float
    asked_for: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A dispute shown to a second person.

    Attributes:
        asked_by, asked_at: the agent who asked, and when (Unix seconds).
        asked_for: fingerprint of what is to be submitted; anything changed since asks anew.
        note: why it was sent back, "" while it waits.
    """

    transaction_id: str
    asked_by: str
    asked_at: float
    asked_for: str
    note: str = ""


class DisputeApprovals:
    """The open questions of all accounts in one casebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, account: str, asked: Asked) -> None:
        """Keep a question, instead of an older one about the same dispute."""

        def work(session: Session) -> None:
            session.merge(ApprovalRow(account=account, **asdict(asked)))

        await self._database.run(work)

    async def get(self, account: str, transaction_id: str) -> Asked | None:
        """Return the question about a purchase's dispute, None when there is none."""

        def work(session: Session) -> Asked | None:
            row = session.get(ApprovalRow, (account, transaction_id))
            return _asked(row) if row else None

        return await self._database.read(work)

    async def all(self, account: str) -> list[Asked]:
        """Return all questions of an account."""
        query = select(ApprovalRow).where(ApprovalRow.account == account)
        return await self._database.read(
            lambda session: [_asked(row) for row in session.exec(query)]
        )

    async def drop(self, account: str, transaction_id: str) -> None:
        """Forget a question that was answered or taken back."""

        def work(session: Session) -> None:
            row = session.get(ApprovalRow, (account, transaction_id))
            if row is not None:
                session.delete(row)

        await self._database.run(work)


def _asked(row: ApprovalRow) -> Asked:
    return Asked(
        transaction_id=row.transaction_id,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        asked_for=row.asked_for,
        note=row.note,
    )
