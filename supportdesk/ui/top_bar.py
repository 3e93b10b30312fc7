"""The top of the window: mode, programme, search, who is in focus, the menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QToolButton, QWidget

from supportdesk.ui import theme
from supportdesk.ui.calls.area import CallArea
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.chip import KeyHint, ModeBadge
from supportdesk.ui.widgets.label import ElidedLabel
from supportdesk.ui.words import account_mode

_LONGEST_SEARCH = 200  # characters; no name, address or id is longer


class SearchField(QLineEdit):
    """The one search field. Arrows move in the results, Enter opens.

    Signals:
        moved: steps to move in the results.
        opened: Enter was pressed.

    Attributes:
        entered: whether Enter was pressed on the text as it stands.
    """

    moved = Signal(int)
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setMaxLength(_LONGEST_SEARCH)
        self.setPlaceholderText(tr("Search cardholders: name, e-mail, phone, last 4, id"))
        self.setAccessibleName(tr("Search cardholders"))
        self.entered = False
        self.textChanged.connect(self._not_entered)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._hint = KeyHint("Ctrl+K", self)
        # An icon of a field is a button; this one does nothing, so no one should stop at it.
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(tr("Search"))
        self._dress()
        theme.current.changed.connect(self._dress)

    def _dress(self) -> None:
        self._glass.setIcon(theme.icon("search", "muted"))

    def _not_entered(self) -> None:
        self.entered = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the key cap at the right (Qt's interface)."""
        super().resizeEvent(event)
        hint = self._hint.sizeHint()
        left = self.width() - hint.width() - theme.current.measures.px(0.5)
        self._hint.setGeometry(
            left, (self.height() - hint.height()) // 2, hint.width(), hint.height()
        )
        self.setTextMargins(0, 0, hint.width() + theme.current.measures.px(0.3), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand arrows and Enter to the results (Qt's interface)."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if event.key() == Qt.Key.Key_PageUp or event.key() == Qt.Key.Key_PageDown:
            steps = -8 if event.key() == Qt.Key.Key_PageUp else 8
        if steps:
            self.moved.emit(steps)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered = True
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class TopBar(QFrame):
    """Mode badge, programme, search, the call with its person, menu.

    Attributes:
        search: the search field.
        call: the call going on.
        menu: the menu of the button at the right.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, role="bar")
        px = theme.current.measures.px
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(0.75), px(0.5), px(0.75), px(0.5))
        layout.setSpacing(px(0.65))
        self._mode = ModeBadge()
        self._mode.setObjectName("mode")
        layout.addWidget(self._mode)
        self._programme = ElidedLabel("", "heading")
        self._programme.setMaximumWidth(px(14))
        layout.addWidget(self._programme)
        self.search = SearchField()
        self.search.setMinimumWidth(px(14))
        self.search.setMaximumWidth(px(33))
        layout.addWidget(self.search, 3)
        layout.addStretch(1)
        self.call = CallArea()
        layout.addWidget(self.call)
        self.menu = QMenu(self)
        layout.addWidget(self._menu_button())
        self.set_account("", "")
        self.set_person("")

    def _menu_button(self) -> QToolButton:
        self._button = QToolButton()
        self._button.setObjectName("menu")
        self._button.setAccessibleName(tr("Menu"))
        self._button.setToolTip(tr("Menu"))
        self._button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._button.setMenu(self.menu)
        size = theme.current.measures.px(1.1)
        self._button.setIconSize(QSize(size, size))
        self._dress()
        theme.current.changed.connect(self._dress)
        return self._button

    def _dress(self) -> None:
        self._button.setIcon(theme.icon("menu"))

    def set_account(self, mode: str, label: str) -> None:
        """Show whose Stripe this is: practice, sandbox or live, "" while that is not known."""
        self._mode.set(mode, account_mode(mode))
        self._mode.setToolTip(label)

    def set_open(self, there: bool) -> None:
        """Offer calls and menu only when there is a desk that can do what they say."""
        self.call.setEnabled(there)
        self._button.setEnabled(there)

    def set_programme(self, name: str) -> None:
        """Name the programme."""
        self._programme.setText(name)

    def set_person(self, name: str) -> None:
        """Name the person in focus, "" for nobody."""
        self.call.set_person(name)

    def person(self) -> str:
        """Return the name shown."""
        return self.call.person.text()

    def fill_menu(self, chosen: Callable[[str], object]) -> list[QAction]:
        """Put the entries in; `chosen` gets an entry's name. Returns those with a key."""
        keyed = []
        for name, words, keys in _menu_entries():
            if not name:
                self.menu.addSeparator()
                continue
            action = self.menu.addAction(words)
            action.setObjectName(f"menu_{name}")
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _checked=False, name=name: chosen(name))
            if keys:
                keyed.append(action)
        return keyed


def _menu_entries() -> tuple[tuple[str, str, str], ...]:
    """Return the menu's entries: name, words, key; an entry without a name is a line between."""
    return (
        ("settings", tr("Settings"), "Ctrl+,"),
        ("journal", tr("Journal of actions"), "Ctrl+J"),
        ("accounts", tr("Stripe accounts"), ""),
        ("practice", tr("Practice"), ""),
        ("", "", ""),
        ("keys", tr("Keys"), ""),
        ("lock", tr("Hide the screen now"), "Ctrl+Shift+L"),
        ("about", tr("About Supportdesk"), ""),
        ("quit", tr("Close"), "Ctrl+Q"),
    )
