"""The form of a complaint itself: little is needed to log one, the rest can follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from supportdesk.domain.complaints import EXECUTIVE, OPERATIONAL
from supportdesk.domain.picklists import PickLists
from supportdesk.services.complaints import Complaints
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
from supportdesk.ui.complaints.moment_input import MomentInput
from supportdesk.ui.complaints.name_input import NameInput
from supportdesk.ui.complaints.words import circumstance, field_label, kind_words
from supportdesk.ui.hints import Hints
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.field import Field


class RecordForm(Form):
    """What was said and how it is filed; below, unfolded on demand, the rest of the report."""

    def __init__(self, complaints: Complaints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lists = lists = complaints.basis.lists
        self._category = Choice(tuple(lists.categories))
        self._sub_category = Choice()
        self._received = MomentInput(complaints.now)
        self._owner = NameInput(complaints.known_agents)
        note = NoteInput(4)
        self.rows.addWidget(self.field("verbatim", note, required=True))
        self.hints = Hints(note, complaints.intake.hints)
        self.hints.edited.connect(lambda: self._edited("terms"))
        self.hints.executive.connect(self._make_executive)
        self.hints.support.connect(lambda: self.reveal("support_need"))
        self.editors["terms"] = self.hints
        self.rows.addWidget(self.hints)
        self.row(
            self.field("complaint_channel", Choice(lists.complaint_channel)),
            self.field("complaint_category", self._category),
            self.field("complaint_sub_category", self._sub_category),
        )
        kind = OneOf([("yes", tr("Complaint")), ("no", tr("Inquiry"))], field_label("is_complaint"))
        classes = OneOf(
            [(OPERATIONAL, tr("Operational")), (EXECUTIVE, tr("Executive"))],
            field_label("complaint_classification"),
        )
        self.row(
            self.field("is_complaint", kind),
            self.field("complaint_classification", classes),
        )
        self.rows.addWidget(self.field("decision_reason", NoteInput(2)))
        self.rows.addWidget(self.field("executive_basis", Several(lists.executive_basis)))
        self.row(
            self._yes_no("alleges_UDAP_or_discrimination"),
            self._yes_no("systemic_issue_identified"),
        )
        self.row(
            self.field("date_received", self._received),
            self.field("complainant_role", Choice(lists.complainant_role)),
        )
        self._fix = self._make_fix()
        self.more = KeyButton(tr("More fields: report, clocks, keeping"), kind="link")
        self.more.setObjectName("complaint_more")
        self.more.setCheckable(True)
        self.more.toggled.connect(self._unfold)
        self.rows.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._rest = [*self._make_rest(lists), *self._make_rules(lists)]
        self._unfold(False)

    def _yes_no(self, name: str) -> Field:
        return self.field(name, yes_no(field_label(name)))

    def _make_fix(self) -> list[QWidget]:
        """Who mends a fault that touches others, until when, and the proof that it is mended."""
        proved = DayInput(required=False)
        self._days = [proved]
        return [
            self.row(
                self.field("fix_owner", LineInput()),
                self.field("fix_due", DayInput(required=False)),
                self.field("fix_proved_at", proved),
            ),
            self.row(self.field("fix_proof", NoteInput(2))),
        ]

    def _make_rest(self, lists: PickLists) -> list[QWidget]:
        description = self.field(
            "complaint_description",
            NoteInput(3),
            hint=tr("Brief and neutral, without names. Empty: made from what the caller said."),
        )
        links = tr("Addresses, one a line")
        return [
            self.row(description),
            self.row(
                self.field(
                    "support_need",
                    NoteInput(2),
                    hint=tr("Only what helps, such as large print; never a diagnosis."),
                ),
                self.field("remedy_sought", NoteInput(2)),
            ),
            self.row(
                self.field("user_stage", Choice(lists.user_stage)),
                self.field("stripe_product", Choice(lists.stripe_product)),
            ),
            self.row(self.field("user_name", LineInput()), self.field("account_ID", LineInput())),
            self.row(self.field("received_by", LineInput()), self.field("owner", self._owner)),
            self.row(
                self.field("internal_links", NoteInput(2), hint=links),
                self.field("user_correspondence_links", NoteInput(2), hint=links),
            ),
        ]

    def _make_rules(self, lists: PickLists) -> list[QWidget]:
        """What decides clocks and how long it is kept."""
        sent = DayInput(required=False)
        self._days.append(sent)
        kinds = Choice(lists.kind, [kind_words(kind) for kind in lists.kind])
        names = [circumstance(name) for name in lists.circumstances]
        return [
            self.row(
                self.field("kind", kinds),
                self.field("jurisdiction", LineInput(), hint=tr("DE or GB-SCT; empty: yours")),
            ),
            self.row(self.field("circumstances", Several(lists.circumstances, names))),
            self.row(
                self.field("regulator_case", LineInput()),
                self.field("regulator_sent_at", sent),
            ),
            self.row(
                self._yes_no("legal_hold"),
                self.field("legal_hold_reason", NoteInput(2)),
            ),
        ]

    def _make_executive(self) -> None:
        """Kept words that make it executive: the class follows, and can be changed back."""
        self.editors["complaint_classification"].show_text(EXECUTIVE)
        self.reveal("executive_basis")

    def offer_agents(self, names: Sequence[str]) -> None:
        """Offer names of agents as owners."""
        self._owner.offer(names)

    def set_today(self, today: date) -> None:
        """The last day on which a complaint can have been received."""
        for editor in (self._received.day, *self._days):
            editor.latest = today

    def set_zone(self, zone: str) -> None:
        """Where the complaint's days are counted (IANA zone)."""
        self._received.zone = zone
        self.fields["date_received"].set_hint(
            tr("{zone}; without a time: noon", zone=zone.replace("_", " "))
        )

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Fill inputs; the sub-categories on offer are those of the category shown."""
        category = texts.get("complaint_category", self._category.text())
        self._sub_category.offer(self._lists.categories.get(category, ()))
        super().show_texts(texts)

    def arrange(self) -> None:
        """What is asked only of executive complaints, inquiries, or faults that touch others."""
        texts = {name: editor.text() for name, editor in self.editors.items()}
        executive = texts["complaint_classification"] == EXECUTIVE
        self.fields["executive_basis"].setVisible(executive)
        self.fields["decision_reason"].setVisible(texts["is_complaint"] == "no")
        for part in self._fix:
            part.setVisible(texts["systemic_issue_identified"] == "yes")
        self.fields["legal_hold_reason"].setVisible(texts["legal_hold"] == "yes")

    def reveal(self, name: str) -> None:
        """Unfold the rest when the field is in it."""
        if any(part.isAncestorOf(self.fields[name]) for part in self._rest):
            self.more.setChecked(True)
        super().reveal(name)

    def _unfold(self, on: bool) -> None:
        for part in self._rest:
            part.setVisible(on)
        words = tr("Fewer fields") if on else tr("More fields: report, clocks, keeping")
        self.more.setText(words)
        self.arrange()

    def _edited(self, name: str) -> None:
        if not self._quiet:
            self._quiet = True
            self._follow(name)
            self._quiet = False
        if name in self.fields:
            super()._edited(name)
        elif not self._quiet:
            self.edited.emit()

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
