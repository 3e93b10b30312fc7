"""Lists: filters, a created range and cursors both ways, read by index only."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from supportdesk.practice.errors import ParameterRefusal
from supportdesk.practice.params import Spec, created, integer, text
from supportdesk.practice.state import KINDS, Doc, State

#: What every list takes.
PAGING: dict[str, Spec] = {
    "limit": integer(1, 100),
    "starting_after": text(),
    "ending_before": text(),
}
CREATED: dict[str, Spec] = {"created": created()}
_COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass(frozen=True)
class Query:
    """What a list asks: equal columns, a created range, a cursor row, a direction."""

    kind: str
    equals: dict[str, Any] = field(default_factory=dict)
    created: dict[str, int] = field(default_factory=dict)
    cursor: tuple[int, int] | None = None
    newer: bool = False
    limit: int = 10

    def sql(self) -> tuple[str, list[Any]]:
        """Return the statement and its values; the index is named, so nothing is scanned."""
        columns = [c for c in KINDS[self.kind].columns if c in self.equals]
        index = f"{self.kind}_{columns[0] if columns else 'created'}"
        conditions = [f'"{column}" = ?' for column in columns]
        values: list[Any] = [self.equals[column] for column in columns]
        for name, value in self.created.items():
            conditions.append(f"created {_COMPARE[name]} ?")
            values.append(value)
        sign, order = (">", "ASC") if self.newer else ("<", "DESC")
        if self.cursor:
            conditions.append(f"(created, seq) {sign} (?, ?)")
            values.extend(self.cursor)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return (
            f"SELECT created, seq, doc FROM {self.kind}_ INDEXED BY {index}{where}"
            f" ORDER BY created {order}, seq {order} LIMIT ?",
            [*values, self.limit],
        )


def read_page(
    state: State, kind: str, params: dict[str, Any], choices: list[dict[str, Any]] | None = None
) -> tuple[list[Doc], bool]:
    """Return one page, newest first, and whether there is more in the asked direction.

    `params` holds the paging parameters, `created` and the filter columns of `kind`.
    `choices` are alternative filters whose pages are merged (event types).
    """
    if "starting_after" in params and "ending_before" in params:
        raise ParameterRefusal(
            "You cannot parameterize both starting_after and ending_before in one request.",
            code="parameters_exclusive",
            param="starting_after",
        )
    newer = "ending_before" in params
    name = "ending_before" if newer else "starting_after"
    cursor = _cursor(state, kind, params[name], name) if name in params else None
    equals = {c: params[c] for c in KINDS[kind].columns if c in params}
    limit = params.get("limit", 10)
    rows: list[tuple[int, int, str]] = []
    for choice in choices if choices is not None else [{}]:
        query = Query(
            kind, {**equals, **choice}, params.get("created", {}), cursor, newer, limit + 1
        )
        rows += state.db.execute(*query.sql()).fetchall()
    rows.sort(key=lambda row: row[:2], reverse=not newer)
    more = len(rows) > limit
    page = rows[:limit]
    if newer:
        page.reverse()
    return [json.loads(row[2]) for row in page], more


def _cursor(state: State, kind: str, id: str, name: str) -> tuple[int, int]:
    row = state.db.execute(f"SELECT created, seq FROM {kind}_ WHERE id = ?", (id,)).fetchone()
    if row is None:
        state.get(kind, id, name)
    return (row[0], row[1])
