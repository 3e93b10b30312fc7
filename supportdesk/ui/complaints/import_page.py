"""Import of a list: choose the file, say which column is which, try it, bring it in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from supportdesk import aio
from supportdesk.domain.complaint_import import FIELDS, NUMBER, Line
from supportdesk.domain.privacy import mask
from supportdesk.errors import UserFacing
from supportdesk.services.complaint_import import ComplaintImport, Sheet, Trial
from supportdesk.ui.complaints import words
from supportdesk.ui.complaints.editors import Choice
from supportdesk.ui.complaints.progress_line import ProgressLine
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import breakable, locale, number, tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, empty
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.widgets.save_file import ask_file

_EXAMPLE = 40  # characters of a column's first value


class ImportPage(Panel):
    """A spreadsheet on its way in.

    Signals:
        left: back to where the person was.

    Attributes:
        trial: what the last try found, None before one or after a column was changed.
    """

    left = Signal()

    def __init__(
        self, imports: ComplaintImport, tasks: aio.Tasks, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Import complaints"), parent=parent)
        self._imports = imports
        self._tasks = tasks
        self._sheet: Sheet | None = None
        self.trial: Trial | None = None
        self._when_stopped = ""
        self._choices: dict[int, Choice] = {}
        self.add_back(tr("Back"), "import_back", self.left)
        column = self.add_column()
        self.said = Banner()
        self.said.hide()
        self._hint = label(self._about(), "muted", wrap=True)
        self._map = QWidget()
        self._grid = QGridLayout(self._map)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.rows = RowList(tr("Rows with problems"))
        self.rows.setObjectName("import_rows")
        self.progress = ProgressLine(tr("Import"))
        self.progress.cancelled.connect(lambda: tasks.start(self._stopped(), only="import"))
        for part in (self.said, self._hint, self._map, self.progress):
            column.addWidget(part)
        column.addStretch(1)
        self.body.addWidget(self.rows, 1)
        self.rows.hide()
        self._make_foot()

    def _make_foot(self) -> None:
        foot = self.add_footer()
        self.choose = KeyButton(tr("Choose a file…"))
        self.choose.setObjectName("import_choose")
        self.choose.clicked.connect(lambda: self._tasks.start(self._choose(), only="import"))
        self.test = KeyButton(tr("Try it"))
        self.test.setObjectName("import_try")
        self.test.clicked.connect(lambda: self._tasks.start(self._try(), only="import"))
        self.go = KeyButton(tr("Import"), kind="primary")
        self.go.setObjectName("import_go")
        self.go.clicked.connect(lambda: self._tasks.start(self._run(), only="import"))
        foot.addWidget(self.choose)
        foot.addStretch(1)
        foot.addWidget(self.test)
        foot.addWidget(self.go)
        self._buttons()

    def _buttons(self) -> None:
        self.test.setEnabled(self._sheet is not None)
        new = len(self.trial.new) if self.trial is not None else 0
        self.go.setText(tr("Import {n}", n=number(new)) if new else tr("Import"))
        self.go.setEnabled(bool(new))
        self.go.setToolTip("" if new else tr("Try it first: nothing is written by that."))

    async def _choose(self) -> None:
        kinds = tr("Tables (*.csv *.xlsx)")
        path = await ask_file(self, tr("Choose a list"), kinds, "import_file")
        if path is None:
            return
        self._hint.setText(tr("Reading {name}…", name=path.name))
        try:
            sheet = await self._imports.read(path)
        except UserFacing as problem:
            self._hint.setText(self._about())
            self.said.show_problem(problem)
            return
        self.show_sheet(sheet)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the columns of a file, each with the field it stands for."""
        self._sheet, self.trial = sheet, None
        self.said.hide()
        self.rows.hide()
        self._hint.setText(self._about())
        empty(self._grid)
        self._choices = {}
        titles = [_number_words() if name == NUMBER else words.field_label(name) for name in FIELDS]
        for at, title in enumerate(sheet.head):
            box = Choice(none=tr("leave it out"))
            box.offer(FIELDS, titles)
            box.show_text(sheet.mapping.get(at, ""))
            box.setObjectName(f"import_column_{at}")
            box.edited.connect(self._mapped)
            name = mask(title[:200]) or tr("column {n}", n=at + 1)
            box.setAccessibleName(name)
            first = sheet.rows[1][at] if at < len(sheet.rows[1]) else ""
            example = mask(" ".join(first[:1_000].split()))[:_EXAMPLE]
            self._grid.addWidget(label(breakable(name[:80]), wrap=True), at, 0)
            self._grid.addWidget(box, at, 1)
            self._grid.addWidget(label(breakable(example), "small", wrap=True), at, 2)
            self._choices[at] = box
        for column, share in enumerate((3, 4, 3)):
            self._grid.setColumnStretch(column, share)
        self._buttons()

    def _about(self) -> str:
        sheet = self._sheet
        if sheet is None:
            return tr(
                "A CSV file or Excel workbook whose first row names the columns. An exported log "
                "can be read too; card numbers never come in."
            )
        rows = len(sheet.rows) - 1
        many = tr("1 row") if rows == 1 else tr("{n} rows", n=number(rows))
        return tr("{name} · {rows}", name=sheet.name, rows=many)

    def _mapped(self) -> None:
        if self._sheet is not None:
            found = {at: box.text() for at, box in self._choices.items() if box.text()}
            self._sheet.mapping.clear()
            self._sheet.mapping.update(found)
        self.trial = None
        self._buttons()

    async def _try(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        self._begin(tr("Stopped. Nothing was written."), len(sheet.rows) - 1)
        try:
            trial = await self._imports.try_it(sheet, locale(), self.progress.tell)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        finally:
            self._end()
        self.trial = trial
        parts = [tr("{n} can be imported", n=number(len(trial.new)))]
        if trial.known:
            parts.append(tr("{n} are here already", n=number(len(trial.known))))
        if trial.wrong:
            parts.append(tr("{n} have problems and stay out", n=number(len(trial.wrong))))
        tone: Tone = "warn" if trial.wrong else "good"
        self.said.say(" · ".join(parts), tone, detail=tr("Nothing was written yet."))
        self.rows.set_rows([_row(line) for line in trial.wrong])
        self.rows.setVisible(bool(trial.wrong))
        self._buttons()

    async def _run(self) -> None:
        sheet, trial = self._sheet, self.trial
        if sheet is None or trial is None:
            return
        self.trial = None
        stays = tr("Stopped. What was imported stays; importing the file again adds the rest.")
        self._begin(stays, len(trial.new))
        try:
            count = await self._imports.run(sheet, trial, self.progress.tell)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        finally:
            self._end()
        said = tr("{many} imported", many=words.many(count))
        self.said.say(said, "good", closable=True)

    def _begin(self, when_stopped: str, whole: int) -> None:
        self._when_stopped = when_stopped
        self.progress.begin(whole)
        for button in (self.choose, self.test, self.go):
            button.setEnabled(False)

    def _end(self) -> None:
        self.progress.hide()
        self.choose.setEnabled(True)
        self._buttons()

    async def _stopped(self) -> None:
        self.said.say(self._when_stopped, "neutral", closable=True)


def _number_words() -> str:
    """What the number of the old list is called."""
    return tr("Number in the old list")


def _row(line: Line) -> Row:
    wrong = [f"{words.field_label(p.field).rstrip('?')}: {p.text}" for p in line.problems]
    return Row(
        key=str(line.at),
        title=tr(
            "Row {n}  {what}", n=number(line.at), what=mask(words.subject(line.complaint))[:80]
        ),
        subtitle=" · ".join(wrong),
    )
