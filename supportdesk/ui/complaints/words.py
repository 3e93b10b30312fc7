"""A complaint's fields, clocks and history in an agent's words."""

from __future__ import annotations

from datetime import date, timedelta

from supportdesk.domain.clocks import BUSINESS, Clock
from supportdesk.domain.complaints import EXECUTIVE, Complaint
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import day, number, spoken, tr
from supportdesk.ui.words import toned

SOON = 2  # days left from which a clock is marked


def many(count: int) -> str:
    """So many complaints."""
    return tr("1 complaint") if count == 1 else tr("{n} complaints", n=number(count))


def field_label(name: str) -> str:
    """What a field is called beside its input."""
    known = _report_labels() | _case_labels() | _work_labels() | _kept_labels()
    return spoken(name, known)


def _report_labels() -> dict[str, str]:
    return {
        "verbatim": tr("What the caller said"),
        "complaint_channel": tr("Channel"),
        "complaint_category": tr("Category"),
        "complaint_sub_category": tr("Sub-category"),
        "complaint_classification": tr("Class"),
        "executive_basis": tr("What makes it executive"),
        "date_received": tr("Received on"),
        "date_input": tr("Logged on"),
        "alleges_UDAP_or_discrimination": tr("UDAP or discrimination?"),
        "systemic_issue_identified": tr("Are others affected too?"),
        "complaint_description": tr("Description for Stripe"),
        "user_stage": tr("User stage"),
        "stripe_product": tr("Stripe product"),
        "user_name": tr("Business name"),
        "account_ID": tr("Stripe account"),
        "received_by": tr("Received by"),
        "owner": tr("Owner"),
        "complainant_role": tr("Who complains"),
        "remedy_sought": tr("What the caller wants"),
        "internal_links": tr("Internal links"),
        "user_correspondence_links": tr("Links to correspondence"),
        "is_complaint": tr("Complaint or inquiry?"),
    }


def _case_labels() -> dict[str, str]:
    return {
        "decision_reason": tr("Why it is an inquiry"),
        "jurisdiction": tr("Where it belongs"),
        "kind": tr("About"),
        "circumstances": tr("Circumstances"),
        "regulator_case": tr("Regulator's case number"),
        "regulator_sent_at": tr("Sent to the company on"),
        "support_need": tr("What help the caller needs"),
        "stripe_reference": tr("Stripe's reference"),
        "holding_at": tr("Holding reply sent on"),
        "holding_reason": tr("Why it takes longer"),
        "holding_until": tr("Final answer promised by"),
        "provisional_credit_at": tr("Credit given on"),
        "credit_told_at": tr("Told of the credit on"),
        "withdrawn_at": tr("Withdrawn on"),
        "why": tr("Why"),
        "fix_owner": tr("Who mends it"),
        "fix_due": tr("Mended by"),
        "fix_proved_at": tr("Proved on"),
        "fix_proof": tr("How it was proved"),
        "legal_hold": tr("Legal hold?"),
        "legal_hold_reason": tr("Why it must be kept"),
        "status": tr("Status"),
        "reply": tr("Letter"),
        "language": tr("Language"),
        "terms": tr("Words that may matter"),
        "files": tr("Files"),
        "watchers": tr("Watched by"),
        "replies": tr("Letters"),
    }


def _work_labels() -> dict[str, str]:
    return {
        "acknowledged_at": tr("Acknowledged on"),
        "acknowledged_medium": tr("How"),
        "stripe_notified_at": tr("Stripe told on"),
        "stripe_cleared_at": tr("Cleared on"),
        "stripe_cleared_by": tr("Cleared by (at Stripe)"),
        "forwarded_at": tr("Forwarded on"),
        "told_at": tr("Caller told on"),
        "executed_at": tr("Carried out on"),
        "date_resolved": tr("Resolved on"),
        "outcome": tr("Outcome"),
        "root_cause": tr("Root cause"),
        "redress_reqd": tr("Was redress due?"),
        "redress_amount": tr("Amount"),
        "redress_currency": tr("Currency"),
        "redress_paid_at": tr("Paid on"),
        "contributing_causes": tr("What else contributed"),
        "description_of_corrective_action": tr("What was done"),
        "reason_exceeded_15_days": tr("Why it took longer than 15 business days"),
        "submitted_on": tr("Handed in on"),
    }


def _kept_labels() -> dict[str, str]:
    """Fields that no input shows, but a case file and the history do."""
    return {
        "state": tr("Status"),
        "cardholder_id": tr("Cardholder at Stripe"),
        "cardholder_name": tr("Cardholder"),
        "card_id": tr("Card at Stripe"),
        "card_last4": tr("Card, last four"),
        "transaction_id": tr("Purchase at Stripe"),
        "dispute_id": tr("Dispute at Stripe"),
        "call_id": tr("Call"),
        "zone": tr("Days counted in"),
        "decided_at": tr("Complaint or inquiry decided"),
        "decided_by": tr("Decided by"),
        "stripe_notified_by": tr("Stripe told by"),
        "forwarded_by": tr("Forwarded by"),
        "acknowledged_by": tr("Acknowledged by"),
        "holding_by": tr("Holding reply sent by"),
        "withdrawn_by": tr("Withdrawal recorded by"),
        "reopened_at": tr("Reopened on"),
        "erased_at": tr("Erased on"),
        "lists_version": tr("State of the lists"),
    }


def class_chip(complaint: Complaint) -> tuple[str, Tone]:
    """The class, or that it is no complaint at all."""
    if not complaint.is_complaint:
        return tr("inquiry"), "neutral"
    if complaint.complaint_classification == EXECUTIVE:
        return tr("executive"), "bad"
    return tr("operational"), "neutral"


def status_words(status: str) -> str:
    """Where a complaint stands, of domain.complaint_states.STATES."""
    return toned(status, _states())[0]


def state_chip(complaint: Complaint) -> tuple[str, Tone]:
    """Where it stands."""
    if complaint.erased_at is not None:
        return tr("erased"), "neutral"
    return toned(complaint.state, _states())


def _states() -> dict[str, tuple[str, Tone]]:
    return {
        "received": (tr("received"), "neutral"),
        "acknowledged": (tr("acknowledged"), "info"),
        "investigating": (tr("investigating"), "info"),
        "holding": (tr("holding reply sent"), "warn"),
        "waiting_stripe": (tr("waiting for Stripe"), "warn"),
        "reopened": (tr("reopened"), "warn"),
        "resolved": (tr("resolved"), "good"),
        "withdrawn": (tr("withdrawn"), "neutral"),
        "not_a_complaint": (tr("not a complaint"), "neutral"),
    }


def purpose(name: str) -> str:
    """What a letter is for."""
    words = {
        "acknowledge": tr("Acknowledgement"),
        "holding": tr("Holding reply"),
        "final": tr("Final answer"),
        "summary": tr("Summary communication"),
        "stripe_notice": tr("Notice to Stripe"),
        "forward": tr("Forwarding to Stripe"),
    }
    return spoken(name, words)


def kind_words(kind: str) -> str:
    """What a complaint is about, as far as clocks tell it apart."""
    words = {
        "payment": tr("Payment or e-money"),
        "other": tr("Something else"),
        "mixed": tr("Both"),
    }
    return spoken(kind, words)


def circumstance(name: str) -> str:
    """What else decides clocks."""
    words = {
        "new_account": tr("New account (first 30 days)"),
        "pos_or_foreign": tr("Point of sale, or started abroad"),
    }
    return spoken(name, words)


def days_left(clock: Clock, today: date, business_days: int) -> int:
    """Days left in the unit of the clock's rule; negative when it is over."""
    return business_days if clock.unit == BUSINESS else (clock.due - today).days


def left(clock: Clock, today: date, business_days: int) -> tuple[str, Tone]:
    """How much time a running clock leaves, briefly."""
    count = days_left(clock, today, business_days)
    unit = tr("BD") if clock.unit == BUSINESS else tr("days")
    if clock.due < today:
        return tr("{n} {unit} over", n=-count, unit=unit), "bad"
    if clock.due == today:
        return tr("today"), "bad"
    if clock.due == today + timedelta(days=1):
        return tr("tomorrow"), "warn"
    if count <= SOON:
        return tr("{n} {unit} left", n=count, unit=unit), "warn"
    return day(clock.due, today=today), "neutral"


def clock_name(clock: Clock) -> str:
    """What has to be done and how long the rule gives: "Acknowledge · 5 BD"."""
    return f"{clock.text} · {clock.basis}"


def subject(complaint: Complaint) -> str:
    """The first line of the neutral description, else of what the caller said."""
    text = (complaint.complaint_description or complaint.verbatim)[:1_000]
    return " ".join(text.split())[:200]


def about(complaint: Complaint) -> str:
    """Whom and what it is about."""
    card = f"•••• {complaint.card_last4}" if complaint.card_last4 else ""
    person = complaint.cardholder_name or complaint.cardholder_id
    return " · ".join(part for part in (person, card, complaint.user_name) if part)


def short_number(complaint: Complaint) -> str:
    """The number without what all of a year share: "0117"."""
    return complaint.number.rpartition("-")[2]


def month_name(month: str, *, with_year: bool = True) -> str:
    """A month such as 2026-11 in words."""
    from babel.dates import format_date

    from supportdesk.ui.text import locale

    pattern = "LLLL y" if with_year else "LLLL"
    return format_date(date.fromisoformat(f"{month}-01"), pattern, locale=locale())
