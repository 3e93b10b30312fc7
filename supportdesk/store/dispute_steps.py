"""The queue of disputes as a table of the mirror: one line each, with its next step.

A line is worked out from a dispute, its purchase, its card and the casebook. Triggers note in
`dispute_stale` whose line has to be worked out anew, so that no way into the mirror passes it by.
Days are ordinals (`date.toordinal`), instants Unix seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, cast, get_args

import sqlalchemy as sa
from sqlalchemy import Index, and_, func, text, true, tuple_
from sqlalchemy.dialects import sqlite
from sqlmodel import Field, Session, col, delete, select

from supportdesk.domain.dispute_queue import WHICH, Asked, Counts, Line, SortBy
from supportdesk.domain.dispute_steps import ENDED, Kind, Step, Turn
from supportdesk.domain.reminders import Reminder
from supportdesk.store.body import storable
from supportdesk.store.database import Database
from supportdesk.store.mirror_tables import ROW
from supportdesk.store.tables import MirrorTable

NEVER = date.max.toordinal()  # in place of a day that there is none of: sorts last
_UNKNOWN = -1  # in place of an amount or an instant that is not known
_WEEK = 7


class StepRow(MirrorTable, table=True):
    """One line; `newest` is minus the instant of creation, `*_key` is what is sorted by."""

    __tablename__ = "dispute_steps"
    __table_args__ = (
        Index(None, "due", "newest", "transaction_id"),
        Index(None, "again"),
        Index(None, "authorization_id"),
        Index(None, "card_id"),
        Index(None, "cardholder_id"),
    )

    transaction_id: str = Field(primary_key=True)
    dispute_id: str
    authorization_id: str
    card_id: str
    cardholder_id: str
    cardholder: str
    cardholder_key: str
    merchant: str
    merchant_key: str
    status: str
    reason: str
    loss_reason: str
    amount: int
    currency: str
    method: str
    created: int
    newest: int
    filed: int
    ended: int
    recovered: int
    recovered_currency: str
    owner: str
    draft_at: float
    kind: str
    turn: str
    due: int
    firm: bool
    last_day: int
    detail: str
    again: int


class StaleRow(MirrorTable, table=True):
    """A line to be worked out anew; `mark` grows each time that is noted."""

    __tablename__ = "dispute_stale"

    transaction_id: str = Field(primary_key=True)
    mark: int


class EndRow(MirrorTable, table=True):
    """When a dispute was first read as ended that had been read as open (Unix seconds)."""

    __tablename__ = "dispute_ends"

    dispute_id: str = Field(primary_key=True)
    at: float


_MARK = text(
    "INSERT INTO dispute_stale (transaction_id, mark) VALUES (:id, 1) "
    "ON CONFLICT (transaction_id) DO UPDATE SET mark = mark + 1"
)
_ANSWERED = text("DELETE FROM dispute_stale WHERE transaction_id = :id AND mark = :mark")
_SAME = (
    "transaction_id",
    "dispute_id",
    "authorization_id",
    "card_id",
    "cardholder_id",
    "cardholder",
    "merchant",
    "status",
    "reason",
    "loss_reason",
    "currency",
    "method",
    "recovered_currency",
    "owner",
    "draft_at",
)
_NUMBERS = ("amount", "created", "filed", "ended", "recovered")
_SORTED: Mapping[SortBy, tuple[str, ...]] = {
    "due": ("due",),
    "created": (),
    "amount": ("currency", "amount"),
    "merchant": ("merchant_key",),
    "cardholder": ("cardholder_key",),
    "reason": ("reason",),
    "status": ("status",),
}


class DisputeSteps:
    """The lines of the queue in a mirror."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stale(self, today: date, limit: int) -> tuple[dict[str, int], set[str]]:
        """Return whose lines are to be worked out anew, each with its mark (0 for none).

        Besides, the lines of intakes that are not at Stripe.
        """

        def work(session: Session) -> tuple[dict[str, int], set[str]]:
            marked = select(StaleRow.transaction_id, StaleRow.mark).limit(limit)
            found = dict(session.exec(marked).all())
            if left := limit - len(found):
                turned = select(StepRow.transaction_id).where(StepRow.again <= today.toordinal())
                turned = turned.order_by(col(StepRow.again)).limit(left)
                found = {**dict.fromkeys(session.exec(turned), 0), **found}
            return found, set(session.exec(local))

        local = select(StepRow.transaction_id).where(StepRow.dispute_id == "")
        return await self._database.read(work)

    async def mark(self, transaction_ids: Iterable[str]) -> None:
        """Note that lines have to be worked out anew."""
        noted = [{"id": storable(id)} for id in transaction_ids]
        if noted:
            await self._database.run(lambda session: session.connection().execute(_MARK, noted))

    async def mark_all(self) -> None:
        """Note that every line has to be worked out anew: what all of them rest on changed."""
        every = select(StepRow.transaction_id)
        await self.mark(await self._database.read(lambda session: list(session.exec(every))))

    async def put(
        self,
        lines: Sequence[Line],
        marks: Mapping[str, int],
        lacking: Iterable[tuple[str, str, str]] = (),
    ) -> None:
        """Keep lines and take back the marks they answer; what has a mark and no line goes.

        A mark that has grown meanwhile stays.

        Args:
            lacking: what lines were made without: transaction id of the line, table, id there.
                If it has come meanwhile, the line is marked anew.
        """
        lacked = list(lacking)
        rows = [_values(line) for line in lines]
        answered = [{"id": id, "mark": mark} for id, mark in marks.items() if mark]
        gone = set(marks) - {line.transaction_id for line in lines}

        def work(session: Session) -> None:
            if rows:
                session.execute(_upsert(), rows)
            if answered:
                session.execute(_ANSWERED, answered)
            for id in gone:
                session.execute(delete(StepRow).where(col(StepRow.transaction_id) == id))
            if came := [{"id": line} for line, table, id in lacked if _there(session, table, id)]:
                session.execute(_MARK, came)

        await self._database.run(work)

    async def ends(self, dispute_ids: Sequence[str]) -> dict[str, float]:
        """Return when disputes were first seen as ended (Unix seconds), where that was seen."""
        query = select(EndRow).where(col(EndRow.dispute_id).in_(dispute_ids))
        return await self._database.read(
            lambda session: {row.dispute_id: row.at for row in session.exec(query)}
        )

    async def typed(self) -> dict[str, float]:
        """Return the lines that rest on an intake of this desk, each with its `draft_at`."""
        query = select(StepRow.transaction_id, StepRow.draft_at).where(StepRow.draft_at > 0)
        return await self._database.read(lambda session: dict(session.exec(query).all()))

    async def without_purchase(self, limit: int) -> list[str]:
        """Return open lines whose purchase the mirror has not seen."""
        query = select(StepRow.transaction_id).where(StepRow.turn != "over", StepRow.card_id == "")
        return await self._database.read(lambda s: list(s.exec(query.limit(limit))))

    async def line(self, transaction_id: str) -> Line | None:
        """Return one line, None if there is none."""

        query = _lines().where(StepRow.transaction_id == transaction_id)

        def work(session: Session) -> Line | None:
            row = session.execute(query).first()
            return _line(row) if row is not None else None

        return await self._database.read(work)

    async def page(self, asked: Asked, after: Line | None, limit: int) -> list[Line]:
        """Return the lines after one, in the order asked for."""
        columns = [*_SORTED[asked.sort], "newest", "transaction_id"]
        keys = [getattr(StepRow, name) for name in columns]
        query = _lines().where(*_conditions(asked))
        if after is not None:
            values = _values(after)
            place = tuple_(*[values[name] for name in columns])
            where = tuple_(*keys) < place if asked.descending else tuple_(*keys) > place
            query = query.where(where)
        order = [key.desc() if asked.descending else key.asc() for key in keys]
        query = query.order_by(*order).limit(limit)
        return await self._database.read(lambda s: [_line(row) for row in s.execute(query)])

    async def reasons(self) -> list[str]:
        """Return the reasons that occur."""
        query = select(StepRow.reason).where(StepRow.reason != "").distinct()
        return await self._database.read(lambda session: sorted(session.exec(query)))

    async def counts(self, asked: Asked) -> Counts:
        """Return how many lines each filter shows, under the reason and merchant asked for."""
        rest = _narrowed(asked)
        today = asked.today.toordinal()
        wanted: dict[str, list[Any]] = {
            **{which: _which(which, asked) for which in WHICH},
            "acting": [StepRow.turn == "act"],
            "soon": [StepRow.turn == "act", StepRow.due <= today + _WEEK],
            "late": [StepRow.turn == "act", StepRow.due < today],
        }
        sums = [
            func.coalesce(func.sum(func.iif(_all(conditions), 1, 0)), 0)
            for conditions in wanted.values()
        ]
        query = sa.select(*sums).select_from(StepRow).where(*rest)
        found = await self._database.read(lambda session: session.execute(query).one())
        return Counts(**dict(zip(wanted, found, strict=True)))

    async def reminders(self, today: date) -> list[Reminder]:
        """Return the steps that are due or overdue, of all owners."""
        row: Any = StepRow
        query = sa.select(row.transaction_id, row.kind, row.detail, row.due, row.owner)
        query = query.where(row.turn == "act", row.due <= today.toordinal())
        return await self._database.read(
            lambda session: [
                Reminder(key=f"{id}:{kind}:{detail}", due=date.fromordinal(due), owner=owner)
                for id, kind, detail, due, owner in session.execute(query)
            ]
        )


def _lines() -> Any:
    return sa.select(*StepRow.metadata.tables[str(StepRow.__tablename__)].columns)


def _there(session: Session, table: str, id: str) -> bool:
    known = {str(row.__tablename__): row for row in ROW.values()}[table]
    column: Any = known.metadata.tables[table].c.id
    return session.execute(sa.select(column).where(column == id)).first() is not None


@cache
def _upsert() -> Any:
    table = StepRow.metadata.tables[str(StepRow.__tablename__)]
    statement = sqlite.insert(table)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
    return statement.on_conflict_do_update(index_elements=["transaction_id"], set_=changed)


def _all(conditions: Sequence[Any]) -> Any:
    return and_(true(), *conditions)


def _which(which: str, asked: Asked) -> list[Any]:
    match which:
        case "mine":
            return [StepRow.owner == asked.agent, StepRow.turn != "over"]
        case "open":
            return [StepRow.turn != "over"]
        case "waiting":
            return [StepRow.turn == "wait"]
        case "due":
            return [StepRow.turn == "act", StepRow.due <= asked.today.toordinal()]
        case "ended":
            return [col(StepRow.status).in_(ENDED)]
    return []


def _narrowed(asked: Asked) -> list[Any]:
    found: list[Any] = []
    if asked.reason:
        found.append(StepRow.reason == asked.reason)
    if key := asked.merchant.casefold().strip():
        found.append(func.instr(StepRow.merchant_key, storable(key)) > 0)
    return found


def _conditions(asked: Asked) -> list[Any]:
    return [*_which(asked.which, asked), *_narrowed(asked)]


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day is not None else NEVER


def _day(ordinal: int) -> date | None:
    return None if ordinal == NEVER else date.fromordinal(ordinal)


def _values(line: Line) -> dict[str, Any]:
    values: dict[str, Any] = {name: storable(getattr(line, name)) for name in _SAME}
    for name in _NUMBERS:
        number = getattr(line, name)
        values[name] = _UNKNOWN if number is None else number
    step = line.step
    return values | {
        "cardholder_key": values["cardholder"].casefold(),
        "merchant_key": values["merchant"].casefold(),
        "newest": -(line.created or 0),
        "kind": step.kind,
        "turn": step.turn,
        "due": _ordinal(step.due),
        "firm": step.firm,
        "last_day": _ordinal(step.last_day),
        "detail": storable(step.detail),
        "again": _ordinal(step.again),
    }


def _line(row: Any) -> Line:
    known: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    for name in _NUMBERS:
        number = getattr(row, name)
        known[name] = None if number == _UNKNOWN else number
    step = Step(
        kind=cast("Kind", row.kind) if row.kind in get_args(Kind) else "unknown",
        turn=cast("Turn", row.turn),
        due=_day(row.due),
        firm=row.firm,
        last_day=_day(row.last_day),
        detail=row.detail,
        again=_day(row.again),
    )
    return Line(**known, step=step)
