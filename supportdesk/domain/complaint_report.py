"""The monthly complaint report to Stripe: its columns, checks, rows and file.

The names, their order and which are due when are Stripe's (Handling complaints); that a row is
sent again once it changed follows from fields which are only filled after resolution.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from supportdesk.domain.cells import harmless
from supportdesk.domain.complaint_check import Problem
from supportdesk.domain.complaint_text import left_in, neutral
from supportdesk.domain.complaints import (
    EXECUTIVE,
    Complaint,
    milestones,
    place_of,
    reasons_owed,
)
from supportdesk.domain.folding import Aligned
from supportdesk.domain.names import find_whole_names
from supportdesk.domain.picklists import PickLists

COLUMNS = (
    "date_input",
    "date_received",
    "user_name",
    "received_by",
    "account_ID",
    "complaint_classification",
    "stripe_product",
    "complaint_category",
    "complaint_sub_category",
    "complaint_channel",
    "complaint_description",
    "alleges_UDAP_or_discrimination",
    "user_stage",
    "systemic_issue_identified",
    "date_resolved",
    "redress_reqd",
    "description_of_corrective_action",
    "internal_links",
    "user_correspondence_links",
    "reason_exceeded_15_days",
)
ALWAYS = COLUMNS[:14]
AFTER_RESOLUTION = ("redress_reqd", "description_of_corrective_action")
FREE_TEXT = (
    "complaint_description",
    "description_of_corrective_action",
    "internal_links",
    "user_correspondence_links",
    "reason_exceeded_15_days",
)

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A complaint in a month's report: its row and what is wrong with it.

    `why`: "new" (received in the month), "changed" (reported earlier, differs since) or
    "missed" (received in a month that was already reported without it); in a correction of a
    month also "same" (as it was sent).
    """

    complaint: Complaint
    why: str
    row: Row
    problems: tuple[Problem, ...]


def month_of(day: date) -> str:
    """YYYY-MM of a day."""
    return day.isoformat()[:7]


def received_month(complaint: Complaint) -> str:
    """YYYY-MM in which the complaint was received, where its days are counted."""
    return month_of(complaint.day(complaint.date_received))


def row_of(complaint: Complaint, *, guard: bool = True) -> Row:
    """The twenty cells; free text without what tells of a person or a card.

    With `guard` each is one line that no spreadsheet takes for a formula.
    """
    cells = []
    for name in COLUMNS:
        value = getattr(complaint, name)
        if value and name in FREE_TEXT:
            value = neutral(value, complaint)
        cells.append(_cell(complaint, value, guard))
    return tuple(cells)


def _cell(complaint: Complaint, value: object, guard: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return complaint.day(value).isoformat()
    return harmless(str(value)) if guard else str(value)


def row_hash(row: Row) -> str:
    """SHA-256 (hex) by which a later change of a reported row is noticed."""
    return hashlib.sha256("\x1f".join(row).encode()).hexdigest()


def csv_file(rows: Iterable[Row]) -> bytes:
    """The file: UTF-8, comma, CRLF (RFC 4180), header first. Same rows, same bytes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def problems_of(complaint: Complaint, lists: PickLists) -> tuple[Problem, ...]:
    """What Stripe would miss or find contradictory in this complaint's row."""
    found = [Problem(name, "Missing.") for name in ALWAYS if getattr(complaint, name) in (None, "")]
    found += _contradictions(complaint) + _after_resolution(complaint)
    for name in ("stripe_product", "complaint_category", "complaint_channel", "user_stage"):
        value = getattr(complaint, name)
        if value and value not in (lists.values(name) or ()):
            found.append(Problem(name, "This entry is no longer in the list."))
    whose = Aligned(complaint.user_name)
    if find_whole_names(whose, [complaint.cardholder_name]):
        text = "This is the cardholder's name: right for a sole trader only."
        found.append(Problem("user_name", text))
    for name in FREE_TEXT:
        kinds = left_in(getattr(complaint, name), complaint)
        if kinds:
            text = f"Holds {' and '.join(kinds)}; it is taken out of the file."
            found.append(Problem(name, text))
    return tuple(found)


def _contradictions(complaint: Complaint) -> list[Problem]:
    found = []
    if complaint.day(complaint.date_received) > complaint.day(complaint.date_input):
        found.append(Problem("date_received", "Later than the day it was logged."))
    if complaint.account_ID and not complaint.account_ID.startswith("acct_"):
        found.append(Problem("account_ID", "It does not start with acct_."))
    executive = complaint.complaint_classification == EXECUTIVE
    if executive and complaint.stripe_notified_at is None:
        found.append(
            Problem("stripe_notified_at", "Executive, but not recorded that Stripe was told.")
        )
    if complaint.alleges_UDAP_or_discrimination and not executive:
        found.append(
            Problem(
                "complaint_classification",
                "Operational, but UDAP or discrimination is alleged.",
            )
        )
    return found


def _after_resolution(complaint: Complaint) -> list[Problem]:
    if complaint.date_resolved is None:
        early = (name for name in AFTER_RESOLUTION if getattr(complaint, name) not in (None, ""))
        return [Problem(name, "Filled, but the complaint is not resolved.") for name in early]
    found = [
        Problem(name, "Missing.")
        for name in AFTER_RESOLUTION
        if getattr(complaint, name) in (None, "")
    ]
    if complaint.date_resolved < complaint.date_received:
        found.append(Problem("date_resolved", "Earlier than it was received."))
    owed = reasons_owed(complaint, milestones(complaint))
    missing = (name for name in owed if not getattr(complaint, name))
    return [*found, *(Problem(name, "Missing, and it was resolved late.") for name in missing)]


def entries_of(
    month: str, complaints: Sequence[Complaint], closed_months: Iterable[str], lists: PickLists
) -> tuple[Entry, ...]:
    """What belongs into the report for `month` (YYYY-MM), in order of number.

    `closed_months` are those already submitted or attested as empty. Inquiries stay out,
    unless they were reported as complaints before.
    """
    closed = set(closed_months)
    found = []
    for complaint in sorted(complaints, key=lambda c: place_of(c.number)):
        row = row_of(complaint)
        why = _why(month, complaint, row, closed)
        if why:
            found.append(Entry(complaint, why, row, problems_of(complaint, lists)))
    return tuple(found)


def _why(month: str, complaint: Complaint, row: Row, closed: set[str]) -> str:
    received = received_month(complaint)
    if received > month:
        return ""
    if received == month:
        return "new" if complaint.is_complaint else ""
    earlier = [report for report in complaint.reported_in if report.month < month]
    if earlier:
        return "changed" if earlier[-1].row_hash != row_hash(row) else ""
    return "missed" if complaint.is_complaint and received in closed else ""


def correction_of(
    month: str, complaints: Sequence[Complaint], lists: PickLists
) -> tuple[Entry, ...]:
    """What a new version of the report for `month`, already sent, says: all of it, as it is now.

    What was sent stays in it even when it was decided since that it is an inquiry.
    """
    found = []
    for complaint in sorted(complaints, key=lambda c: place_of(c.number)):
        sent = [report for report in complaint.reported_in if report.month == month]
        if not sent and not (complaint.is_complaint and received_month(complaint) == month):
            continue
        row, why = row_of(complaint), "missed"
        if sent:
            why = "same" if sent[-1].row_hash == row_hash(row) else "changed"
        found.append(Entry(complaint, why, row, problems_of(complaint, lists)))
    return tuple(found)


def attestation(month: str, business: str, account: str, name: str, at: str) -> str:
    """The text of a nil report: that no complaint was received in `month`."""
    return (
        f"No complaints attestation for {month}\n"
        f"Business: {business or '(not set)'}\n"
        f"Account: {account or '(not set)'}\n"
        f"No complaints about Issuing were received in {month}.\n"
        f"Attested by {name} on {at}.\n"
    )
