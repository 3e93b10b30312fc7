"""Figures of the complaints of the open account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path

from supportdesk.domain.complaint_figures import Figures, figures
from supportdesk.services.complaints import AGE_BANDS, Complaints
from supportdesk.services.tables import write
from supportdesk.services.workbook import Row, Table
from supportdesk.store.complaint_facts import active_cards, facts, merchants
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror


class ComplaintFigures:
    """How many, why, how fast."""

    def __init__(
        self, casebook: Database, mirror: Mirror, complaints: Complaints, *, account: str
    ) -> None:
        self._casebook = casebook
        self._mirror = mirror
        self._complaints = complaints
        self._account = account

    async def export(self, path: Path, tables: Sequence[Table]) -> None:
        """Write figures as a file: a sheet for each table, or one CSV with a line for each value.

        Args:
            path: ends with .xlsx for a workbook, else CSV is written (UTF-8, comma, CRLF).
            tables: title, head and rows; the first column names the row.

        Raises:
            UserFacing: `file_unwritable`; what was at `path` is as it was.
        """
        if path.suffix.casefold() == ".xlsx":
            *others, (title, head, rows) = tables
            await write(path, title, head, _once(rows), tables=others)
        else:
            await write(path, "Figures", ("figure", "row", "column", "value"), _once(_long(tables)))

    async def figures(self, first: date | None, last: date | None) -> Figures:
        """Return the figures of what was received on these days or between."""
        found = await facts(self._casebook, self._account, first, last)
        bought = sorted({fact.transaction_id for fact in found if fact.transaction_id})
        names = await merchants(self._mirror.database, bought)
        cards = await active_cards(self._mirror.database)
        now, bands = self._complaints.now(), {}
        for name in AGE_BANDS:
            bands[name] = self._complaints.received_within(name)

        def band(day: date) -> str:
            for name, (low, high) in bands.items():
                if (low is None or day >= low) and (high is None or day <= high):
                    return name
            return ""

        return await asyncio.to_thread(
            lambda: figures(
                found,
                now=now,
                active_cards=cards,
                merchants=names,
                band=band,
                bands=tuple(AGE_BANDS),
            )
        )


async def _once(rows: Sequence[Row]) -> AsyncIterator[Sequence[Row]]:
    yield rows


def _long(tables: Sequence[Table]) -> list[Row]:
    return [
        (title, row[0], name, value)
        for title, head, rows in tables
        for row in rows
        for name, value in zip(head[1:], row[1:], strict=True)
    ]
