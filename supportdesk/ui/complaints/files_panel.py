"""The files of a complaint: attached by drop, paste or choice; kept encrypted with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.complaints import Attached, Complaint
from supportdesk.ui import theme
from supportdesk.ui.text import number, tr, when
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.drop_zone import DropZone
from supportdesk.ui.widgets.label import ElidedLabel, label
from supportdesk.ui.widgets.panel import empty


class FilesPanel(QWidget):
    """Lists what is attached and takes more; nothing is taken away again.

    Signals:
        given: list of paths to attach.
        picture: PNG bytes of a pasted picture.
        wanted: id of the file a copy is wanted of.
    """

    given = Signal(object)
    picture = Signal(object)
    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.current.measures.px(0.2))
        self._column.addWidget(label(tr("Files"), "label"))
        self._rows = QVBoxLayout()
        self._column.addLayout(self._rows)
        self.zone = DropZone(tr("Drop or paste files here. They are kept encrypted."))
        self.zone.setObjectName("complaint_files")
        self.zone.files.connect(self.given)
        self.zone.image.connect(self.picture)
        self._column.addWidget(self.zone)

    def show_complaint(self, complaint: Complaint) -> None:
        """List the files of a complaint."""
        empty(self._rows)
        for file in complaint.files:
            self._rows.addWidget(self._row(file, complaint.zone))

    def _row(self, file: Attached, zone: str) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(ElidedLabel(file.name, "strong"))
        size = tr("{n} kB", n=number(max(1, round(file.size / 1000))))
        layout.addWidget(ElidedLabel(f"{size} · {when(file.at, zone=zone)} · {file.by}", "small"))
        layout.addStretch(1)
        save = KeyButton(tr("Save a copy…"), kind="link")
        save.setAccessibleName(tr("Save a copy of {name}", name=file.name))
        save.clicked.connect(lambda: self.wanted.emit(file.id))
        layout.addWidget(save)
        return row
