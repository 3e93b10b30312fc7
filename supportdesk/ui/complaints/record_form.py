"""The form of a complaint itself: little is needed to log one, the rest can follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from supportdesk.domain.complaints import EXECUTIVE, OPERATIONAL
from supportdesk.domain.picklists import PickLists
from supportdesk.ui.complaints.editors import (
    Choice,
    DayInput,
    LineInput,
    NoteInput,
    OneOf,
    Several,
    yes_no,
)
from supportdesk.ui.complaints.form import Form
from supportdesk.ui.complaints.words import field_label
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton


class RecordForm(Form):
    """What was said and how it is filed; below, unfolded on demand, the rest of the report."""

    def __init__(self, lists: PickLists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lists = lists
        self._category = Choice(tuple(lists.categories))
        self._sub_category = Choice()
        self._received = DayInput()
        self.rows.addWidget(self.field("verbatim", NoteInput(4), required=True))
        self.row(
            self.field("complaint_channel", Choice(lists.complaint_channel)),
            self.field("complaint_category", self._category),
            self.field("complaint_sub_category", self._sub_category),
        )
        classes = OneOf(
            [(OPERATIONAL, tr("Operational")), (EXECUTIVE, tr("Executive"))],
            field_label("complaint_classification"),
        )
        self.row(
            self.field("complaint_classification", classes),
            self.field("date_received", self._received),
        )
        self.rows.addWidget(self.field("executive_basis", Several(lists.executive_basis)))
        self.row(
            self._yes_no("alleges_UDAP_or_discrimination"),
            self._yes_no("systemic_issue_identified"),
        )
        self.more = KeyButton(tr("More fields for Stripe's report"), kind="link")
        self.more.setObjectName("complaint_more")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._unfold)
        self.rows.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._rest = self._make_rest(lists)
        self._unfold(False)

    def _yes_no(self, name: str) -> QWidget:
        return self.field(name, yes_no(field_label(name)))

    def _make_rest(self, lists: PickLists) -> list[QWidget]:
        description = self.field(
            "complaint_description",
            NoteInput(3),
            hint=tr("Brief and neutral, without names. Empty: made from what the caller said."),
        )
        wrapped = self.row(description)
        kind = OneOf([("yes", tr("Complaint")), ("no", tr("Inquiry"))], field_label("is_complaint"))
        links = tr("Addresses, one a line")
        return [
            wrapped,
            self.row(
                self.field("user_stage", Choice(lists.user_stage)),
                self.field("stripe_product", Choice(lists.stripe_product)),
                self.field("complainant_role", Choice(lists.complainant_role)),
            ),
            self.row(self.field("user_name", LineInput()), self.field("account_ID", LineInput())),
            self.row(self.field("received_by", LineInput()), self.field("owner", LineInput())),
            self.row(self.field("remedy_sought", NoteInput(2))),
            self.row(
                self.field("internal_links", NoteInput(2), hint=links),
                self.field("user_correspondence_links", NoteInput(2), hint=links),
            ),
            self.row(self.field("is_complaint", kind)),
            self.row(self.field("decision_reason", NoteInput(2))),
        ]

    def set_today(self, today: date) -> None:
        """The last day on which a complaint can have been received."""
        self._received.latest = today

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Fill inputs; the sub-categories on offer are those of the category shown."""
        category = texts.get("complaint_category", self._category.text())
        self._sub_category.offer(self._lists.categories.get(category, ()))
        super().show_texts(texts)

    def arrange(self) -> None:
        """The basis is asked of executive complaints only, the reason of inquiries."""
        executive = self.editors["complaint_classification"].text() == EXECUTIVE
        self.fields["executive_basis"].setVisible(executive)
        inquiry = self.editors["is_complaint"].text() == "no"
        self.fields["decision_reason"].setVisible(inquiry and self.more.isChecked())

    def reveal(self, name: str) -> None:
        """Unfold the rest when the field is in it."""
        if any(part.isAncestorOf(self.fields[name]) for part in self._rest):
            self.more.setChecked(True)
        super().reveal(name)

    def _unfold(self, on: bool) -> None:
        for part in self._rest:
            part.setVisible(on)
        words = tr("Fewer fields") if on else tr("More fields for Stripe's report")
        self.more.setText(words)
        self.arrange()

    def _edited(self, name: str) -> None:
        if not self._quiet:
            self._quiet = True
            self._follow(name)
            self._quiet = False
        super()._edited(name)

    def _follow(self, name: str) -> None:
        """What one answer settles in others; the person sees it and can change it back."""
        text = self.editors[name].text()
        if name == "complaint_category":
            self._sub_category.offer(self._lists.categories.get(text, ()))
        legal = name == "complaint_category" and text in self._lists.executive_categories
        if legal or (name == "alleges_UDAP_or_discrimination" and text == "yes"):
            self.editors["complaint_classification"].show_text(EXECUTIVE)
        if name == "complaint_classification" and text == OPERATIONAL:
            self.editors["executive_basis"].show_text("")
