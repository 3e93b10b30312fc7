"""What is wrong with a complaint before it is saved, beside the field it concerns."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date

from supportdesk.domain.complaint_replies import TO_CALLER
from supportdesk.domain.complaint_states import OPEN, may_move
from supportdesk.domain.complaint_text import clean
from supportdesk.domain.complaints import (
    CLASSES,
    EXECUTIVE,
    OPERATIONAL,
    Complaint,
    local_day,
    milestones,
    reasons_owed,
)
from supportdesk.domain.money import MAX_MINOR_UNITS
from supportdesk.domain.picklists import PickLists
from supportdesk.domain.privacy import refusal

LONG = 2**20  # characters of a free text: a list from elsewhere may bring one of a megabyte
TYPED = 10_000  # characters of one that is typed
SHORT = 200
LONG_FIELDS = frozenset(
    {
        "verbatim",
        "complaint_description",
        "remedy_sought",
        "decision_reason",
        "description_of_corrective_action",
        "reason_exceeded_15_days",
        "internal_links",
        "user_correspondence_links",
        "support_need",
        "holding_reason",
        "fix_proof",
        "legal_hold_reason",
    }
)
_ID = re.compile(r"[a-z]+_\w+")
# Made by machines: a uuid happens to look like a card number once in some thousands.
_OURS = frozenset({"id", "account", "call_id"})
_STRIPES = frozenset({"cardholder_id", "card_id", "transaction_id", "dispute_id"})
EARLIEST = date(2000, 1, 1)
_PLACE = re.compile("[A-Z]{2}(-[A-Z0-9]{1,3})?")
NOT_CLEARED = "Stripe has not cleared contact with the caller yet."
CLOCK_SKEW = 60.0  # seconds a typed "now" may be ahead of the clock

LISTED = (
    "stripe_product",
    "complaint_category",
    "complaint_sub_category",
    "complaint_channel",
    "user_stage",
    "complainant_role",
    "acknowledged_medium",
    "outcome",
    "root_cause",
    "kind",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field, in a sentence for the person who filled it."""

    field: str
    text: str


def cleaned(complaint: Complaint) -> dict[str, str]:
    """The complaint's texts that have to be stored differently from how they were typed."""
    texts = ((f.name, getattr(complaint, f.name)) for f in fields(complaint))
    return {n: c for n, v in texts if isinstance(v, str) and (c := clean(v)) != v}


def check(
    complaint: Complaint, lists: PickLists, now: float, before: Complaint | None = None
) -> list[Problem]:
    """Everything that keeps `complaint` from being saved.

    A value that `before` already had stays allowed when the list it came from has changed.
    """
    found = _texts(complaint) + _instants(complaint, now, before) + _lists(complaint, lists, before)
    found += _class(complaint, lists, before) + _state(complaint, before)
    found += _hold(complaint, before)
    if not complaint.verbatim.strip():
        found.append(Problem("verbatim", "Write what the caller said."))
    if not complaint.is_complaint and not complaint.decision_reason.strip():
        found.append(Problem("decision_reason", "Say why this is an inquiry, not a complaint."))
    if complaint.account_ID and not complaint.account_ID.startswith("acct_"):
        found.append(Problem("account_ID", "A Stripe account id starts with acct_."))
    if complaint.told_at is not None or complaint.executed_at is not None:
        found += check_resolution(complaint)
    return found


def check_new(complaint: Complaint, lists: PickLists, now: float) -> list[Problem]:
    """What keeps a complaint from being logged here: it begins with its receipt."""
    return check(complaint, lists, now) + _hold(complaint, Complaint())


def _state(complaint: Complaint, before: Complaint | None) -> list[Problem]:
    found = []
    if before is not None and before.erased_at is not None:
        found.append(Problem("verbatim", "It was erased and can no longer be changed."))
    if complaint.status not in OPEN:
        found.append(Problem("status", "This is no status of an open complaint."))
    old = before.state if before is not None else complaint.state
    if not may_move(old, complaint.state):
        # The field a person changed it by.
        name = "is_complaint" if complaint.state == "not_a_complaint" else "status"
        found.append(Problem(name, "Reopen it first: it has ended."))
    if complaint.jurisdiction and not _PLACE.fullmatch(complaint.jurisdiction):
        found.append(
            Problem("jurisdiction", "Write a country such as DE, or a part such as GB-SCT.")
        )
    until, sent = complaint.holding_until, complaint.holding_at
    if until is not None and sent is not None and complaint.day(until) <= complaint.day(sent):
        found.append(Problem("holding_until", "The promised date must lie after the reply."))
    if complaint.legal_hold and not complaint.legal_hold_reason.strip():
        found.append(Problem("legal_hold_reason", "Say why it must be kept."))
    return found


def _texts(complaint: Complaint) -> list[Problem]:
    found = []
    for field in fields(complaint):
        value = getattr(complaint, field.name)
        if not isinstance(value, str):
            continue
        most = LONG if field.name in LONG_FIELDS else SHORT
        if len(value) > most:
            found.append(
                Problem(field.name, f"At most {most:,} characters; these are {len(value):,}.")
            )
        elif field.name in _OURS or (field.name in _STRIPES and _ID.fullmatch(value)):
            continue
        elif said := refusal(value):
            found.append(Problem(field.name, said))
    return found


def _instants(complaint: Complaint, now: float, before: Complaint | None) -> list[Problem]:
    found = []
    latest = now + CLOCK_SKEW
    if before is None:
        names = ("date_input", "reopened_at", "decided_at", "regulator_sent_at")
        ahead = (name for name in names if (getattr(complaint, name) or 0.0) > latest)
        found += [Problem(name, "This lies in the future.") for name in ahead]
    else:  # logged by a desk whose clock is ahead
        latest = max(latest, complaint.date_input + CLOCK_SKEW)
    received = complaint.date_received
    if received > latest:
        found.append(Problem("date_received", "This lies in the future."))
    elif local_day(received, complaint.zone) < EARLIEST:
        found.append(Problem("date_received", "Check the year."))
    later = {
        "acknowledged_at": "acknowledged",
        "told_at": "told",
        "executed_at": "carried out",
        "stripe_notified_at": "told to Stripe",
        "stripe_cleared_at": "cleared",
        "forwarded_at": "forwarded",
        "holding_at": "answered",
        "provisional_credit_at": "credited",
        "credit_told_at": "told",
        "withdrawn_at": "withdrawn",
        "fix_proved_at": "proved",
        "redress_paid_at": "paid",
    }
    for name, done in later.items():
        at = getattr(complaint, name)
        if at is None:
            continue
        if at > latest:
            found.append(Problem(name, "This lies in the future."))
        elif complaint.day(at) < complaint.day(received):
            found.append(Problem(name, f"It cannot have been {done} before it was received."))
    return found


def _lists(complaint: Complaint, lists: PickLists, before: Complaint | None) -> list[Problem]:
    found = []
    for name in LISTED:
        value = getattr(complaint, name)
        offered = lists.values(name, complaint.complaint_category) or ()
        old = before is not None and value == getattr(before, name)
        if name == "complaint_sub_category" and before is not None:
            old = old and complaint.complaint_category == before.complaint_category
        if value and value not in offered and not old:
            found.append(Problem(name, "Choose an entry of the list."))
    for name, what in (
        ("complaint_channel", "how it came in"),
        ("complaint_category", "a category"),
        ("complaint_sub_category", "a sub-category"),
    ):
        if not getattr(complaint, name):
            found.append(Problem(name, f"Choose {what}."))
    for name, offered in (
        ("executive_basis", lists.executive_basis),
        ("contributing_causes", lists.root_cause),
    ):
        unknown = set(getattr(complaint, name)) - set(offered)
        if unknown - set(getattr(before, name) if before else ()):
            found.append(Problem(name, "Choose entries of the list."))
    if complaint.root_cause and complaint.root_cause in complaint.contributing_causes:
        found.append(Problem("contributing_causes", "The root cause need not be named twice."))
    return found


def _class(complaint: Complaint, lists: PickLists, before: Complaint | None) -> list[Problem]:
    """Stripe knows two classes; what makes a complaint executive is on its page."""
    name = "complaint_classification"
    if complaint.complaint_classification not in CLASSES:
        return [Problem(name, "Choose operational or executive.")]
    executive = complaint.complaint_classification == EXECUTIVE
    if executive and not complaint.executive_basis:
        return [Problem("executive_basis", "Say what makes it executive.")]
    if executive:
        return []
    if before is not None and before.on_hold and before.stripe_notified_at is not None:
        return [Problem(name, "Stripe was told that it is executive and has not cleared it yet.")]
    if complaint.alleges_UDAP_or_discrimination:
        return [Problem(name, "An allegation of UDAP or discrimination makes it executive.")]
    if complaint.complaint_category in lists.executive_categories:
        return [Problem(name, "Complaints of this category are executive.")]
    if complaint.executive_basis:
        return [Problem(name, f"What makes it executive is filled, but it is {OPERATIONAL}.")]
    return []


def _hold(complaint: Complaint, before: Complaint | None) -> list[Problem]:
    """An executive complaint is not answered before Stripe has cleared it, by whatever way.

    Of one from another list (`before` is None) it is past what was done.
    """
    found = []
    cleared, told = complaint.stripe_cleared_at, complaint.stripe_notified_at
    if before is None:
        return []
    was = (before.stripe_cleared_at, before.stripe_notified_at)
    if cleared is not None and (cleared, told) != was:
        if told is None or cleared < told:
            found.append(Problem("stripe_cleared_at", "Stripe was not told before that."))
        if not complaint.stripe_cleared_by.strip():
            found.append(Problem("stripe_cleared_by", "Say who at Stripe cleared it."))
    if not complaint.on_hold:
        return found
    answers = ["acknowledged_at", "holding_at", "credit_told_at"]
    if complaint.withdrawn_at is None:  # then it was not we who spoke
        answers.append("told_at")
    for name in answers:
        now = getattr(complaint, name)
        if now is not None and now != getattr(before, name):
            found.append(Problem(name, NOT_CLEARED))
    new = complaint.replies[len(before.replies) :]
    if any(sent.purpose in TO_CALLER for sent in new):
        found.append(Problem("reply", NOT_CLEARED))
    if before.is_complaint and not complaint.is_complaint and before.on_hold and told is not None:
        found.append(Problem("is_complaint", NOT_CLEARED))
    return found


def check_resolution(complaint: Complaint) -> list[Problem]:
    """What is missing once a complaint is to be resolved: told and carried out."""
    found = []
    needed = {
        "told_at": "Say when the caller was told.",
        "executed_at": "Say when the remedy was carried out.",
        "outcome": "Choose the outcome.",
        "redress_reqd": "Say whether redress was due.",
        "description_of_corrective_action": "Say what was done.",
        "systemic_issue_identified": "Say whether others are affected too.",
        "root_cause": "Choose the root cause.",
    }
    for name, text in needed.items():
        if getattr(complaint, name) in (None, ""):
            found.append(Problem(name, text))
    found += _redress(complaint)
    # Lateness is judged by both days, even while one of them is still missing.
    days = [complaint.day(at) for at in (complaint.told_at, complaint.executed_at) if at]
    reached = milestones(complaint) | ({"resolve": max(days)} if days else {})
    for name in reasons_owed(complaint, reached):
        if not getattr(complaint, name).strip():
            found.append(Problem(name, "It took longer than allowed: say why."))
    return found


def _redress(complaint: Complaint) -> list[Problem]:
    amount = complaint.redress_amount
    if complaint.redress_paid_at is not None and not complaint.redress_reqd:
        return [Problem("redress_paid_at", "It is said when it was paid, but no redress was due.")]
    if complaint.redress_reqd and amount is None:
        return [Problem("redress_amount", "Enter the amount.")]
    if amount is None:
        return []
    if complaint.redress_reqd is False:
        return [Problem("redress_amount", "There is an amount, but no redress was due.")]
    if not 0 < amount <= MAX_MINOR_UNITS:
        return [Problem("redress_amount", "The amount must be above zero and not so large.")]
    if not (len(complaint.redress_currency) == 3 and complaint.redress_currency.isalpha()):
        return [Problem("redress_currency", "Choose the currency.")]
    return []
