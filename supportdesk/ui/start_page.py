"""What is seen before the desk is open: what is being done, and what stands in the way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from supportdesk.errors import UserFacing
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import empty

Choice = tuple[str, str]
CLOSE = "close"


class StartPage(QWidget):
    """One sentence in the middle, and a question when the start cannot go on alone."""

    def __init__(self) -> None:
        super().__init__()
        px = theme.current.measures.px
        self.setObjectName("start_page")
        middle = QHBoxLayout(self)
        panel = QFrame()
        theme.mark(panel, role="panel")
        panel.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        panel.setFixedWidth(px(32))
        middle.addWidget(panel, 0, Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(px(1.6), px(1.4), px(1.6), px(1.4))
        layout.setSpacing(px(0.6))
        layout.addWidget(label("Supportdesk", "title"))
        self._say = label("", wrap=True)
        self._detail = label("", "muted", wrap=True)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(tr("Opening the desk"))
        for widget in (self._say, self._detail, self._progress):
            layout.addWidget(widget)
        self._choices = QWidget()
        FlowLayout(self._choices)
        layout.addWidget(self._choices)
        self._answer: asyncio.Future[str] | None = None
        self._detail.setVisible(False)
        self._choices.setVisible(False)

    def say(self, words: str) -> None:
        """Tell what is being done now."""
        self._say.setText(words)
        theme.mark(self._say, role="")
        self._detail.setVisible(False)
        self._progress.setVisible(True)
        self._set_choices(())

    async def ask(self, problem: UserFacing, choices: Sequence[Choice]) -> str:
        """Show a problem and return the name of the choice made; giving up is `close`.

        Args:
            problem: what stands in the way.
            choices: (name, words) of each button, the main one first.
        """
        self._say.setText(problem.title)
        theme.mark(self._say, role="heading")
        self._detail.setText("\n\n".join(p for p in (problem.detail, problem.remedy) if p))
        self._detail.setVisible(True)
        self._progress.setVisible(False)
        self._set_choices(choices)
        self._answer = asyncio.get_running_loop().create_future()
        try:
            return await self._answer
        finally:
            self._answer = None

    def _set_choices(self, choices: Sequence[Choice]) -> None:
        layout = self._choices.layout()
        assert layout is not None
        empty(layout)
        for place, (name, words) in enumerate(choices):
            button = KeyButton(words, kind="primary" if place == 0 else "plain")
            button.setObjectName(f"start_{name}")
            button.clicked.connect(lambda _checked=False, name=name: self._choose(name))
            layout.addWidget(button)
            if place == 0:
                button.setFocus()
        self._choices.setVisible(bool(choices))

    def _choose(self, name: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(name)

    def give_up(self) -> None:
        """Answer what is asked, if anything, with `close`."""
        self._choose(CLOSE)
