"""How far back a person's purchases are known without a gap, noted in the mirror."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from supportdesk.domain.records import Page
from supportdesk.store.mirror import Mirror

Kind = Literal["authorizations", "transactions"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One kind of a person's activity.

    Attributes:
        since: Unix seconds from which on all of it is known; 0 for all there is.
        after: cursor at which Stripe's list goes on with older ones.
        read_at: Unix seconds of the last reading of the newest ones.
        whole: whether Stripe has no older ones.
    """

    since: int
    after: str
    read_at: float
    whole: bool


def _name(cardholder_id: str, kind: Kind) -> str:
    return f"activity:{cardholder_id}:{kind}"  # a note each: both kinds are read side by side


async def held(mirror: Mirror, cardholder_id: str) -> dict[Kind, Coverage]:
    """Return what is noted about a person; a note of another shape counts as none."""
    notes = await asyncio.gather(*(_read(mirror, cardholder_id, kind) for kind in KINDS))
    return {kind: note for kind, note in zip(KINDS, notes, strict=True) if note is not None}


async def _read(mirror: Mirror, cardholder_id: str, kind: Kind) -> Coverage | None:
    value = await mirror.get_state(_name(cardholder_id, kind))
    if isinstance(value, dict) and set(value) == set(Coverage.__dataclass_fields__):
        return Coverage(**value)
    return None


def complete_since(notes: Mapping[Kind, Coverage]) -> int | None:
    """Return from when on both kinds are known (Unix seconds, 0 for ever), None if unknown."""
    if len(notes) < len(KINDS):
        return None
    return max(note.since for note in notes.values())


async def renew(
    mirror: Mirror, cardholder_id: str, kind: Kind, page: Page[Any], at: float
) -> Coverage:
    """Note that the newest page was read at `at` (Unix seconds).

    What was known before stays if the page reaches back to the time of the last reading.
    """
    fresh = _of_page(page, at)
    known = await _read(mirror, cardholder_id, kind)
    if known is not None and not fresh.whole and fresh.since <= known.read_at:
        fresh = Coverage(
            since=min(known.since, fresh.since), after=known.after, read_at=at, whole=known.whole
        )
    return await _write(mirror, cardholder_id, kind, fresh)


async def extend(mirror: Mirror, cardholder_id: str, kind: Kind, page: Page[Any]) -> Coverage:
    """Note that the page after the known ones was read."""
    known = await _read(mirror, cardholder_id, kind)
    fresh = _of_page(page, known.read_at if known is not None else 0.0)
    return await _write(mirror, cardholder_id, kind, fresh)


def _of_page(page: Page[Any], at: float) -> Coverage:
    if not page.has_more or not page.records:
        return Coverage(since=0, after=page.last_id, read_at=at, whole=True)
    # Others of the same second may be on the next page.
    since = (page.records[-1].created or 0) + 1
    return Coverage(since=since, after=page.last_id, read_at=at, whole=False)


async def _write(mirror: Mirror, cardholder_id: str, kind: Kind, fresh: Coverage) -> Coverage:
    await mirror.set_state(_name(cardholder_id, kind), asdict(fresh))
    return fresh
