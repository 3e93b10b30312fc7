"""Sums over the queue of disputes, worked out by the database."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from supportdesk.domain.days import to_unix
from supportdesk.domain.dispute_figures import Days, Figures, Span, Tally
from supportdesk.store.database import Database
from supportdesk.store.dispute_steps import StepRow

_ROW: Any = StepRow
# Where a dispute counts: when it was submitted, else when it was begun.
_WHEN = sa.func.iif(_ROW.filed > 0, _ROW.filed, _ROW.created)
_HALF_DAY = 43_200  # seconds from noon, which `to_unix` gives, back to midnight


async def figures(database: Database, span: Span) -> Figures:
    """Return the figures of the disputes at Stripe that were submitted or begun in a span."""
    within = _within(span)

    def work(session: Session) -> Figures:
        counts = dict(_grouped(session, within, _ROW.status))
        filed, unfiled, unasked = _sums(
            session,
            within,
            _ROW.filed > 0,
            sa.and_(_ROW.status == "expired", _ROW.filed <= 0),
            sa.and_(_ROW.status == "won", _ROW.recovered < 0),
        )
        return Figures(
            span=span,
            begun=sum(counts.values()),
            filed=filed,
            won=counts.get("won", 0),
            lost=counts.get("lost", 0),
            expired=counts.get("expired", 0),
            unfiled=unfiled,
            unasked=unasked,
            open=counts.get("unsubmitted", 0) + counts.get("submitted", 0),
            recovered=_recovered(session, within),
            days=_days(session, within),
            reasons=_tallies(session, within, _ROW.reason),
            methods=_tallies(session, within, _ROW.method),
            months=_tallies(session, within, sa.func.strftime("%Y-%m", _WHEN, "unixepoch")),
        )

    return await database.read(work)


def _within(span: Span) -> list[Any]:
    found = [_ROW.dispute_id != ""]
    if span.first is not None:
        found.append(_midnight(span.first) <= _WHEN)
    if span.end is not None:
        found.append(_midnight(span.end) > _WHEN)
    return found


def _midnight(day: date) -> int:
    return to_unix(day) - _HALF_DAY


def _grouped(session: Session, within: list[Any], *by: Any) -> list[Any]:
    query = sa.select(*by, sa.func.count()).where(*within).group_by(*by)
    return list(session.execute(query).all())


def _sums(session: Session, within: list[Any], *conditions: Any) -> list[int]:
    sums = [sa.func.coalesce(sa.func.sum(sa.func.iif(c, 1, 0)), 0) for c in conditions]
    return list(session.execute(sa.select(*sums).where(*within)).one())


def _recovered(session: Session, within: list[Any]) -> dict[str, int]:
    query = sa.select(_ROW.recovered_currency, sa.func.sum(_ROW.recovered))
    query = query.where(*within, _ROW.recovered > 0).group_by(_ROW.recovered_currency)
    return {str(currency): int(total) for currency, total in session.execute(query)}


def _days(session: Session, within: list[Any]) -> Days | None:
    took = sa.select((_ROW.ended - _ROW.filed) / 86_400).where(
        *within, _ROW.filed > 0, _ROW.ended >= _ROW.filed, _ROW.status.in_(("won", "lost"))
    )
    days = [int(value) for (value,) in session.execute(took)]
    if not days:
        return None
    return Days(len(days), float(statistics.median(days)), min(days), max(days))


def _tallies(session: Session, within: list[Any], by: Any) -> Mapping[str, Tally]:
    found: dict[str, dict[str, int]] = {}
    for name, status, count in _grouped(session, within, by, _ROW.status):
        kind = {"unsubmitted": "open", "submitted": "open"}.get(status, status)
        if kind in ("won", "lost", "open"):
            tally = found.setdefault(str(name), {})
            tally[kind] = tally.get(kind, 0) + count
    return {name: Tally(**counts) for name, counts in sorted(found.items())}
