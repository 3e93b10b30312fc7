"""Every control of every screen has a name a screen reader can say, and can be reached by key."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QWidget,
)

from supportdesk.practice.process import Ready
from supportdesk.ui.about import About
from supportdesk.ui.crash import CrashDialog
from supportdesk.ui.key_card import KeyCard
from supportdesk.ui.widgets.drop_zone import DropZone
from supportdesk.ui.widgets.read_back import ReadBack
from tests.ui.conftest import Loop, Opened, opened_window, until

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    DropZone,
)


def nameless(screen: QWidget) -> list[str]:
    """Visible controls without an accessible name, by class and object name."""
    found = []
    for widget in [screen, *screen.findChildren(QWidget)]:
        inside = isinstance(widget.parent(), QComboBox)  # the pop-up speaks for its box
        if isinstance(widget, CONTROLS) and widget.isVisible() and not inside:
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name).strip():
                found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def unreachable(screen: QWidget) -> list[str]:
    """Visible, enabled controls that Tab does not stop at."""
    ring = set()
    at: QWidget | None = screen
    while at is not None and at not in ring:
        ring.add(at)
        at = at.nextInFocusChain()
    found = []
    for widget in screen.findChildren(QWidget):
        plain = isinstance(widget, QComboBox | QLineEdit | QPlainTextEdit | QAbstractItemView)
        inside = isinstance(widget.parent(), QComboBox | QAbstractScrollArea)
        if plain and not inside and widget.isVisible() and widget.isEnabled():
            by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if widget not in ring or not by_tab:
                found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


def check(screen: QWidget) -> None:
    assert nameless(screen) == []
    assert unreachable(screen) == []


async def someone(opened: Opened) -> None:
    """Put a person with cards into focus."""
    await opened.read()
    found = await opened.desk.lookup.search("an")
    person = next(match for match in found if match.last4s)
    opened.window.focus.set_person(person.cardholder.id)
    await until(lambda: opened.window.top.person() == person.cardholder.name)


def test_every_control_of_every_tab_has_a_name(loop: Loop, tmp_path: Path, practice: Ready) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            window = opened.window
            for tab in window.tabs:
                window.show_tab(tab)
                await asyncio.sleep(0.05)
                check(window)
            await someone(opened)
            for tab in window.tabs:
                window.show_tab(tab)
                await asyncio.sleep(0.3)
                check(window)
            window.show_settings()
            check(window)

    loop.run(scenario(), 60)


def test_every_control_of_every_dialog_has_a_name(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            window = opened.window
            accounts = window.show_accounts()
            check(accounts)
            accounts.start_adding()
            check(accounts)
            accounts.form.key.setText(practice.key)
            accounts.close()
            lines = [("Card", "•••• 4242"), ("Reason", "stolen")]
            for dialog in (
                KeyCard(tuple(window.tabs.values()), window),
                About(window),
                CrashDialog("report", window),
                ReadBack("Cancel?", lines, "Cancel the card", warning="Final.", parent=window),
            ):
                dialog.open()
                check(dialog)
                dialog.close()
            window.lock.lock()
            check(window)
            window.lock.unlock()

    loop.run(scenario(), 60)


def test_the_walk_finds_what_has_no_name(qapp: QApplication) -> None:
    window = QWidget()
    field = QLineEdit(window)
    field.setPlaceholderText("a placeholder is no name")
    field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    window.show()
    assert nameless(window) == ["QLineEdit "]
    assert unreachable(window) == ["QLineEdit "]
    window.close()


def test_tab_follows_reading_order_in_the_frame(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            window = opened.window
            at: QWidget | None = window.top.search
            seen = []
            for _ in range(400):
                at = at.nextInFocusChain() if at is not None else None
                assert at is not None
                if at.objectName() in {"menu", *(f"tab_{name}" for name in window.tabs)}:
                    seen.append(at.objectName())
                if at is window.top.search:
                    break
            assert seen == ["menu", "tab_lookup", "tab_cards", "tab_disputes", "tab_complaints"]

    loop.run(scenario(), 60)
