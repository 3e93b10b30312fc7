"""The drills: choose what goes wrong and how often, see what runs, end it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.services.practice import Drill
from supportdesk.ui import theme
from supportdesk.ui.practice import words
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.label import ElidedLabel, label
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.row_list import Row, RowList


class LessonsPanel(Panel):
    """What can go wrong, in plain words.

    Signals:
        started: the lesson, how often and on what, by name.
    """

    started = Signal(str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Drills"), tr("what the trainees will see"), parent=parent)
        px = theme.current.measures.px
        self.list = RowList(tr("Drills"))
        self.list.setObjectName("lessons")
        self.list.setMinimumHeight(px(6))
        self.body.addWidget(self.list, 1)
        below = QWidget()
        lines = QVBoxLayout(below)
        lines.setContentsMargins(px(0.75), px(0.6), px(0.75), px(0.7))
        lines.setSpacing(px(0.5))
        self.about = label("", wrap=True)
        self.about.setObjectName("lesson_about")
        self.about.setMinimumHeight(3 * self.about.fontMetrics().height())
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.often = Segmented(words.often(), tr("How often"), wrap=True)
        self.often.set_value("once")
        self.where = Segmented(words.where(), tr("On what"), wrap=True)
        self.where.set_value("all")
        self.start = KeyButton(tr("Start this drill"), "Ctrl+Return", "primary")
        self.start.setObjectName("start_drill")
        lines.addWidget(self.about)
        lines.addWidget(self.often)
        lines.addWidget(self.where)
        lines.addWidget(self.start, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(below)
        self._lessons = words.lessons()
        self.list.set_rows(
            [
                Row(key=name, title=title, subtitle=words.strikes(name))
                for name, (title, _about) in self._lessons.items()
            ]
        )
        self.list.current_changed.connect(self._explain)
        self.list.chosen.connect(lambda _name: self._start())
        self.start.clicked.connect(self._start)
        self.list.set_current(next(iter(self._lessons)))

    def _explain(self, name: str) -> None:
        self.about.setText(self._lessons[name][1] if name else "")

    def _start(self) -> None:
        if name := self.list.current_key():
            self.started.emit(name, self.often.value(), self.where.value())


class RunningPanel(Panel):
    """The drills that run now, each with its end.

    Signals:
        ended: id of the drill to end, "" for all.
    """

    ended = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Running now"), padded=True, parent=parent)
        self.none = label(tr("No drill runs: Stripe answers as ever."), "muted", wrap=True)
        self.body.addWidget(self.none)
        self._lines: dict[str, tuple[QWidget, ElidedLabel]] = {}
        self.end_all = KeyButton(tr("End all"))
        self.end_all.setObjectName("end_all_drills")
        self.end_all.clicked.connect(lambda: self.ended.emit(""))
        self.add_action(self.end_all)
        self.show_drills(())

    def show_drills(self, drills: Sequence[Drill]) -> None:
        """Show what runs; lines that stay keep the keyboard."""
        there = {drill.id for drill in drills}
        for id in [id for id in self._lines if id not in there]:
            line, _words = self._lines.pop(id)
            line.hide()
            line.deleteLater()
        for drill in drills:
            if drill.id not in self._lines:
                self._lines[drill.id] = self._line(drill)
            said = tr("{what}: {left}", what=words.title(drill), left=words.left(drill))
            self._lines[drill.id][1].setText(said)
        self.none.setVisible(not drills)
        self.end_all.setEnabled(bool(drills))

    def _line(self, drill: Drill) -> tuple[QWidget, ElidedLabel]:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        said = ElidedLabel("", "strong")
        end = KeyButton(tr("End"))
        end.setAccessibleName(tr("End: {what}", what=words.title(drill)))
        end.clicked.connect(lambda _checked=False, id=drill.id: self.ended.emit(id))
        row.addWidget(said, 1)
        row.addWidget(end)
        self.body.addWidget(line)
        return line, said

    def said(self) -> list[str]:
        """Return what is shown, oldest drill first."""
        return [words.text() for _line, words in self._lines.values()]
