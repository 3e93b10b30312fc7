"""The mirror: what Stripe told us, each record with the instant at which it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import delete, func, text, tuple_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Dispute,
    How,
    Record,
    Seen,
    Token,
    Transaction,
)
from supportdesk.store import body, files, problems
from supportdesk.store.database import Database
from supportdesk.store.mirror_rows import Rows, note, rows_of, upsert
from supportdesk.store.mirror_tables import (
    ON_ITS_WAY,
    PENDING,
    ROW,
    AuthorizationRow,
    CardRow,
    ContactChangeRow,
    DisputeRow,
    OpenedRow,
    StateRow,
    TokenRow,
    TransactionRow,
)

R = TypeVar("R", Cardholder, Card, Authorization, Transaction, Dispute, Token)
Cursor = tuple[int, str]
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

    async def put(self, records: Iterable[Record], read_at: float, how: How = "read") -> None:
        """Keep what Stripe said at `read_at` (Unix seconds); what it said later is left alone.

        Raises:
            UserFacing: it could not be saved; earlier batches of a long list stay.
        """
        rest = iter(records)
        while batch := list(islice(rest, _BATCH)):
            await self.put_rows(rows_of(batch, read_at, how))

    async def put_rows(self, rows: Rows, notes: Mapping[str, Any] | None = None) -> None:
        """Keep rows made beforehand by `rows_of`, together with notes, all or nothing.

        A search waits for it, so a caller with many rows brings some hundreds at a time. It may be
        called on any event loop.

        Raises:
            UserFacing: nothing could be saved.
        """

        def work(session: Session) -> None:
            upsert(session, rows)
            for name, value in (notes or {}).items():
                note(session, name, value)

        await self.database.run(work)

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

    async def cards(self, ids: Sequence[str]) -> list[Seen[Card]]:
        """Return those of the cards that the mirror has seen, in the order of `ids`."""
        return await self._by_id(Card, ids)

    async def authorizations(self, ids: Sequence[str]) -> list[Seen[Authorization]]:
        """Return those of the authorisations that the mirror has seen, in the order of `ids`."""
        return await self._by_id(Authorization, ids)

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

    async def alone_of(
        self, cardholder_id: str, limit: int = 50, before: Cursor | None = None
    ) -> list[Seen[Transaction]]:
        """Return a page of those captures and refunds whose authorisation is not here."""
        owner = select(AuthorizationRow.id).where(
            AuthorizationRow.id == TransactionRow.authorization_id
        )
        query = select(TransactionRow).where(
            TransactionRow.cardholder_id == cardholder_id, ~owner.exists()
        )
        return await self._list(Transaction, TransactionRow, query, limit, before)

    async def transactions_under_all(
        self, authorization_ids: Sequence[str]
    ) -> list[Seen[Transaction]]:
        """Return all captures and refunds of some authorisations, newest first."""
        query = select(TransactionRow).where(
            col(TransactionRow.authorization_id).in_(authorization_ids)
        )
        return await self._list(Transaction, TransactionRow, query)

    async def spent_since(
        self, cardholder_id: str, since: int
    ) -> tuple[list[Authorization], list[Transaction]]:
        """Return a cardholder's authorisations and transactions from an instant on (Unix s)."""
        asked = select(AuthorizationRow).where(
            AuthorizationRow.cardholder_id == cardholder_id, AuthorizationRow.created >= since
        )
        moved = select(TransactionRow).where(
            TransactionRow.cardholder_id == cardholder_id, TransactionRow.created >= since
        )
        found = await self._list(Authorization, AuthorizationRow, asked)
        return (
            [seen.record for seen in found],
            [s.record for s in await self._list(Transaction, TransactionRow, moved)],
        )

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

    async def disputes_over(self, transaction_ids: Sequence[str]) -> list[Seen[Dispute]]:
        """Return the disputes over some transactions, newest first."""
        query = select(DisputeRow).where(col(DisputeRow.transaction_id).in_(transaction_ids))
        return await self._list(Dispute, DisputeRow, query)

    async def disputes_of(self, cardholder_id: str) -> list[Seen[Dispute]]:
        """Return all disputes about a cardholder's transactions, newest first."""
        theirs = select(TransactionRow.id).where(TransactionRow.cardholder_id == cardholder_id)
        query = select(DisputeRow).where(col(DisputeRow.transaction_id).in_(theirs))
        return await self._list(Dispute, DisputeRow, query)

    async def note_contact_changes(self, told: Iterable[tuple[str, str, float]]) -> None:
        """Keep when contact data changed, by cardholder id and data; the latest instant counts."""
        rows = list(told)

        def work(session: Session) -> None:
            for cardholder_id, data, at in rows:
                kept = session.get(ContactChangeRow, (cardholder_id, data))
                if kept is None or kept.at < at:
                    row = ContactChangeRow(cardholder_id=cardholder_id, data=data, at=at)
                    session.merge(row)

        if rows:
            await self.database.run(work)

    async def contact_changes(self, cardholder_id: str) -> dict[str, float]:
        """Return when dob, address, phone and email were last seen changing (Unix seconds).

        Of the time before the mirror first saw the cardholder only Stripe's events tell.
        """
        query = select(ContactChangeRow).where(ContactChangeRow.cardholder_id == cardholder_id)
        return await self.database.read(
            lambda session: {row.data: row.at for row in session.exec(query)}
        )

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
        await self.database.run(partial(note, name=name, value=value))

    async def open_authorizations(self, before: float, limit: int) -> list[str]:
        """Return ids of pending authorisations last read before an instant (Unix seconds)."""
        return await self._open(AuthorizationRow, PENDING, before, limit)

    async def cards_on_their_way(self, before: float, limit: int) -> list[str]:
        """Return ids of cards not yet delivered, last read before an instant (Unix seconds)."""
        return await self._open(CardRow, ON_ITS_WAY, before, limit)

    async def _open(self, row: Any, which: str, before: float, limit: int) -> list[str]:
        """Return ids of open rows, the newest first."""
        query = select(row.id).where(text(which), row.read_at < before)
        query = query.order_by(col(row.created).desc()).limit(limit)
        return await self.database.read(lambda session: list(session.exec(query)))

    async def read_of(self, kind: type[Record], ids: Sequence[str]) -> dict[str, tuple[float, How]]:
        """Return when and how each of the records was last read; one not seen is left out."""
        row: Any = ROW[kind]

        def work(session: Session) -> dict[str, tuple[float, How]]:
            found: dict[str, tuple[float, How]] = {}
            for start in range(0, len(ids), _BATCH):
                some = [body.storable(id) for id in ids[start : start + _BATCH]]
                query = select(row.id, row.read_at, row.how).where(col(row.id).in_(some))
                found |= {id: (at, how) for id, at, how in session.execute(query)}
            return found

        return await self.database.read(work)

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
                    select(row.id, row.body, row.read_at, row.how).where(col(row.id).in_(some))
                )

        found = await self.database.read(
            lambda session: {id: _seen(kind, *rest) for id, *rest in work(session)}
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
        bodies = query.with_only_columns(row.body, row.read_at, row.how)
        return await self.database.read(
            lambda session: [_seen(kind, *found) for found in session.execute(bodies)]
        )


def _seen(kind: type[R], text: str, read_at: float, how: How) -> Seen[R]:
    return Seen(body.load(kind, text), read_at, how)
