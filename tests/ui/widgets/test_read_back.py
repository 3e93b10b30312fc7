from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel

from supportdesk import aio
from supportdesk.ui.widgets.read_back import ReadBack
from tests.ui.conftest import Loop, until

CTRL = Qt.KeyboardModifier.ControlModifier


def made() -> ReadBack:
    lines = [("Card", "•••• 4242"), ("Amount", "€249.00")]
    return ReadBack("Submit the dispute?", lines, "Submit", warning="There is one submission.")


async def answer(key: Qt.Key, modifier: Qt.KeyboardModifier) -> int:
    dialog = made()
    asked = asyncio.ensure_future(aio.ask(dialog))
    await until(dialog.isVisible)
    dialog.activateWindow()
    await until(dialog.isActiveWindow)
    QTest.keyClick(dialog.focusWidget() or dialog, key, modifier)
    return await asked


def test_only_the_named_key_confirms(loop: Loop) -> None:
    async def scenario() -> None:
        none = Qt.KeyboardModifier.NoModifier
        yes, no = QDialog.DialogCode.Accepted.value, QDialog.DialogCode.Rejected.value
        assert await answer(Qt.Key.Key_Return, CTRL) == yes
        assert await answer(Qt.Key.Key_Enter, CTRL) == yes
        assert await answer(Qt.Key.Key_Escape, none) == no
        assert await answer(Qt.Key.Key_Space, none) == no  # the keyboard is on Back

    loop.run(scenario())


def test_enter_alone_does_not_confirm_what_is_final(loop: Loop) -> None:
    async def scenario() -> None:
        dialog = made()
        asked = asyncio.ensure_future(aio.ask(dialog))
        await until(dialog.isVisible)
        dialog.activateWindow()
        await until(dialog.isActiveWindow)
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)
        dialog.reject()  # changes nothing where the key has accepted
        assert await asked == QDialog.DialogCode.Rejected.value

    loop.run(scenario())


def test_it_says_every_line(loop: Loop) -> None:
    dialog = made()
    said = [label.text() for label in dialog.findChildren(QLabel)]
    for words in ("Card", "•••• 4242", "Amount", "€249.00", "There is one submission."):
        assert words in said
    dialog.deleteLater()
