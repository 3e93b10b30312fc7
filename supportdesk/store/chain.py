"""The casebook's chain: rows of append-only tables, sealed in the order they were written.

A table joins it by a `Kind` and by `append` in the transaction that adds a row. What may have to be
erased is kept apart, in `chain_private`, and is deleted only after an erasure was sealed.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Protocol

from sqlalchemy import UniqueConstraint, delete, text
from sqlmodel import Field, Session, col, select

from supportdesk.domain.chain import Break, Head, Link, Seal, Why
from supportdesk.store.chain_checks import BLANKED, ERASED, LOST, Gone, before_the_first, noted
from supportdesk.store.database import Database
from supportdesk.store.raw import raw_rows
from supportdesk.store.tables import CasebookTable

_AT_ONCE = 500  # links checked before others get their turn at the file
_LINK = tuple(field.name for field in fields(Link))


class ChainRow(CasebookTable, table=True):
    """A link; see `domain.chain.Link`."""

    __tablename__ = "chain"
    __table_args__ = (UniqueConstraint("kind", "ref"),)

    seq: int | None = Field(default=None, primary_key=True)
    kind: str
    ref: int
    content: str
    private: str
    key_id: str
    mac: str


class PrivateRow(CasebookTable, table=True):
    """What belongs to a row and may be erased: JSON text, and the salt of its hash."""

    __tablename__ = "chain_private"

    kind: str = Field(primary_key=True)
    ref: int = Field(primary_key=True)
    salt: str
    body: str


class NoteRow(CasebookTable, table=True):
    """What the chain says about itself: an erasure, or an end that was missing."""

    __tablename__ = "chain_notes"

    seq: int | None = Field(default=None, primary_key=True)
    what: str
    about_kind: str
    about_ref: int
    at: float
    detail: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A table whose rows are sealed: all its columns, its integer key first."""

    name: str
    table: str
    columns: tuple[str, ...]


def kind(name: str, model: Any) -> Kind:
    """Return the kind of a table's model."""
    return Kind(name, model.__tablename__, tuple(model.__table__.columns.keys()))


class Watch(Protocol):
    """Checks some rows after the one named; returns where to go on, None at the end."""

    def __call__(self, session: Session, after: int) -> tuple[int | None, list[Break]]:
        """Check the next rows."""


_NOTES = kind("note", NoteRow)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: how long the chain is, its head, and where it is broken."""

    head: Head
    breaks: tuple[Break, ...]


class Chain:
    """The chain in a casebook.

    Args:
        key: 32 bytes; without one, a key that is gone with this object, for throw-away files.

    Attributes:
        grew: called with the new head after rows were committed.
    """

    def __init__(self, database: Database, key: bytes | None = None) -> None:
        self._database = database
        self._seal = Seal(key or os.urandom(32))
        self._kinds = {_NOTES.name: _NOTES}
        self._watches: list[Watch] = []
        self.grew: Callable[[Head], None] = lambda _head: None

    def watch(self, check: Watch) -> None:
        """Let a check of what the sealed rows are about be part of every check of the chain."""
        self._watches.append(check)

    def seal(self, values: Sequence[object]) -> str:
        """Hash values, such as a row's, of which a sealed row is to hold the hash."""
        return self._seal.content(values)

    def join(self, kind: Kind) -> None:
        """Let a table take part."""
        self._kinds[kind.name] = kind

    def append(self, session: Session, kind: Kind, ref: int, private: object = None) -> None:
        """Seal a row that this session has written; `private` is kept apart, as JSON."""
        hashed = ""
        if private is not None:
            row = PrivateRow(
                kind=kind.name,
                ref=ref,
                salt=secrets.token_hex(16),
                body=json.dumps(private),
            )
            session.add(row)
            hashed = self._seal.private(row.salt, row.body)
        self._link(session, kind, ref, hashed)

    async def write(self, work: Callable[[Session], Any]) -> Any:
        """Run a writing transaction that appends, then tell the new head."""
        result, head = await self._database.run(lambda session: (work(session), _head(session)))
        self.grew(head)
        return result

    async def head(self) -> Head:
        """Return the chain's end as the file has it."""
        return await self._database.read(_head)

    async def adopt(self, known: Head | None = None) -> None:
        """Seal the rows written before their table took part: of kinds no link tells of.

        Args:
            known: the head kept elsewhere; a chain shorter than that was cut, and nothing may
                be sealed anew in place of what is gone.
        """

        def work(session: Session) -> None:
            if known is not None and _head(session).seq < known.seq:
                return
            sealed = set(session.exec(select(ChainRow.kind).distinct()))
            for kind in self._kinds.values():
                if kind.name in sealed:
                    continue
                for ref, hashed in _unsealed(session, kind, self._seal):
                    self._link(session, kind, ref, hashed)
                    session.flush()

        await self.write(work)

    async def erase(self, kind: Kind, ref: int, *, at: float, why: str) -> None:
        """Erase what is private of a row; see `erase_in`."""
        await self.write(lambda session: self.erase_in(session, kind, ref, at=at, why=why))

    def erase_in(self, session: Session, kind: Kind, ref: int, *, at: float, why: str) -> None:
        """Erase what is private of a row; the chain says so and stays whole.

        Args:
            at: when, in Unix seconds.
            why: the reason, without personal data.
        """
        self.note_erasure(session, kind.name, ref, at, why)
        session.flush()
        session.execute(
            delete(PrivateRow).where(col(PrivateRow.kind) == kind.name, col(PrivateRow.ref) == ref)
        )

    def note_erasure(self, session: Session, what: str, ref: int, at: float, why: str) -> None:
        """Seal that a row, or what is private of it, is erased; before that is done."""
        self._note(session, ERASED, what, ref, at, why)

    def blank_in(
        self, session: Session, kind: Kind, ref: int, names: Sequence[str], *, at: float
    ) -> None:
        """Empty text columns of a sealed row; the chain says so and holds what is left.

        The table's trigger must let that pass once the note is written.

        Args:
            at: when, in Unix seconds.
        """
        session.flush()
        row = next(raw_rows(session, kind.table, kind.columns, ref, ref))
        pairs = zip(kind.columns, row, strict=True)
        left = self._seal.content(["" if name in names else value for name, value in pairs])
        self._note(session, BLANKED, kind.name, ref, at, left)
        session.flush()
        empty = ", ".join(f"{name} = ''" for name in names)
        where = f"WHERE {kind.columns[0]} = :ref"
        session.execute(text(f"UPDATE {kind.table} SET {empty} {where}"), {"ref": ref})

    async def note_loss(self, expected: Head | None, found: Head, at: float) -> None:
        """Write for good that the end of the chain was missing at `at` (Unix seconds).

        Args:
            expected: the end that should have been there; None when nobody knows it any more.
        """
        end = expected.seq if expected is not None else 0
        detail = f"{found.seq} of {end or 'unknown'}"
        await self.write(lambda session: self._note(session, LOST, "", end, at, detail))

    async def verify(self, known: Head | None = None) -> Report:
        """Check every link and every row; others work on the file meanwhile.

        Args:
            known: an earlier head kept elsewhere; the chain may have grown since, never shrunk.
        """
        breaks = await self._database.read(before_the_first)
        before, end = Head(), await self.head()
        gone = Gone()
        while before.seq < end.seq:
            part = partial(self._check, before=before, end=end, known=known, gone=gone)
            before, found = await self._database.read(part)
            breaks += found
        breaks += gone.breaks()
        breaks += await self._database.read(self._unlinked)
        for watch in self._watches:
            at: int | None = 0
            while at is not None:
                at, found = await self._database.read(partial(watch, after=at))
                breaks += found
        if known is not None and known.seq > end.seq:
            breaks.append(Break(end.seq, "cut", detail=f"{end.seq} of {known.seq}"))
        return Report(end, tuple(breaks))

    def _check(
        self,
        session: Session,
        before: Head,
        end: Head,
        known: Head | None,
        gone: Gone,
    ) -> tuple[Head, list[Break]]:
        """Check the next links; returns the last one checked."""
        last = min(end.seq, before.seq + _AT_ONCE)
        found: list[Break] = []
        links = [
            Link(**dict(zip(_LINK, row, strict=True)))
            for row in raw_rows(session, "chain", _LINK, before.seq + 1, last)
        ]
        rows = self._contents(session, links)
        for link in links:
            if link.seq != before.seq + 1:
                detail = f"{before.seq + 1} to {link.seq - 1}"
                found.append(Break(before.seq + 1, "removed", detail=detail))
            why = self._fault(before, link, rows) or gone.compare(link, rows)
            kept = known.mac if known is not None and known.seq == link.seq else link.mac
            if why is None and kept != link.mac:
                detail = f"{link.seq} of {link.seq}"
                found.append(Break(link.seq, "cut", link.kind, link.ref, detail))
            if why is None and link.kind == _NOTES.name and gone.as_sealed(link):
                found += noted(session, link, gone)
            if why is not None:
                found.append(Break(link.seq, why, link.kind, link.ref))
            before = Head(link.seq, link.mac)
        if before.seq < last:
            found.append(Break(before.seq + 1, "removed", detail=f"{before.seq + 1} to {last}"))
        return Head(last, before.mac), found

    def _fault(
        self,
        before: Head,
        link: Link,
        rows: Mapping[tuple[str, int], tuple[str, str]],
    ) -> Why | None:
        """Return what is wrong with a link, or that its row is gone; None if nothing is."""
        if link.key_id != self._seal.key_id:
            return "key"
        if not self._seal.follows(before, link):
            return "order"
        return None if (link.kind, link.ref) in rows else "removed"

    def _contents(
        self, session: Session, links: Sequence[Link]
    ) -> Mapping[tuple[str, int], tuple[str, str]]:
        """Hash the rows of some links as they are now."""
        found: dict[tuple[str, int], tuple[str, str]] = {}
        for kind in self._kinds.values():
            mine = [link.ref for link in links if link.kind == kind.name]
            refs = [ref for ref in mine if isinstance(ref, int)]  # by hand it may be anything
            if not refs:
                continue
            low, high = min(refs), max(refs)
            secret = {
                ref: self._seal.private(salt, body)
                for ref, salt, body in raw_rows(
                    session,
                    "chain_private",
                    ("ref", "salt", "body"),
                    low,
                    high,
                    f"AND kind = '{kind.name}'",
                )
            }
            for row in raw_rows(session, kind.table, kind.columns, low, high):
                found[kind.name, row[0]] = (self._seal.content(row), secret.get(row[0], ""))
        return found

    def _unlinked(self, session: Session) -> list[Break]:
        """Find rows that no link holds."""
        end = _head(session).seq
        found = []
        for kind in self._kinds.values():
            for table, key, extra in (
                (kind.table, kind.columns[0], ""),
                ("chain_private", "ref", f" AND t.kind = '{kind.name}'"),
            ):
                query = (
                    f"SELECT t.{key} FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM chain c"
                    f" WHERE c.kind = '{kind.name}' AND c.ref = t.{key}){extra}"
                )
                refs = [ref for (ref,) in session.execute(text(query))]
                found += [Break(end, "unlinked", kind.name, ref) for ref in refs]
        strange = select(PrivateRow.ref).where(col(PrivateRow.kind).not_in(list(self._kinds)))
        found += [Break(end, "unlinked", "", ref) for ref in session.exec(strange)]
        return found

    def _link(self, session: Session, kind: Kind, ref: int, private: str) -> None:
        session.flush()
        row = next(raw_rows(session, kind.table, kind.columns, ref, ref))
        link = self._seal.link(_head(session), kind.name, ref, self._seal.content(row), private)
        session.add(ChainRow(**{name: getattr(link, name) for name in _LINK}))

    def _note(
        self, session: Session, what: str, kind: str, ref: int, at: float, detail: str
    ) -> None:
        row = NoteRow(what=what, about_kind=kind, about_ref=ref, at=at, detail=detail)
        session.add(row)
        session.flush()
        assert row.seq is not None
        self.append(session, _NOTES, row.seq)


def _head(session: Session) -> Head:
    session.flush()
    end = session.execute(text("SELECT max(seq) FROM chain")).scalar() or 0
    row = next(raw_rows(session, "chain", ("seq", "mac"), end, end), None)
    return Head(row[0], str(row[1])) if row else Head()


def _unsealed(session: Session, kind: Kind, seal: Seal) -> list[tuple[int, str]]:
    """Return the keys of a table's rows with the hash of what is private of each."""
    query = (
        f"SELECT t.{kind.columns[0]}, p.salt, p.body FROM {kind.table} t"
        f" LEFT JOIN chain_private p ON p.kind = :kind AND p.ref = t.{kind.columns[0]}"
        f" ORDER BY t.{kind.columns[0]}"
    )
    rows = session.execute(text(query), {"kind": kind.name})
    return [(ref, "" if salt is None else seal.private(salt, body)) for ref, salt, body in rows]
