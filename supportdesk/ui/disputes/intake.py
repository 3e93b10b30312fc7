"""The form in which a dispute is taken in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.disputes import Draft, Problem, Reading
from supportdesk.domain.records import Transaction
from supportdesk.errors import UserFacing
from supportdesk.services.disputes import Disputes, Intake
from supportdesk.store.dispute_drafts import Kept
from supportdesk.ui import theme
from supportdesk.ui.disputes.checks import ChecksList
from supportdesk.ui.disputes.editors import DayEditor, FileEditor
from supportdesk.ui.disputes.evidence_form import EvidenceForm
from supportdesk.ui.text import money, tr, typed_day
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.money_edit import MoneyEdit
from supportdesk.ui.widgets.panel import scroll

PAUSE = 400  # milliseconds without a key after which a draft is kept


class IntakeForm(QWidget):
    """Takes in one dispute. It keeps what was typed; the tab saves and submits.

    Signals:
        paused: the draft, shortly after something was typed.
        offered: name of a file field and the path or picture that was put there.
        save, submit, discard: the button was chosen.
    """

    paused = Signal(object)
    offered = Signal(str, object)
    save = Signal()
    submit = Signal()
    discard = Signal()

    def __init__(self, disputes: Disputes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._disputes = disputes
        self._intake: Intake | None = None
        self._draft = Draft(transaction_id="")
        self._touched: set[str] = set()
        self._all_shown = False
        self._filling = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._paused)
        px = theme.current.measures.px
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(px(0.9), px(0.7), px(0.9), px(0.7))
        layout.setSpacing(px(0.6))
        self.checks = ChecksList()
        layout.addWidget(self.checks)
        self._add_head(layout)
        self.evidence = EvidenceForm(disputes.rules)
        self.evidence.edited.connect(self._edited)
        self.evidence.offered.connect(self.offered)
        layout.addWidget(self.evidence)
        final = tr("Stripe takes one submission: no edits, no more files afterwards.")
        layout.addWidget(Banner(final, "warn"))
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._scroll = scroll(inner)
        outer.addWidget(self._scroll, 1)
        outer.addLayout(self._make_foot())

    def _add_head(self, layout: QVBoxLayout) -> None:
        px = theme.current.measures.px
        self.reason = QComboBox()
        self.reason.setObjectName("dispute_reason")
        self.reason.addItem(tr("Choose what the cardholder says"), "")
        for entry in self._disputes.rules.reasons.reasons:
            self.reason.addItem(tr(entry.label), entry.reason)
        self.reason.setMinimumContentsLength(12)
        self.reason.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.reason.currentIndexChanged.connect(self._reason_chosen)
        self._reason_field = Field(tr("Reason"), self.reason, required=True)
        layout.addWidget(self._reason_field)
        self.amount = MoneyEdit("eur")
        self.amount.setObjectName("dispute_amount")
        self.amount.changed.connect(lambda: self._edited("amount"))
        self._amount_field = Field(tr("Disputed amount"), self.amount, required=True)
        self.told = DayEditor()
        self.told.setObjectName("dispute_told_us_on")
        self.told.edited.connect(lambda: self._edited("told_us_on"))
        today = KeyButton(tr("Today"), kind="link")
        today.setObjectName("dispute_told_today")
        today.clicked.connect(lambda: self.told.setText(typed_day(self._disputes.today())))
        told = QWidget()
        line = QHBoxLayout(told)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(0.2))
        line.addWidget(self.told, 1)
        line.addWidget(today)
        told.setFocusProxy(self.told)
        self._told_field = Field(tr("Told us on"), told, required=True)
        row = QHBoxLayout()
        row.setSpacing(px(0.6))
        row.addWidget(self._amount_field, 1)
        row.addWidget(self._told_field, 1)
        layout.addLayout(row)

    def _make_foot(self) -> QVBoxLayout:
        px = theme.current.measures.px
        self.save_button = KeyButton(tr("Save draft"), "Ctrl+S")
        self.save_button.setObjectName("dispute_save")
        self.save_button.clicked.connect(self.save)
        self.discard_button = KeyButton(tr("Discard"))
        self.discard_button.setObjectName("dispute_discard")
        self.discard_button.clicked.connect(self.discard)
        self.state = label("", "muted", wrap=True)
        self.state.setObjectName("dispute_saved")
        self.submit_button = KeyButton(tr("Review and submit"), "Ctrl+Return", "primary")
        self.submit_button.setObjectName("dispute_submit")
        self.submit_button.clicked.connect(self.submit)
        row = QHBoxLayout()
        row.setSpacing(px(0.5))
        row.addWidget(self.save_button)
        row.addWidget(self.discard_button)
        row.addStretch(1)
        row.addWidget(self.submit_button)
        foot = QVBoxLayout()
        foot.setContentsMargins(px(0.9), px(0.4), px(0.9), px(0.6))
        foot.setSpacing(px(0.3))
        foot.addWidget(self.state)
        foot.addLayout(row)
        return foot

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put short fields below each other where there is no room (Qt's interface)."""
        super().resizeEvent(event)
        self.evidence.set_columns(2 if self.width() >= theme.current.measures.px(32) else 1)

    def show_intake(self, intake: Intake, purchases: Sequence[Transaction]) -> None:
        """Show a purchase. What was typed here for the same one stays."""
        same = self._draft.transaction_id == intake.draft.transaction_id
        if same and self._touched:
            merged = {n: t for n, t in intake.draft.evidence.items() if n not in self._touched}
            mine = self._draft
            draft = replace(
                mine,
                dispute_id=intake.draft.dispute_id,
                reason=mine.reason or intake.draft.reason,
                evidence={**mine.evidence, **merged},
            )
        else:
            draft = intake.draft
        if not same:
            self._pause.stop()
            self._touched.clear()
            self._all_shown = False
            self._scroll.verticalScrollBar().setValue(0)
        self._intake, self._draft = intake, draft
        others = [p for p in purchases if p.id != intake.draft.transaction_id]
        self.evidence.set_known(others, intake.files)
        self._fill()
        self._look()

    def _fill(self) -> None:
        assert self._intake is not None
        self._filling = True
        top, currency = self._intake.ceiling, self._intake.case.transaction.currency
        self.amount.set_limit(currency, top.left)
        if self.amount.text() != self._draft.amount:
            self.amount.setText(self._draft.amount)
        self._amount_field.set_side(tr("of {amount}", amount=money(top.left, currency)))
        self.told.put(self._draft.told_us_on)
        self.reason.setCurrentIndex(max(0, self.reason.findData(self._draft.reason)))
        self._show_reason()
        self.discard_button.setVisible(not self._draft.dispute_id)
        self._filling = False

    def _show_reason(self) -> None:
        known = self._disputes.rules.reason(self._draft.reason)
        self._reason_field.set_hint(tr(known.ask) if known else "")
        filling, self._filling = self._filling, True
        self.evidence.show_reason(self._draft.reason, self._draft.evidence)
        self._filling = filling

    def _reason_chosen(self) -> None:
        if not self._filling:
            self._draft = self._draft.typed("reason", str(self.reason.currentData() or ""))
            self._touched.add("reason")
            self._all_shown = False
            self._show_reason()
            self._look()
            self._pause.start()

    def _edited(self, name: str) -> None:
        if self._filling:
            return
        self._touched.add(name)
        self._take()
        self._pause.start()

    def _take(self) -> None:
        """Take over into the draft what the fields show."""
        self._draft = replace(
            self._draft,
            amount=self.amount.text(),
            told_us_on=self.told.text(),
            evidence={**self._draft.evidence, **self.evidence.texts()},
        )

    def _paused(self) -> None:
        self._look()
        self.paused.emit(self._draft)

    def flush(self) -> Draft | None:
        """Return the draft if something typed was not kept yet, else None."""
        if not self._pause.isActive():
            return None
        self._pause.stop()
        self._take()
        return self._draft

    def settled(self) -> None:
        """Forget what was touched: everything typed is with Stripe now."""
        self._pause.stop()
        self._touched.clear()
        self._all_shown = False

    def draft(self) -> Draft:
        """Return what is typed now."""
        self._take()
        return self._draft

    def reading(self) -> Reading:
        """Return how what is typed is understood."""
        assert self._intake is not None
        return self._disputes.read(self._intake, self.draft())

    def _look(self) -> None:
        """Show the checks, and beside the fields what is wrong with them."""
        assert self._intake is not None
        self.checks.set_checks(self._disputes.checks(self._intake, self._draft))
        reading = self._disputes.read(self._intake, self._draft)
        wrong = [p for p in reading.wrong if p.field in self._touched]
        self._say(reading.problems if self._all_shown else wrong)

    def _say(self, problems: Sequence[Problem]) -> None:
        errors: dict[str, str] = {}
        for problem in problems:
            errors.setdefault(problem.field, problem.text)
        self._reason_field.set_error(errors.get("reason", ""))
        self._amount_field.set_error(errors.get("amount", ""))
        self._told_field.set_error(errors.get("told_us_on", ""))
        self.evidence.set_errors(errors)

    def show_all_problems(self, final: bool) -> bool:
        """Show what keeps it from being saved (or submitted); return whether there is any."""
        reading = self.reading()
        found = reading.problems if final else reading.wrong
        self._all_shown = final
        self._touched |= {problem.field for problem in found}
        self._look()
        if found:
            self._go_to(found[0].field)
        return bool(found)

    def show_refusal(self, error: UserFacing) -> bool:
        """Show Stripe's refusal beside its field; return whether there is such a field."""
        found = re.search(r"(\w+)\]?$", error.field)
        name = found.group(1) if found else ""
        shown = self._field(name)
        if shown is None or shown.isHidden():
            return False
        shown.set_error(error.detail or error.title)
        self._go_to(name)
        return True

    def _field(self, name: str) -> Field | None:
        known = {
            "reason": self._reason_field,
            "amount": self._amount_field,
            "told_us_on": self._told_field,
        }
        return known.get(name) or self.evidence.field(name)

    def _go_to(self, name: str) -> None:
        shown = self._field(name)
        if shown is not None:
            self._scroll.ensureWidgetVisible(shown)
            shown.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def file_checking(self, name: str) -> None:
        """Say that a file is being read."""
        if isinstance(editor := self.evidence.editor(name), FileEditor):
            editor.checking()

    def file_taken(self, name: str, kept: Kept) -> None:
        """Show a file that was checked and kept."""
        if (shown := self._field(name)) is not None:
            shown.clear_error()
        self.evidence.add_file(name, kept)

    def file_refused(self, name: str, error: UserFacing) -> None:
        """Say beside the field why a file was not taken; the one before stays."""
        if isinstance(editor := self.evidence.editor(name), FileEditor):
            editor.unchanged()
        if (shown := self._field(name)) is not None:
            shown.set_error(f"{error.title} {error.remedy}".strip())

    def set_busy(self, words: str) -> None:
        """Say what is going on ("" when nothing is); meanwhile nothing is sent twice."""
        for button in (self.save_button, self.submit_button, self.discard_button):
            button.setEnabled(not words)
        if words:
            self.state.setText(words)
