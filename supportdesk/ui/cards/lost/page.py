"""What the steps of the flow have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.widgets.button import Segmented
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.panel import page_column


class StepPage(QWidget):
    """One step: it shows a report and tells what was typed.

    Signals:
        edited: names of the report's fields with their new values.
    """

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self.column = page_column(self)

    def show_errors(self, wrong: Mapping[str, str]) -> bool:
        """Say beside the fields of this page what is wrong; returns whether anything is."""
        first: Field | None = None
        for name, field in self.fields.items():
            field.set_error(wrong.get(name, ""))
            if name in wrong and first is None:
                first = field
        if first is not None:
            first.editor.setFocus()
        return first is not None

    def start_focus(self) -> None:
        """Put the keyboard where the step begins."""
        self.setFocus()

    def tell(self, name: str, value: object) -> None:
        """Tell that a field has another value."""
        if (field := self.fields.get(name)) is not None:
            field.clear_error()
        self.edited.emit({name: value})


def choices(name: str, title: str, values: Sequence[tuple[str, str]]) -> Segmented:
    """Make a row of choices with an object name."""
    made = Segmented(values, title)
    made.setObjectName(name)
    return made


def in_a_row(fields: Sequence[QWidget], stretch: Sequence[int] = ()) -> QHBoxLayout:
    """Put fields beside each other; without `stretch` the free space is at their right."""
    row = QHBoxLayout()
    row.setSpacing(theme.current.measures.px(0.9))
    for at, field in enumerate(fields):
        row.addWidget(field, stretch[at] if stretch else 0)
    if not stretch:
        row.addStretch(1)
    return row
