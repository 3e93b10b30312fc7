"""A complaint's case file speaks as the window does: no stored names, no seconds, no True."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from supportdesk.domain.complaints import Change, Complaint, Sent, Term
from supportdesk.domain.document import Document, Facts, Paragraph, Table
from supportdesk.services.complaint_changes import changed_fields
from supportdesk.ui import text
from supportdesk.ui.complaints import case_file
from supportdesk.ui.complaints.told_words import action_words
from supportdesk.ui.complaints.words import field_label
from tests.ui.complaints_stage import DAY, NOV_5

#: Never told by a field of its own: they belong to the record, not to the case.
_INNER = {"id", "account", "version", "number", "clocks", "reported_in", "private"}
_INSTANT = re.compile(r"\d{9,}\.\d")
FULL: dict[str, Any] = {
    "complaint_classification": "executive", "executive_basis": ("Threat of legal action",),
    "is_complaint": True, "status": "waiting_stripe", "kind": "mixed", "zone": "Europe/Berlin",
    "circumstances": ("pos_or_foreign",), "jurisdiction": "GB-SCT", "date_received": NOV_5,
    "acknowledged_at": NOV_5 + DAY, "acknowledged_by": "Ann", "redress_reqd": True,
    "redress_amount": 12_345, "redress_currency": "eur", "redress_paid_at": NOV_5 + 2 * DAY,
    "contributing_causes": ("Training", "Courier"), "holding_until": NOV_5 + 9 * DAY,
    "systemic_issue_identified": False, "terms": (Term("legal", "sue", True),),
    "replies": (Sent(NOV_5, "Ann", "acknowledge", "2026-12", "de", "copied"),),
}  # fmt: skip


def parts_of(document: Document) -> str:
    found: list[str] = [document.title]
    for block in document.blocks:
        match block:
            case Paragraph():
                found.append(block.text)
            case Facts():
                found += [part for row in block.rows for part in row]
            case Table():
                found += [cell for row in block.rows for cell in row]
    return "\n".join(found)


def test_every_field_has_a_name_in_words() -> None:
    text.set_language("en")
    names = {field.name for field in dataclasses.fields(Complaint)} - _INNER
    assert sorted(name for name in names if field_label(name) == name) == []


def test_fields_and_history_are_told_in_words() -> None:
    text.set_language("en")
    one = Complaint(number="CMP-2026-0001", **FULL)
    fields = changed_fields(Complaint(), one)
    history = [
        Change(NOV_5, "Ann", "logged", "", fields),
        Change(NOV_5, "Ann", "told Stripe", "", {"status": ("received", "waiting_stripe")}),
        Change(NOV_5, "Ann", "reported 2026-11", "", {}),
    ]
    said = parts_of(case_file.document(one, history, "Ann"))
    for raw in ("waiting_stripe", "pos_or_foreign", "True", "False", "told Stripe", "GB-SCT"):
        assert raw not in said, raw
    assert not _INSTANT.search(said)
    assert not re.search(r"(?m)^[a-z]+(_[a-zA-Z]+)+\b", said)
    for words in (
        "waiting for Stripe", "Scotland", "Point of sale, or started abroad", "€123.45",
        "5 Nov 2026, 11:00 (Europe/Berlin)", "recorded that Stripe was told", "sue (kept)",
        "Acknowledgement, German, copied", "Training, Courier", "executive", "Acknowledged by",
        "reported to Stripe with November 2026", "14 Nov 2026",
    ):  # fmt: skip
        assert words in said, words


def test_what_cannot_be_read_is_told_as_it_is() -> None:
    text.set_language("en")
    odd = {"told_at": ("", "soon"), "redress_amount": ("", "much"), "is_complaint": ("", "maybe")}
    change = Change(NOV_5, "Ann", "did something", "", odd)
    said = parts_of(case_file.document(Complaint(), [change], "Ann"))
    assert action_words(change) == "did something"
    for words in ("soon", "much", "maybe"):
        assert words in said
