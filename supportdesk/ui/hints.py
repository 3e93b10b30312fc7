"""Words that may matter, marked where they were typed, with why; a person decides on each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from supportdesk.services.complaint_intake import Hint
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.long_text import LongText
from supportdesk.ui.widgets.panel import empty

_PAUSE_MS = 250  # after a key before the words are looked at
_KEPT, _DISMISSED = "kept", "dismissed"


class Hints(QWidget):
    """The hints of one note; as an input its text is what was decided, a line each.

    Signals:
        edited: something was kept or dismissed.
        executive: a hint was kept that makes the complaint executive.
        support: a hint was kept that calls for help.
    """

    edited = Signal()
    executive = Signal()
    support = Signal()

    def __init__(
        self, note: LongText, find: Callable[[str], Sequence[Hint]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._note = note
        self._find = find
        self._decided: dict[tuple[str, str], bool] = {}
        self._more: tuple[Hint, ...] = ()
        self._shown: tuple[list[Hint], str] = ([], "")
        self._asleep = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.current.measures.px(0.15))
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.look)
        note.changed.connect(self._pause.start)
        theme.current.changed.connect(self.look)
        self.setAccessibleName(tr("Words that may matter"))

    # --- as an input

    def text(self) -> str:
        """Return what was decided: decision, id and words, with a line for each."""
        return "\n".join(
            f"{_KEPT if kept else _DISMISSED}|{id_}|{words}"
            for (id_, words), kept in self._decided.items()
        )

    def show_text(self, text: str) -> None:
        """Take over decisions."""
        self._decided = {}
        for line in text.splitlines():
            decision, _, rest = line.partition("|")
            id_, _, words = rest.partition("|")
            self._decided[id_, words] = decision == _KEPT
        self.look()

    def decisions(self) -> dict[tuple[str, str], bool]:
        """Return what was decided, by signal and words."""
        return dict(self._decided)

    def show_decisions(self, decided: Mapping[tuple[str, str], bool]) -> None:
        """Take over decisions."""
        self._decided = dict(decided)
        self.look()

    def problem(self) -> str:
        """Nothing: undecided hints may stay so."""
        return ""

    def name(self, name: str) -> None:
        """Give it its object name."""
        self.setObjectName(name)

    # --- showing

    def add(self, hints: Sequence[Hint]) -> None:
        """Show hints that do not stand in the text, such as repeated contact."""
        self._more = tuple(hints)
        self.look()

    def sleep(self, on: bool) -> None:
        """Hint at nothing, for a matter that has ended."""
        self._asleep = on
        self.look()

    def look(self) -> None:
        """Look at the note again."""
        self._pause.stop()
        found = [*self._more, *self._find(self._note.editor.toPlainText())]
        if self._asleep:
            found = []
        self._underline(found)
        open_ = [hint for hint in found if (hint.id, hint.text) not in self._decided]
        said = self._summary(found)
        if (open_, said) == self._shown and self._column.count():
            return
        self._shown = (open_, said)
        empty(self._column)
        by_signal: dict[str, list[Hint]] = {}
        for hint in open_:
            by_signal.setdefault(hint.id, []).append(hint)
        for place, some in enumerate(by_signal.values()):
            self._column.addWidget(self._row(some, place))
        if said:
            self._column.addWidget(self._decided_row(said, found))
        self.setVisible(self._column.count() > 0)

    def _summary(self, found: Sequence[Hint]) -> str:
        kept = [h.text for h in found if self._decided.get((h.id, h.text))]
        gone = [h.text for h in found if self._decided.get((h.id, h.text)) is False]
        parts = []
        if kept:
            parts.append(tr("Kept: {words}", words=", ".join(kept)))
        if gone:
            parts.append(tr("Dismissed: {words}", words=", ".join(gone)))
        return " · ".join(parts)

    def _decided_row(self, said: str, found: Sequence[Hint]) -> QWidget:
        """What was decided, and a way to decide anew."""
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label(said, "small", wrap=True), 1)
        again = KeyButton(tr("Decide again"), kind="link")
        again.setObjectName("hint_again")
        again.setAccessibleDescription(said)
        again.clicked.connect(lambda: self._open_again(found))
        again.setVisible(not self._asleep)
        layout.addWidget(again)
        return row

    def _open_again(self, found: Sequence[Hint]) -> None:
        for hint in found:
            self._decided.pop((hint.id, hint.text), None)
        self.look()
        self.edited.emit()

    def _row(self, some: Sequence[Hint], place: int) -> QWidget:
        """A line for all words of one signal: what was found, why it matters, keep or dismiss."""
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.current.measures.px(0.4))
        found = ", ".join(f"“{hint.text}”" if hint.places else hint.text for hint in some)
        said = f"{found}: {some[0].why}"
        words = label(said, "small", wrap=True)
        layout.addWidget(words, 1)
        for decision, title, kept in (
            ("keep", tr("Keep"), True),
            ("dismiss", tr("Dismiss"), False),
        ):
            button = KeyButton(title, kind="link")
            button.setObjectName(f"hint_{decision}_{place}")
            button.setAccessibleDescription(said)
            button.clicked.connect(lambda _=False, kept=kept: self._decide(some, kept))
            layout.addWidget(button)
        return row

    def _decide(self, some: Sequence[Hint], kept: bool) -> None:
        self._decided |= {(hint.id, hint.text): kept for hint in some}
        self.look()
        self.edited.emit()
        if kept and some[0].executive:
            self.executive.emit()
        if kept and some[0].kind == "support":
            self.support.emit()

    def _underline(self, found: Sequence[Hint]) -> None:
        """Mark the words in the note: a wave while undecided, nothing once dismissed."""
        marks = []
        text = self._note.editor.toPlainText()
        for hint in found:
            kept = self._decided.get((hint.id, hint.text))
            if kept is False:
                continue
            style = QTextCharFormat()
            wave = QTextCharFormat.UnderlineStyle
            style.setUnderlineStyle(wave.SingleUnderline if kept else wave.WaveUnderline)
            style.setUnderlineColor(theme.colour("warn" if kept is None else "link"))
            for start, end in hint.places:
                mark = QTextEdit.ExtraSelection()
                cursor = QTextCursor(self._note.editor.document())
                cursor.setPosition(_utf16(text, start))
                cursor.setPosition(_utf16(text, end), QTextCursor.MoveMode.KeepAnchor)
                mark.cursor, mark.format = cursor, style
                marks.append(mark)
        self._note.editor.setExtraSelections(marks)


def _utf16(text: str, place: int) -> int:
    """A place in a text as Qt counts: some signs are two to it."""
    return len(text[:place].encode("utf-16-le")) // 2
