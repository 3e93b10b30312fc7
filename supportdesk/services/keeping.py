"""What Stripe said goes into the mirror, and whoever shows it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Dispute,
    How,
    Record,
    Token,
    Transaction,
)
from supportdesk.services.changes import Changes
from supportdesk.store.mirror import Mirror
from supportdesk.store.mirror_rows import rows_of
from supportdesk.store.tables import MirrorTable

SIGNALS = ("cardholders", "cards", "activity", "disputes")


async def keep(
    mirror: Mirror,
    changes: Changes,
    records: Sequence[Record],
    read_at: float,
    how: How = "read",
) -> None:
    """Put records into the mirror and announce them.

    Args:
        read_at: Unix seconds at which Stripe was *asked*: what it answers may be as old as that,
            and must not replace what it said to a later question.

    Raises:
        UserFacing: the mirror could not be written.
    """
    if not records:
        return
    await mirror.put(records, read_at, how)
    announce(changes, touched(records))


async def keep_each(
    mirror: Mirror, changes: Changes, read: Sequence[tuple[Record, float]], how: How
) -> None:
    """Put records into the mirror, each with its own instant, and announce them.

    Raises:
        UserFacing: the mirror could not be written.
    """
    rows: dict[type[MirrorTable], list[tuple[object, ...]]] = {}
    for record, at in read:
        for table, some in rows_of([record], at, how).items():
            rows.setdefault(table, []).extend(some)
    if rows:
        await mirror.put_rows(rows)
        announce(changes, touched(record for record, _ in read))


def touched(records: Iterable[Record]) -> dict[str, set[str]]:
    """Return which ids to announce for records, by the name of the signal."""
    found: dict[str, set[str]] = {name: set() for name in SIGNALS}
    for record in records:
        match record:
            case Cardholder():
                found["cardholders"].add(record.id)
            case Card():
                found["cards"].add(record.id)
            case Token():
                found["cards"].add(record.card_id)
            case Authorization() | Transaction():
                found["activity"].add(record.cardholder_id)
            case Dispute():
                found["disputes"].add(record.id)
    return found


def announce(changes: Changes, ids: Mapping[str, Collection[str]]) -> None:
    """Tell whoever shows one of these ids."""
    for name in SIGNALS:
        if ids.get(name):
            getattr(changes, name).emit(frozenset(ids[name]))
