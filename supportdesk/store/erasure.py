"""Takes a person out of the casebook and the mirror; what is sealed says so and stays whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, or_, text
from sqlmodel import Session, col, select

from supportdesk.store.calls import CallEventRow, CallRow
from supportdesk.store.casebook import Casebook
from supportdesk.store.chain import Chain, Kind, PrivateRow
from supportdesk.store.complaint_tables import DraftRow as FormRow
from supportdesk.store.database import Database
from supportdesk.store.dispute_approvals import ApprovalRow
from supportdesk.store.dispute_cases import CaseRow, NoteRow
from supportdesk.store.dispute_drafts import DraftRow, EvidenceRow
from supportdesk.store.dispute_reminders import ReminderRow
from supportdesk.store.dispute_steps import EndRow, StaleRow, StepRow
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
from supportdesk.store.person import as_json

_WHY = "retention"
_EVENT = "event"  # what the chain's notes call an entry of a call


async def forget_in_casebook(
    book: Casebook,
    account: str,
    cardholder_id: str,
    objects: Collection[str],
    names: Sequence[str],
    at: float,
    calls: Collection[str] = (),
) -> None:
    """Erase a person's calls, disputes, lost cards, and what the journal's entries sent and got.

    Complaints are erased by their own rules; see `services.retention`. In the journal stays who
    did what when, but not to whom: Stripe would still tell whose the ids are.

    Args:
        objects: ids of the person's cards, purchases and disputes.
        names: what else an entry of the journal may name them by, such as an e-mail address.
        at: when, in Unix seconds.
        calls: ids of calls that were theirs although nobody was named in them.
    """

    def work(session: Session) -> None:
        theirs = _calls_of(session, account, cardholder_id, calls)
        entries = _entries(session, account, [cardholder_id, *objects], names, theirs)
        _forget_calls(book.chain, session, account, cardholder_id, theirs, at)
        _forget_intakes(session, account, cardholder_id, objects)
        _forget_reports(session, account, cardholder_id)
        states = select(StateRow.seq).where(col(StateRow.entry).in_(entries))
        _forget_private(book.chain, session, ENTRIES, entries, at)
        _forget_private(book.chain, session, STATES, states, at)
        for seq in entries:
            book.chain.blank_in(session, ENTRIES, seq, ("object_id", "call_id"), at=at)

    await book.chain.write(work)


def _calls_of(
    session: Session, account: str, cardholder_id: str, calls: Collection[str]
) -> list[str]:
    """Return the ids of a person's calls, and of those of `calls` that name nobody."""
    nobody = col(CallRow.id).in_(calls) & (col(CallRow.cardholder_id) == "")
    whose = or_(col(CallRow.cardholder_id) == cardholder_id, nobody)
    return list(session.exec(select(CallRow.id).where(CallRow.account == account, whose)))


def _entries(
    session: Session,
    account: str,
    objects: Sequence[str],
    names: Sequence[str],
    calls: Sequence[str],
) -> list[int]:
    """Return the journal's entries about a person: by object, by call, or naming them."""
    mine = or_(col(JournalRow.object_id).in_(objects), col(JournalRow.call_id).in_(calls))
    found = set(session.exec(select(JournalRow.seq).where(JournalRow.account == account, mine)))
    for name in (objects[0], *names):
        told = func.instr(col(PrivateRow.body), as_json(name)) > 0
        here = (PrivateRow.kind == ENTRIES.name, JournalRow.account == account, told)
        asked = select(JournalRow.seq).join(PrivateRow, col(PrivateRow.ref) == col(JournalRow.seq))
        found |= set(session.exec(asked.where(*here)))
        here = (PrivateRow.kind == STATES.name, JournalRow.account == account, told)
        got = select(JournalRow.seq).join(StateRow, col(StateRow.entry) == col(JournalRow.seq))
        got = got.join(PrivateRow, col(PrivateRow.ref) == col(StateRow.seq))
        found |= set(session.exec(got.where(*here)))
    return [seq for seq in found if seq is not None]


def _forget_private(chain: Chain, session: Session, kind: Kind, refs: Any, at: float) -> None:
    private = select(PrivateRow.ref).where(
        col(PrivateRow.kind) == kind.name, col(PrivateRow.ref).in_(refs)
    )
    for ref in list(session.exec(private)):
        chain.erase_in(session, kind, ref, at=at, why=_WHY)


def _forget_calls(
    chain: Chain,
    session: Session,
    account: str,
    cardholder_id: str,
    calls: Sequence[str],
    at: float,
) -> None:
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


def _forget_intakes(
    session: Session, account: str, cardholder_id: str, objects: Collection[str]
) -> None:
    mine = (col(DraftRow.account) == account) & or_(
        col(DraftRow.transaction_id).in_(objects), col(DraftRow.dispute_id).in_(objects)
    )
    drafts = list(session.exec(select(DraftRow.id).where(mine)))
    session.execute(delete(EvidenceRow).where(col(EvidenceRow.draft_id).in_(drafts)))
    session.execute(delete(DraftRow).where(col(DraftRow.id).in_(drafts)))
    for table in (CaseRow, NoteRow, ApprovalRow):
        rows: Any = table
        session.execute(
            delete(rows).where(rows.account == account, rows.transaction_id.in_(objects))
        )
    waits = or_(
        col(ReminderRow.cardholder_id) == cardholder_id,
        col(ReminderRow.authorization_id).in_(objects),
    )
    session.execute(delete(ReminderRow).where(col(ReminderRow.account) == account, waits))
    begun = (FormRow.account == account, FormRow.name == f"new:{cardholder_id}")
    session.execute(delete(FormRow).where(*begun))  # type: ignore[arg-type]


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
        lines = or_(
            col(StepRow.cardholder_id) == cardholder_id, col(StepRow.transaction_id).in_(objects)
        )
        session.execute(delete(StepRow).where(lines))
        session.execute(delete(StaleRow).where(col(StaleRow.transaction_id).in_(objects)))
        session.execute(delete(EndRow).where(col(EndRow.dispute_id).in_(objects)))
        for index in ("search_words", "search_parts"):  # or its words stay in old segments
            session.execute(text(f"INSERT INTO {index}({index}) VALUES ('optimize')"))
        for statement in _FORGET_WORDS:
            session.execute(text(statement))

    await mirror.run(work)


# The vocabulary keeps a word as long as somebody has it (SQLite: fts5vocab lists an index's terms).
_FORGET_WORDS = (
    "CREATE VIRTUAL TABLE temp.words_in_use USING fts5vocab(main, search_words, row)",
    "DELETE FROM name_words WHERE word NOT IN (SELECT term FROM temp.words_in_use)",
    "DROP TABLE temp.words_in_use",
)
