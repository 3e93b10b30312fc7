"""A dispute as one line of the list: what comes next, by when, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from supportdesk.domain.days import format_day, from_unix
from supportdesk.domain.disputes import Draft, Reading
from supportdesk.domain.disputes_checks import Case, deadline, wait_until
from supportdesk.domain.disputes_rules import Rules, StatusText
from supportdesk.domain.records import BalanceEntry

LOCAL = "local"  # typed at this desk, not yet saved at Stripe
ENDED = ("won", "lost", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list.

    Attributes:
        status: Stripe's, or LOCAL.
        amount: minor units; None when neither Stripe nor a readable draft gives one.
        due: the day the next step is due or expected, None when there is none.
        firm: whether `due` is a limit (else only what usually happens).
    """

    transaction_id: str
    dispute_id: str
    status: str
    reason: str
    amount: int | None
    currency: str
    merchant: str
    cardholder_id: str
    cardholder: str
    next: str
    due: date | None
    firm: bool
    created: float


def status_text(status: str, rules: Rules) -> StatusText:
    """Return the words for a status; an unknown one is shown as Stripe wrote it."""
    if status == LOCAL:
        return StatusText(label="this desk", tone="info")
    known = rules.outcomes.statuses.get(status)
    return known or StatusText(label=status.replace("_", " ") or "unknown")


def next_step(
    status: str,
    case: Case | None,
    draft: Draft | None,
    reading: Reading | None,
    rules: Rules,
    *,
    created: float | None,
    today: date,
    locale: str,
) -> tuple[str, date | None, bool]:
    """Return the next step in words, its day, and whether that day is a limit."""
    words = status_text(status, rules)
    if status not in (LOCAL, "unsubmitted"):
        sent = (draft.submitted_at if draft else None) or created
        usual = from_unix(sent) + timedelta(days=words.days) if sent and words.days else None
        return words.next or words.label, usual, False
    if case is None or draft is None or reading is None:
        return words.next or "Look at it", None, False
    end = deadline(case.transaction, case.network, draft.reason, reading.days, rules, today)
    due = end.day if end else None
    wait = wait_until(case.network, draft.reason, reading.days, rules, today)
    if reading.problems:
        return _first_problem(reading, rules), due, True
    if wait:
        return f"Wait until {format_day(wait[0], locale)}, then file", wait[0], False
    return "Review and submit (final)", due, True


def _first_problem(reading: Reading, rules: Rules) -> str:
    named: Mapping[str, str] = {
        "reason": "Choose the reason",
        "amount": "Check the amount",
        "told_us_on": "Enter when the cardholder told us",
    }
    first = reading.problems[0]
    if first.field in named:
        return named[first.field]
    label = rules.field(first.field).label
    return f"{'Check' if first in reading.wrong else 'Add'}: {label.lower()}"


def outcome_sentences(
    status: str, loss_reason: str, rules: Rules, balance: tuple[BalanceEntry, ...] | None = None
) -> tuple[str, ...]:
    """Return what a status means for the cardholder, in plain words."""
    said = [rules.outcomes.meaning.get(status, "")]
    if loss_reason:
        why = rules.outcomes.loss_reasons.get(loss_reason, loss_reason.replace("_", " "))
        said.append(f"Why it was lost: {why}")
    if balance and any(entry.type == "issuing_dispute_provisional_credit" for entry in balance):
        said.append("The Issuing balance was credited provisionally. It is not the cardholder's.")
    return tuple(sentence for sentence in said if sentence)
