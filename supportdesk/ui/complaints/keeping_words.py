"""What is kept of a person, why it must be, and what an erasure leaves, in words."""

from __future__ import annotations

from supportdesk.services.retention import Person
from supportdesk.ui.text import number, tr


def held(person: Person) -> str:
    """What the casebook holds of a person, counted."""
    there = person.traces
    parts = [
        _counted(len(person.complaints), tr("1 complaint"), tr("{n} complaints")),
        _counted(there.calls, tr("1 call"), tr("{n} calls")),
        _counted(there.intakes, tr("1 dispute intake"), tr("{n} dispute intakes")),
        _counted(there.reports, tr("1 report of a lost card"), tr("{n} reports of lost cards")),
    ]
    return ", ".join(part for part in parts if part) or tr("Nothing but the copy of Stripe's data")


def kept_because(person: Person) -> tuple[str, ...]:
    """Each reason why a person must be kept."""
    reasons = (
        f"{problem.title} {problem.detail}" if problem.code == "complaint_kept" else problem.detail
        for problem in person.kept
    )
    return tuple(dict.fromkeys(reasons))


def lines_of(person: Person) -> list[tuple[str, str]]:
    """What a last look at an erasure shows."""
    numbers = ", ".join(one.number for one in person.complaints)
    who = f"{person.name} ({person.id})" if person.name else person.id
    lines = [
        (tr("Person"), who),
        (tr("Goes"), held(person)),
        (tr("Complaints"), numbers),
        (tr("Goes too"), tr("what actions on their cards sent, and the copy of Stripe's data")),
        (
            tr("Stays"),
            tr(
                "numbers, dates, class and outcome of the complaints, the months sent to Stripe, "
                "and in the journal who did what when, without the Stripe ids"
            ),
        ),
        (tr("Named elsewhere"), ", ".join(person.traces.named_in)),
    ]
    return [(name, value) for name, value in lines if value]


def erased(person: Person) -> str:
    """What was done."""
    name = person.name or person.id
    said = tr("{name} was erased from both files: {what}.", name=name, what=held(person))
    if person.traces.named_in:
        where = ", ".join(person.traces.named_in)
        said += " " + tr("The name still stands in {where}.", where=where)
    return said


def _counted(count: int, one: str, many: str) -> str:
    if not count:
        return ""
    return one if count == 1 else many.format(n=number(count))
