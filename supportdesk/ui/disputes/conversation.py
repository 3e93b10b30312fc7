"""The conversation with the caller: one question at a time, the answers above it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.dispute_talk import Question, Step, Talk
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import empty, inset


class ConversationPanel(QWidget):
    """Asks in the caller's words; figures choose an answer where no text is typed.

    Signals:
        answered: id of the question and the answer, "" to ask it again.
    """

    answered = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dispute_conversation")
        self.setAccessibleName(tr("What happened"))
        px = theme.current.measures.px
        self._rows = QVBoxLayout(inset(self))
        self._rows.setContentsMargins(px(0.7), px(0.5), px(0.7), px(0.6))
        self._rows.setSpacing(px(0.3))
        self._shown: tuple[Step, ...] | None = None
        self._first: KeyButton | None = None

    def show_talk(self, talk: Talk) -> None:
        """Show what was asked and answered, and the next question."""
        if talk.steps == self._shown:
            return
        had_focus = self.isAncestorOf(self.focusWidget() or self)
        self._shown, self._first = talk.steps, None
        empty(self._rows)
        self._rows.addWidget(label(tr("What happened"), "heading"))
        for step in talk.steps:
            if step.reply is not None:
                self._rows.addWidget(self._answer(step))
        open_ = next((step.question for step in talk.steps if step.reply is None), None)
        if open_ is not None:
            self._rows.addWidget(self._ask(open_))
        if had_focus:
            self.start_focus()

    def start_focus(self) -> None:
        """Put the keyboard on the first answer of the open question."""
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def asking(self) -> bool:
        """Whether a question is open."""
        return self._first is not None

    def _answer(self, step: Step) -> QWidget:
        assert step.reply is not None
        px = theme.current.measures.px
        question, made = step.question, QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(0.6))
        grid.setVerticalSpacing(0)
        asked = label(tr(question.ask), "small", wrap=True)
        said = label(tr(step.reply.label), "strong", wrap=True)
        said.setAccessibleName(f"{tr(question.ask)} {tr(step.reply.label)}")
        change = KeyButton(tr("Change"), kind="link")
        change.setObjectName(f"talk_change_{question.id}")
        change.setAccessibleName(tr("Change: {question}", question=tr(question.ask)))
        change.clicked.connect(lambda: self.answered.emit(question.id, ""))
        grid.addWidget(asked, 0, 0)
        grid.addWidget(said, 1, 0)
        grid.addWidget(change, 0, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(0, 1)
        return made

    def _ask(self, question: Question) -> QWidget:
        px = theme.current.measures.px
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, px(0.2), 0, 0)
        column.setSpacing(px(0.25))
        column.addWidget(label(tr(question.ask), "strong", wrap=True))
        if question.hint:
            column.addWidget(label(tr(question.hint), "small", wrap=True))
        choices = QWidget()
        flow = FlowLayout(choices)
        flow.setSpacing(px(0.4))
        for number, reply in enumerate(question.answers, start=1):
            key = str(number) if number < 10 else ""
            button = KeyButton(tr(reply.label), key, kind="segment")
            button.setObjectName(f"talk_{question.id}_{reply.value}")
            button.clicked.connect(
                lambda _=False, value=reply.value: self.answered.emit(question.id, value)
            )
            self._first = self._first or button
            flow.addWidget(button)
        row = QHBoxLayout()
        row.addWidget(choices, 1)
        column.addLayout(row)
        return made
