"""Messages leave their sentence room, whatever can be done about it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from supportdesk.ui import theme
from supportdesk.ui.widgets.banner import Banner


@pytest.mark.parametrize(("lines", "beside"), [(60, True), (26, False)])
def test_actions_go_below_where_they_would_squeeze_the_words(
    qapp: QApplication, qtbot: QtBot, lines: int, beside: bool
) -> None:
    theme.apply(qapp, "light")
    ways = [(name, lambda: None) for name in ("Credited…", "Credited provisionally…", "Not owed…")]
    banner = Banner("Refund the cardholder", actions=ways)
    qtbot.addWidget(banner)
    banner.resize(theme.current.measures.px(lines), banner.sizeHint().height())
    banner.show()
    words, first = banner._text, banner.findChildren(QPushButton)[0]

    def arranged() -> None:
        at = first.mapTo(banner, first.rect().topLeft())
        assert (at.x() > words.geometry().right()) is beside
        assert (at.y() > words.geometry().bottom()) is not beside
        assert words.width() > theme.current.measures.px(10)

    qtbot.waitUntil(arranged)
