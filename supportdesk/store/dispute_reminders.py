"""Pending purchases to be disputed once they settle, in the casebook."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Field, Session, col, select

from supportdesk.store.database import Database
from supportdesk.store.tables import CasebookTable


class ReminderRow(CasebookTable, table=True):
    """A pending purchase someone waits for; `settled_at` is None while it is pending."""

    __tablename__ = "dispute_reminders"

    account: str = Field(primary_key=True)
    authorization_id: str = Field(primary_key=True)
    cardholder_id: str
    agent: str
    asked_at: float
    settled_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Who waits for which purchase to settle, since when (Unix seconds)."""

    authorization_id: str
    cardholder_id: str
    agent: str
    asked_at: float


class DisputeReminders:
    """The reminders of all accounts in one casebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, account: str, reminder: Reminder) -> None:
        """Wait for a purchase; asking twice changes nothing."""

        def work(session: Session) -> None:
            if session.get(ReminderRow, (account, reminder.authorization_id)) is None:
                session.add(
                    ReminderRow(
                        account=account,
                        authorization_id=reminder.authorization_id,
                        cardholder_id=reminder.cardholder_id,
                        agent=reminder.agent,
                        asked_at=reminder.asked_at,
                        settled_at=None,
                    )
                )

        await self._database.run(work)

    async def waiting(self, account: str) -> list[Reminder]:
        """Return what is still pending, the oldest first."""
        query = (
            select(ReminderRow)
            .where(ReminderRow.account == account, col(ReminderRow.settled_at).is_(None))
            .order_by(col(ReminderRow.asked_at))
        )

        def work(session: Session) -> list[Reminder]:
            return [
                Reminder(
                    authorization_id=row.authorization_id,
                    cardholder_id=row.cardholder_id,
                    agent=row.agent,
                    asked_at=row.asked_at,
                )
                for row in session.exec(query)
            ]

        return await self._database.read(work)

    async def settled(self, account: str, authorization_id: str, *, at: float) -> None:
        """Note that the wait is over; `at` in Unix seconds."""

        def work(session: Session) -> None:
            row = session.get(ReminderRow, (account, authorization_id))
            if row is not None:
                row.settled_at = at
                session.add(row)

        await self._database.run(work)
