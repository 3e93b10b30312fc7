"""Writes the one stylesheet of the program from the palette table and the font's measures."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from supportdesk.ui import palette
from supportdesk.ui.palette import PAIRS, TONES, Scheme


class Sizes(Protocol):
    """What the sheet needs to know of the font."""

    @property
    def points(self) -> float:
        """Size of the normal text in points."""

    def px(self, share: float) -> int:
        """Pixels of a share of a line's height."""


class _Sheet:
    """Resolves names to colours and refuses an ink on a ground that PAIRS does not list."""

    def __init__(self, scheme: Scheme, sizes: Sizes, icons: Path) -> None:
        self.scheme = scheme
        self.px = sizes.px
        self.points = sizes.points
        self.icons = icons.as_posix()

    def colour(self, name: str) -> str:
        return palette.value(name, self.scheme)

    def ink(self, name: str, *grounds: str) -> str:
        for ground in grounds:
            if (name, ground) not in PAIRS:
                raise KeyError(f"{name} on {ground} is not a proved pair")
        return f"color: {self.colour(name)};"

    def fill(self, ink: str, ground: str) -> str:
        return f"{self.ink(ink, ground)} background-color: {self.colour(ground)};"

    def edge(self, name: str, width: int = 1) -> str:
        return f"border: {width}px solid {self.colour(name)};"

    def pt(self, scale: float) -> str:
        return f"font-size: {self.points * scale:.2f}pt;"


def build(scheme: Scheme, sizes: Sizes, icons: Path) -> str:
    """Return the stylesheet; `icons` is the folder of the few images a stylesheet must name."""
    sheet = _Sheet(scheme, sizes, icons)
    return "\n".join(
        part(sheet) for part in (_grounds, _texts, _chips, _banners, _buttons, _inputs, _lists)
    )


def _grounds(s: _Sheet) -> str:
    radius = s.px(0.42)
    return f"""
QMainWindow, QDialog, QFrame[role="surface"] {{ {s.fill("text", "surface")} }}
QToolTip {{ {s.fill("text", "panel")} {s.edge("border")} padding: {s.px(0.25)}px; }}
QFrame[role="panel"] {{ {s.fill("text", "panel")} {s.edge("border")} border-radius: {radius}px; }}
QFrame[role="panel-header"] {{ {s.fill("text", "header")} border: none;
    border-bottom: 1px solid {s.colour("line")};
    border-top-left-radius: {radius - 1}px; border-top-right-radius: {radius - 1}px; }}
QFrame[role="panel-footer"] {{ border: none; border-top: 1px solid {s.colour("line")}; }}
QFrame[role="inset"] {{ {s.fill("text", "inset")} border: none; border-radius: {radius}px; }}
QFrame[role="bar"] {{ {s.fill("text", "panel")} border: none;
    border-bottom: 1px solid {s.colour("border")}; }}
QFrame[role="foot"] {{ {s.fill("text", "panel")} border: none;
    border-top: 1px solid {s.colour("border")}; }}
QFrame[role="choice"] {{ background: transparent; border: 1px solid transparent;
    border-radius: {radius}px; }}
QFrame[role="choice"][on="true"] {{ {s.fill("text", "selected")} }}
QFrame[role="choice"]:focus {{ border: 1px solid {s.colour("accent")}; }}
QFrame[role="drop"] {{ {s.fill("text", "panel")} border: 1px dashed {s.colour("edge")};
    border-radius: {radius}px; }}
QFrame[role="drop"][over="true"] {{ {s.fill("text", "selected")} }}
QFrame[role="drop"]:focus {{ border: 1px solid {s.colour("accent")}; }}
QFrame[role="drop"][invalid="true"] {{ border: 1px dashed {s.colour("bad")}; }}
QFrame[role="rule"] {{ border: none; background: {s.colour("line")}; }}
QScrollArea, QScrollArea > QWidget > QWidget, QStackedWidget {{ background: transparent;
    border: none; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:horizontal {{ width: {s.px(0.6)}px; }}
QSplitter::handle:vertical {{ height: {s.px(0.6)}px; }}
"""


def _texts(s: _Sheet) -> str:
    grounds = ("surface", "panel", "header", "inset", "selected")
    tones = "".join(
        f'QLabel[ink="{tone}"] {{ {s.ink(palette.ink_of(tone), *grounds)} }}\n' for tone in TONES
    )
    return f"""
QLabel {{ background: transparent; border: none; }}
QLabel[role="title"] {{ {s.pt(1.36)} font-weight: 600; }}
QLabel[role="heading"] {{ font-weight: 600; }}
QLabel[role="muted"] {{ {s.ink("muted", *grounds)} }}
QLabel[role="small"] {{ {s.ink("muted", *grounds)} {s.pt(0.88)} }}
QLabel[role="label"] {{ {s.ink("muted", *grounds)} {s.pt(0.88)} font-weight: 600; }}
QLabel[role="error"] {{ {s.ink("bad", *grounds)} {s.pt(0.92)} }}
QLabel[role="strong"] {{ font-weight: 600; }}
{tones}"""


def _chips(s: _Sheet) -> str:
    chip = f"""font-weight: 600; {s.pt(0.84)} border-radius: {s.px(0.42)}px;
    padding: {s.px(0.06)}px {s.px(0.45)}px;"""
    tones = "".join(
        f'QLabel[role="chip"][tone="{tone}"] '
        f"{{ {s.fill(palette.ink_of(tone), palette.ground_of(tone))} }}\n"
        for tone in TONES
    )
    modes = "".join(
        f'QLabel[role="mode"][mode="{mode}"] {{ {s.fill("on_fill", mode)} }}\n'
        for mode in ("practice", "sandbox", "live")
    )
    return f"""
QLabel[role="chip"] {{ {chip} }}
{tones}
QLabel[role="mode"] {{ font-weight: 700; {s.pt(0.84)} border-radius: {s.px(0.25)}px;
    padding: {s.px(0.22)}px {s.px(0.6)}px; }}
{modes}
QLabel[role="key"] {{ {s.fill("muted", "header")} {s.pt(0.8)} {s.edge("edge")}
    border-radius: {s.px(0.2)}px; padding: 0px {s.px(0.22)}px; }}
"""


def _banners(s: _Sheet) -> str:
    return "".join(
        f"""
QFrame[role="banner"][tone="{tone}"] {{ {s.fill("text", palette.ground_of(tone))}
    border: 1px solid {s.colour(palette.ink_of(tone))}55; border-radius: {s.px(0.36)}px; }}
QFrame[role="banner"][tone="{tone}"] QLabel[role="muted"] {{
    {s.ink("muted", palette.ground_of(tone))} }}
""".replace(f"{s.colour(palette.ink_of(tone))}55", _thin(s.colour(palette.ink_of(tone))))
        for tone in TONES
    )


def _thin(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 80)"


def _buttons(s: _Sheet) -> str:
    radius, up, side = s.px(0.36), s.px(0.3), s.px(0.75)
    return f"""
QPushButton, QToolButton[kind="plain"] {{ {s.fill("text", "panel")} {s.edge("edge")}
    border-radius: {radius}px; padding: {up}px {side}px; font-weight: 600; outline: none; }}
QPushButton:hover, QToolButton[kind="plain"]:hover {{ {s.fill("text", "hover")} }}
QPushButton:pressed, QPushButton:open {{ {s.fill("text", "selected")} }}
QPushButton:focus, QToolButton:focus {{ border-color: {s.colour("link")}; }}
QPushButton:disabled {{ color: {s.colour("faint")}; background: {s.colour("panel")};
    border-color: {s.colour("border")}; }}
QPushButton[kind="primary"], QPushButton[kind="segment"]:checked {{
    {s.fill("on_fill", "accent")} border-color: {s.colour("accent")}; }}
QPushButton[kind="primary"]:hover, QPushButton[kind="segment"]:checked:hover {{
    {s.fill("on_fill", "accent_hover")} }}
QPushButton[kind="danger"] {{ {s.fill("on_fill", "danger")} border-color: {s.colour("danger")}; }}
QPushButton[kind="danger"]:hover {{ {s.fill("on_fill", "danger_hover")} }}
QPushButton[kind="primary"]:focus, QPushButton[kind="danger"]:focus,
QPushButton[kind="segment"]:checked:focus {{ border: 2px solid {s.colour("link")};
    padding: {up - 1}px {side - 1}px; }}
QPushButton[kind="primary"]:disabled, QPushButton[kind="danger"]:disabled {{
    {s.fill("muted", "neutral_soft")} border-color: {s.colour("border")}; }}
QPushButton[kind="link"], QToolButton[kind="link"] {{ {s.ink("link", "panel", "header", "surface")}
    background: transparent; border: 1px solid transparent; padding: {s.px(0.1)}px {s.px(0.2)}px;
    font-weight: 600; }}
QFrame[role="foot"] QPushButton[kind="link"] {{ {s.pt(0.88)} }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="link"]:focus, QToolButton[kind="link"]:focus {{
    border: 1px solid {s.colour("link")}; border-radius: {radius}px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: {radius}px;
    padding: {s.px(0.2)}px; }}
QToolButton:hover {{ background: {s.colour("hover")}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton[kind="tab"] {{ {s.ink("muted", "panel")} background: transparent; border: none;
    border-radius: 0px; border-bottom: 2px solid transparent; font-weight: 500;
    padding: {s.px(0.6)}px {s.px(0.9)}px; }}
QPushButton[kind="tab"]:hover {{ {s.ink("text", "hover")} background: {s.colour("hover")}; }}
QPushButton[kind="tab"]:checked {{ {s.ink("link", "panel")} font-weight: 600;
    border-bottom: 2px solid {s.colour("accent")}; }}
QPushButton[kind="tab"]:focus {{ background: {s.colour("hover")}; }}
QMenu {{ {s.fill("text", "panel")} {s.edge("border")} padding: {s.px(0.25)}px; }}
QMenu::item {{ padding: {s.px(0.3)}px {s.px(1.2)}px; border-radius: {s.px(0.25)}px; }}
QMenu::item:selected {{ {s.fill("text", "selected")} }}
QMenu::separator {{ height: 1px; background: {s.colour("line")}; margin: {s.px(0.25)}px; }}
"""


def _inputs(s: _Sheet) -> str:
    kinds = ("QLineEdit", "QPlainTextEdit", "QTextEdit", "QComboBox", "QSpinBox")
    many = ", ".join(kinds)
    focus = ", ".join(f"{kind}:focus" for kind in kinds)
    invalid = ", ".join(f'{kind}[invalid="true"]' for kind in kinds)
    dead = ", ".join(f"{kind}:disabled, {kind}:read-only" for kind in kinds[:3])
    return f"""
{many} {{ {s.fill("text", "panel")} {s.edge("edge")} border-radius: {s.px(0.36)}px;
    padding: {s.px(0.28)}px {s.px(0.5)}px; selection-background-color: {s.colour("accent")};
    selection-color: {s.colour("on_fill")}; }}
{focus} {{ border: 1px solid {s.colour("accent")}; }}
{invalid} {{ border: 1px solid {s.colour("bad")}; }}
{dead} {{ {s.fill("muted", "inset")} }}
QPlainTextEdit[role="reading"]:read-only {{ {s.fill("text", "inset")} {s.pt(1.1)} }}
QComboBox:disabled, QSpinBox:disabled {{ {s.fill("muted", "inset")} }}
QComboBox::drop-down {{ border: none; width: {s.px(1.5)}px; }}
QComboBox::down-arrow {{ image: url("{s.icons}/arrow-down.svg"); width: {s.px(0.7)}px;
    height: {s.px(0.7)}px; }}
QComboBox QAbstractItemView {{ {s.fill("text", "panel")} {s.edge("border")}
    selection-background-color: {s.colour("selected")}; selection-color: {s.colour("text")};
    outline: none; }}
QCheckBox, QRadioButton {{ background: transparent; spacing: {s.px(0.4)}px; }}
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {{
    width: {s.px(0.8)}px; height: {s.px(0.8)}px; border: 1px solid {s.colour("muted")};
    background: {s.colour("panel")}; border-radius: {s.px(0.2)}px; }}
QRadioButton::indicator {{ border-radius: {s.px(0.4) + 1}px; }}
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{
    background: {s.colour("accent")}; border-color: {s.colour("accent")};
    image: url("{s.icons}/tick.svg"); }}
QRadioButton::indicator:checked {{ border: {s.px(0.24)}px solid {s.colour("accent")};
    width: {s.px(0.8) - 2 * s.px(0.24) + 2}px; height: {s.px(0.8) - 2 * s.px(0.24) + 2}px; }}
QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border-color: {s.colour("link")}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{
    border-color: {s.colour("border")}; }}
QProgressBar {{ {s.fill("text", "inset")} border: none; border-radius: {s.px(0.15)}px;
    max-height: {s.px(0.36)}px; }}
QProgressBar::chunk {{ background: {s.colour("accent")}; border-radius: {s.px(0.15)}px; }}
"""


def _lists(s: _Sheet) -> str:
    bar = s.px(0.6)
    return f"""
QAbstractItemView {{ {s.fill("text", "panel")} border: none; outline: none;
    selection-background-color: {s.colour("selected")}; selection-color: {s.colour("text")}; }}
QTableView {{ gridline-color: {s.colour("line")}; }}
QTableWidget::item {{ padding: 0px {s.px(0.3)}px; }}
QHeaderView {{ background: {s.colour("header")}; border: none; }}
QHeaderView::section {{ {s.fill("muted", "header")} {s.pt(0.86)} font-weight: 600; border: none;
    border-bottom: 1px solid {s.colour("line")}; padding: {s.px(0.35)}px {s.px(0.5)}px; }}
QScrollBar:vertical {{ background: transparent; width: {bar}px; margin: 0px; }}
QScrollBar:horizontal {{ background: transparent; height: {bar}px; margin: 0px; }}
QScrollBar::handle {{ background: {s.colour("edge")}; border-radius: {bar // 2 - 1}px;
    margin: 1px; }}
QScrollBar::handle:vertical {{ min-height: {s.px(1.5)}px; }}
QScrollBar::handle:horizontal {{ min-width: {s.px(1.5)}px; }}
QScrollBar::handle:hover {{ background: {s.colour("muted")}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0px; height: 0px; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
