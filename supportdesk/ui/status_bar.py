"""The foot of the window: what is certain right now, each with its age."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from supportdesk.ui import text, theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import StatusDot
from supportdesk.ui.widgets.label import ElidedLabel


class StatusBar(QFrame):
    """Stripe, mirror, actions, agent, lock.

    Signals:
        pause_asked: pause the filling of the mirror.
        stop_asked: end it for now.
        go_on_asked: fill on.
        actions_chosen: the person wants to see the journal of actions.
    """

    actions_chosen = Signal()
    pause_asked = Signal()
    stop_asked = Signal()
    go_on_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, role="foot")
        px = theme.current.measures.px
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(0.75), px(0.25), px(0.75), px(0.25))
        layout.setSpacing(px(0.4))
        self._dot = StatusDot()
        self._stripe = self._words("status_stripe", tr("Stripe not asked yet"))
        self._mirror = self._words("status_mirror", tr("Mirror: not read yet"))
        self._progress = QProgressBar()
        self._progress.setFixedWidth(px(5))
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(tr("Reading from Stripe"))
        self._progress.hide()
        self._buttons = {
            "pause": (tr("Pause"), self.pause_asked),
            "go_on": (tr("Read on"), self.go_on_asked),
            "stop": (tr("Stop"), self.stop_asked),
        }
        self._filling = {name: self._button(name) for name in self._buttons}
        self._drill = self._words("status_drill", "")
        theme.mark(self._drill, ink="accent")
        self._actions = KeyButton("", kind="link")
        self._actions.setObjectName("status_actions")
        self._actions.setToolTip(tr("Open the journal of actions"))
        self._actions.clicked.connect(self.actions_chosen)
        # Never cut short: nobody may take a drill for a real outage.
        for words in (self._drill, self._stripe):
            words.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._agent = self._words("status_agent", "", least=12)
        self._lock = self._words("status_lock", "")
        self._lock.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        layout.addWidget(self._dot)
        layout.addWidget(self._stripe)
        layout.addSpacing(px(0.7))
        layout.addWidget(self._mirror)
        layout.addWidget(self._progress)
        for button in self._filling.values():
            layout.addWidget(button)
        layout.addSpacing(px(0.7))
        layout.addWidget(self._actions)
        layout.addStretch(1)
        layout.addWidget(self._drill)
        layout.addSpacing(px(0.7))
        layout.addWidget(self._agent)
        layout.addSpacing(px(0.7))
        layout.addWidget(self._lock)
        self._actions.hide()  # until they are counted
        self.set_drill("")

    def _words(self, name: str, words: str, *, least: float = 3) -> ElidedLabel:
        made = ElidedLabel(words, "small")
        made.least = least
        made.setObjectName(name)
        return made

    def _button(self, name: str) -> KeyButton:
        words, asked = self._buttons[name]
        made = KeyButton(words, kind="link")
        made.setObjectName(f"status_{name}")
        made.setAccessibleName(tr("{what}: reading from Stripe", what=words))
        made.clicked.connect(asked)
        made.hide()
        return made

    def set_filling(self, state: str) -> None:
        """Offer what fits the filling: it is "running", "paused", "stopped" or "" for neither."""
        offered = {"running": {"pause", "stop"}, "paused": {"go_on", "stop"}, "stopped": {"go_on"}}
        for name, button in self._filling.items():
            button.setVisible(name in offered.get(state, ()))

    def set_reads(self, words: str) -> None:
        """Say, where the mouse rests on Stripe, how much was asked of it."""
        self._stripe.setToolTip(words)

    def set_reach(self, ok: bool, latency: float | None, at: float, why: str) -> None:
        """Say how Stripe answered last: `latency` in seconds, `at` in Unix seconds."""
        self._dot.set_tone("good" if ok else "bad")
        if not ok:
            words = tr("Stripe not reachable · {when}", when=text.when(at))
        elif latency is None:
            words = tr("Stripe reachable")
        else:
            words = tr("Stripe reachable · {ms} ms", ms=text.number(max(1, round(latency * 1000))))
        self._stripe.setText(words)
        self._stripe.setAccessibleDescription(why)

    def set_mirror(
        self, cardholders: int | None, words: str, done: float | None, short: str = ""
    ) -> None:
        """Say how much was read and how old it is; `done` is a share of 1 while reading.

        `short` takes the place of it all where there is no room.
        """
        parts = [words] if words else []
        if cardholders is not None:
            held = tr("{n} cardholders", n=text.number(cardholders))
            parts.insert(0, tr("1 cardholder") if cardholders == 1 else held)
        self._mirror.short = tr("Mirror: {what}", what=short) if short else ""
        self._mirror.setText(tr("Mirror: {what}", what=" · ".join(parts)))
        self._progress.setVisible(done is not None)
        self._progress.setRange(0, 100 if done else 0)
        self._progress.setValue(round(100 * (done or 0)))

    def set_actions(self, pending: int, unknown: int, flows: int = 0) -> None:
        """Say how many actions wait for an answer, have none for sure, or are half done."""
        counted = tr("Actions: {pending} pending · {unknown} unknown")
        said = counted.format(pending=pending, unknown=unknown)
        if flows:
            said += tr(" · {n} to finish", n=flows)
        self._actions.setText(said)
        self._actions.show()
        theme.mark(self._actions, ink="warn" if unknown or flows else "")

    def set_drill(self, words: str) -> None:
        """Say which drill runs at the practice Stripe, "" for none."""
        self._drill.setText(words)
        self._drill.setVisible(bool(words))

    def set_agent(self, name: str) -> None:
        """Say who works at this desk."""
        self._agent.setText(tr("Agent: {name}", name=name))

    def set_lock(self, seconds: float | None) -> None:
        """Say in how many seconds the window hides its content; None for never."""
        if seconds is None:
            self._lock.setText(tr("Never locks"))
            return
        minutes, rest = divmod(max(0, round(seconds)), 60)
        self._lock.setText(tr("Locks in {time}", time=f"{minutes}:{rest:02d}"))

    def words(self) -> str:
        """Return all it says, for tests and for a screen reader."""
        shown = (self._stripe, self._mirror, self._actions, self._drill, self._agent, self._lock)
        return " | ".join(part.text() for part in shown)
