"""What the two files hold of one person: found before it is erased."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from supportdesk.store.calls import CallRow
from supportdesk.store.casebook import Casebook
from supportdesk.store.complaint_tables import ComplaintRow
from supportdesk.store.database import Database
from supportdesk.store.dispute_cases import NoteRow
from supportdesk.store.dispute_drafts import DraftRow
from supportdesk.store.lost_reports import ReportRow
from supportdesk.store.mirror_tables import (
    AuthorizationRow,
    CardholderRow,
    CardRow,
    DisputeRow,
    TransactionRow,
)
from supportdesk.store.month_records import MonthRow

_ENDED = ("won", "lost", "expired")
SHORTEST = 5  # characters of a name or address that can be looked for in other texts


@dataclass(frozen=True, slots=True)
class Known:
    """A person in the mirror: ids of what is theirs, and how they may be named elsewhere.

    `disputed` tells whether a dispute of theirs has not ended yet.
    """

    name: str
    names: tuple[str, ...]
    objects: frozenset[str]
    disputed: bool


@dataclass(frozen=True, slots=True)
class Traces:
    """What the casebook holds of a person besides complaints.

    Attributes:
        calls, intakes, reports: how many.
        calling: whether a call with them goes on or is parked.
        last_call, last_dispute: Unix seconds of the last one, None without any.
        named_in: where others' papers name them, such as a complaint's number.
    """

    calls: int
    intakes: int
    reports: int
    calling: bool
    last_call: float | None
    last_dispute: float | None
    named_in: tuple[str, ...]


async def known_of(mirror: Database, cardholder_id: str) -> Known:
    """Return what the mirror has of a person; empty for one it does not know."""
    name, email, phone = (
        func.json_extract(CardholderRow.body, f"$.{part}")
        for part in ("name", "email", "phone_number")
    )

    def work(session: Session) -> Known:
        found: set[str] = set()
        for table in (CardRow, AuthorizationRow, TransactionRow):
            rows: Any = table
            found |= set(session.exec(select(rows.id).where(rows.cardholder_id == cardholder_id)))
        disputes = select(DisputeRow.id, DisputeRow.status)
        theirs = session.exec(disputes.where(col(DisputeRow.transaction_id).in_(found))).all()
        query = select(name, email, phone).where(CardholderRow.id == cardholder_id)
        told = session.execute(query).first() or ()
        return Known(
            name=str(told[0] or "") if told else "",
            names=tuple(said for said in told if said and len(said) >= SHORTEST),
            objects=frozenset(found | {id_ for id_, _ in theirs}),
            disputed=any(status not in _ENDED for _, status in theirs),
        )

    return await mirror.read(work)


async def traces_of(
    book: Casebook, account: str, cardholder_id: str, objects: Collection[str], name: str
) -> Traces:
    """Return what the casebook holds of a person of these `objects` and this `name`."""

    def work(session: Session) -> Traces:
        calls = select(func.count(), func.max(CallRow.started_at)).where(
            CallRow.account == account, CallRow.cardholder_id == cardholder_id
        )
        count, last_call = session.execute(calls).one()
        going = calls.where(col(CallRow.ended_at).is_(None))
        drafts = select(func.count(), func.max(DraftRow.updated_at)).where(
            DraftRow.account == account, _theirs(DraftRow, objects)
        )
        intakes, last_draft = session.execute(drafts).one()
        noted = select(func.max(NoteRow.at)).where(
            NoteRow.account == account, col(NoteRow.transaction_id).in_(objects)
        )
        last_note = session.execute(noted).scalar()
        reports = select(func.count()).where(
            ReportRow.account == account, ReportRow.cardholder_id == cardholder_id
        )
        return Traces(
            calls=count,
            intakes=intakes,
            reports=session.execute(reports).scalar_one(),
            calling=bool(session.execute(going).one()[0]),
            last_call=last_call,
            last_dispute=max((at for at in (last_draft, last_note) if at), default=None),
            named_in=tuple(_named_in(session, account, cardholder_id, name)),
        )

    return await book.database.read(work)


def _theirs(rows: Any, objects: Collection[str]) -> Any:
    return or_(rows.transaction_id.in_(objects), rows.dispute_id.in_(objects))


def _named_in(session: Session, account: str, cardholder_id: str, name: str) -> Iterator[str]:
    """Name the papers of others, and the reports sent to Stripe, that hold a person's name."""
    if len(name) < SHORTEST:
        return
    found = select(ComplaintRow.number).where(
        ComplaintRow.account == account,
        ComplaintRow.cardholder_id != cardholder_id,
        func.instr(col(ComplaintRow.body), name) > 0,
    )
    yield from session.exec(found.order_by(col(ComplaintRow.place)))
    months = select(MonthRow.month).where(
        MonthRow.account == account, func.instr(MonthRow.content, name) > 0
    )
    yield from session.exec(months.distinct().order_by(MonthRow.month))


def as_json(said: str) -> str:
    """Return a text as it stands inside a JSON string of ASCII."""
    return json.dumps(said)[1:-1]
