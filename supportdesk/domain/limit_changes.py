"""What a change of spending limits changes, and what is wrong with one that was typed.

Stripe replaces the list of limits whole, so what is sent is always the whole new list.
Source: docs.stripe.com/issuing/controls/spending-controls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from supportdesk.domain.records import SpendingLimit

Limits = tuple[SpendingLimit, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One limit before and after; None where there was or will be none."""

    before: SpendingLimit | None
    after: SpendingLimit | None

    @property
    def allows_more(self) -> bool:
        """Whether more can be spent afterwards."""
        if self.after is None:
            return True
        return self.before is not None and self.after.amount > self.before.amount


def changes(before: Iterable[SpendingLimit], after: Iterable[SpendingLimit]) -> list[Change]:
    """Return what differs; a limit of the same interval and categories counts as changed."""
    left = list(before)
    found: list[Change] = []
    added: list[SpendingLimit] = []
    for limit in after:
        if limit in left:
            left.remove(limit)
            continue
        added.append(limit)
    for limit in added:
        same = next((old for old in left if _scope(old) == _scope(limit)), None)
        if same is not None:
            left.remove(same)
        found.append(Change(same, limit))
    return [*found, *(Change(old, None) for old in left)]


def doubled(limits: Sequence[SpendingLimit]) -> int | None:
    """Return the place of a limit whose interval and categories an earlier one has too."""
    seen: set[tuple[str, frozenset[str]]] = set()
    for place, limit in enumerate(limits):
        if _scope(limit) in seen:
            return place
        seen.add(_scope(limit))
    return None


def _scope(limit: SpendingLimit) -> tuple[str, frozenset[str]]:
    return limit.interval, frozenset(limit.categories)
