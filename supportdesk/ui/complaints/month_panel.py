"""The month's report to Stripe, below the list: what is in it, what is missing, what was done."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QVBoxLayout, QWidget

from supportdesk import aio
from supportdesk.domain.complaint_report import Entry
from supportdesk.errors import UserFacing
from supportdesk.services.complaints import Complaints
from supportdesk.services.month_pack import MonthPack, Pack
from supportdesk.ui import theme
from supportdesk.ui.complaints import words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import day, number, parse_day, tr, typed_day, when
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip, FlowLayout
from supportdesk.ui.widgets.date_edit import DateEdit
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.read_back import ReadBack
from supportdesk.ui.widgets.row_list import Row, RowList

HASH_SHOWN = 12  # of 64 characters; the tooltip and the read-back have them all


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
        self.pack: Pack | None = None
        self._make_header()
        px = theme.current.measures.px
        words_box = QVBoxLayout()
        words_box.setContentsMargins(px(0.75), px(0.45), px(0.75), px(0.3))
        self.said = Banner()
        self.said.setObjectName("month_said")
        self.said.hide()
        self.summary = label("", "muted", wrap=True)
        self.summary.setObjectName("month_summary")
        words_box.addWidget(self.said)
        words_box.addWidget(self.summary)
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
        self.choice.activated.connect(lambda _: self.refresh())
        self.due = Chip("", "neutral")
        self.check = KeyButton(tr("Check"))
        self.check.setObjectName("month_check")
        self.check.clicked.connect(lambda: self._tasks.start(self._check()))
        self.export = KeyButton(tr("Export…"), kind="primary")
        self.export.setObjectName("month_export")
        self.export.setAccessibleName(tr("Export the month for Stripe"))
        self.export.clicked.connect(lambda: self._tasks.start(self._export()))
        self.header.insertWidget(0, self.choice)
        self.header.insertWidget(1, self.due)
        self.add_action(self.check)
        self.add_action(self.export)

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

    def refresh(self) -> None:
        """Read the month again."""
        self._tasks.start(self._read(), only="month")

    async def _read(self) -> None:
        chosen = self.month
        months = await self._months.months()
        first = chosen or await self._months.current()
        pack = await self._months.pack(first)
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
        closed = pack.closed
        if closed is not None:
            self.due.set(tr("submitted") if closed.submitted_on else tr("attested"), "good")
        else:
            late, due = today > pack.due, day(pack.due, today=today)
            tone: Tone = "bad" if late else "warn" if pack.over else "neutral"
            self.due.set(
                tr("overdue since {day}", day=due) if late else tr("due {day}", day=due), tone
            )
        self.summary.setText(self._summary(pack))
        self.list.set_rows([_row(entry) for entry in pack.entries])
        self.list.setVisible(bool(pack.entries))
        self.check.setVisible(closed is None)
        self._closing.setVisible(pack.over and closed is None)
        self.attest.setVisible(not pack.new and pack.attested is None)
        # Without a new complaint Stripe wants the attestation first.
        submittable = bool(pack.entries) and bool(pack.new or pack.attested)
        for widget in (self._on_label, self.on, self.submit):
            widget.setVisible(submittable)
        self.submit.setEnabled(pack.exported is not None)
        self.submit.setToolTip("" if pack.exported else tr("Export the month first."))

    def _summary(self, pack: Pack) -> str:
        closed = pack.closed
        if closed is not None:
            done = tr("Submitted") if closed.submitted_on else tr("Attested: no complaints")
            rows = _rows(pack.rows_sent) if closed.submitted_on else ""
            hashed = tr("SHA-256 {hash}…", hash=closed.sha256[:HASH_SHOWN])
            said = tr("{done} by {agent}, {at}", done=done, agent=closed.agent, at=when(closed.at))
            on = ""
            if closed.submitted_on:
                handed_in = day(date.fromisoformat(closed.submitted_on))
                on = tr("handed in {day}", day=handed_in)
            return " · ".join(part for part in (said, on, rows, hashed) if part)
        counts = {why: sum(e.why == why for e in pack.entries) for why in ("changed", "missed")}
        parts = [
            tr("{n} received", n=number(pack.new)) if pack.new else tr("No complaints received")
        ]
        if counts["changed"]:
            parts.append(tr("{n} changed since they were reported", n=number(counts["changed"])))
        if counts["missed"]:
            parts.append(tr("{n} left over from earlier months", n=number(counts["missed"])))
        if pack.incomplete:
            parts.append(tr("{n} incomplete", n=number(pack.incomplete)))
        elif pack.entries:
            parts.append(tr("every row is complete"))
        if not pack.new and pack.over and pack.attested is None:
            parts.append(tr("Stripe still asks for an attestation"))
        if pack.exported is not None:
            parts.append(tr("exported {at}", at=when(pack.exported.at)))
        return " · ".join(parts)

    def _say(self, text: str, tone: Tone = "good", detail: str = "") -> None:
        self.said.set(text, tone, detail=detail, closable=True)
        self.said.appear()

    def _choose(self, key: str) -> None:
        entries = self.pack.entries if self.pack is not None else ()
        entry = next((e for e in entries if e.complaint.id == key), None)
        if entry is not None:
            self.wanted.emit(key, entry.problems)

    # --- doing

    async def _check(self) -> None:
        if not self.month:
            return
        pack = await self._months.pack(self.month)
        self.show_pack(pack)
        broken = next((entry for entry in pack.entries if entry.problems), None)
        if broken is None:
            rows = (
                tr("Every row is complete.") if pack.entries else tr("There is nothing to report.")
            )
            self._say(rows)
            return
        self._say(
            tr("Incomplete or contradictory: {rows}.", rows=_rows(pack.incomplete)),
            "warn",
            tr("Choose a row to correct its complaint."),
        )
        self.list.set_current(broken.complaint.id)
        self.list.setFocus()

    async def _export(self) -> None:
        if not self.month:
            return
        path = await self._ask_path(f"complaints-{self.month}.csv")
        if path is None:
            return
        try:
            record = await self._months.export(self.month, path)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        await self._read()
        rows = record.content.count("\r\n") - 1
        self._say(
            tr("{rows} exported to {name}", rows=_rows(rows), name=path.name),
            detail=tr("SHA-256 {hash}", hash=record.sha256),
        )

    async def _ask_path(self, name: str) -> Path | None:
        dialog = QFileDialog(self, tr("Export the month"), str(Path.home()), tr("CSV file (*.csv)"))
        dialog.setObjectName("month_file_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix("csv")
        # Its own question about overwriting would block the window's loop.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.selectFile(name)
        accepted = await aio.ask(dialog)
        chosen = dialog.selectedFiles()
        dialog.deleteLater()
        if not accepted or not chosen:
            return None
        path = Path(chosen[0])
        if await aio.in_thread(path.exists) and not await self._confirm(
            tr("Replace the file?"), [(tr("File"), path.name)], tr("Replace")
        ):
            return None
        return path

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
        try:
            await self._months.submit(pack.month, on)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        await self._read()


def _rows(count: int) -> str:
    return tr("1 row") if count == 1 else tr("{n} rows", n=number(count))


def _row(entry: Entry) -> Row:
    chips: dict[str, tuple[str, Tone]] = {
        "new": (tr("new"), "neutral"),
        "changed": (tr("changed since"), "info"),
        "missed": (tr("from earlier"), "info"),
    }
    chip, tone = chips[entry.why]
    if entry.problems:
        chip, tone = tr("incomplete"), "warn"
    wrong = [f"{words.field_label(p.field).rstrip('?')}: {p.text}" for p in entry.problems]
    one = entry.complaint
    received = tr("received {day}", day=day(one.day(one.date_received)))
    return Row(
        key=entry.complaint.id,
        title=f"{words.short_number(entry.complaint)}  {words.subject(entry.complaint)}",
        chip=chip,
        tone=tone,
        subtitle=" · ".join(wrong) or received,
    )
