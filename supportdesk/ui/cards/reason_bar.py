"""Asks why, in place: a pick by one key, words of one's own, or both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from supportdesk.domain.reasons import LONGEST, Why
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label


class WhyFields(QWidget):
    """The picks and the words.

    Args:
        keys: whether the picks have the keys 1 to 9.

    Attributes:
        row: what stands beside the words.
    """

    def __init__(
        self, picks: Sequence[str], *, keys: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(0.35))
        self.picks = Segmented([(pick, pick) for pick in picks], tr("Why"), wrap=True, keys=keys)
        self.picks.setObjectName("why_picks")
        self.note = QLineEdit()
        self.note.setObjectName("why_note")
        self.note.setMaxLength(LONGEST)
        said = tr("Or in your own words") if picks else tr("In your own words")
        self.field = Field(said, self.note)
        if keys:  # over a tab, where a small window has no line to spare
            self.note.setPlaceholderText(said)
            self.field.hide_label()
        column.addWidget(self.picks)
        self.picks.setVisible(bool(picks))  # before it has a parent it would be a window
        self.row = QHBoxLayout()
        self.row.setSpacing(px(0.5))
        self.row.addWidget(self.field, 1)
        column.addLayout(self.row)
        self.picks.changed.connect(self.field.clear_error)
        self.note.textEdited.connect(self.field.clear_error)

    def why(self) -> Why:
        """Return what was picked and typed."""
        return Why(self.picks.value(), self.note.text())

    def wanting(self) -> bool:
        """Whether nothing usable was said; it is written beside the words then."""
        if self.why().given:
            self.field.clear_error()
            return False
        self.field.set_error(tr("Choose a reason or write a few words."))
        (self.note if self.picks.isHidden() else self.picks).setFocus()
        return True


class ReasonBar(QFrame):
    """A strip over a tab that asks for a reason and hands it on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, role="banner", tone="info")
        self.setObjectName("why_bar")
        px = theme.current.measures.px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(0.75), px(0.55), px(0.75), px(0.55))
        outer.setSpacing(px(0.35))
        self._title = label("", "strong", wrap=True)
        self._detail = label("", wrap=True)
        outer.addWidget(self._title)
        outer.addWidget(self._detail)
        self._place = QVBoxLayout()
        outer.addLayout(self._place)
        # Of this bar until they stand in a question: without one they would outlive the window.
        self._later = KeyButton("", parent=self)
        self._later.setObjectName("why_later")
        self._later.clicked.connect(self.dismiss)
        self._do = KeyButton(" ", "Ctrl+Return", "primary", parent=self)
        self._do.setObjectName("why_confirm")
        self._do.clicked.connect(self._confirm)
        self._fields = WhyFields(())
        self._place.addWidget(self._fields)
        self._given: Callable[[Why], object] = lambda _: None
        self.card_id = ""
        self._before: QWidget | None = None  # what had the keyboard before the question
        self.setVisible(False)

    def ask(
        self,
        card_id: str,
        title: str,
        picks: Sequence[str],
        button: str,
        given: Callable[[Why], object],
        *,
        detail: str = "",
        later: str = "",
        focus: bool = False,
    ) -> None:
        """Ask about a card.

        Args:
            given: called with the reason once it was given.
            later: words of the button that puts the question away.
            focus: whether the keyboard goes to it.
        """
        self.card_id, self._given = card_id, given
        self._title.setText(title)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self.setAccessibleName(f"{title} {detail}".strip())
        old, self._fields = self._fields, WhyFields(picks, keys=True)
        self._fields.note.returnPressed.connect(self._confirm)
        for act in (self._later, self._do):
            self._fields.row.addWidget(act, 0, Qt.AlignmentFlag.AlignTop)
        self._place.replaceWidget(old, self._fields)
        old.hide()
        old.deleteLater()
        if focus:
            self._before = QApplication.focusWidget()
        self._do.setText(button)
        self._later.setText(later or tr("Back"))
        self.setVisible(True)
        self._fields.show()  # a widget that is not shown yet takes no keyboard
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if focus:
            self._fields.picks.setFocus() if picks else self._fields.note.setFocus()

    def dismiss(self) -> None:
        """Put the question away."""
        if self.isHidden():
            return
        at, tab = QApplication.focusWidget(), self.parentWidget()
        if at is not None and self.isAncestorOf(at) and tab is not None:
            # From what is hidden the keyboard would go to the search field.
            before = self._before
            (before if before is not None and _usable(before) else tab).setFocus()
        self.setVisible(False)
        self.card_id = ""

    def _confirm(self) -> None:
        if not self._fields.wanting():
            why, given = self._fields.why(), self._given
            self.dismiss()
            given(why)

    def event(self, event: QEvent) -> bool:
        """Take Esc before the window does, while the keyboard is in here (Qt's interface)."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts the question away (Qt's interface)."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)


def _usable(widget: QWidget) -> bool:
    return isValid(widget) and widget.isVisible() and widget.isEnabled()
