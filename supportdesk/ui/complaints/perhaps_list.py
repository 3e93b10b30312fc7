"""Complaints recorded without a person that name the one in view: a team lead says which count."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from supportdesk.services.nameless import Perhaps
from supportdesk.ui import theme
from supportdesk.ui.complaints.keeping_words import named_by
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import empty, scroll

_HIGHEST = 9.0  # line heights of the list; more is scrolled


class PerhapsList(QWidget):
    """A box to tick for each; nothing is ticked at first, and what must be kept cannot be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self._boxes: dict[str, QCheckBox] = {}
        self._whose = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(0.3))
        self._words = label(
            tr(
                "Recorded without a person, and perhaps about this one. Look at each; tick what "
                "is to be erased with them."
            ),
            wrap=True,
        )
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(px(0.2))
        self._area = scroll(inner)
        self._area.setMaximumHeight(px(_HIGHEST))
        column.addWidget(self._words)
        column.addWidget(self._area)
        self.hide()

    def show_perhaps(self, whose: str, found: Sequence[Perhaps]) -> None:
        """Offer these of the person of this id; a tick stays while the person does."""
        ticked = self.chosen() if whose == self._whose else ()
        self._whose = whose
        empty(self._rows)
        self._boxes = {}
        for one in found:
            box = QCheckBox(named_by(one).replace("&", "&&"))
            box.setObjectName(f"perhaps_{one.complaint.number}")
            box.setEnabled(not one.kept)
            box.setChecked(not one.kept and one.complaint.id in ticked)
            self._boxes[one.complaint.id] = box
            self._rows.addWidget(box)
        self.setVisible(bool(found))

    def chosen(self) -> tuple[str, ...]:
        """Ids of the complaints that are ticked."""
        return tuple(id_ for id_, box in self._boxes.items() if box.isChecked())
