"""What the caller says, typed; the answer is match or no match and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import pairwise

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

_COLUMNS = 4
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
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.fields: dict[str, Field] = {}
        self._asked: dict[str, tuple[str, str]] = {}
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
        before, self.fields = self.fields, {}
        while self._grid.takeAt(0) is not None:
            pass
        for question in questions:
            names = [question.kind]
            if question.kind == "purchases":
                names = [f"purchases.{place}" for place in range(len(question.days))]
            for place, name in enumerate(names):
                asked = _asked(question, place)
                old = before.get(name)
                if old is not None and self._asked.get(name) == asked:
                    self.fields[name] = before.pop(name)  # someone may be typing there
                else:
                    self.fields[name] = self._field(name, asked)
                self._asked[name] = asked
        for at, field in enumerate(self.fields.values()):
            self._grid.addWidget(field, at // _COLUMNS, at % _COLUMNS)
        for gone in before.values():
            gone.hide()
            gone.deleteLater()
        _tab_in_order(self.fields.values())

    def _field(self, name: str, asked: tuple[str, str]) -> Field:
        title, hint = asked
        editor: QWidget
        if name in ATTESTED:
            editor = Segmented(((answers.YES, tr("Right")), (answers.NO, tr("Wrong"))), title)
        else:
            editor = QLineEdit()
            editor.setMaxLength(_LONGEST)
            editor.returnPressed.connect(self._submit)
        editor.setObjectName(f"verify_{name}")
        editor.setToolTip(hint)
        if isinstance(editor, QLineEdit):
            editor.setPlaceholderText(hint)
        editor.setMinimumHeight(editor.sizeHint().height())  # never squeezed flat
        field = Field(title, editor)
        editor.setAccessibleDescription(hint)
        return field

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


def _tab_in_order(fields: Iterable[Field]) -> None:
    """The tab key goes through the fields as they stand, also after one was replaced."""
    for before, after in pairwise(fields):
        QWidget.setTabOrder(before.editor, after.editor)


def _asked(question: Question, place: int) -> tuple[str, str]:
    """What is asked, and how; the answer itself is never on the screen."""
    kind = question.kind
    if kind == "purchases":
        day = text.day(datetime.fromtimestamp(question.days[place]).astimezone().date())
        return tr("Purchase of {day}", day=day), tr("Shop or amount")
    told = {
        "dob": (tr("Date of birth"), tr("Such as {day}", day=text.typed_day(date(1984, 12, 31)))),
        "postal_code": (tr("Postal code"), ""),
        "phone_ending": (tr("Phone number, last four"), ""),
        "last4": (tr("Card number, last four"), tr("Never more than four digits.")),
        "code": (
            tr("Code by your own system"),
            tr("Sent to the contact on file; never a code of a purchase."),
        ),
        "callback": (
            tr("Call back, number on file"),
            tr("Only to the number on file, never to one that is given."),
        ),
    }
    return told[kind]
