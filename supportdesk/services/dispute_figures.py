"""Figures of disputes, and their lines as a file: CSV or an Excel workbook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from supportdesk.domain.days import from_unix
from supportdesk.domain.dispute_figures import Figures, Period, Span, span_of
from supportdesk.domain.dispute_queue import Asked, Line
from supportdesk.domain.money import to_decimal
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.services.tables import write
from supportdesk.services.workbook import Cell, Table
from supportdesk.store.dispute_totals import figures
from supportdesk.store.mirror import Mirror

COLUMNS = (
    *("dispute", "transaction", "status", "reason", "loss_reason", "method", "merchant"),
    *("amount", "currency", "recovered", "recovered_currency", "created", "submitted"),
    *("ended", "owner", "next_step", "due"),
)
AT_ONCE = 500  # lines read and written at a time


class DisputeFigures:
    """What came of the disputes of the open account."""

    def __init__(self, mirror: Mirror, queue: DisputeQueue) -> None:
        self._mirror = mirror
        self._queue = queue

    async def figures(self, period: Period) -> Figures:
        """Return the figures of a period, from what the mirror holds."""
        await self._queue.settle(AT_ONCE)
        return await figures(self._mirror.database, span_of(period, self._queue.today()))

    async def export(self, path: Path, period: Period, tables: Sequence[Table] = ()) -> int:
        """Write the disputes of a period, whole or not at all; returns how many.

        Args:
            path: ends with .xlsx for a workbook, else CSV is written (UTF-8, comma, CRLF).
            tables: more sheets of a workbook: title, head and rows.

        Raises:
            UserFacing: `file_unwritable`; what was at `path` is as it was.
        """
        span = span_of(period, self._queue.today())
        return await write(path, "Disputes", COLUMNS, self._pages(span), tables=tables)

    async def _pages(self, span: Span) -> AsyncIterator[list[list[Cell]]]:
        asked = Asked(which="all", today=self._queue.today(), sort="created")
        after = None
        while page := await self._queue.page(asked, after, limit=AT_ONCE):
            yield [_row(line) for line in page if line.dispute_id and _within(line, span)]
            after = page[-1]


def _within(line: Line, span: Span) -> bool:
    day = from_unix(line.filed or line.created or 0)
    return (span.first is None or day >= span.first) and (span.end is None or day < span.end)


def _row(line: Line) -> list[Cell]:
    return [
        *(line.dispute_id, line.transaction_id, line.status, line.reason, line.loss_reason),
        *(line.method, line.merchant, _amount(line.amount, line.currency), line.currency),
        _amount(line.recovered, line.recovered_currency),
        line.recovered_currency if line.recovered else "",
        *(_day(line.created), _day(line.filed), _day(line.ended), line.owner, line.step.kind),
        line.step.due.isoformat() if line.step.due else "",
    ]


def _amount(minor: int | None, currency: str) -> Cell:
    return float(to_decimal(minor, currency)) if minor is not None and currency else None


def _day(at: int | None) -> str:
    return from_unix(at).isoformat() if at else ""
