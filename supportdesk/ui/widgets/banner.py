"""A message in place: what happened, what is certain, what to do next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.ui import theme
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import MAY_BREAK, breakable, tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import empty

Action = tuple[str, Callable[[], object]]
_BESIDE = 12  # line heights: narrower than that no sentence is squeezed beside the actions


def details(problem: UserFacing) -> str:
    """Say what is certain, what to do, and Stripe's request id: a line each, as far as known."""
    request = tr("Stripe request {id}", id=problem.request_id) if problem.request_id else ""
    return "\n".join(part for part in (problem.detail, problem.remedy, request) if part)


class Banner(QFrame):
    """A tinted strip with a sentence, more words below it, and actions.

    Signals:
        dismissed: the person put it away.
        shown: it appeared (True) or went away (False).
    """

    dismissed = Signal()
    shown = Signal(bool)

    def __init__(
        self,
        text: str = "",
        tone: Tone = "info",
        actions: Sequence[Action] = (),
        *,
        detail: str = "",
        closable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self._outer = outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        outer.setContentsMargins(px(0.75), px(0.55), px(0.75), px(0.55))
        outer.setSpacing(px(0.6))
        words = QVBoxLayout()
        words.setSpacing(px(0.15))
        self._text = label("", "strong", wrap=True)
        self._detail = label("", wrap=True)
        words.addWidget(self._text)
        words.addWidget(self._detail)
        outer.addLayout(words, 1)
        self._buttons = QWidget()
        FlowLayout(self._buttons)
        outer.addWidget(self._buttons)
        self.set(text, tone, actions, detail=detail, closable=closable)

    def set(
        self,
        text: str,
        tone: Tone = "info",
        actions: Sequence[Action] = (),
        *,
        detail: str = "",
        closable: bool = False,
    ) -> None:
        """Say something else. `actions` are (words, what to call)."""
        theme.mark(self, role="banner", tone=tone)
        self._text.setText(breakable(text))
        self._detail.setText(breakable(detail))
        self._detail.setVisible(bool(detail))
        theme.mark(self._text, role="strong" if detail else "")
        self.setAccessibleName(f"{text} {detail}".strip())
        self._set_actions([*actions, *([(tr("Dismiss"), self.dismiss)] if closable else [])])

    def say(
        self,
        text: str,
        tone: Tone = "info",
        actions: Sequence[Action] = (),
        *,
        detail: str = "",
        closable: bool = False,
    ) -> None:
        """As `set`, and appear."""
        self.set(text, tone, actions, detail=detail, closable=closable)
        self.appear()

    def _set_actions(self, actions: Sequence[Action]) -> None:
        layout = self._buttons.layout()
        assert layout is not None
        empty(layout)
        for words, call in actions:
            button = KeyButton(words)
            button.clicked.connect(call)
            layout.addWidget(button)
        self._buttons.setVisible(bool(actions))
        self._turn()

    def _turn(self) -> None:
        """Put the actions beside the words, or below them where there is too little room."""
        margins = self._outer.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._outer.spacing()
        room -= self._buttons.sizeHint().width()
        way = QBoxLayout.Direction
        below = room < theme.current.measures.px(_BESIDE)
        self._outer.setDirection(way.TopToBottom if below else way.LeftToRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange words and actions anew (Qt's interface)."""
        super().resizeEvent(event)
        self._turn()

    def show_problem(self, problem: UserFacing, actions: Sequence[Action] = ()) -> None:
        """Show a problem whole: title, what is certain, what to do, Stripe's request id."""
        tone: Tone = "warn" if isinstance(problem, OutcomeUnknown) else "bad"
        self.say(problem.title, tone, actions, detail=details(problem), closable=True)

    def appear(self) -> None:
        """Show it and have a screen reader say it."""
        self.setVisible(True)
        self.shown.emit(True)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def dismiss(self) -> None:
        """Put it away."""
        self.setVisible(False)
        self.shown.emit(False)
        self.dismissed.emit()

    def text(self) -> str:
        """Return everything it says."""
        shown = "\n".join(part for part in (self._text.text(), self._detail.text()) if part)
        return shown.replace(MAY_BREAK, "")
