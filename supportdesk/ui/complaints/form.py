"""A form over a complaint's fields: texts in and out, messages beside the inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from supportdesk.domain.complaint_check import Problem
from supportdesk.ui import theme
from supportdesk.ui.complaints.editors import Editor, NoteInput
from supportdesk.ui.complaints.words import field_label
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.panel import Panel


def keep_title(panel: Panel) -> None:
    """Keep a panel's title whole; only the note beside it gives way."""
    item = panel.header.itemAt(0)
    title = item.widget() if item is not None else None
    if title is not None:
        title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Form(QWidget):
    """Fields by name, in rows.

    Signals:
        edited: the person changed a field.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, Field] = {}
        self.editors: dict[str, Editor] = {}
        self._quiet = False
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(theme.current.measures.px(0.55))

    def field(self, name: str, editor: Editor, *, hint: str = "", required: bool = False) -> Field:
        """Make the field of this name; its input is called complaint_<name>."""
        assert isinstance(editor, QWidget)
        made = Field(field_label(name), editor, hint, required=required)
        editor.name(f"complaint_{name}")
        editor.edited.connect(lambda: self._edited(name))
        self.fields[name] = made
        self.editors[name] = editor
        return made

    def row(self, *widgets: QWidget) -> QWidget:
        """Put widgets beside each other, each with the same share of the width."""
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.current.measures.px(0.5))
        for widget in widgets:
            layout.addWidget(widget, 1, Qt.AlignmentFlag.AlignTop)
        self.rows.addWidget(line)
        return line

    def texts(self) -> dict[str, str]:
        """What the inputs hold, by field."""
        return {name: editor.text() for name, editor in self.editors.items()}

    def show_texts(self, texts: Mapping[str, str]) -> None:
        """Fill inputs without it counting as an edit; messages go away."""
        self._quiet = True
        # A sub-category can only be chosen once its category is.
        for name in self.editors:
            if name in texts:
                self.editors[name].show_text(texts[name])
        self._quiet = False
        for field in self.fields.values():
            field.clear_error()
        self.arrange()

    def arrange(self) -> None:
        """Show and hide what depends on other fields."""

    def own_problems(self) -> list[Problem]:
        """What the inputs themselves cannot read."""
        found = ((name, editor.problem()) for name, editor in self.editors.items())
        return [
            Problem(name, text) for name, text in found if text and not self.fields[name].isHidden()
        ]

    def show_problems(self, problems: Iterable[Problem]) -> Sequence[Problem]:
        """Say each problem beside its field, go to the first, return those without a field."""
        by_field: dict[str, str] = {}
        for problem in [*self.own_problems(), *problems]:
            by_field.setdefault(problem.field, problem.text)
        for name, field in self.fields.items():
            # A note's own guard has said it beside the note already.
            guarded = isinstance(self.editors[name], NoteInput) and self.editors[name].problem()
            field.set_error("" if guarded else by_field.get(name, ""))
        shown = [name for name in self.fields if name in by_field]
        if shown:
            self.reveal(shown[0])
        return [Problem(n, text) for n, text in by_field.items() if n not in self.fields]

    def reveal(self, name: str) -> None:
        """Bring a field into view and give it the keyboard."""
        field = self.fields[name]
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(field)

    def _edited(self, name: str) -> None:
        if self._quiet:
            return
        if self.fields[name].error():
            self.fields[name].clear_error()
        self.arrange()
        self.edited.emit()
