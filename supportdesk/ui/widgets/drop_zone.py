"""A place for files: drop them, paste them, or choose them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QImageWriter,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import ElidedLabel, label
from supportdesk.ui.widgets.panel import empty


class DropZone(QFrame):
    """Takes files and lists them; what a file must be is checked by who listens.

    Signals:
        files: list of paths that were dropped, pasted or chosen.
        image: PNG bytes of a picture that was pasted.
        removed: place in the list of the file to take away.
        moved: place in the list of the file to put before the one above it.
    """

    files = Signal(object)
    image = Signal(object)
    removed = Signal(int)
    moved = Signal(int)

    def __init__(self, hint: str, suffixes: Sequence[str] = (), parent: QWidget | None = None):
        super().__init__(parent)
        theme.mark(self, role="drop")
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(hint)
        self._suffixes = tuple(suffixes)
        px = theme.current.measures.px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(0.6), px(0.4), px(0.6), px(0.4))
        outer.setSpacing(px(0.2))
        self._rows = QVBoxLayout()
        outer.addLayout(self._rows)
        row = QHBoxLayout()
        row.addWidget(label(hint, "muted", wrap=True), 1)
        self.beside = row
        self.browse = KeyButton(tr("Choose a file…"), kind="link")
        self.browse.clicked.connect(self.open_dialog)
        row.addWidget(self.browse)
        outer.addLayout(row)

    def set_items(self, items: Sequence[tuple[str, str, Tone]], *, removable: bool = True) -> None:
        """List files: name, note (size, what was found), tone of the note.

        From the second on they can be moved up. What is only being read cannot be removed.
        """
        empty(self._rows)
        for at, (name, note, tone) in enumerate(items):
            self._rows.addWidget(self._row(at, name, note, tone, removable))

    def _row(self, at: int, name: str, note: str, tone: Tone, removable: bool) -> QWidget:
        made = QWidget()
        layout = QHBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(ElidedLabel(name, "strong"))
        said = ElidedLabel(note)
        theme.mark(said, ink=tone)
        layout.addWidget(said)
        layout.addStretch(1)
        if not removable:
            return made
        if at:
            up = KeyButton(tr("Move up"), kind="link")
            up.setAccessibleName(tr("Move up {name}", name=name))
            up.clicked.connect(lambda: self.moved.emit(at))
            layout.addWidget(up)
        remove = KeyButton(tr("Remove"), kind="link")
        remove.setAccessibleName(tr("Remove {name}", name=name))
        remove.clicked.connect(lambda: self.removed.emit(at))
        layout.addWidget(remove)
        return made

    def open_dialog(self) -> QFileDialog:
        """Open the system's file dialog; it does not stop the program."""
        dialog = QFileDialog(self, tr("Choose a file"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        if self._suffixes:
            kinds = " ".join(f"*{suffix}" for suffix in self._suffixes)
            dialog.setNameFilters(
                [f"{tr('Files that can be sent')} ({kinds})", tr("All files (*)")]
            )
        dialog.filesSelected.connect(self._selected)
        dialog.open()
        return dialog

    def _selected(self, names: list[str]) -> None:
        self.files.emit([Path(name) for name in names])

    def take(self, data: QMimeData) -> bool:
        """Take files or a picture from a drop or the clipboard; return whether there was any."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.files.emit(paths)
            return True
        picture = data.imageData() if data.hasImage() else None
        if isinstance(picture, QImage) and not picture.isNull():
            self.image.emit(_png(picture))
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste with the system's key; Enter and Space choose a file (Qt's interface)."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.take(QGuiApplication.clipboard().mimeData())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.open_dialog()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files (Qt's interface)."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            theme.mark(self, over=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Look as before (Qt's interface)."""
        theme.mark(self, over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped (Qt's interface)."""
        theme.mark(self, over=False)
        if self.take(event.mimeData()):
            event.acceptProposedAction()


def _png(picture: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(picture)
    return bytes(data.data())
