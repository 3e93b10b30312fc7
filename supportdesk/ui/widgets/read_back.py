"""The last look before something that cannot be undone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFormLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Kind
from supportdesk.ui.widgets.dialog import dialog_column, foot
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, scroll


class ReadBack(QDialog):
    """Shows what will be sent, line by line, and asks. Use `await aio.ask(dialog)`.

    The answer is `QDialog.DialogCode.Accepted` only when the named button was chosen.

    Attributes:
        confirm: the button that does it.
        cancel: the button that does nothing.
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[tuple[str, str]],
        confirm: str,
        *,
        warning: str = "",
        kind: Kind = "danger",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(theme.current.measures.px(28))
        outer = dialog_column(self, title)
        if warning:
            outer.addWidget(Banner(warning, "warn"))
        panel = Panel()
        panel.body.addWidget(scroll(self._list(lines)))
        outer.addWidget(panel, 1)
        self.cancel = KeyButton(tr("Back"))
        self.cancel.clicked.connect(self.reject)
        self.confirm = KeyButton(confirm, "Ctrl+Return", kind)
        self.confirm.clicked.connect(self.accept)
        QShortcut(QKeySequence("Ctrl+Enter"), self, self.confirm.click)
        outer.addLayout(foot(self.cancel, None, self.confirm))
        self.cancel.setFocus()

    def _list(self, lines: Sequence[tuple[str, str]]) -> QWidget:
        px = theme.current.measures.px
        made = QWidget()
        form = QFormLayout(made)
        form.setContentsMargins(px(0.9), px(0.7), px(0.9), px(0.7))
        form.setHorizontalSpacing(px(1))
        form.setVerticalSpacing(px(0.4))
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, value in lines:
            words = label(value, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(label(name, "label"), words)
        return made
