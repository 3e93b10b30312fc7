"""The strip on the person's page that says who is on the line, as far as it is known."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from supportdesk.services.verification import State
from supportdesk.ui import text, theme
from supportdesk.ui.calls import words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import ElidedLabel, label

_AGE_MS = 5_000


class VerifiedStrip(QFrame):
    """Level, what it rests on, what comes next.

    Signals:
        verify: open the form, or begin a call when there is none with this person.
    """

    verify = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verified_strip")
        px = theme.current.measures.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(0.9), px(0.35), px(0.6), px(0.35))
        row.setSpacing(px(0.5))
        self._title = label("", "strong")
        self._basis = ElidedLabel("", "muted")
        self._next = ElidedLabel("", "muted")
        self._button = KeyButton(tr("Verify"), "V")
        self._button.setObjectName("caller_verify")
        self._button.clicked.connect(self.verify)
        row.addWidget(self._title)
        row.addWidget(self._basis)
        row.addStretch(1)  # no stretch of theirs: with one, Qt cuts a text that there is room for
        row.addWidget(self._next)
        row.addWidget(self._button)
        self._state = State(enabled=False)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._say)
        self._clock.start(_AGE_MS)
        self._say()

    def show_state(self, state: State) -> None:
        """Show who is on the line."""
        self._state = state
        self._say()

    def text(self) -> str:
        """Return everything it says."""
        shown = (self._title.text(), self._basis.text(), self._next.text())
        return " · ".join(part for part in shown if part)

    def _say(self) -> None:
        state = self._state
        self.setVisible(state.enabled)
        tone, title, basis, coming = self._words(state)
        # Where there is no room: what was proved and what is asked, without the rest.
        self._basis.short = words.factors(state.proof.matched)
        self._next.short = _next(state, brief=True)
        theme.mark(self, role="banner", tone=tone)
        self._title.setText(title)
        self._basis.setText(basis)
        self._next.setText(coming)
        needed = state.call is None or bool(state.short)
        if self._button.hasFocus() and not needed:
            self.setFocus()  # not to the next card
        self._button.setText(tr("Verify") if state.call else tr("Start the call"))
        self._button.setVisible(needed)
        self.setAccessibleName(self.text())

    def _words(self, state: State) -> tuple[Tone, str, str, str]:
        if state.call is None:
            title = tr("No call with this person")
            if state.other is not None and state.other.cardholder_id:
                return "warn", title, tr("The call going on is with someone else."), ""
            return "neutral", title, tr("Freezing is possible at any time."), ""
        coming = _next(state)
        proof = state.proof
        if state.level >= 2:
            ago = text.age(time.time() - (proof.at or 0))
            basis = tr(
                "{what} · {ago} · valid for this call", what=words.factors(proof.matched), ago=ago
            )
            title = tr("✓ Caller verified (level {level})", level=state.level)
            return "good", title, basis, coming
        if "read" in proof.overrides:
            reason = tr("Reason: {why}", why=proof.overrides["read"])
            return "bad", tr("Shown without verification"), reason, coming
        left = tr("{count} attempts left today", count=state.left)
        if state.left == 1:
            left = tr("1 attempt left today")
        if state.left == 0:
            left = tr("No attempts left today; freezing is possible.")
        title = tr("Caller not verified")
        if state.level:
            title = tr("Caller at level {level}", level=state.level)
        return "warn", title, left, coming


def _next(state: State, *, brief: bool = False) -> str:
    """The next thing that is closed, with what it asks."""
    for name in ("read", "unfreeze", "replace", "new_address"):
        if (short := state.short.get(name)) is not None:
            said = tr("Next: {needed}") if brief else tr("To {what}: {needed}")
            return said.format(what=words.action(name), needed=words.needed(short))
    return ""
