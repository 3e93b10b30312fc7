"""A complaint's fields, clocks and history in an agent's words."""

from __future__ import annotations

from datetime import date, timedelta

from supportdesk.domain.clocks import BUSINESS, Clock
from supportdesk.domain.complaints import EXECUTIVE, Complaint
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import day, tr

SOON = 2  # days left from which a clock is marked


def field_label(name: str) -> str:
    """What a field is called beside its input."""
    words = {
        "verbatim": tr("What the caller said"),
        "complaint_channel": tr("Channel"),
        "complaint_category": tr("Category"),
        "complaint_sub_category": tr("Sub-category"),
        "complaint_classification": tr("Class"),
        "executive_basis": tr("What makes it executive"),
        "date_received": tr("Received on"),
        "date_input": tr("Logged on"),
        "alleges_UDAP_or_discrimination": tr("Alleges UDAP or discrimination?"),
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
        "decision_reason": tr("Why it is an inquiry"),
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
        "description_of_corrective_action": tr("What was done"),
        "reason_exceeded_15_days": tr("Why it took longer than 15 business days"),
        "submitted_on": tr("Handed in on"),
    }
    return words.get(name, name)


def class_chip(complaint: Complaint) -> tuple[str, Tone]:
    """The class, or that it is no complaint at all."""
    if not complaint.is_complaint:
        return tr("inquiry"), "neutral"
    if complaint.complaint_classification == EXECUTIVE:
        return tr("executive"), "bad"
    return tr("operational"), "neutral"


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


def regime(clock: Clock) -> str:
    """Whose rule it is."""
    words = {
        "stripe": tr("Stripe"),
        "eu_psd2": tr("EU"),
        "uk_disp": tr("UK"),
        "ie_cpc": tr("Ireland"),
        "us_cfpb": tr("CFPB"),
        "us_reg_e": tr("Reg E"),
        "us_reg_z": tr("Reg Z"),
    }
    return words.get(clock.regime, clock.regime)


def subject(complaint: Complaint) -> str:
    """The first line of the neutral description, else of what the caller said."""
    text = complaint.complaint_description or complaint.verbatim
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
