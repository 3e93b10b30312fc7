"""How a complaint was resolved and what was done with it, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from supportdesk.domain.complaints import Change, Complaint
from supportdesk.ui.complaints.words import field_label
from supportdesk.ui.text import day, money, tr, when


def resolution_lines(complaint: Complaint) -> str:
    """Outcome, redress and what was done; "" while it is open."""
    if complaint.date_resolved is None:
        return ""
    told, executed = complaint.told_at or 0.0, complaint.executed_at or 0.0
    redress = tr("no redress")
    if complaint.redress_reqd and complaint.redress_amount is not None:
        redress = tr(
            "redress {amount}", amount=money(complaint.redress_amount, complaint.redress_currency)
        )
    first = tr(
        "{outcome} · {redress} · told {told}, carried out {done}",
        outcome=complaint.outcome,
        redress=redress,
        told=day(complaint.day(told)),
        done=day(complaint.day(executed)),
    )
    lines = [first, tr("Cause: {cause}", cause=complaint.root_cause)]
    lines.append(complaint.description_of_corrective_action)
    if complaint.reason_exceeded_15_days:
        lines.append(tr("Late because: {why}", why=complaint.reason_exceeded_15_days))
    return "\n".join(line for line in lines if line)


def history_lines(history: Sequence[Change]) -> str:
    """Who did what when, newest first."""
    return "\n".join(_line(change) for change in reversed(history))


def _line(change: Change) -> str:
    actions = {
        "logged": tr("logged"),
        "edited": tr("edited"),
        "acknowledged": tr("recorded the acknowledgement"),
        "told Stripe": tr("recorded that Stripe was told"),
        "cleared by Stripe": tr("recorded Stripe's clearance"),
        "forwarded": tr("recorded the forwarding"),
        "resolved": tr("resolved"),
    }
    parts = [when(change.at), change.agent, actions.get(change.action, change.action)]
    if change.action == "edited":
        parts.append(", ".join(field_label(name) for name in change.fields))
    if change.why:
        parts.append(change.why)
    return " · ".join(part for part in parts if part)
