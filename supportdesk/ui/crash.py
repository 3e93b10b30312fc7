"""A bug is shown as a bug: what can be copied tells where it is and nothing about people."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from supportdesk.errors import with_causes
from supportdesk.ui import theme
from supportdesk.ui.about import versions
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.dialog import foot
from supportdesk.ui.widgets.label import label

log = logging.getLogger(__name__)


def report(bug: BaseException) -> str:
    """Describe a bug: kind, places, versions. Never its message, which may quote data."""
    lines = [
        f"Supportdesk {versions()}",
        f"{platform.system()} {platform.release()}",
    ]
    for error in with_causes(bug):
        kind = type(error)
        lines.append(f"{kind.__module__}.{kind.__qualname__}")
        places = traceback.extract_tb(error.__traceback__)
        lines += [f"  {_short(place.filename)}:{place.lineno} {place.name}" for place in places]
    return "\n".join(lines)


def _short(filename: str) -> str:
    """The end of a path: the beginning may hold the name of a person."""
    return "/".join(Path(filename).parts[-3:])


class CrashDialog(QDialog):
    """Says that this is a fault of the program, what it means, and lets copy the report."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("crash")
        self.setWindowTitle(tr("A fault of the program"))
        px = theme.current.measures.px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(1.2), px(1), px(1.2), px(1))
        layout.setSpacing(px(0.6))
        layout.addWidget(
            label(tr("This is a fault of the program, not yours."), "title", wrap=True)
        )
        said = tr(
            "What you did last may not have been finished. Actions already sent to Stripe are in "
            "the journal with their answer. You can go on; look at the card or dispute again "
            "before you repeat anything."
        )
        layout.addWidget(label(said, wrap=True))
        note = tr("The report below names places in the program, no persons and no keys.")
        layout.addWidget(label(note, "muted", wrap=True))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Report"))
        layout.addWidget(self.text, 1)
        copy = KeyButton(tr("Copy the report"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        close = KeyButton(tr("Go on"), kind="primary")
        close.clicked.connect(self.accept)
        layout.addLayout(foot(copy, None, close))
        close.setFocus()
        self.resize(px(38), px(24))


class BugReporter(QObject):
    """Shows each kind of bug once; give `show` to the loop, `install()` catches slots as well."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen: set[str] = set()
        self._open: list[CrashDialog] = []  # without a parent only we hold them

    def install(self) -> None:
        """Take what Python would print and forget: exceptions in Qt slots and at top level."""
        sys.excepthook = self._hook

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.show(error.with_traceback(trace))

    def show(self, bug: BaseException) -> None:
        """Log a bug and show it, unless the same one was shown before."""
        text = report(bug)
        log.error("bug\n%s", text)
        if text in self._seen:
            return
        self._seen.add(text)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            dialog = CrashDialog(text, app.activeWindow())
            self._open.append(dialog)
            dialog.finished.connect(lambda: self._open.remove(dialog))
            dialog.open()
