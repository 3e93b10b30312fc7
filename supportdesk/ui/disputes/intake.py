"""The form in which a dispute is taken in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.domain.dispute_answers import answered
from supportdesk.domain.disputes import Draft, Problem, Reading
from supportdesk.domain.disputes_checks import deadline
from supportdesk.domain.records import Transaction
from supportdesk.errors import UserFacing
from supportdesk.services.disputes import Disputes, Intake
from supportdesk.store.dispute_drafts import Kept
from supportdesk.ui.disputes.columns import Columns
from supportdesk.ui.disputes.file_editor import FileEditor
from supportdesk.ui.disputes.foot import Foot
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.panel import scroll

PAUSE = 400  # milliseconds without a key after which a draft is kept
LATEST = 800  # milliseconds after which it is kept although keys are still coming


class IntakeForm(QWidget):
    """Takes in one dispute. It keeps what was typed; the tab saves and submits.

    Signals:
        paused: the draft, shortly after something was typed.
        offered: name of a file field and the list of paths or pictures that were put there.
    """

    paused = Signal(object)
    offered = Signal(str, object)

    def __init__(self, disputes: Disputes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._disputes = disputes
        self._intake: Intake | None = None
        self._draft = Draft(transaction_id="")
        self._touched: set[str] = set()
        self._refused: dict[str, str] = {}  # by Stripe, by field: until it is changed or sent again
        self._all_shown = False
        self._filling = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._latest = QTimer(self, singleShot=True, interval=LATEST)
        for timer in (self._pause, self._latest):
            timer.timeout.connect(self._paused)
        self.columns = Columns(disputes.rules)
        self.foot = Foot()
        self._scroll = scroll(self.columns)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self.foot)
        self._connect()

    def _connect(self) -> None:
        parts = self.columns
        self.checks, self.evidence = parts.checks, parts.evidence
        self.conversation, self.reason = parts.conversation, parts.reason.reason
        self.state, self.amount, self.told = self.foot.state, parts.basics.amount, parts.basics.told
        parts.conversation.answered.connect(self._answered)
        parts.reason.chosen.connect(self._reason_chosen)
        parts.reason.edited.connect(lambda: self._edited("overruled"))
        parts.basics.edited.connect(self._edited)
        parts.evidence.edited.connect(self._edited)
        parts.evidence.offered.connect(self.offered)
        parts.draft_anew.clicked.connect(self._draft_anew)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the columns below each other where there is no room (Qt's interface)."""
        super().resizeEvent(event)
        self.columns.set_width(self.width())

    def show_intake(self, intake: Intake, purchases: Sequence[Transaction]) -> None:
        """Show a purchase. What was typed here for the same one stays."""
        same = self._draft.transaction_id == intake.draft.transaction_id
        if same and self._touched:
            merged = {n: t for n, t in intake.draft.evidence.items() if n not in self._touched}
            mine = self._draft
            draft = replace(
                mine,
                dispute_id=intake.draft.dispute_id,
                intake=intake.draft.intake,
                reason=mine.reason or intake.draft.reason,
                evidence={**mine.evidence, **merged},
            )
        else:
            draft = intake.draft
        if not same:
            self._stop()
            self._touched.clear()
            self._refused.clear()
            self._all_shown = False
            self._scroll.verticalScrollBar().setValue(0)
        self._intake, self._draft = intake, draft
        others = [p for p in purchases if p.id != intake.draft.transaction_id]
        self.evidence.set_known(others, intake.files)
        self.columns.show_together(intake)
        self._fill()
        self._look()

    def _fill(self) -> None:
        """Show the draft."""
        assert self._intake is not None
        talk = self._disputes.talk(self._draft)
        self._filling = True
        currency, left = self._intake.case.transaction.currency, self._intake.ceiling.left
        self.columns.conversation.show_talk(talk)
        self.columns.reason.show_draft(self._draft, talk)
        self.columns.basics.show_draft(self._draft, currency, left)
        proof = talk.sets.get("proof", "")
        self.evidence.show_reason(self._draft.reason, self._draft.evidence, proof)
        self.columns.show_helps(self._draft.reason, drafted=bool(self._draft.answers))
        self.foot.discard_button.setVisible(not self._draft.dispute_id)
        self._filling = False

    def _answered(self, question: str, value: str) -> None:
        self._take()
        conversation = self._disputes.rules.conversation
        self._changed(answered(self._draft, question, value, conversation))

    def _reason_chosen(self, reason: str) -> None:
        self._take()
        self._touched.add("reason")
        self._changed(self._draft.typed("reason", reason))

    def _draft_anew(self) -> None:
        assert self._intake is not None
        self._take()
        self._touched.add("explanation")
        self._changed(self._disputes.explained(self._intake, self._draft, anew=True))

    def _changed(self, draft: Draft) -> None:
        """Take over a draft that was changed as a whole."""
        assert self._intake is not None
        if draft.reason != self._draft.reason:
            self._refused.clear()
            self._all_shown = False
        self._touched.add("answers")
        self._draft = self._disputes.explained(self._intake, draft)
        self._fill()
        self._look()
        self._start()

    def _edited(self, name: str) -> None:
        if self._filling:
            return
        self._touched.add(name)
        self._refused.pop(name, None)
        self._take()
        self._start()

    def _start(self) -> None:
        self._pause.start()
        if not self._latest.isActive():
            self._latest.start()

    def _stop(self) -> None:
        self._pause.stop()
        self._latest.stop()

    def _take(self) -> None:
        """Take over into the draft what the fields show."""
        self._draft = replace(
            self._draft,
            amount=self.amount.text(),
            told_us_on=self.told.text(),
            overruled=self.columns.reason.why.text(),
            evidence={**self._draft.evidence, **self.evidence.texts()},
        )

    def _paused(self) -> None:
        self._stop()
        self._explain()
        self._look()
        self.paused.emit(self._draft)

    def _explain(self) -> None:
        """Draft the explanation again from what was typed, if nobody edited it."""
        assert self._intake is not None
        draft = self._disputes.explained(self._intake, self._draft)
        if draft != self._draft:
            self._draft = draft
            self._filling = True
            self.evidence.put("explanation", draft.evidence["explanation"])
            self._filling = False

    def flush(self) -> Draft | None:
        """Return the draft if something typed was not kept yet, else None."""
        if not self._pause.isActive() and not self._latest.isActive():
            return None
        self._stop()
        self._take()
        return self._draft

    def settled(self) -> None:
        """Forget what was touched: everything typed is with Stripe now."""
        self._stop()
        self._touched.clear()
        self._refused.clear()
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
        """Show checks and dates, and beside the fields what is wrong with them."""
        assert self._intake is not None
        intake, draft, disputes = self._intake, self._draft, self._disputes
        reading = disputes.read(intake, draft)
        self.checks.set_checks(disputes.checks(intake, draft))
        case, today = intake.case, disputes.today()
        end = deadline(
            *(case.transaction, case.network, draft.reason, reading.days, disputes.rules, today),
            draft.answers,
        )
        told = reading.days.get("told_us_on")
        law, place = disputes.refunds(intake, draft), disputes.programme()
        self.columns.dates.show_dates(end, law, told, place, today)
        wrong = [p for p in reading.wrong if p.field in self._touched]
        self._say(reading.problems if self._all_shown else wrong)

    def _say(self, problems: Sequence[Problem]) -> None:
        errors = {problem.field: problem.text for problem in reversed(problems)}
        errors = {**self._refused, **errors}
        for name, shown in self.columns.fields().items():
            shown.set_error(errors.get(name, ""))
        self.evidence.set_errors(errors)

    def show_all_problems(self, final: bool) -> bool:
        """Show what keeps it from being saved (or submitted); return whether there is any."""
        self._refused.clear()
        reading = self.reading()
        found = reading.problems if final else reading.wrong
        self._all_shown = final
        self._touched |= {problem.field for problem in found}
        self._look()
        if found:
            self._go_to(found[0].field)
        return bool(found)

    def show_refusal(self, error: UserFacing) -> bool:
        """Show Stripe's refusal beside its field; return whether there is such a field.

        It stays there, whatever else is read meanwhile, until the field is changed.
        """
        found = re.search(r"(\w+)\]?$", error.field)
        name = found.group(1) if found else ""
        shown = self._field(name)
        if shown is None or shown.isHidden():
            return False
        self._refused[name] = error.detail or error.title
        self._look()
        self._go_to(name)
        return True

    def _field(self, name: str) -> Field | None:
        return self.columns.fields().get(name) or self.evidence.field(name)

    def _go_to(self, name: str) -> None:
        shown = self._field(name)
        if shown is not None:
            self._scroll.ensureWidgetVisible(shown)
            shown.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_focus(self) -> None:
        """Put the keyboard on the open question, else into the form."""
        if self.conversation.asking:
            self.conversation.start_focus()
        else:
            self.told.setFocus()

    def files_checking(self, name: str, offered: Sequence[Path | bytes]) -> None:
        """Say that files are being read."""
        if isinstance(editor := self.evidence.editor(name), FileEditor):
            editor.checking(offered)

    def file_taken(self, name: str, kept: Kept) -> None:
        """Show a file that was checked and kept."""
        self.evidence.add_file(name, kept)

    def files_checked(self, name: str, refused: Sequence[str]) -> None:
        """Say beside the field why files were not taken; those before stay."""
        if isinstance(editor := self.evidence.editor(name), FileEditor):
            editor.checking([], refused)
        if (shown := self._field(name)) is not None:
            shown.set_error("\n".join(refused))

    def files_weighed(self, name: str, text: str, size: int, misfit: str) -> None:
        """Say how much (bytes) the files `text` have together, or why they cannot be sent."""
        editor, shown = self.evidence.editor(name), self._field(name)
        if isinstance(editor, FileEditor) and shown is not None and editor.text() == text:
            editor.weighed(text, size, misfit)
            shown.set_error(editor.problem())
