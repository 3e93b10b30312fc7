"""What is due at the desk, and whom it is shown: the owner first, everyone once it is overdue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One step with its day.

    Attributes:
        key: names the step; another step of the same matter has another key.
        due: its last day.
        owner: name of the agent it belongs to, "" for nobody.
    """

    key: str
    due: date
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """How many steps are shown to an agent, and which of them for the first time.

    Attributes:
        due: due today.
        overdue: due on an earlier day.
        new: what marks each step shown, and shown again once it is overdue.
    """

    due: int
    overdue: int
    new: frozenset[tuple[str, bool]]


def call(
    reminders: Iterable[Reminder], agent: str, today: date, said: frozenset[tuple[str, bool]]
) -> Call:
    """Return what an agent is reminded of today.

    Due today is shown to its owner, or to everyone if nobody owns it; overdue to everyone.

    Args:
        said: the marks of what was shown before.
    """
    marks = {
        (each.key, each.due < today)
        for each in reminders
        if each.due < today or (each.due == today and each.owner in ("", agent))
    }
    overdue = sum(late for _, late in marks)
    return Call(len(marks) - overdue, overdue, frozenset(marks - said))
