"""The buttons under an intake, and what is kept where."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.services.dispute_approval import Standing
from supportdesk.store.dispute_approvals import Asked
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label


class Foot(QWidget):
    """Save, discard, submit; with a second person also to ask, to approve and to send back.

    Signals:
        save, discard, submit, send_back: the button of that name.
        whole: everything known of the dispute shall be shown in place of the form.
    """

    save = Signal()
    discard = Signal()
    submit = Signal()
    send_back = Signal()
    whole = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self._busy = False
        self.standing: Standing = "free"
        self.save_button = KeyButton(tr("Save draft"), "Ctrl+S")
        self.save_button.setObjectName("dispute_save")
        self.save_button.clicked.connect(self.save)
        self.discard_button = KeyButton(tr("Discard"))
        self.discard_button.setObjectName("dispute_discard")
        self.discard_button.clicked.connect(self.discard)
        self.back_button = KeyButton(tr("Send back…"))
        self.back_button.setObjectName("dispute_send_back")
        self.back_button.clicked.connect(self.send_back)
        self.submit_button = KeyButton(tr("Review and submit"), "Ctrl+Return", "primary")
        self.submit_button.setObjectName("dispute_submit")
        self.submit_button.clicked.connect(self.submit)
        self.state = label("", "muted", wrap=True)
        self.state.setObjectName("dispute_saved")
        self.whole_button = KeyButton(tr("Whole case"), "W", kind="link")
        self.whole_button.setObjectName("dispute_whole")
        self.whole_button.clicked.connect(self.whole)
        self.second = Banner(parent=self)
        self.second.setObjectName("dispute_second")
        self.second.hide()
        row = QHBoxLayout()
        row.setSpacing(px(0.5))
        row.addWidget(self.save_button)
        row.addWidget(self.discard_button)
        row.addStretch(1)
        row.addWidget(self.back_button)
        row.addWidget(self.submit_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(0.9), px(0.4), px(0.9), px(0.6))
        layout.setSpacing(px(0.3))
        layout.addWidget(self.second)
        above = QHBoxLayout()
        above.addWidget(self.state, 1)
        above.addWidget(self.whole_button)
        layout.addLayout(above)
        layout.addLayout(row)
        self.back_button.hide()

    def show_standing(self, standing: Standing, asked: Asked | None) -> None:
        """Show where the second person's approval stands."""
        self.standing = standing
        words = {
            "free": tr("Review and submit"),
            "ask": tr("Review, ask for approval"),
            "waiting": tr("Waiting for approval"),
            "approve": tr("Review, approve, submit"),
            "sent_back": tr("Review, ask again"),
        }
        self.submit_button.setText(words[standing])
        self.back_button.setVisible(standing == "approve")
        who = asked.asked_by if asked else ""
        if standing == "waiting":
            self.second.set(tr("A second person has to look at this. Asked by {who}.", who=who))
        elif standing == "approve":
            self.second.set(tr("{who} asks you to approve this dispute.", who=who), "accent")
        elif standing == "sent_back" and asked is not None:
            self.second.set(tr("It was sent back."), "warn", detail=asked.note)
        self.second.setVisible(standing in ("waiting", "approve", "sent_back"))
        self._allow()

    def set_busy(self, words: str) -> None:
        """Say what is going on ("" when nothing is); meanwhile nothing is sent twice."""
        self._busy = bool(words)
        self._allow()
        if words:
            self.state.setText(words)

    def _allow(self) -> None:
        for button in (self.save_button, self.discard_button, self.back_button):
            button.setEnabled(not self._busy)
        self.submit_button.setEnabled(not self._busy and self.standing != "waiting")
