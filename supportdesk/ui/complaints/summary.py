"""How a complaint was resolved and what was done with it, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.complaints import Change, Complaint
from supportdesk.ui.complaints.told_words import action_words
from supportdesk.ui.complaints.words import field_label
from supportdesk.ui.text import day, money, tr, when

_LONGEST = 200  # characters of a reason in the history


def resolution_lines(complaint: Complaint) -> str:
    """Outcome, redress and what was done; "" while it is open."""
    if complaint.erased_at is not None:
        return tr(
            "What told of a person was erased on {day}.",
            day=day(complaint.day(complaint.erased_at)),
        )
    if complaint.date_resolved is None:
        return ""
    told, executed = complaint.told_at or 0.0, complaint.executed_at or 0.0
    redress = tr("no redress")
    if complaint.redress_reqd and complaint.redress_amount is not None:
        redress = tr(
            "redress {amount}", amount=money(complaint.redress_amount, complaint.redress_currency)
        )
    if complaint.redress_paid_at is not None:
        redress += ", " + tr("paid {day}", day=day(complaint.day(complaint.redress_paid_at)))
    first = tr(
        "{outcome} · {redress} · told {told}, carried out {done}",
        outcome=complaint.outcome,
        redress=redress,
        told=day(complaint.day(told)),
        done=day(complaint.day(executed)),
    )
    lines = [first, tr("Cause: {cause}", cause=complaint.root_cause)]
    if complaint.contributing_causes:
        others = ", ".join(complaint.contributing_causes)
        lines.append(tr("Contributed too: {causes}", causes=others))
    lines.append(complaint.description_of_corrective_action)
    if complaint.reason_exceeded_15_days:
        lines.append(tr("Late because: {why}", why=complaint.reason_exceeded_15_days))
    return "\n".join(line for line in lines if line)


def history_lines(history: Sequence[Change], zone: str) -> str:
    """Who did what when, newest first; `zone` is where the complaint's days are counted."""
    return "\n".join(_line(change, zone) for change in reversed(history))


def shortened(text: str) -> str:
    """A text on one line, cut where it gets long; letters are whole in the case file."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _line(change: Change, zone: str) -> str:
    parts = [when(change.at, zone=zone), change.agent, action_words(change)]
    if change.action == "edited":
        parts.append(", ".join(field_label(name) for name in change.fields))
    if change.action == "handed over" and "owner" in change.fields:
        parts.append(tr("to {name}", name=change.fields["owner"][1]))
    if change.why:
        parts.append(shortened(change.why))
    return " · ".join(part for part in parts if part)
