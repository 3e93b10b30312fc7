"""What the caller says, typed; the answer is match or no match and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from supportdesk.domain import answers
from supportdesk.domain.verification import ATTESTED
from supportdesk.services.verification import Question, Result, State
from supportdesk.ui import text, theme
from supportdesk.ui.calls import words
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label

_LONGEST = 80  # characters; nothing a caller proves is longer


def typed_birthday(said: str, today: date) -> str:
    """Return a typed birthday as ISO day, as it was typed when it is none: the check says so."""
    try:
        day = text.parse_day(said)
    except ValueError:
        return said
    if day > today:  # "84" is read as 2084
        day = day.replace(year=day.year - 100)
    return day.isoformat()


class VerifyForm(QFrame):
    """A field for each thing that can be asked now.

    Signals:
        checked: answers by name, as `Verification.check` takes them.
        closed: put away without an answer.
    """

    checked = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, role="inset")
        self.setObjectName("verify_form")
        px = theme.current.measures.px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(0.9), px(0.5), px(0.9), px(0.5))
        outer.setSpacing(px(0.4))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(0.8))
        self._grid.setVerticalSpacing(px(0.3))
        outer.addLayout(self._grid)
        self._unusable = label("", "small", wrap=True)
        outer.addWidget(self._unusable)
        foot = QHBoxLayout()
        self.said = label("", "strong", wrap=True)
        self.said.setObjectName("verify_said")
        foot.addWidget(self.said, 1)
        close = KeyButton(tr("Close"))
        close.setObjectName("verify_close")
        close.clicked.connect(self.closed)
        foot.addWidget(close)
        self.check = KeyButton(tr("Check"), "Ctrl+Return", "primary")
        self.check.setObjectName("verify_check")
        self.check.clicked.connect(self._submit)
        foot.addWidget(self.check)
        outer.addLayout(foot)
        self.fields: dict[str, Field] = {}
        self._shown: tuple[Question, ...] | None = None

    def show_state(self, state: State) -> None:
        """Offer what can be asked now; what is being typed stays while the questions do."""
        self.check.setEnabled(state.left > 0)
        if state.questions == self._shown:
            return
        self._shown = state.questions
        self._build([q for q in state.questions if q.refusal is None])
        out = [q for q in state.questions if q.refusal not in (None, "matched", "unknown")]
        said = "; ".join(
            f"{words.factor(q.kind)}: {words.refusal(q.refusal)}" for q in out if q.refusal
        )
        self._unusable.setText(tr("Cannot be used: {what}.", what=said) if said else "")
        self._unusable.setVisible(bool(said))

    def start_focus(self) -> None:
        """Put the keyboard into the first field."""
        if (first := next(iter(self.fields.values()), None)) is not None:
            first.editor.setFocus()

    def clear(self) -> None:
        """Forget what was typed."""
        for field in self.fields.values():
            field.clear_error()
            if isinstance(field.editor, QLineEdit):
                field.editor.clear()
            elif isinstance(field.editor, Segmented):
                field.editor.set_value("")

    def forget(self) -> None:
        """Forget everything: another person is in view."""
        self.clear()
        self.said.setText("")
        self._shown = None

    def show_result(self, result: Result) -> None:
        """Say match or no match; never which of several answers it was."""
        self.clear()
        if result.match:
            self.said.setText(tr("Match. The caller is at level {level}.", level=result.level))
        else:
            self.said.setText(
                tr(
                    "No match. {left} attempts left today. Do not tell the caller what was wrong.",
                    left=result.left,
                )
            )

    def show_error(self, name: str, words_: str) -> bool:
        """Say beside a field that it cannot be read; return whether there is that field."""
        field = self.fields.get(name)
        if field is not None:
            field.set_error(words_)
            field.editor.setFocus()
        return field is not None

    def _build(self, questions: list[Question]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.fields = {}
        for question in questions:
            names = [question.kind]
            if question.kind == "purchases":
                names = [f"purchases.{place}" for place in range(len(question.days))]
            for place, name in enumerate(names):
                self._add(name, question, place)
        for column in range(3):
            self._grid.setColumnStretch(column, 1)

    def _add(self, name: str, question: Question, place: int) -> None:
        title, hint = _asked(question, place)
        editor: QWidget
        if question.kind in ATTESTED:
            editor = Segmented(
                ((answers.YES, tr("Confirmed")), (answers.NO, tr("Not confirmed"))), title
            )
        else:
            editor = QLineEdit()
            editor.setMaxLength(_LONGEST)
            editor.returnPressed.connect(self._submit)
        editor.setObjectName(f"verify_{name}")
        field = Field(title, editor, hint)
        at = len(self.fields)
        self.fields[name] = field
        self._grid.addWidget(field, at // 3, at % 3)

    def _submit(self) -> None:
        if not self.check.isEnabled():
            return
        said = self._typed()
        for field in self.fields.values():
            field.clear_error()
        if said:
            self.said.setText("")
            self.checked.emit(said)
        else:
            self.said.setText(tr("Type what the caller says."))

    def _typed(self) -> Mapping[str, str]:
        said: dict[str, str] = {}
        for name, field in self.fields.items():
            editor = field.editor
            value = editor.value() if isinstance(editor, Segmented) else ""
            if isinstance(editor, QLineEdit):
                value = editor.text().strip()
            if value and name == "dob":
                value = typed_birthday(value, datetime.now(UTC).date())
            if value:
                said[name] = value
        return said


def _asked(question: Question, place: int) -> tuple[str, str]:
    """What is asked, and how; the answer itself is never on the screen."""
    kind = question.kind
    if kind == "purchases":
        day = text.day(datetime.fromtimestamp(question.days[place]).astimezone().date())
        return tr("Purchase of {day}", day=day), tr("Shop or amount, as the caller says it.")
    told = {
        "dob": (tr("Date of birth"), tr("Such as {day}", day=text.typed_day(date(1984, 12, 31)))),
        "postal_code": (tr("Postal code"), ""),
        "phone_ending": (tr("Phone number, last four"), ""),
        "last4": (tr("Card number, last four"), tr("Never more than four digits.")),
        "code": (tr("Code"), tr("Sent by your own system; never one of a purchase.")),
        "callback": (tr("Call back"), tr("Only to the number on file, never one that is given.")),
    }
    return told[kind]
