"""Complaints out of a spreadsheet: read, mapped, tried, brought in once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from supportdesk.domain.complaint_check import Problem
from supportdesk.domain.complaint_import import NUMBER, Line, day_instant, guess, lines_of
from supportdesk.domain.days import parse_day
from supportdesk.domain.privacy import mask
from supportdesk.errors import UserFacing
from supportdesk.services.changes import Changes
from supportdesk.services.complaint_log import ComplaintLog
from supportdesk.services.complaints import Complaints
from supportdesk.services.sheets import read_sheet
from supportdesk.store.complaints import Complaints as Store

TRIED_AT_ONCE = 500
AT_ONCE = 25  # complaints brought in together; what is cancelled waits for so many
_TITLE = 200  # characters: a longer one is no title to remember
_MAPPING = "import-mapping"  # the draft under which the mapping is remembered


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its name, its rows (head first), and which column is which field."""

    name: str
    rows: list[list[str]]
    mapping: dict[int, str]

    @property
    def head(self) -> Sequence[str]:
        """The titles of the columns."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Trial:
    """What an import would do: new ones, those that are here already, those with problems."""

    new: tuple[Line, ...]
    known: tuple[Line, ...]
    wrong: tuple[Line, ...]


class ComplaintImport:
    """Brings lists of complaints into the open account."""

    def __init__(
        self,
        store: Store,
        complaints: Complaints,
        log: ComplaintLog,
        changes: Changes,
        *,
        account: str,
    ) -> None:
        self._store = store
        self._complaints = complaints
        self._log = log
        self._changes = changes
        self._account = account

    async def read(self, path: Path) -> Sheet:
        """Read a file; columns are mapped as they were the last time, else by their names.

        Raises:
            UserFacing: `sheet_unreadable`, or `sheet_empty`.
        """
        rows = await asyncio.to_thread(read_sheet, path)
        if len(rows) < 2:
            raise UserFacing(
                "There are no rows in this file.",
                remedy="The first row names the columns, the others are complaints.",
                field="file",
                code="sheet_empty",
            )
        kept = await self._complaints.draft(_MAPPING)
        mapping = guess(rows[0])
        mapping |= {at: kept[title] for at, title in enumerate(rows[0]) if title in kept}
        return Sheet(path.name, rows, {at: name for at, name in mapping.items() if name})

    async def remember(self, sheet: Sheet) -> None:
        """Keep which column is which field, for the next file; also what is left out."""
        kept = await self._complaints.draft(_MAPPING)
        kept |= {
            title: sheet.mapping.get(at, "")
            for at, title in enumerate(sheet.head)
            if 0 < len(title) <= _TITLE and mask(title) == title
        }
        await self._complaints.keep_draft(_MAPPING, kept)

    async def try_it(
        self, sheet: Sheet, locale: str, told: Callable[[int], None] = lambda _count: None
    ) -> Trial:
        """Say what an import would do; nothing is written.

        Args:
            locale: how days are written, such as de_DE; 2026-11-23 is always understood.
            told: gets the number of rows looked at so far.

        Raises:
            UserFacing: `mapping_twice`, two columns stand for one field (`field` names it).
        """
        _refuse_twice(sheet)
        complaints = self._complaints
        blank, now, lists = complaints.blank(), complaints.now(), complaints.basis.lists
        seen: dict[str, int] = {}

        today = complaints.today()

        def kept(day: date) -> float:
            return now if day == today else complaints.instant(day)  # a long list takes its time

        def instant(text: str) -> float:
            return day_instant(text, lambda day: parse_day(day, locale), kept)

        def work(at: int) -> list[Line]:
            rows = sheet.rows[at : at + TRIED_AT_ONCE]
            return lines_of(
                rows, sheet.mapping, blank, lists, now, instant, first=at + 1, seen=seen
            )

        lines: list[Line] = []
        for at in range(1, len(sheet.rows), TRIED_AT_ONCE):
            lines += await asyncio.to_thread(work, at)
            told(len(lines))
        ids, numbers = [line.complaint.id for line in lines], [line.number for line in lines]
        here = await self._store.known(self._account, ids, [n for n in numbers if n])
        groups: dict[str, list[Line]] = {"new": [], "known": [], "wrong": []}
        for line in lines:
            group, told_as = _sorted(line, here)
            groups[group].append(told_as)
        return Trial(**{name: tuple(found) for name, found in groups.items()})

    async def run(
        self, sheet: Sheet, trial: Trial, told: Callable[[int], None] = lambda _count: None
    ) -> int:
        """Bring in what is new and right; returns how many. Cancelled, what is in stays in.

        Raises:
            UserFacing: the casebook cannot be written.
        """
        await self.remember(sheet)
        more: Mapping[str, int] = {"rows": len(trial.new), "left_out": len(trial.wrong)}
        entry = await self._log.note("complaint.imported", "", "import of a list", more)
        made: list[str] = []
        source = mask(sheet.name)
        try:
            for at in range(0, len(trial.new), AT_ONCE):
                some = [line.complaint for line in trial.new[at : at + AT_ONCE]]
                bringing = asyncio.ensure_future(self._complaints.bring_all(some, source))
                try:
                    await asyncio.shield(bringing)
                finally:  # cancelled, these are still counted: they are in
                    await asyncio.wait([bringing])
                    made += [one.id for one in bringing.result()]
                told(len(made))
        finally:
            await self._log.done(entry, len(made))
            self._changes.complaints.emit(frozenset(made))
        return len(made)


def _sorted(line: Line, here: Mapping[str, str]) -> tuple[str, Line]:
    """Whether a line is new, known or wrong; `here` has the days of receipt by id and number."""
    one = line.complaint
    if one.id in here:
        return "known", line
    if line.number in here and not any(p.field == "date_received" for p in line.problems):
        if here[line.number] == one.day(one.date_received).isoformat():
            return "known", line
        taken = Problem(NUMBER, "Another complaint here has this number.")
        return "wrong", replace(line, problems=(taken, *line.problems))
    return ("wrong" if line.problems else "new"), line


def _refuse_twice(sheet: Sheet) -> None:
    seen: dict[str, int] = {}
    for at, name in sorted(sheet.mapping.items()):
        if name in seen:
            titles = (sheet.head[seen[name]][:_TITLE], sheet.head[at][:_TITLE])
            raise UserFacing(
                "Two columns stand for the same field.",
                detail=mask(" · ".join(title or "–" for title in titles)),
                remedy="Leave one of them out.",
                field=name,
                code="mapping_twice",
            )
        seen[name] = at
