"""Parts of a dispute's page: a heading with labelled lines, small pictures, a way on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label

Line = tuple[str, str]
LABEL = 9  # line heights: the column of the labels


class Section(QWidget):
    """A heading and what stands under it; without lines it is not shown."""

    def __init__(self, title: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if name:
            self.setObjectName(name)
        px = theme.current.measures.px
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(px(0.3))
        self._title = label(title, "heading")
        self._layout.addWidget(self._title)
        self._inner: QWidget | None = None
        self.setAccessibleName(title)
        self.setVisible(False)

    def _fresh(self) -> QWidget:
        if self._inner is not None:
            self._inner.hide()
            self._inner.deleteLater()
        self._inner = QWidget()
        return self._inner

    def set_lines(
        self, lines: Sequence[Line], ways: Sequence[tuple[str, Callable[[], object]]] = ()
    ) -> None:
        """Show label and value of each line that has one, and buttons under them."""
        px = theme.current.measures.px
        inner = self._fresh()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(0.8))
        grid.setVerticalSpacing(px(0.25))
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, px(LABEL))
        shown = [line for line in lines if line[1]]
        for row, (name, value) in enumerate(shown):
            named = label(name, "label", wrap=True)
            named.setMaximumWidth(px(LABEL + 2))
            said = label(value, wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            said.setAccessibleName(f"{name}: {value}" if name else value)
            grid.addWidget(named, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(said, row, 1)
        if ways:
            buttons = QWidget()
            row_of = QHBoxLayout(buttons)
            row_of.setContentsMargins(0, 0, 0, 0)
            for words, act in ways:
                button = KeyButton(words)
                button.clicked.connect(lambda _checked=False, act=act: act())
                row_of.addWidget(button)
            row_of.addStretch(1)
            grid.addWidget(buttons, len(shown), 0, 1, 2)
        self._layout.addWidget(inner)
        self.setVisible(bool(shown or ways))

    def set_widget(self, widget: QWidget) -> None:
        """Show a widget under the heading."""
        inner = self._fresh()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(widget)
        self._layout.addWidget(inner)
        self.setVisible(True)

    def words(self) -> str:
        """Return all that is said, for tests and a screen reader."""
        if self._inner is None:
            return ""
        return "\n".join(said.text() for said in self._inner.findChildren(QLabel) if said.text())


class Picture(QWidget):
    """A small picture of a file, with its name beside it."""

    def __init__(self, name: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self._size = px(4.2)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(0.6))
        self._picture = QLabel()
        self._picture.setFixedSize(self._size, self._size)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setPixmap(theme.pixmap("file", "muted", px(1.6)))
        words = QVBoxLayout()
        words.addStretch(1)
        words.addWidget(label(name, "strong", wrap=True))
        words.addWidget(label(note, "small", wrap=True))
        words.addStretch(1)
        layout.addWidget(self._picture)
        layout.addLayout(words, 1)
        self.setAccessibleName(f"{name}, {note}")

    def set_picture(self, png: bytes) -> None:
        """Show the small picture; empty bytes leave the sign of a file."""
        made = QPixmap()
        if not png or not made.loadFromData(png, "PNG"):
            return
        ratio = self.devicePixelRatioF()
        room = round(self._size * ratio)
        made = made.scaled(
            room,
            room,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        made.setDevicePixelRatio(ratio)
        self._picture.setPixmap(made)
