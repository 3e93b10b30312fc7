from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from supportdesk.paths import resources
from supportdesk.ui import stylesheet, theme
from supportdesk.ui.palette import COLOURS, PAIRS, Scheme, value
from supportdesk.ui.theme import Measures
from supportdesk.ui.widgets.chip import Chip, StatusDot, key_text

SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "ground"), sorted(PAIRS))
def test_every_text_reaches_four_and_a_half_to_one(scheme: Scheme, ink: str, ground: str) -> None:
    assert contrast(value(ink, scheme), value(ground, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_stylesheet_puts_no_ink_on_a_ground_that_was_not_proved(scheme: Scheme) -> None:
    icons = resources() / "icons"
    stylesheet.build(scheme, Measures(10, 17), icons)
    made = stylesheet._Sheet(scheme, Measures(10, 17), icons)
    with pytest.raises(KeyError):
        made.fill("faint", "panel")


def test_colours_are_whole() -> None:
    for pair in COLOURS.values():
        for colour in pair:
            assert len(colour) == 7
            assert int(colour[1:], 16) >= 0


def shot(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_light_and_dark_switch_while_running_icons_included(
    qapp: QApplication, qtbot: QtBot
) -> None:
    theme.apply(qapp, "light")
    window = QWidget()
    layout = QVBoxLayout(window)
    chip, dot, box = Chip("active", "good"), StatusDot("good"), QComboBox()
    for widget in (chip, dot, box):
        layout.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    told: list[str] = []
    theme.current.changed.connect(told.append)
    before = shot(window), theme.icon("search").pixmap(16).toImage()
    theme.apply(qapp, "dark")
    after = shot(window), theme.icon("search").pixmap(16).toImage()
    theme.current.changed.disconnect(told.append)
    assert told == ["dark"]
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == value("panel", "dark")


def test_system_follows_the_system_and_a_choice_does_not(qapp: QApplication) -> None:
    hints = qapp.styleHints()

    def dressed(choice: str, system: Qt.ColorScheme) -> str:
        theme.apply(qapp, choice)
        hints.colorSchemeChanged.emit(system)
        return theme.current.scheme

    assert dressed("system", Qt.ColorScheme.Dark) == "dark"
    assert dressed("system", Qt.ColorScheme.Light) == "light"
    assert dressed("dark", Qt.ColorScheme.Light) == "dark"
    assert dressed("light", Qt.ColorScheme.Dark) == "light"
    theme.apply(qapp, "light")


def test_every_icon_can_be_drawn(qapp: QApplication) -> None:
    theme.apply(qapp, "light")
    names = sorted(path.stem for path in (resources() / "icons").glob("*.svg"))
    assert "search" in names
    for name in names:
        drawn = theme.pixmap(name, "text", 24, 2.0).toImage()
        assert drawn.width() == 48
        inked = sum(
            drawn.pixelColor(x, y).alpha() > 0 for x in range(0, 48, 3) for y in range(0, 48, 3)
        )
        assert inked > 3, name


def test_keys_are_written_as_on_a_key_cap() -> None:
    assert key_text("F") == "F"
    assert "↵" in key_text("Ctrl+Return")
    assert "Return" not in key_text("Return")
