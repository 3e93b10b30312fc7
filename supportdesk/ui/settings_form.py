"""The fields of the settings."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from babel import Locale
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from supportdesk.config import LANGUAGES, REGIMES, Settings
from supportdesk.ui import theme
from supportdesk.ui.text import locale, tr
from supportdesk.ui.widgets.button import Segmented
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import page_column

_NUMBERS = ("retention_years", "lock_minutes", "rate_share", "monthly_reads")
_TEXTS = (
    "agent",
    "programme_name",
    "programme_subdivision",
    "business_name",
    "account_id",
    "ombudsman",
)
_LISTS = ("programme_country", "timezone", "language")
_CHOICES = (
    "handling_model",
    "financial_calendar",
    "theme",
    "verification",
    "dispute_approval",
)


class SettingsForm(QWidget):
    """All fields, in three groups.

    Signals:
        changed: something was typed or chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self._fields: dict[str, Field] = {}
        self._regimes: dict[str, QCheckBox] = {}
        outer = page_column(self, 0.5)
        for title, rows in _layout():
            outer.addWidget(label(title, "heading"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(px(1))
            grid.setVerticalSpacing(px(0.5))
            for at, name in enumerate(rows):
                wide = 3 if name == "regimes" else 1
                grid.addWidget(self._field(name), at // 3, at % 3, 1, wide)
            for column in range(3):
                grid.setColumnStretch(column, 1)
            outer.addLayout(grid)
            outer.addSpacing(px(0.5))
        outer.addStretch(1)

    def _field(self, name: str) -> Field:
        words, hint = _words()[name]
        editor = self._editor(name, words)
        editor.setObjectName(f"settings_{name}")
        self._fields[name] = Field(words, editor, hint, required=name in ("agent", _TEXTS[1]))
        return self._fields[name]

    def _editor(self, name: str, words: str) -> QWidget:
        if name in _LISTS:
            box = QComboBox()
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(8)
            for value, text in _options(name):
                box.addItem(text, value)
            box.currentIndexChanged.connect(self.changed)
            return box
        if name in _CHOICES:
            choice = Segmented(_options(name), words, wrap=True)
            choice.changed.connect(self.changed)
            return choice
        if name == "regimes":
            return self._regime_boxes(words)
        line = QLineEdit()
        line.setMaxLength(2_000)
        line.textChanged.connect(self.changed)
        return line

    def _regime_boxes(self, words: str) -> QWidget:
        made = QWidget()
        made.setAccessibleName(words)
        flow = FlowLayout(made)
        for name, text in _options("regimes"):
            box = QCheckBox(text)
            box.toggled.connect(self.changed)
            self._regimes[name] = box
            flow.addWidget(box)
        return made

    # --- values ------------------------------------------------------------------------------

    def set_settings(self, settings: Settings) -> None:
        """Show settings."""
        for name, field in self._fields.items():
            blocked = self.blockSignals(True)
            self._set(name, field.editor, getattr(settings, name))
            self.blockSignals(blocked)

    def _set(self, name: str, editor: QWidget, value: Any) -> None:
        if isinstance(editor, QComboBox):
            at = editor.findData(value)
            if at < 0:  # a file from elsewhere: shown as it is, the check says what is wrong
                editor.addItem(str(value), value)
                at = editor.count() - 1
            editor.setCurrentIndex(at)
        elif isinstance(editor, Segmented):
            editor.set_value(value)
        elif name == "regimes":
            for regime, box in self._regimes.items():
                box.setChecked(regime in value)
        elif isinstance(editor, QLineEdit):
            editor.setText(_written(name, value))

    def settings(self, base: Settings) -> Settings:
        """Return what is shown; a number that cannot be read stays as in `base`."""
        values: dict[str, Any] = {}
        for name, field in self._fields.items():
            editor = field.editor
            if isinstance(editor, QComboBox):
                values[name] = editor.currentData()
            elif isinstance(editor, Segmented):
                values[name] = editor.value()
            elif name == "regimes":
                values[name] = tuple(r for r, box in self._regimes.items() if box.isChecked())
            elif isinstance(editor, QLineEdit) and name not in self.unreadable():
                values[name] = _read(name, editor.text())
        return replace(base, **values)

    def unreadable(self) -> dict[str, str]:
        """Return the number fields that hold no number, with what to say."""
        wrong = {}
        for name in _NUMBERS:
            editor = self._fields[name].editor
            if isinstance(editor, QLineEdit) and not _is_number(editor.text()):
                wrong[name] = tr("Enter a whole number.")
        return wrong

    def show_errors(self, wrong: Mapping[str, str]) -> None:
        """Say beside each field what is wrong with it."""
        for name, field in self._fields.items():
            field.set_error(tr(wrong[name]) if name in wrong else "")

    def go_to(self, name: str) -> None:
        """Put the keyboard into a field."""
        self._fields[name].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_focus(self) -> None:
        """Put the keyboard into the first field."""
        self.go_to("agent")


def _is_number(text: str) -> bool:
    text = text.strip()
    return text.isascii() and text.isdigit() and len(text) < 9


def _written(name: str, value: Any) -> str:
    if name == "closing_days":
        return ", ".join(value)
    return str(round(value * 100)) if name == "rate_share" else str(value)


def _read(name: str, text: str) -> Any:
    if name == "closing_days":
        return tuple(part for part in text.replace(",", " ").replace(";", " ").split() if part)
    if name == "rate_share":
        return int(text) / 100
    return int(text) if name in _NUMBERS else text.strip()


def _layout() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        (
            tr("You and this desk"),
            ("agent", "language", "theme", "lock_minutes", "rate_share", "monthly_reads"),
        ),
        (
            tr("Programme"),
            (
                *("programme_name", "programme_country", "programme_subdivision"),
                *("timezone", "business_name", "account_id", "verification"),
                "dispute_approval",
            ),
        ),
        (
            tr("Complaints"),
            (
                *("handling_model", "retention_years", "closing_days"),
                *("financial_calendar", "ombudsman", "regimes"),
            ),
        ),
    )


def _words() -> dict[str, tuple[str, str]]:
    return {
        "agent": (tr("Agent"), tr("Stands beside every action and complaint.")),
        "language": (tr("Language"), tr("Also how amounts and dates are written.")),
        "theme": (tr("Appearance"), ""),
        "lock_minutes": (tr("Hide the screen after idle minutes"), tr("0 for never.")),
        "rate_share": (
            tr("Share of the request rate, percent"),
            tr("All desks of an account share Stripe's limit."),
        ),
        "monthly_reads": (
            tr("Reads from Stripe per month"),
            tr("Of this desk; all desks share at least 10,000."),
        ),
        "programme_name": (tr("Programme"), ""),
        "programme_country": (tr("Country"), tr("Its holidays are no business days.")),
        "programme_subdivision": (
            tr("Part of the country"),
            tr("Such as SCT or BY; may be empty."),
        ),
        "timezone": (tr("Time zone"), tr("In it the days of a complaint are counted.")),
        "business_name": (tr("Business name"), tr("As Stripe's complaint form wants it.")),
        "account_id": (tr("Stripe account id"), tr("acct_…, for the complaint form.")),
        "verification": (
            tr("Who verifies callers"),
            tr("“Elsewhere” opens everything at once, without asking."),
        ),
        "dispute_approval": (
            tr("Second person for disputes"),
            tr("Someone else looks before a dispute is submitted."),
        ),
        "handling_model": (tr("Who answers complaints"), tr("As your contract with Stripe says.")),
        "retention_years": (tr("Keep closed complaints, years"), tr("Stripe asks for at least 5.")),
        "closing_days": (tr("Own closing days"), tr("YYYY-MM-DD, separated by commas.")),
        "financial_calendar": (
            tr("Payment calendar"),
            tr("Counted as well; the earlier date holds."),
        ),
        "ombudsman": (
            tr("Ombudsman named in letters"),
            tr("Name and address as your contract says; empty for none."),
        ),
        "regimes": (tr("Rules that can apply"), ""),
    }


def _options(name: str) -> list[tuple[str, str]]:
    if name == "programme_country":
        countries = Locale.parse(locale()).territories
        found = [(code, f"{words} ({code})") for code, words in countries.items() if _is_code(code)]
        return sorted(found, key=lambda item: item[1].casefold())
    if name == "timezone":
        return [(zone, zone) for zone in sorted(zoneinfo.available_timezones())]
    if name == "language":
        words = {"system": tr("As the system")}
        known = Locale.parse(locale())
        return [(code, words.get(code) or known.languages.get(code, code)) for code in LANGUAGES]
    if name == "theme":
        return [("system", tr("System")), ("light", tr("Light")), ("dark", tr("Dark"))]
    if name == "verification":
        return [("on", tr("This desk")), ("off", tr("Elsewhere"))]
    if name == "financial_calendar":
        return [("", tr("None")), ("XECB", tr("ECB")), ("XFED", tr("Federal Reserve"))]
    if name == "dispute_approval":
        return [("off", tr("Not needed")), ("on", tr("Needed"))]
    if name == "handling_model":
        return [("resolve_and_report", tr("We do, and report")), ("forward", tr("We forward them"))]
    regimes = {
        "stripe": tr("Stripe contract"),
        "us_cfpb": tr("US: CFPB"),
        "us_reg_e": tr("US: Regulation E"),
        "us_reg_z": tr("US: Regulation Z"),
        "uk_disp": tr("UK: DISP"),
        "uk_psrs": tr("UK: PSRs (refunds)"),
        "eu_psd2": tr("EU: PSD2"),
        "ie_cpc": tr("Ireland: CPC"),
    }
    return [(regime, regimes.get(regime, regime)) for regime in REGIMES]


def _is_code(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ")
