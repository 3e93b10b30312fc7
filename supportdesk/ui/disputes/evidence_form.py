"""The evidence part of a dispute form, built from the rules of the chosen reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from supportdesk.domain.disputes_rules import EvidenceField, Reason, Rules
from supportdesk.domain.records import Transaction
from supportdesk.store.dispute_drafts import Kept
from supportdesk.ui import theme
from supportdesk.ui.disputes.editors import AnyEditor, ChoiceEditor, NoteEditor, make
from supportdesk.ui.disputes.file_editor import FileEditor
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.field import Field

_WIDE = ("long", "file", "transaction")


class EvidenceForm(QWidget):
    """The fields of one reason in reading order; two short ones share a line.

    Signals:
        edited: name of the field the person changed.
        offered: name of a file field and the list of paths or pictures that were put there.
        look: name of a file field that shall be shown as the bank will see it.
    """

    edited = Signal(str)
    offered = Signal(str, object)
    look = Signal(str)

    def __init__(self, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = rules
        self._reason: Reason | None = None
        self._purchases: Sequence[Transaction] = ()
        self._files: Sequence[Kept] = ()
        self._editors: dict[str, AnyEditor] = {}
        self._fields: dict[str, Field] = {}
        self._proof: ChoiceEditor | None = None
        self._columns = 2
        px = theme.current.measures.px
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(0.6))
        self._grid.setVerticalSpacing(px(0.6))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)

    def set_columns(self, columns: int) -> None:
        """Put one or two short fields into a line."""
        if columns != self._columns:
            self._columns = columns
            self._grid.setColumnStretch(1, columns - 1)
            self._arrange()

    def set_known(self, purchases: Sequence[Transaction], files: Sequence[Kept]) -> None:
        """Tell the person's other purchases and the files that are kept."""
        self._purchases, self._files = purchases, files
        for editor in self._editors.values():
            if isinstance(editor, FileEditor):
                editor.set_known(files)

    def add_file(self, name: str, kept: Kept) -> None:
        """Show a file that was kept just now in its field."""
        others = [file for file in self._files if file.id != kept.id]
        self.set_known(self._purchases, [*others, kept])
        editor = self._editors.get(name)
        if isinstance(editor, FileEditor):
            editor.take(kept)

    def show_reason(self, reason: str, evidence: Mapping[str, str], proof: str = "") -> None:
        """Show the fields of a reason with what was typed; `proof` is the likely one of several."""
        if self._reason is None or self._reason.reason != reason:
            self._build(self._rules.reason(reason))
        for name, editor in self._editors.items():
            editor.put(evidence.get(name, ""))
        if self._proof is not None and self._reason is not None:
            given = [name for name in self._reason.one_of if evidence.get(name)]
            if given or not self._proof.text():
                likely = proof if proof in self._reason.one_of else self._reason.one_of[0]
                self._proof.put(given[0] if given else likely)
        self._arrange()

    def texts(self) -> dict[str, str]:
        """Return what the draft keeps, by field; proofs that are not the chosen one are ""."""
        made = {name: editor.text() for name, editor in self._editors.items()}
        if self._proof is not None and self._reason is not None:
            for name in self._reason.one_of:
                if name != self._proof.text():
                    made[name] = ""
        return made

    def put(self, name: str, text: str) -> None:
        """Show another text in a field, if this reason has it."""
        if (editor := self._editors.get(name)) is not None:
            editor.put(text)

    def field(self, name: str) -> Field | None:
        """Return the field of that name, None if this reason has none."""
        return self._fields.get(name)

    def editor(self, name: str) -> AnyEditor | None:
        """Return the editor of that name, None if this reason has none."""
        return self._editors.get(name)

    def unweighed(self) -> dict[str, str]:
        """Return what file fields hold whose size together is not known, by field."""
        return {
            name: editor.text()
            for name, editor in self._editors.items()
            if isinstance(editor, FileEditor) and editor.text() and not editor.is_weighed
        }

    def set_errors(self, errors: Mapping[str, str]) -> None:
        """Say beside each field what is wrong with it."""
        for name, shown in self._fields.items():
            editor = self._editors.get(name)
            text = errors.get(name, "")
            if isinstance(editor, NoteEditor) and editor.problem():
                text = ""  # the editor itself says so
            if isinstance(editor, FileEditor):
                text = editor.problem() or text
            shown.set_error(text)

    def _build(self, reason: Reason | None) -> None:
        for old in [*self._fields.values()]:
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._reason, self._proof = reason, None
        self._editors, self._fields = {}, {}
        if reason is None:
            return
        if reason.one_of:
            choices = [(n, tr(self._rules.field(n).label)) for n in reason.one_of]
            self._proof = ChoiceEditor(choices, tr("Proof"))
            self._proof.setObjectName("dispute_proof")
            self._proof.edited.connect(self._proof_chosen)
            name = tr("Proof (exactly one)")
            self._fields["one_of"] = Field(name, self._proof, required=True, parent=self)
        for entry in reason.fields:
            self._add(entry, entry.needed or entry.field in reason.one_of)

    def _add(self, entry: EvidenceField, needed: bool) -> None:
        name, what = entry.field, self._rules.field(entry.field)
        editor = make(name, what, self._rules.reasons.text_limit, self._purchases)
        if isinstance(editor, FileEditor):
            editor.set_known(self._files)
            editor.offered.connect(lambda files: self.offered.emit(name, files))
            editor.look.connect(lambda: self.look.emit(name))
        editor.edited.connect(lambda: self._edited(name))
        self._editors[name] = editor
        made = Field(tr(what.label), editor, tr(what.hint), required=needed, parent=self)
        made.hide()  # until it is found to apply
        self._fields[name] = made

    def _edited(self, name: str) -> None:
        fields = self._reason.fields if self._reason else ()
        if any(name in entry.when for entry in fields):
            self._arrange()
        self.edited.emit(name)

    def _proof_chosen(self) -> None:
        self._arrange()
        if self._proof is not None:
            self.edited.emit(self._proof.text())

    def _applies(self, entry: EvidenceField) -> bool:
        reason = self._reason
        if reason is not None and self._proof is not None and entry.field in reason.one_of:
            return entry.field == self._proof.text()
        return entry.applies({name: editor.text() for name, editor in self._editors.items()})

    def _arrange(self) -> None:
        """Lay the fields that apply out anew."""
        row = column = 0
        if (proof := self._fields.get("one_of")) is not None:
            self._grid.addWidget(proof, row, 0, 1, 2)
            row += 1
        for entry in self._reason.fields if self._reason else ():
            shown = self._fields[entry.field]
            applies = self._applies(entry)
            if applies:
                wide = self._columns == 1 or self._rules.field(entry.field).kind in _WIDE
                if wide and column:
                    row, column = row + 1, 0
                self._grid.addWidget(shown, row, column, 1, 2 if wide else 1)
                row, column = (row + 1, 0) if wide or column else (row, 1)
            shown.setVisible(applies)
