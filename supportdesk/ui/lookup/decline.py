"""Why a purchase was declined: what happened, what to say, what to do, what never to say."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.domain.declines import Act, Answer
from supportdesk.ui import theme
from supportdesk.ui.text import spoken, tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import frame


def act_words(act: Act) -> str:
    """What a step is called on its button."""
    words = {
        "switch_on": tr("Switch the card on"),
        "freeze": tr("Freeze the card"),
        "lost": tr("Report it stolen"),
        "replace": tr("Replace the card"),
        "limits": tr("Change the limits"),
        "requirements": tr("Show what is due"),
        "complaint": tr("Log a complaint"),
    }
    return spoken(act.kind, words)


class DeclineAnswer(QWidget):
    """One answer, in the order in which an agent needs it.

    Signals:
        acted: the step (Act) that was chosen.
    """

    acted = Signal(object)

    def __init__(self, answer: Answer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("decline_answer")
        self.setAccessibleName(tr("Why it was declined"))
        px = theme.current.measures.px
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(px(0.3))
        self._say(answer.what, "strong", "decline_what")
        # The sentence about the one failed check is the answer itself.
        told = answer.reason == "verification_failed" and len(answer.checks) == 1
        for check in () if told else answer.checks:
            self._say(f"· {check}")
        if answer.say:
            self._boxed(tr("You may say"), f"“{answer.say}”", "decline_say")
        if answer.never_say:
            self._boxed(tr("Not to the caller"), answer.never_say, "decline_never", ink="bad")
        if answer.do:
            self._boxed(tr("What helps"), answer.do, "decline_do")
        self._buttons(answer)
        for note in answer.notes:
            if note:
                self._say(note, "small")

    def _say(self, words: str, role: str = "", name: str = "") -> None:
        made = label(words, role, wrap=True)
        made.setObjectName(name)
        self._layout.addWidget(made)

    def _boxed(self, title: str, words: str, name: str, ink: str = "") -> None:
        px = theme.current.measures.px
        box = frame("inset")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(px(0.5), px(0.3), px(0.5), px(0.35))
        inside.setSpacing(px(0.05))
        head = label(title, "label")
        if ink:
            theme.mark(head, ink=ink)
        body = label(words, wrap=True)
        body.setObjectName(name)
        inside.addWidget(head)
        inside.addWidget(body)
        box.setAccessibleName(f"{title}: {words}")
        self._layout.addWidget(box)

    def _buttons(self, answer: Answer) -> None:
        if not answer.acts:
            return
        box = QWidget()
        row = FlowLayout(box)
        for act in answer.acts:
            button = KeyButton(act_words(act), kind="danger" if act.kind == "lost" else "plain")
            button.setObjectName(f"decline_{act.kind}")
            button.clicked.connect(lambda _checked=False, chosen=act: self.acted.emit(chosen))
            row.addWidget(button)
        self._layout.addWidget(box)
