"""The mirror: what Stripe told us, each record with the instant at which it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import groupby, islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Table, delete, func, tuple_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Dispute,
    Record,
    Seen,
    Token,
    Transaction,
)
from supportdesk.store import body, files, problems
from supportdesk.store.database import Database
from supportdesk.store.mirror_tables import (
    ROW,
    AuthorizationRow,
    CardRow,
    DisputeRow,
    OpenedRow,
    StateRow,
    TokenRow,
    TransactionRow,
    values,
)
from supportdesk.store.tables import MirrorTable

R = TypeVar("R", Cardholder, Card, Authorization, Transaction, Dispute, Token)
Cursor = tuple[int, str]
_REMEMBER = "INSERT INTO name_words (word, back) VALUES (?, ?) ON CONFLICT DO NOTHING"
_BATCH = 1000  # records per transaction: what else is written waits for one of them at most
_OPENED_KEPT = 200  # cardholders of whom it is known that they were opened
_ASKED = 250  # ids per question


def cursor(record: Record) -> Cursor:
    """Return the place of `record` in a list, newest first: pass it as `before` of the next page.

    The first part is its instant of creation in Unix seconds, 0 if Stripe gave none.
    """
    return record.created or 0, record.id


async def rebuild_mirror(path: Path, key_hex: str) -> Database:
    """Delete a mirror that cannot be read any more and open an empty one in its place.

    Args:
        path: the mirror's file; it must not be open.
        key_hex: the key of the new file, 64 hexadecimal digits.

    Raises:
        ValueError: the path is that of a casebook, which nothing here deletes.
        UserFacing: db_read_only or db_disk_failed, the old file cannot be deleted; or as
            `Database.open`.
    """
    if "casebook" in path.name.casefold():
        raise ValueError("a casebook is never deleted")
    try:
        files.remove(path)
    except OSError as error:
        raise problems.of_system(error, "mirror") from None
    return await Database.open(path, key_hex, "mirror")


class Mirror:
    """The mirror over its open file. Reading never touches the network."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def put(self, records: Iterable[Record], read_at: float) -> None:
        """Keep what Stripe said at `read_at` (Unix seconds); what it said later is left alone.

        Raises:
            UserFacing: it could not be saved; earlier batches of a long list stay.
        """
        rest = iter(records)
        while batch := list(islice(rest, _BATCH)):
            await self.database.run(partial(_put, batch=batch, read_at=read_at))

    async def cardholder(self, id: str) -> Seen[Cardholder] | None:
        """Return the cardholder, None if the mirror has not seen it."""
        return next(iter(await self._by_id(Cardholder, [id])), None)

    async def card(self, id: str) -> Seen[Card] | None:
        """Return the card, None if the mirror has not seen it."""
        return next(iter(await self._by_id(Card, [id])), None)

    async def authorization(self, id: str) -> Seen[Authorization] | None:
        """Return the authorisation, None if the mirror has not seen it."""
        return next(iter(await self._by_id(Authorization, [id])), None)

    async def transaction(self, id: str) -> Seen[Transaction] | None:
        """Return the transaction, None if the mirror has not seen it."""
        return next(iter(await self._by_id(Transaction, [id])), None)

    async def dispute(self, id: str) -> Seen[Dispute] | None:
        """Return the dispute, None if the mirror has not seen it."""
        return next(iter(await self._by_id(Dispute, [id])), None)

    async def token(self, id: str) -> Seen[Token] | None:
        """Return the token, None if the mirror has not seen it."""
        return next(iter(await self._by_id(Token, [id])), None)

    async def cardholders(self, ids: Sequence[str]) -> list[Seen[Cardholder]]:
        """Return those of the cardholders that the mirror has seen, in the order of `ids`."""
        return await self._by_id(Cardholder, ids)

    async def transactions(self, ids: Sequence[str]) -> list[Seen[Transaction]]:
        """Return those of the transactions that the mirror has seen, in the order of `ids`."""
        return await self._by_id(Transaction, ids)

    async def cards_of(self, cardholder_id: str) -> list[Seen[Card]]:
        """Return all cards of a cardholder, newest first."""
        query = select(CardRow).where(CardRow.cardholder_id == cardholder_id)
        return await self._list(Card, CardRow, query)

    async def cards_of_all(self, cardholder_ids: Sequence[str]) -> dict[str, list[Seen[Card]]]:
        """Return the cards of each of some cardholders, newest first."""
        query = select(CardRow).where(col(CardRow.cardholder_id).in_(cardholder_ids))
        found: dict[str, list[Seen[Card]]] = {id: [] for id in cardholder_ids}
        for seen in await self._list(Card, CardRow, query):
            found[seen.record.cardholder_id].append(seen)
        return found

    async def tokens_of(self, card_id: str) -> list[Seen[Token]]:
        """Return all tokens of a card, newest first."""
        query = select(TokenRow).where(TokenRow.card_id == card_id)
        return await self._list(Token, TokenRow, query)

    async def authorizations_of(
        self, cardholder_id: str, limit: int = 50, before: Cursor | None = None
    ) -> list[Seen[Authorization]]:
        """Return a page of a cardholder's authorisations, newest first."""
        query = select(AuthorizationRow).where(AuthorizationRow.cardholder_id == cardholder_id)
        return await self._list(Authorization, AuthorizationRow, query, limit, before)

    async def transactions_of(
        self, cardholder_id: str, limit: int = 50, before: Cursor | None = None
    ) -> list[Seen[Transaction]]:
        """Return a page of a cardholder's captures and refunds, newest first."""
        query = select(TransactionRow).where(TransactionRow.cardholder_id == cardholder_id)
        return await self._list(Transaction, TransactionRow, query, limit, before)

    async def transactions_under(self, authorization_id: str) -> list[Seen[Transaction]]:
        """Return all captures and refunds of an authorisation, newest first."""
        query = select(TransactionRow).where(TransactionRow.authorization_id == authorization_id)
        return await self._list(Transaction, TransactionRow, query)

    async def disputes(
        self, *, statuses: Sequence[str] = (), limit: int = 50, before: Cursor | None = None
    ) -> list[Seen[Dispute]]:
        """Return a page of the disputes, newest first, of all statuses or of those given."""
        query = select(DisputeRow)
        if statuses:
            query = query.where(col(DisputeRow.status).in_(statuses))
        return await self._list(Dispute, DisputeRow, query, limit, before)

    async def disputes_of(self, cardholder_id: str) -> list[Seen[Dispute]]:
        """Return all disputes about a cardholder's transactions, newest first."""
        theirs = select(TransactionRow.id).where(TransactionRow.cardholder_id == cardholder_id)
        query = select(DisputeRow).where(col(DisputeRow.transaction_id).in_(theirs))
        return await self._list(Dispute, DisputeRow, query)

    async def counts(self) -> dict[str, int]:
        """Return how many records of each kind the mirror holds, by the name of their table."""

        def work(session: Session) -> dict[str, int]:
            return {
                str(row.__tablename__): session.scalar(select(func.count()).select_from(row)) or 0
                for row in ROW.values()
            }

        return await self.database.read(work)

    async def get_state(self, name: str) -> Any:
        """Return the note kept under `name`, None if there is none."""

        def work(session: Session) -> Any:
            row = session.get(StateRow, name)
            return row.value if row else None

        return await self.database.read(work)

    async def set_state(self, name: str, value: Any) -> None:
        """Keep a note of what JSON can hold under `name`."""
        await self.database.run(lambda session: session.merge(StateRow(name=name, value=value)))

    async def note_opened(self, cardholder_id: str, at: float) -> None:
        """Remember that a cardholder was opened at `at` (Unix seconds); the latest are kept."""

        def work(session: Session) -> None:
            session.merge(OpenedRow(cardholder_id=cardholder_id, at=at))
            session.flush()
            last = select(OpenedRow.cardholder_id).order_by(col(OpenedRow.at).desc())
            kept = last.limit(_OPENED_KEPT)
            session.execute(delete(OpenedRow).where(col(OpenedRow.cardholder_id).not_in(kept)))

        await self.database.run(work)

    async def _by_id(self, kind: type[R], ids: Sequence[str]) -> list[Seen[R]]:
        row: Any = ROW[kind]

        def work(session: Session) -> Iterator[Any]:
            for start in range(0, len(ids), _ASKED):
                some = [body.storable(id) for id in ids[start : start + _ASKED]]
                yield from session.execute(
                    select(row.id, row.body, row.read_at).where(col(row.id).in_(some))
                )

        found = await self.database.read(
            lambda session: {id: _seen(kind, text, at) for id, text, at in work(session)}
        )
        return [found[id] for id in ids if id in found]

    async def _list(
        self,
        kind: type[R],
        row: Any,
        query: SelectOfScalar[Any],
        limit: int | None = None,
        before: Cursor | None = None,
    ) -> list[Seen[R]]:
        """Return what `query` finds, newest first, from the cursor on."""
        if before is not None:
            query = query.where(tuple_(row.created, row.id) < before)
        query = query.order_by(col(row.created).desc(), col(row.id).desc()).limit(limit)
        bodies = query.with_only_columns(row.body, row.read_at)
        return await self.database.read(
            lambda session: [_seen(kind, text, at) for text, at in session.execute(bodies)]
        )


def _seen(kind: type[R], text: str, read_at: float) -> Seen[R]:
    return Seen(body.load(kind, text), read_at)


def _put(session: Session, *, batch: list[Record], read_at: float) -> None:
    def table(record: Record) -> str:
        return type(record).__name__

    for _, group in groupby(sorted(batch, key=table), key=table):
        some = list(group)
        rows = [values(record, read_at) for record in some]
        upsert(session, ROW[type(some[0])], rows)
        if isinstance(some[0], Cardholder):
            _remember_words(session, rows)


def _remember_words(session: Session, rows: Iterable[dict[str, object]]) -> None:
    """Keep the words of names, from which a search learns what a typing error was meant to be."""
    words = {word for row in rows for word in str(row["folded"]).split("\n", 1)[0].split()}
    if words:
        known = [(word, word[::-1]) for word in sorted(words)]
        session.connection().exec_driver_sql(_REMEMBER, known)


@cache
def _upsert(row: type[MirrorTable]) -> tuple[str, tuple[str, ...]]:
    """Return the statement that keeps a row unless the stored one was read later (SQLite)."""
    table: Table = row.metadata.tables[str(row.__tablename__)]
    names = tuple(column.name for column in table.columns if column.name != "seq")
    changed = ", ".join(f"{name} = excluded.{name}" for name in names if name != "id")
    statement = (
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT (id) DO UPDATE SET {changed} WHERE excluded.read_at >= read_at"
    )
    return statement, names


def upsert(session: Session, row: type[MirrorTable], rows: list[dict[str, object]]) -> None:
    """Insert rows or bring them up to date, unless the stored one was read later."""
    statement, names = _upsert(row)
    # The driver is asked directly: preparing a million rows takes longer than storing them.
    session.connection().exec_driver_sql(statement, [tuple(map(r.get, names)) for r in rows])
