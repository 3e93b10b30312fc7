"""Dispute intake in the casebook: what was typed, and the evidence files themselves."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import QueryableAttribute, defer
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from supportdesk.domain.disputes import Draft
from supportdesk.domain.evidence_files import Evidence
from supportdesk.store import body
from supportdesk.store.database import Database
from supportdesk.store.tables import CasebookTable


class DraftRow(CasebookTable, table=True):
    """One intake per account and transaction; instants are Unix seconds."""

    __tablename__ = "dispute_drafts"
    __table_args__ = (UniqueConstraint("account", "transaction_id"),)

    id: str = Field(primary_key=True)
    account: str
    transaction_id: str
    dispute_id: str = Field(index=True)
    intake: str = Field(index=True)
    agent: str
    created_at: float
    updated_at: float
    body: str


class EvidenceRow(CasebookTable, table=True):
    """A file that was added; `stripe_file_id` is "" until it was uploaded.

    `parts` names the files it was put together from, `notes` what was found, both with spaces
    and commas between.
    """

    __tablename__ = "dispute_evidence"

    id: str = Field(primary_key=True)
    account: str
    draft_id: str = Field(foreign_key="dispute_drafts.id", index=True)
    name: str
    content_type: str
    size: int
    sha256: str
    added_at: float
    stripe_file_id: str
    expires_at: float | None
    pages: int
    notes: str
    parts: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A kept file without its bytes.

    Attributes:
        id: what a draft's file field names.
        size: bytes.
        stripe_file_id: Stripe's id once uploaded, else "".
        expires_at: Unix seconds after which Stripe no longer has it.
        pages: how many there are, 0 when nobody looked.
        notes: what was found on them, such as "faint 2".
        parts: ids of the files it was put together from, empty for one that was added.
    """

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    stripe_file_id: str = ""
    expires_at: float | None = None
    pages: int = 0
    notes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDraft:
    """An intake with who last typed in it and when (Unix seconds)."""

    draft: Draft
    agent: str
    created_at: float
    updated_at: float


class DisputeDrafts:
    """The intakes and evidence files of all accounts in one casebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, account: str, draft: Draft, *, agent: str, at: float) -> None:
        """Keep what was typed; `at` in Unix seconds.

        What is known of Stripe is not lost by a late keystroke: the dispute's id stays, and
        once submitted here an intake stays as it was submitted.
        """

        def work(session: Session) -> None:
            row = _find(session, account, draft.transaction_id)
            if row is None:
                row = _new(account, draft.transaction_id, agent, at)
            elif row.body and _submitted(row) and draft.submitted_at is None:
                return
            row.dispute_id = draft.dispute_id or row.dispute_id
            row.intake = draft.intake or row.intake
            row.agent = agent
            row.updated_at = at
            row.body = body.dump(replace(draft, dispute_id=row.dispute_id, intake=row.intake))
            session.add(row)

        await self._database.run(work)

    async def get(self, account: str, transaction_id: str) -> KeptDraft | None:
        """Return the intake of a transaction, None when nothing was typed yet."""

        def work(session: Session) -> KeptDraft | None:
            row = _find(session, account, transaction_id)
            return _kept_draft(row) if row is not None and row.body else None

        return await self._database.read(work)

    async def all(self, account: str) -> list[KeptDraft]:
        """Return all intakes of an account, the last typed first."""
        query = select(DraftRow).where(DraftRow.account == account, DraftRow.body != "")
        query = query.order_by(col(DraftRow.updated_at).desc())
        return await self._database.read(
            lambda session: [_kept_draft(row) for row in session.exec(query)]
        )

    async def discard(self, account: str, transaction_id: str) -> None:
        """Forget an intake and its files: only for one that never reached Stripe.

        Files stay with the purchases that were taken in together with it.
        """

        def work(session: Session) -> None:
            row = _find(session, account, transaction_id)
            if row is None:
                return
            same = (DraftRow.account == account, DraftRow.intake == row.intake)
            others = select(DraftRow.id).where(*same, DraftRow.id != row.id)
            heir = session.exec(others).first() if row.intake else None
            mine = _without_content().where(EvidenceRow.draft_id == row.id)
            for file in session.exec(mine).all():
                if heir is None:
                    session.delete(file)
                else:
                    file.draft_id = heir
                    session.add(file)
            session.flush()  # the files refer to it
            session.delete(row)

        await self._database.run(work)

    async def together(self, account: str, intake: str) -> list[KeptDraft]:
        """Return the drafts that were taken in together, in the order they were begun."""
        query = (
            select(DraftRow)
            .where(DraftRow.account == account, DraftRow.intake == intake, DraftRow.body != "")
            .order_by(col(DraftRow.created_at), col(DraftRow.id))
        )
        return await self._database.read(
            lambda session: [_kept_draft(row) for row in session.exec(query)] if intake else []
        )

    async def add_file(
        self,
        account: str,
        transaction_id: str,
        evidence: Evidence,
        *,
        agent: str,
        at: float,
        parts: Sequence[str] = (),
    ) -> Kept:
        """Keep a file; the same content is kept once per draft.

        `parts` are the ids of the kept files it was put together from.
        """
        digest = hashlib.sha256(evidence.content).hexdigest()

        def work(session: Session) -> Kept:
            draft = _find(session, account, transaction_id)
            if draft is None:
                draft = _new(account, transaction_id, agent, at)
                session.add(draft)
                session.flush()  # the file refers to it
            known = session.exec(
                _without_content().where(
                    EvidenceRow.draft_id == draft.id, EvidenceRow.sha256 == digest
                )
            ).first()
            if known is not None:
                return _kept(known)
            row = EvidenceRow(
                id=str(uuid.uuid4()),
                account=account,
                draft_id=draft.id,
                name=evidence.name,
                content_type=evidence.content_type,
                size=len(evidence.content),
                sha256=digest,
                added_at=at,
                stripe_file_id="",
                expires_at=None,
                pages=evidence.pages,
                notes=",".join(evidence.notes),
                parts=" ".join(parts),
                content=evidence.content,
            )
            session.add(row)
            return _kept(row)

        return await self._database.run(work)

    async def files(self, account: str, transaction_id: str) -> list[Kept]:
        """Return the files of an intake, without their bytes, in the order they were added.

        Those of the purchases taken in together are among them.
        """

        def work(session: Session) -> list[Kept]:
            draft = _find(session, account, transaction_id)
            if draft is None:
                return []
            ids = [draft.id]
            if draft.intake:
                same = (DraftRow.account == account, DraftRow.intake == draft.intake)
                ids = list(session.exec(select(DraftRow.id).where(*same)))
            found = _without_content().where(col(EvidenceRow.draft_id).in_(ids))
            rows = session.exec(found.order_by(col(EvidenceRow.added_at), col(EvidenceRow.id)))
            return [_kept(row) for row in rows]

        return await self._database.read(work)

    async def content(self, account: str, file_id: str) -> bytes:
        """Return the bytes of a kept file. Raises KeyError when there is none of that id."""
        query = select(EvidenceRow.content).where(
            EvidenceRow.id == file_id, EvidenceRow.account == account
        )
        found = await self._database.read(lambda session: session.exec(query).first())
        if found is None:
            raise KeyError(file_id)
        return bytes(found)

    async def uploaded(
        self, account: str, file_id: str, stripe_file_id: str, expires_at: float | None
    ) -> None:
        """Write down that Stripe has a file, so that it is uploaded only once."""

        def work(session: Session) -> None:
            row = session.exec(
                _without_content().where(EvidenceRow.id == file_id, EvidenceRow.account == account)
            ).one()
            row.stripe_file_id = stripe_file_id
            row.expires_at = expires_at
            session.add(row)

        await self._database.run(work)


def _without_content() -> SelectOfScalar[EvidenceRow]:
    content = cast("QueryableAttribute[bytes]", EvidenceRow.content)
    return select(EvidenceRow).options(defer(content))


def _find(session: Session, account: str, transaction_id: str) -> DraftRow | None:
    query = select(DraftRow).where(
        DraftRow.account == account, DraftRow.transaction_id == transaction_id
    )
    return session.exec(query).first()


def _new(account: str, transaction_id: str, agent: str, at: float) -> DraftRow:
    return DraftRow(
        id=str(uuid.uuid4()),
        account=account,
        transaction_id=transaction_id,
        dispute_id="",
        intake="",
        agent=agent,
        created_at=at,
        updated_at=at,
        body="",
    )


def _submitted(row: DraftRow) -> bool:
    return body.load(Draft, row.body).submitted_at is not None


def _kept_draft(row: DraftRow) -> KeptDraft:
    return KeptDraft(
        draft=body.load(Draft, row.body),
        agent=row.agent,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _kept(row: EvidenceRow) -> Kept:
    return Kept(
        id=row.id,
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        stripe_file_id=row.stripe_file_id,
        expires_at=row.expires_at,
        pages=row.pages,
        notes=tuple(note for note in row.notes.split(",") if note),
        parts=tuple(row.parts.split()),
    )
