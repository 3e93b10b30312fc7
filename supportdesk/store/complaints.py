"""Complaints in the casebook: the record as it stands, and an append-only history of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, cast

from sqlalchemy import CursorResult, and_, func, or_
from sqlmodel import Session, col, select, update

from supportdesk.domain.complaints import ALL, Change, Complaint, Counts, Wanted, Which, place_of
from supportdesk.errors import UserFacing
from supportdesk.store import complaint_drafts
from supportdesk.store.body import storable
from supportdesk.store.chain import Chain, PrivateRow
from supportdesk.store.complaint_care import (
    check_files,
    check_records,
    forget,
    record_of,
    unsealed,
)
from supportdesk.store.complaint_numbers import check_numbers, next_number
from supportdesk.store.complaint_queue import agents_query, listed, queue_query
from supportdesk.store.complaint_reading import change_in, place_at, these
from supportdesk.store.complaint_tables import (
    HISTORY,
    ComplaintRow,
    FileRow,
    HistoryRow,
    complaint_in,
    row_for,
)
from supportdesk.store.database import Database


class Complaints:
    """The complaints of all accounts in one casebook.

    Args:
        chain: what the history is sealed in.
    """

    def __init__(self, database: Database, chain: Chain) -> None:
        self._database = database
        self._chain = chain
        chain.join(HISTORY)
        chain.watch(partial(check_records, chain))
        chain.watch(check_files)
        chain.watch(check_numbers)

    async def create(self, complaint: Complaint, change: Change) -> Complaint:
        """Keep a new complaint; its number is the next of its account and year, without gaps.

        Raises:
            UserFacing: the file cannot be written; nothing is kept and no number is used up.
        """

        def work(session: Session) -> Complaint:
            return self.create_in(session, complaint, change)

        made: Complaint = await self._chain.write(work)
        return made

    async def create_all(self, made: Sequence[tuple[Complaint, Change]]) -> list[Complaint]:
        """Keep several new complaints, all or none; see `create`."""
        done: list[Complaint] = await self._chain.write(
            lambda session: [self.create_in(session, one, change) for one, change in made]
        )
        return done

    async def save(self, complaint: Complaint, change: Change) -> Complaint:
        """Keep a changed complaint together with the entry of its history.

        Raises:
            UserFacing: `complaint_changed_elsewhere` when another window saved it meanwhile.
        """

        def work(session: Session) -> Complaint:
            return self.save_in(session, complaint, change)

        saved: Complaint = await self._chain.write(work)
        return saved

    def create_in(self, session: Session, complaint: Complaint, change: Change) -> Complaint:
        """Create inside a transaction that does more; see `create`."""
        year = complaint.day(complaint.date_input).year
        number = next_number(session, complaint.account, year)
        made = replace(complaint, number=number, version=1)
        session.add(row_for(made))
        session.flush()  # the history refers to it
        self._tell(session, made.id, change)
        return made

    def save_in(self, session: Session, complaint: Complaint, change: Change) -> Complaint:
        """Save inside a transaction that does more; see `save`."""
        saved = replace(complaint, version=complaint.version + 1)
        values = row_for(saved).model_dump(exclude={"id", "account", "number"})
        same = (col(ComplaintRow.id) == saved.id) & (col(ComplaintRow.version) == complaint.version)
        done = session.execute(update(ComplaintRow).where(same).values(**values))
        if cast("CursorResult[Any]", done).rowcount != 1:
            raise UserFacing(
                f"{complaint.number} was changed in another window meanwhile.",
                detail="Nothing was overwritten and nothing of yours was saved yet.",
                remedy="Look at the complaint as it stands now, then do it again.",
                code="complaint_changed_elsewhere",
            )
        self._tell(session, saved.id, change)
        return saved

    async def seal_old(self, change: Change) -> int:
        """Seal complaints as they stand that were last changed before complaints were sealed.

        Args:
            change: the entry that says so in the history of each.

        Returns:
            How many there were.
        """

        def work(session: Session) -> int:
            ids = unsealed(session)
            for complaint_id in ids:
                self._tell(session, complaint_id, change)
            return len(ids)

        count = 0
        while await self._database.read(unsealed):
            count += await self._chain.write(work)
        return count

    def _tell(self, session: Session, complaint_id: str, change: Change) -> None:
        """Write a change and seal it, together with the row it left."""
        row = HistoryRow(
            complaint_id=complaint_id,
            at=change.at,
            agent=change.agent,
            action=change.action,
            record=record_of(self._chain, session, place_at(session, complaint_id)),
        )
        session.add(row)
        session.flush()
        assert row.id is not None
        told = {"why": change.why, "fields": change.fields}
        private = storable(told) if change.why or change.fields else None
        self._chain.append(session, HISTORY, row.id, private)

    async def get(self, account: str, complaint_id: str) -> Complaint | None:
        """One complaint, None when there is none of that id."""

        def work(session: Session) -> Complaint | None:
            row = session.get(ComplaintRow, complaint_id)
            return complaint_in(row) if row is not None and row.account == account else None

        return await self._database.read(work)

    async def history(self, complaint_id: str) -> list[Change]:
        """Every change of a complaint, oldest first; of an erased one only who, when and what."""
        private = and_(
            col(PrivateRow.kind) == HISTORY.name, col(PrivateRow.ref) == col(HistoryRow.id)
        )
        query = (
            select(HistoryRow, PrivateRow.body)
            .outerjoin(PrivateRow, private)
            .where(HistoryRow.complaint_id == complaint_id)
            .order_by(col(HistoryRow.id))
        )

        def work(session: Session) -> list[Change]:
            return [change_in(row, told) for row, told in session.execute(query)]

        return await self._database.read(work)

    async def page(
        self,
        account: str,
        which: Which,
        *,
        wanted: Wanted = ALL,
        after: Complaint | None = None,
        limit: int = 100,
    ) -> list[Complaint]:
        """A page of the list: open ones by their earliest clock, closed ones newest first.

        `wanted` narrows and sorts it; `after` is the last one of the page before.
        """
        query = queue_query(account, which, wanted, after).limit(limit)
        return await self._database.read(lambda session: these(session, list(session.exec(query))))

    async def ids(self, account: str, wanted: Wanted) -> list[str]:
        """The ids of all, open and closed, that `wanted` leaves, in its order."""
        asked = queue_query(account, "all", wanted, None)
        return await self._database.read(lambda session: list(session.exec(asked)))

    async def these(self, ids: Sequence[str]) -> list[Complaint]:
        """The complaints of these ids in this order; those that are gone are left out."""
        return await self._database.read(lambda session: these(session, ids))

    async def owners(self, account: str) -> list[str]:
        """Everyone who owns an open complaint, in order."""
        query = select(ComplaintRow.owner).where(
            ComplaintRow.account == account, col(ComplaintRow.open), ComplaintRow.owner != ""
        )
        found = query.distinct().order_by(col(ComplaintRow.owner))
        return await self._database.read(lambda session: list(session.exec(found)))

    async def agents(self) -> list[str]:
        """Everyone who changed a complaint lately, of any account."""
        found = agents_query()
        return await self._database.read(
            lambda session: [name for (name,) in session.execute(found) if name]
        )

    async def counts(self, account: str, due_by: date) -> Counts:
        """How many there are, and how many open ones are due by `due_by`."""

        def work(session: Session) -> Counts:
            is_open, executive = col(ComplaintRow.open), col(ComplaintRow.executive)
            due = is_open & (col(ComplaintRow.next_due) <= due_by.isoformat())
            sums = [
                func.count().filter(part) for part in (is_open, is_open & executive, ~is_open, due)
            ]
            found = select(*sums).where(ComplaintRow.account == account)
            return Counts(*session.execute(found).one())

        return await self._database.read(work)

    async def due(self, account: str, by: date, limit: int = 200) -> list[Complaint]:
        """Open complaints whose leading clock ends by a day, the earliest first."""
        return await self.page(account, "open", wanted=Wanted(due_by=by), limit=limit)

    async def expired(self, account: str, before: date) -> list[Complaint]:
        """Complaints closed before a day that nothing keeps and that were not erased yet."""
        closed = col(ComplaintRow.closed_day)
        part = (closed != "") & (closed < before.isoformat()) & ~col(ComplaintRow.kept)
        return sorted(await self._where(account, part), key=lambda one: place_of(one.number))

    async def of_cardholder(self, account: str, cardholder_id: str) -> list[Complaint]:
        """A cardholder's complaints, newest first: a repeated contact is itself a signal."""

        def work(session: Session) -> list[Complaint]:
            found = select(ComplaintRow).where(
                ComplaintRow.account == account, ComplaintRow.cardholder_id == cardholder_id
            )
            rows = session.exec(found.order_by(col(ComplaintRow.place).desc()))
            return [complaint_in(row) for row in rows]

        return await self._database.read(work)

    async def attach(
        self, complaint: Complaint, file_id: str, content: bytes, change: Change
    ) -> Complaint:
        """Save a complaint that names a new file, together with the file's bytes.

        Raises:
            UserFacing: as `save`.
        """
        (named,) = (file for file in complaint.files if file.id == file_id)

        def work(session: Session) -> Complaint:
            session.add(
                FileRow(id=file_id, complaint_id=complaint.id, sha256=named.sha256, content=content)
            )
            return self.save_in(session, complaint, change)

        saved: Complaint = await self._chain.write(work)
        return saved

    async def content(self, complaint_id: str, file_id: str) -> bytes:
        """The bytes of a file. Raises KeyError when the complaint has none of that id."""
        query = select(FileRow.content).where(
            FileRow.id == file_id, FileRow.complaint_id == complaint_id
        )
        found = await self._database.read(lambda session: session.exec(query).first())
        if found is None:
            raise KeyError(file_id)
        return bytes(found)

    async def erase(
        self, complaint: Complaint, left: Complaint, drafts: Sequence[str], change: Change
    ) -> Complaint:
        """Keep only `left` of a complaint; history, files and drafts lose what is personal.

        Raises:
            UserFacing: as `save`.
        """

        def work(session: Session) -> Complaint:
            forget(self._chain, session, complaint, drafts, change)
            return self.save_in(session, left, change)

        saved: Complaint = await self._chain.write(work)
        return saved

    async def size(self, account: str, wanted: Wanted) -> int:
        """How many complaints, open and closed, `wanted` leaves."""
        found = queue_query(account, "all", wanted, None).order_by(None).subquery()
        counted = select(func.count()).select_from(found)
        return await self._database.read(lambda session: session.exec(counted).one())

    async def known(
        self, account: str, ids: Sequence[str], numbers: Sequence[str]
    ) -> dict[str, str]:
        """Which of these ids and numbers there are already, and their days of receipt."""

        def work(session: Session) -> dict[str, str]:
            found: dict[str, str] = {}
            for column, asked in ((ComplaintRow.id, ids), (ComplaintRow.number, numbers)):
                query = select(column, ComplaintRow.received_day).where(
                    ComplaintRow.account == account, col(column).in_(listed(asked))
                )
                found |= {str(key): str(day) for key, day in session.execute(query)}
            return found

        return await self._database.read(work)

    def pseudonym(self, cardholder_id: str) -> str:
        """A name for a cardholder that is the same in every export and leads back to no one."""
        return f"P-{self._chain.seal(['pseudonym', cardholder_id])[:12]}"

    async def for_month(
        self, account: str, month: str, closed: Sequence[str] | None = None
    ) -> list[Complaint]:
        """What can belong into the report of `month` (YYYY-MM).

        Received in it; received earlier and not with Stripe as it stands now; of what Stripe never
        got only that of the `closed` months, when they are given.
        """
        received, sent = col(ComplaintRow.received_month), col(ComplaintRow.reported_hash)
        told = (sent != "") & (col(ComplaintRow.row_hash) != sent)
        left = sent == ""
        if closed is not None:
            left &= received.in_(listed(closed))
        part = or_(received == month, (received < month) & or_(told, left))
        return [one for one in await self._where(account, part) if not one.erased_at]

    async def sent_in(self, account: str, month: str) -> list[Complaint]:
        """What was received in a month (YYYY-MM) or was in its report."""
        sent = col(ComplaintRow.body).contains(f'"month":"{month}"')
        part = or_(col(ComplaintRow.received_month) == month, sent)
        return [one for one in await self._where(account, part) if not one.erased_at]

    async def open_until(self, account: str, month: str, limit: int) -> tuple[list[Complaint], int]:
        """What was received by the end of a month (YYYY-MM) and is open now, and how many.

        Only the oldest are returned, `limit` at most.
        """
        until = f"{month}-31"
        part = col(ComplaintRow.open) & (col(ComplaintRow.received_day) <= until)
        found = select(ComplaintRow.id).where(ComplaintRow.account == account, part)
        oldest = found.order_by(col(ComplaintRow.received_day), col(ComplaintRow.place))
        counted = select(func.count()).select_from(found.subquery())

        def work(session: Session) -> tuple[list[Complaint], int]:
            ids = list(session.exec(oldest.limit(limit)))
            return these(session, ids), session.exec(counted).one()

        return await self._database.read(work)

    async def _where(self, account: str, part: Any) -> list[Complaint]:
        found = select(ComplaintRow).where(ComplaintRow.account == account, part)
        return await self._database.read(
            lambda session: [complaint_in(row) for row in session.exec(found)]
        )

    async def first_month(self, account: str) -> str:
        """The month of the earliest complaint received, "" when there is none."""

        def work(session: Session) -> str:
            earliest = func.min(col(ComplaintRow.received_month))
            found = select(earliest).where(ComplaintRow.account == account)
            return session.execute(found).scalar() or ""

        return await self._database.read(work)

    async def keep_draft(self, account: str, name: str, text: str, at: float) -> None:
        """Keep an unfinished form; an empty `text` forgets it."""
        put = complaint_drafts.put
        await self._database.run(lambda session: put(session, account, name, text, at))

    async def begun(self, account: str) -> list[tuple[str, float]]:
        """Complaints that were not logged yet; see `complaint_drafts.begun`."""
        return await self._database.read(lambda session: complaint_drafts.begun(session, account))

    async def draft(self, account: str, name: str) -> str:
        """An unfinished form, "" when there is none."""
        get = complaint_drafts.get
        return await self._database.read(lambda session: get(session, account, name))
