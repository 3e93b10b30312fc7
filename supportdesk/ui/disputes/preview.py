"""Evidence as the bank will see it: page by page, in black and white."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.dialog import dialog_column, foot
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, page_column, scroll


class Preview(QDialog):
    """Shows pages; nothing can be changed here. Use `await aio.ask(dialog)`."""

    def __init__(self, pages: Sequence[bytes], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self.setObjectName("evidence_preview")
        outer = dialog_column(self, tr("As the bank sees it"))
        words = tr("Networks pass evidence on in black and white, like a fax.")
        detail = tr("Look whether it can be read, and that no full card number is on a picture.")
        outer.addWidget(Banner(words, "info", detail=detail))
        panel = Panel()
        panel.body.addWidget(scroll(self._pages(pages)))
        outer.addWidget(panel, 1)
        close = KeyButton(tr("Close"), "Ctrl+Return", "primary")
        close.setObjectName("evidence_preview_close")
        close.clicked.connect(self.accept)
        outer.addLayout(foot(None, close))
        self.resize(px(46), px(40))

    def _pages(self, pages: Sequence[bytes]) -> QWidget:
        px = theme.current.measures.px
        made = QWidget()
        shown = page_column(made, 0.4)
        ratio = self.devicePixelRatioF()
        for number, content in enumerate(pages, start=1):
            picture = QPixmap()
            picture.loadFromData(content, "PNG")
            fitted = picture.scaledToWidth(
                round(px(40) * ratio), Qt.TransformationMode.SmoothTransformation
            )
            fitted.setDevicePixelRatio(ratio)
            page = QLabel()
            page.setPixmap(fitted)
            name = tr("Page {n} of {all}", n=number, all=len(pages))
            page.setAccessibleName(name)
            shown.addWidget(label(name, "small"))
            shown.addWidget(page)
        shown.addStretch(1)
        return made
