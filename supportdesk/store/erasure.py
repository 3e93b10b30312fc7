"""Takes a person out of the casebook and the mirror; what is sealed says so and stays whole."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, or_, text
from sqlmodel import Session, col, select

from supportdesk.store.calls import CallEventRow, CallRow
from supportdesk.store.casebook import Casebook
from supportdesk.store.chain import Chain, Kind, PrivateRow
from supportdesk.store.database import Database
from supportdesk.store.dispute_cases import CaseRow, NoteRow
from supportdesk.store.dispute_drafts import DraftRow, EvidenceRow
from supportdesk.store.journal import ENTRIES, STATES, JournalRow, StateRow
from supportdesk.store.lost_reports import ReportRow
from supportdesk.store.mirror_tables import (
    AuthorizationRow,
    CardholderRow,
    CardRow,
    ContactChangeRow,
    DisputeRow,
    OpenedRow,
    TokenRow,
    TransactionRow,
)

_WHY = "retention"
_EVENT = "event"  # what the chain's notes call an entry of a call


async def objects_of(mirror: Database, cardholder_id: str) -> frozenset[str]:
    """Ids of a person's cards, purchases and disputes, as far as the mirror has them."""

    def work(session: Session) -> frozenset[str]:
        found: set[str] = set()
        for table in (CardRow, AuthorizationRow, TransactionRow):
            rows: Any = table
            found |= set(session.exec(select(rows.id).where(rows.cardholder_id == cardholder_id)))
        disputes = select(DisputeRow.id).where(col(DisputeRow.transaction_id).in_(found))
        return frozenset(found | set(session.exec(disputes)))

    return await mirror.read(work)


async def forget_in_casebook(
    book: Casebook, account: str, cardholder_id: str, objects: Collection[str], at: float
) -> None:
    """Erase a person's calls, disputes, lost cards, and what the journal's entries sent and got.

    Complaints are erased by their own rules; see `services.retention`. In the journal stays who
    did what to which Stripe object when: those ids are Stripe's and tell of nobody by themselves.

    Args:
        at: when, in Unix seconds.
    """

    def work(session: Session) -> None:
        _forget_calls(book.chain, session, account, cardholder_id, at)
        _forget_intakes(session, account, objects)
        _forget_reports(session, account, cardholder_id)
        entries = select(JournalRow.seq).where(
            JournalRow.account == account,
            col(JournalRow.object_id).in_([cardholder_id, *objects]),
        )
        states = select(StateRow.seq).where(col(StateRow.entry).in_(entries))
        _forget_private(book.chain, session, ENTRIES, entries, at)
        _forget_private(book.chain, session, STATES, states, at)

    await book.chain.write(work)


def _forget_private(chain: Chain, session: Session, kind: Kind, refs: Any, at: float) -> None:
    private = select(PrivateRow.ref).where(
        col(PrivateRow.kind) == kind.name, col(PrivateRow.ref).in_(refs)
    )
    for ref in list(session.exec(private)):
        chain.erase_in(session, kind, ref, at=at, why=_WHY)


def _forget_calls(
    chain: Chain, session: Session, account: str, cardholder_id: str, at: float
) -> None:
    whose = (CallRow.account == account, CallRow.cardholder_id == cardholder_id)
    calls = list(session.exec(select(CallRow.id).where(*whose)))
    mine = or_(
        col(CallEventRow.call_id).in_(calls),
        (col(CallEventRow.account) == account) & (col(CallEventRow.cardholder_id) == cardholder_id),
    )
    for seq in list(session.exec(select(CallEventRow.seq).where(mine))):
        assert seq is not None
        chain.note_erasure(session, _EVENT, seq, at, _WHY)
    session.flush()
    session.execute(delete(CallEventRow).where(mine))
    session.execute(delete(CallRow).where(col(CallRow.id).in_(calls)))


def _forget_intakes(session: Session, account: str, objects: Collection[str]) -> None:
    mine = (col(DraftRow.account) == account) & or_(
        col(DraftRow.transaction_id).in_(objects), col(DraftRow.dispute_id).in_(objects)
    )
    drafts = list(session.exec(select(DraftRow.id).where(mine)))
    session.execute(delete(EvidenceRow).where(col(EvidenceRow.draft_id).in_(drafts)))
    session.execute(delete(DraftRow).where(col(DraftRow.id).in_(drafts)))
    for table in (CaseRow, NoteRow):
        rows: Any = table
        session.execute(
            delete(rows).where(rows.account == account, rows.transaction_id.in_(objects))
        )


def _forget_reports(session: Session, account: str, cardholder_id: str) -> None:
    mine = (col(ReportRow.account) == account) & (col(ReportRow.cardholder_id) == cardholder_id)
    session.execute(delete(ReportRow).where(mine))


async def forget_in_mirror(mirror: Database, cardholder_id: str, objects: Collection[str]) -> None:
    """Take a person out of the mirror; what Stripe still has comes back with the next reading."""

    def work(session: Session) -> None:
        cards = select(CardRow.id).where(CardRow.cardholder_id == cardholder_id)
        session.execute(delete(TokenRow).where(col(TokenRow.card_id).in_(cards)))
        session.execute(delete(DisputeRow).where(col(DisputeRow.id).in_(objects)))
        for table in (AuthorizationRow, TransactionRow, CardRow, ContactChangeRow, OpenedRow):
            rows: Any = table
            session.execute(delete(rows).where(rows.cardholder_id == cardholder_id))
        session.execute(delete(CardholderRow).where(col(CardholderRow.id) == cardholder_id))
        for index in ("search_words", "search_parts"):  # or its words stay in old segments
            session.execute(text(f"INSERT INTO {index}({index}) VALUES ('optimize')"))

    await mirror.run(work)
