"""Disputes in the casebook beside their intake: owner, notes, whom was told what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Index
from sqlmodel import Field, Session, col, select

from supportdesk.domain.dispute_case import Keeping, Note, NoteKind
from supportdesk.domain.disputes import Draft
from supportdesk.store import body
from supportdesk.store.body import storable
from supportdesk.store.database import Database
from supportdesk.store.dispute_drafts import DraftRow, KeptDraft
from supportdesk.store.tables import CasebookTable

_ASKED = 250  # ids per question


class CaseRow(CasebookTable, table=True):
    """Who owns a dispute; the row of transaction "" keeps since when the account is followed."""

    __tablename__ = "dispute_cases"

    account: str = Field(primary_key=True)
    transaction_id: str = Field(primary_key=True)
    owner: str
    assigned_at: float
    assigned_by: str


class NoteRow(CasebookTable, table=True):
    """A note; only ever added."""

    __tablename__ = "dispute_notes"
    __table_args__ = (Index(None, "account", "transaction_id", "seq"),)

    seq: int | None = Field(default=None, primary_key=True)
    account: str
    transaction_id: str
    kind: str
    text: str
    medium: str
    at: float
    on: str
    agent: str


class DisputeCases:
    """Owners and notes of the disputes of all accounts in one casebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, account: str, now: float) -> float:
        """Return since when this desk follows the disputes of an account (Unix seconds).

        The first time it is asked it is `now`, and stays so.
        """

        def work(session: Session) -> float:
            row = session.get(CaseRow, (account, ""))
            if row is None:
                row = CaseRow(
                    account=account, transaction_id="", owner="", assigned_at=now, assigned_by=""
                )
                session.add(row)
            return row.assigned_at

        return await self._database.run(work)

    async def assign(
        self, account: str, transaction_id: str, owner: str, *, by: str, at: float
    ) -> None:
        """Give a dispute to an agent, or with "" to nobody; `at` in Unix seconds."""
        row = CaseRow(
            account=account,
            transaction_id=transaction_id,
            owner=storable(owner),
            assigned_at=at,
            assigned_by=storable(by),
        )

        def work(session: Session) -> None:
            session.merge(row)

        await self._database.run(work)

    async def add(self, account: str, transaction_id: str, note: Note) -> None:
        """Write a note; on return it is on the disk."""
        row = NoteRow(
            account=account,
            transaction_id=transaction_id,
            kind=note.kind,
            text=storable(note.text),
            medium=note.medium,
            at=note.at,
            on=note.on,
            agent=storable(note.agent),
        )
        await self._database.run(lambda session: session.add(row))

    async def of(self, account: str, transaction_ids: Sequence[str]) -> dict[str, Keeping]:
        """Return what is kept of disputes, by transaction; nothing is an empty Keeping."""

        def work(session: Session) -> dict[str, Keeping]:
            found = {id: Keeping(transaction_id=id) for id in transaction_ids}
            for start in range(0, len(transaction_ids), _ASKED):
                some = transaction_ids[start : start + _ASKED]
                notes: dict[str, list[Note]] = {}
                said = select(NoteRow).where(
                    NoteRow.account == account, col(NoteRow.transaction_id).in_(some)
                )
                for row in session.exec(said.order_by(col(NoteRow.seq))):
                    notes.setdefault(row.transaction_id, []).append(_note(row))
                owned = select(CaseRow).where(
                    CaseRow.account == account, col(CaseRow.transaction_id).in_(some)
                )
                cases = {row.transaction_id: row for row in session.exec(owned)}
                for id in some:
                    case = cases.get(id)
                    found[id] = Keeping(
                        transaction_id=id,
                        owner=case.owner if case else "",
                        assigned_at=case.assigned_at if case else None,
                        assigned_by=case.assigned_by if case else "",
                        notes=tuple(notes.get(id, ())),
                    )
            return found

        return await self._database.read(work)

    async def owners(self, account: str) -> list[str]:
        """Return the names of all agents that own a dispute."""
        query = select(CaseRow.owner).where(CaseRow.account == account, CaseRow.owner != "")
        return await self._database.read(lambda s: sorted(set(s.exec(query))))

    async def intakes(self, account: str, at: float) -> tuple[dict[str, float], set[str]]:
        """Return the intakes typed in at or after an instant, each with when (Unix seconds).

        Besides, all intakes that were never saved at Stripe.
        """
        ours = (DraftRow.account == account, DraftRow.body != "")
        typed = select(DraftRow.transaction_id, DraftRow.updated_at)
        typed = typed.where(*ours, DraftRow.updated_at >= at)
        local = select(DraftRow.transaction_id).where(*ours, DraftRow.dispute_id == "")
        return await self._database.read(
            lambda session: (dict(session.exec(typed).all()), set(session.exec(local)))
        )

    async def drafts(self, account: str, transaction_ids: Sequence[str]) -> dict[str, KeptDraft]:
        """Return those intakes that were typed in at this desk, by transaction."""

        def work(session: Session) -> dict[str, KeptDraft]:
            found = {}
            for start in range(0, len(transaction_ids), _ASKED):
                some = transaction_ids[start : start + _ASKED]
                query = select(DraftRow).where(
                    DraftRow.account == account,
                    DraftRow.body != "",
                    col(DraftRow.transaction_id).in_(some),
                )
                for row in session.exec(query):
                    found[row.transaction_id] = KeptDraft(
                        draft=body.load(Draft, row.body),
                        agent=row.agent,
                        created_at=row.created_at,
                        updated_at=row.updated_at,
                    )
            return found

        return await self._database.read(work)


def _note(row: NoteRow) -> Note:
    return Note(
        kind=cast("NoteKind", row.kind),
        text=row.text,
        medium=row.medium,
        at=row.at,
        on=row.on,
        agent=row.agent,
    )
