"""What this program is, and where it keeps what."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label


class About(QDialog):
    """Version and a few true sentences; open it with `open()`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("about")
        self.setWindowTitle(tr("About Supportdesk"))
        px = theme.current.measures.px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(1.2), px(1), px(1.2), px(1))
        layout.setSpacing(px(0.6))
        layout.addWidget(label("Supportdesk", "title"))
        which = label(versions(), "muted", wrap=True)
        which.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(which)
        for words in (
            tr("The desk of a Stripe Issuing support team."),
            tr(
                "What Stripe knows is kept as an encrypted copy; complaints, dispute drafts and "
                "the journal of actions are kept here and encrypted. Keys lie in the keyring of "
                "the operating system."
            ),
            tr("It sends nothing to anyone but Stripe."),
        ):
            layout.addWidget(label(words, wrap=True))
        layout.addStretch(1)
        close = KeyButton(tr("Close"))
        close.clicked.connect(self.accept)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(px(28), px(16))


def versions() -> str:
    """Return the versions of the program, of Python and of Qt."""
    from importlib import metadata  # a hundredth of a second that no start should wait for

    try:
        own = metadata.version("supportdesk")
    except metadata.PackageNotFoundError:  # started from a bare checkout
        own = tr("unpacked")
    return f"{own} · Python {platform.python_version()} · Qt {qVersion()}"
