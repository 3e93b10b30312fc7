"""What a benchmark measured, beside its yardstick from the same run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure and what it is compared with.

    Attributes:
        goal: what the ratio or the figure should be, in words; "" for none.
    """

    name: str
    value: float
    unit: str
    yardstick: str = ""
    measured: float | None = None
    goal: str = ""

    @property
    def ratio(self) -> float | None:
        """The figure as a multiple of its yardstick."""
        return self.value / self.measured if self.measured else None


def percentile(values: Iterable[float], part: float) -> float:
    """Return the value below which `part` of 1 of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as lines of text."""
    rows = [("what", "figure", "yardstick", "ratio", "goal")]
    for one in figures:
        beside = "" if one.measured is None else f"{one.measured:,.4g} {one.unit} {one.yardstick}"
        ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
        rows.append((one.name, f"{one.value:,.4g} {one.unit}", beside, ratio, one.goal))
    widths = [max(len(row[at]) for row in rows) for at in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def as_json(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Return the figures as JSON can hold them."""
    return [{**asdict(one), "ratio": one.ratio} for one in figures]
