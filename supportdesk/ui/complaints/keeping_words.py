"""What is kept of a person, why it must be, and what an erasure leaves, in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from supportdesk.services.nameless import Perhaps
from supportdesk.services.retention import Person
from supportdesk.ui.text import day, number, tr


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


def named_by(one: Perhaps) -> str:
    """A complaint without a person: what in it names the one in view, and why it must be kept."""
    words = {"name": tr("the name"), "email": tr("the e-mail"), "phone": tr("the telephone")}
    complaint, by = one.complaint, ", ".join(words[kind] for kind in one.by)
    said = tr(
        "{number}, received {day}: {by} stands in it",
        number=complaint.number,
        day=day(complaint.day(complaint.date_received)),
        by=by,
    )
    return f"{said}. {one.kept}" if one.kept else said


def with_chosen(person: Person, also: Collection[str]) -> Person:
    """A person to whom the chosen ones of `perhaps` belong."""
    chosen = tuple(one.complaint for one in person.perhaps if one.complaint.id in also)
    left = tuple(one for one in person.perhaps if one.complaint.id not in also)
    return replace(person, complaints=(*person.complaints, *chosen), perhaps=left)


def lines_of(person: Person) -> list[tuple[str, str]]:
    """What a last look at an erasure shows."""
    numbers = ", ".join(one.number for one in person.complaints)
    others = ", ".join(one.complaint.number for one in person.perhaps)
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
        (tr("Named, and stays"), others),
        (tr("Named elsewhere"), ", ".join(person.traces.named_in)),
    ]
    return [(name, value) for name, value in lines if value]


def erased(person: Person) -> str:
    """What was done."""
    name = person.name or person.id
    said = tr("{name} was erased from both files: {what}.", name=name, what=held(person))
    others = [one.complaint.number for one in person.perhaps]
    if still := [*others, *person.traces.named_in]:
        where = ", ".join(still)
        said += " " + tr("The name still stands in {where}.", where=where)
    return said


def _counted(count: int, one: str, many: str) -> str:
    if not count:
        return ""
    return one if count == 1 else many.format(n=number(count))
