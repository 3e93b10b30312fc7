"""The look: palette, fonts, icons and the one stylesheet; light and dark switch while running."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from supportdesk.paths import resources
from supportdesk.ui import palette, stylesheet
from supportdesk.ui.palette import Scheme

_LEAST_POINTS = 9.75  # some bare Linux set-ups name 9 pt, too small to read all day


@dataclass(frozen=True)
class Measures:
    """Sizes that follow the system's font. `em` is a line's height in device-independent pixels."""

    points: float
    em: float

    def px(self, share: float) -> int:
        """Return `share` of a line's height, at least 1 pixel."""
        return max(1, round(self.em * share))


class Theme(QObject):
    """The theme in force.

    Signals:
        changed: "light" or "dark"; colours and icons were replaced.
    """

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.scheme: Scheme = "light"
        self.measures = Measures(10.0, 17.0)
        self._choice = "system"
        self._system_font: QFont | None = None

    def apply(self, app: QApplication, choice: str) -> None:
        """Dress the program: `choice` is "system", "light" or "dark" (anything else: system)."""
        hints = app.styleHints()
        if self._system_font is None:
            self._prepare(app)
            hints.colorSchemeChanged.connect(self._system_changed)
        self._choice = choice if choice in ("light", "dark") else "system"
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        # Title bars and the system's own dialogs follow this as well.
        hints.setColorScheme(wanted.get(choice, Qt.ColorScheme.Unknown))
        self._dress(app, self._resolve(hints.colorScheme()))

    def _prepare(self, app: QApplication) -> None:
        if sys.platform.startswith("linux") and (fusion := QStyleFactory.create("Fusion")):
            app.setStyle(fusion)
        font = QFont(app.font())
        if sys.platform.startswith("linux") and "Inter" in QFontDatabase.families():
            font.setFamily("Inter")
        font.setPointSizeF(max(font.pointSizeF(), _LEAST_POINTS))
        self._system_font = font
        app.setFont(font)
        self.measures = Measures(font.pointSizeF(), QFontMetricsF(font).height())

    def _resolve(self, system: Qt.ColorScheme) -> Scheme:
        if self._choice == "light" or self._choice == "dark":
            return "dark" if self._choice == "dark" else "light"
        return "dark" if system == Qt.ColorScheme.Dark else "light"

    def _system_changed(self, system: Qt.ColorScheme) -> None:
        app = QApplication.instance()
        if self._choice == "system" and isinstance(app, QApplication):
            self._dress(app, self._resolve(system))

    def _dress(self, app: QApplication, scheme: Scheme) -> None:
        self.scheme = scheme
        _pixmap.cache_clear()
        app.setPalette(_qt_palette(scheme))
        app.setStyleSheet(stylesheet.build(scheme, self.measures, resources() / "icons"))
        self.changed.emit(scheme)


current = Theme()


def apply(app: QApplication, choice: str) -> None:
    """Dress `app` by the setting "system", "light" or "dark"."""
    current.apply(app, choice)


def colour(name: str) -> QColor:
    """Return a colour of the palette table in the scheme in force."""
    return QColor(palette.value(name, current.scheme))


def font(scale: float = 1.0, *, bold: bool = False) -> QFont:
    """Return the program's font, `scale` times the system's size."""
    made = QFont(QGuiApplication.font())
    made.setPointSizeF(current.measures.points * scale)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def mark(widget: QWidget, **properties: str | bool) -> None:
    """Set the properties the stylesheet selects by (role, tone, kind, invalid) and repaint."""
    changed = False
    for name, wanted in properties.items():
        if widget.property(name) != wanted:
            widget.setProperty(name, wanted)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def icon(name: str, ink: str = "text") -> QIcon:
    """Return the icon `resources/icons/<name>.svg` in a palette colour, for every screen here."""
    made = QIcon()
    size = current.measures.px(1.1)
    ratios = {screen.devicePixelRatio() for screen in QGuiApplication.screens()} | {1.0}
    for ratio in sorted(ratios):
        made.addPixmap(pixmap(name, ink, size, ratio))
        made.addPixmap(pixmap(name, "faint", size, ratio), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, ink: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Draw an icon `size` device-independent pixels wide in a colour of the palette."""
    return _pixmap(name, palette.value(ink, current.scheme), size, ratio)


@lru_cache(maxsize=256)
def _pixmap(name: str, hex_colour: str, size: int, ratio: float) -> QPixmap:
    drawing = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", hex_colour).encode()))
    made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


def _qt_palette(scheme: Scheme) -> QPalette:
    role = QPalette.ColorRole
    table: Sequence[tuple[QPalette.ColorRole, str]] = (
        (role.Window, "surface"),
        (role.WindowText, "text"),
        (role.Base, "panel"),
        (role.AlternateBase, "header"),
        (role.Text, "text"),
        (role.PlaceholderText, "muted"),
        (role.Button, "panel"),
        (role.ButtonText, "text"),
        (role.BrightText, "bad"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_fill"),
        (role.Accent, "accent"),
        (role.Link, "link"),
        (role.LinkVisited, "link"),
        (role.ToolTipBase, "panel"),
        (role.ToolTipText, "text"),
        (role.Light, "line"),
        (role.Midlight, "line"),
        (role.Mid, "edge"),
        (role.Dark, "edge"),
        (role.Shadow, "edge"),
    )
    made = QPalette()
    for which, name in table:
        made.setColor(which, QColor(palette.value(name, scheme)))
    for which in (role.WindowText, role.Text, role.ButtonText):
        faint = QColor(palette.value("faint", scheme))
        made.setColor(QPalette.ColorGroup.Disabled, which, faint)
    return made
