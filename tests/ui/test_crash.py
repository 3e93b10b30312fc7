from __future__ import annotations

import logging

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from supportdesk.ui import theme
from supportdesk.ui.crash import BugReporter, CrashDialog, report
from supportdesk.ui.widgets.button import KeyButton


def bug() -> Exception:
    def inner() -> None:
        raise ValueError("lena@muster.example pays with 4242424242424242")

    def outer() -> None:
        try:
            inner()
        except ValueError as error:
            raise RuntimeError("rk_live_secret") from error

    with pytest.raises(RuntimeError) as caught:
        outer()
    return caught.value


def open_dialogs() -> list[CrashDialog]:
    tops = QApplication.topLevelWidgets()
    return [w for w in tops if isinstance(w, CrashDialog) and w.isVisible()]


def test_the_report_names_places_and_no_persons() -> None:
    text = report(bug())
    assert "builtins.RuntimeError" in text
    assert "builtins.ValueError" in text
    assert "tests/ui/test_crash.py" in text
    assert "inner" in text
    for private in ("lena", "4242", "rk_live", "/root/", "/home/"):
        assert private not in text


def test_a_report_of_bugs_that_name_each_other_ends() -> None:
    one, two = ValueError(), KeyError()
    one.__cause__, two.__context__ = two, one
    assert [line for line in report(one).splitlines() if line.startswith("builtins")] == [
        "builtins.ValueError",
        "builtins.KeyError",
    ]


def test_a_bug_is_shown_once_logged_without_data_and_can_be_copied(
    qapp: QApplication, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    theme.apply(qapp, "light")
    reporter = BugReporter()
    error = bug()
    with caplog.at_level(logging.ERROR):
        reporter.show(error)
        reporter.show(error)
    assert "ValueError" in caplog.text
    assert "lena" not in caplog.text
    dialogs = open_dialogs()
    assert len(dialogs) == 1
    copy = next(b for b in dialogs[0].findChildren(KeyButton) if b.text() == "Copy the report")
    copy.click()
    assert QGuiApplication.clipboard().text() == report(error)
    dialogs[0].accept()
    assert open_dialogs() == []
