"""The month's report to Stripe, below the list: what is in it, what is missing, what was done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk import aio
from supportdesk.errors import UserFacing
from supportdesk.services.complaints import Complaints
from supportdesk.services.month_pack import MonthPack, Pack
from supportdesk.ui import theme
from supportdesk.ui.complaints import words
from supportdesk.ui.complaints.month_words import entry_row, open_row, rows, sent_row, summary
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import day, number, parse_day, tr, typed_day
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.chip import Chip, FlowLayout
from supportdesk.ui.widgets.date_edit import DateEdit
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.read_back import ReadBack
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.widgets.save_file import ask_path

SHOWN = 300  # rows of a month; of more those with something missing come first


class MonthPanel(Panel):
    """One month at a time.

    Signals:
        wanted: id of a complaint that shall be shown, with what is wrong in its row.
    """

    wanted = Signal(str, object)

    def __init__(
        self,
        months: MonthPack,
        complaints: Complaints,
        tasks: aio.Tasks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._months = months
        self._complaints = complaints
        self._tasks = tasks
        self._correcting = False
        self.pack: Pack | None = None
        self._make_header()
        px = theme.current.measures.px
        words_box = QVBoxLayout()
        words_box.setContentsMargins(px(0.75), px(0.45), px(0.75), px(0.3))
        words_box.setSpacing(px(0.4))
        self.said = Banner()
        self.said.setObjectName("month_said")
        self.said.hide()
        self.summary = label("", "muted", wrap=True)
        self.summary.setObjectName("month_summary")
        words_box.addWidget(self.said)
        words_box.addWidget(self.summary)
        words_box.addWidget(self._make_views())
        words_box.addStretch(1)
        self.body.addLayout(words_box)
        self.list = RowList(tr("Rows of the month"))
        self.list.setObjectName("month_rows")
        self.list.clicked.connect(lambda _: self._choose(self.list.current_key()))
        self.list.chosen.connect(self._choose)
        self.body.addWidget(self.list, 1)
        self._make_closing()

    def _make_header(self) -> None:
        self.choice = QComboBox()
        self.choice.setObjectName("month_choice")
        self.choice.setAccessibleName(tr("Month of the report to Stripe"))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.activated.connect(lambda _: self._chosen_month())
        self.due = Chip("", "neutral")
        self.check = KeyButton(tr("Check"))
        self.check.setObjectName("month_check")
        self.check.clicked.connect(lambda: self._tasks.start(self._check()))
        self.export = KeyButton(tr("Export…"), kind="primary")
        self.export.setObjectName("month_export")
        self.export.setAccessibleName(tr("Export the month for Stripe"))
        self.export.clicked.connect(lambda: self._tasks.start(self._export("csv")))
        self.excel = KeyButton(tr("Excel…"))
        self.excel.setObjectName("month_excel")
        self.excel.setAccessibleName(tr("Export the month for Stripe as an Excel workbook"))
        self.excel.clicked.connect(lambda: self._tasks.start(self._export("xlsx")))
        self.header.insertWidget(0, self.choice)
        self.header.insertWidget(1, self.due)
        self.add_action(self.check)
        self.add_action(self.excel)
        self.add_action(self.export)

    def _make_views(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        choices = [("rows", tr("Report")), ("open", tr("Still open")), ("sent", tr("Sent"))]
        self.views = Segmented(choices, tr("Part of the month"))
        self.views.setObjectName("month_views")
        for button in self.views.findChildren(KeyButton):
            button.setObjectName(f"month_view_{button.property('value')}")
        self.views.set_value("rows")
        self.views.changed.connect(lambda _: self._show_rows())
        self.correct = KeyButton(tr("Correct it…"), kind="link")
        self.correct.setObjectName("month_correct")
        self.correct.setAccessibleDescription(tr("Make a new version beside the one sent"))
        self.correct.clicked.connect(self._turn)
        row.addWidget(self.views, 1)
        row.addWidget(self.correct)
        return line

    def _turn(self) -> None:
        """Begin a correction, or leave it."""
        self._correcting = not self._correcting
        self.views.set_value("rows")
        self.refresh()

    def _make_closing(self) -> None:
        px = theme.current.measures.px
        self._closing = QWidget()
        around = QVBoxLayout(self._closing)
        around.setContentsMargins(px(0.75), px(0.3), px(0.75), px(0.5))
        inner = QWidget()
        row = FlowLayout(inner)  # all four do not fit beside each other in a narrow list
        around.addWidget(inner)
        self.attest = KeyButton(tr("Attest no complaints…"))
        self.attest.setObjectName("month_attest")
        self.attest.clicked.connect(lambda: self._tasks.start(self._attest()))
        self._on_label = label(tr("Handed in on"), "label")
        self.on = DateEdit()
        self.on.setObjectName("month_submitted_on")
        self.on.setMaximumWidth(px(8))
        self._on_label.setMinimumHeight(self.on.sizeHint().height())  # level with its input
        self._on_label.setBuddy(self.on)
        self.on.setAccessibleName(tr("Handed in on"))
        self.submit = KeyButton(tr("Mark as submitted…"))
        self.submit.setObjectName("month_submit")
        self.submit.clicked.connect(lambda: self._tasks.start(self._submit()))
        for widget in (self.attest, self._on_label, self.on, self.submit):
            row.addWidget(widget)
        self.body.addWidget(self._closing)

    # --- showing

    @property
    def month(self) -> str:
        """The month shown (YYYY-MM), "" before the first reading."""
        return str(self.choice.currentData() or "")

    def _chosen_month(self) -> None:
        self._correcting = False
        self.views.set_value("rows")
        self.refresh()

    def refresh(self) -> None:
        """Read the month again."""
        self._tasks.start(self._read(), only="month")

    async def _read(self) -> None:
        chosen = self.month
        months = await self._months.months()
        first = chosen or await self._months.current()
        pack = await self._months.pack(first, correcting=self._correcting)
        self.choice.clear()
        for month in months:
            self.choice.addItem(words.month_name(month), month)
        self.choice.setCurrentIndex(max(0, self.choice.findData(first)))
        self.show_pack(pack)

    def show_pack(self, pack: Pack) -> None:
        """Show a month as it stands."""
        if self.pack is None or pack.month != self.pack.month:
            self.said.hide()
            self.on.set_day(self._complaints.today())
        self.pack = pack
        today = self._complaints.today()
        self.on.latest = today
        self._correcting = pack.correcting
        closed = None if pack.correcting else pack.closed
        if pack.correcting:
            self.due.set(tr("correction {n}", n=pack.version), "info")
        elif closed is not None:
            self.due.set(tr("submitted") if closed.submitted_on else tr("attested"), "good")
        else:
            late, due = today > pack.due, day(pack.due, today=today)
            tone: Tone = "bad" if late else "warn" if pack.over else "neutral"
            self.due.set(
                tr("overdue since {day}", day=due) if late else tr("due {day}", day=due), tone
            )
        self.summary.setText(summary(pack))
        self._show_rows()
        self.check.setVisible(closed is None)
        self._closing.setVisible(pack.over and closed is None)
        self.attest.setVisible(not (pack.new or pack.correcting) and pack.attested is None)
        # Without a new complaint Stripe wants the attestation first.
        submittable = bool(pack.entries) and bool(pack.new or pack.attested or pack.correcting)
        for widget in (self._on_label, self.on, self.submit):
            widget.setVisible(submittable)
        self.submit.setEnabled(pack.exported is not None)
        self.submit.setToolTip("" if pack.exported else tr("Export the month first."))

    def _show_rows(self) -> None:
        pack = self.pack
        if pack is None:
            return
        titles = {"rows": tr("Report"), "open": tr("Still open"), "sent": tr("Sent")}
        counts = {"rows": len(pack.entries), "open": pack.open_count, "sent": len(pack.sent)}
        for name, count in counts.items():
            self.views.set_text(name, f"{titles[name]} {number(count)}")
        done = pack.closed is not None and not pack.correcting
        self.views.set_allowed("rows", not done, tr("It was sent: see what was sent."))
        if done and self.views.value() == "rows":
            self.views.set_value("sent")
        shown = self._rows(pack, self.views.value())
        self.list.set_rows(shown)
        part = tr("the first {n} are shown", n=number(len(shown)))
        whole = len(shown) == counts[self.views.value()]
        self.summary.setText(summary(pack) if whole else f"{summary(pack)} · {part}")
        self.list.setVisible(bool(shown))
        self.correct.setText(tr("Leave it as sent") if pack.correcting else tr("Correct it…"))
        self.correct.setVisible(pack.correcting or bool(pack.closed and pack.differs))

    def _rows(self, pack: Pack, view: str) -> list[Row]:
        if view == "open":
            return [open_row(one, self._complaints.age(one)) for one in pack.still_open]
        if view == "sent":
            return [sent_row(record) for record in reversed(pack.sent)]
        entries = pack.entries
        if len(entries) > SHOWN:  # what has to be done first
            entries = tuple(sorted(entries, key=lambda entry: not entry.problems))
        return [entry_row(entry) for entry in entries[:SHOWN]]

    def _say(self, text: str, tone: Tone = "good", detail: str = "") -> None:
        self.said.say(text, tone, detail=detail, closable=True)

    def _choose(self, key: str) -> None:
        entries = self.pack.entries if self.pack is not None else ()
        entry = next((e for e in entries if e.complaint.id == key), None)
        if entry is not None:
            self.wanted.emit(key, entry.problems)
        elif self.views.value() == "open":
            self.wanted.emit(key, ())

    # --- doing

    async def _check(self) -> None:
        if not self.month:
            return
        pack = await self._months.pack(self.month, correcting=self._correcting)
        self.show_pack(pack)
        broken = next((entry for entry in pack.entries if entry.problems), None)
        if broken is None:
            fine = tr("Every row is complete.")
            self._say(fine if pack.entries else tr("There is nothing to report."))
            return
        self._say(
            tr("Incomplete or contradictory: {rows}.", rows=rows(pack.incomplete)),
            "warn",
            tr("Choose a row to correct its complaint."),
        )
        self.list.set_current(broken.complaint.id)
        self.list.setFocus()

    async def _export(self, form: str) -> None:
        if not self.month:
            return
        kinds = {"csv": tr("CSV file (*.csv)"), "xlsx": tr("Excel workbook (*.xlsx)")}
        name = f"complaints-{self.month}.{form}"
        path = await ask_path(self, tr("Export the month"), name, kinds[form])
        if path is None:
            return
        try:
            record = await self._months.export(self.month, path, correcting=self._correcting)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        await self._read()
        count = record.content.count("\r\n") - 1
        self._say(
            tr("{rows} exported to {name}", rows=rows(count), name=path.name),
            detail=tr("SHA-256 {hash}", hash=record.sha256),
        )

    async def _confirm(
        self, title: str, lines: list[tuple[str, str]], button: str, warning: str = ""
    ) -> bool:
        dialog = ReadBack(title, lines, button, warning=warning, kind="primary", parent=self)
        dialog.setObjectName("month_confirm")
        return bool(await aio.ask(dialog))

    async def _attest(self) -> None:
        month, agent = words.month_name(self.month), self._complaints.agent()
        warning = tr("This is a statement to Stripe in your name. It cannot be taken back here.")
        lines = [(tr("Month"), month), (tr("Complaints received"), tr("none")), (tr("By"), agent)]
        if not await self._confirm(
            tr("Attest that there were none?"), lines, tr("Attest"), warning
        ):
            return
        try:
            record = await self._months.attest(self.month)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        await self._read()
        self._say(tr("Attested. Enter this in Stripe's form:"), detail=record.content.strip())

    async def _submit(self) -> None:
        pack = self.pack
        if pack is None or pack.exported is None:
            return
        if wrong := self.on.problem():
            self._say(wrong, "bad")
            self.on.setFocus()
            return
        on = parse_day(self.on.text())
        lines = [
            (tr("Month"), words.month_name(pack.month)),
            (tr("Rows"), number(len(pack.entries))),
            (tr("Incomplete rows"), number(pack.incomplete)),
            (tr("Handed in on"), typed_day(on)),
            (tr("File (SHA-256)"), pack.exported.sha256),
        ]
        warning = tr("Afterwards the month is closed; later changes go into the next one.")
        if not await self._confirm(
            tr("Mark as submitted?"), lines, tr("Mark as submitted"), warning
        ):
            return
        self._correcting = False
        try:
            await self._months.submit(pack.month, on, correcting=pack.correcting)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        await self._read()
