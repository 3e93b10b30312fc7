"""The log for team leads: which complaints, with or without the people, into which file."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from supportdesk import aio
from supportdesk.domain.complaint_states import STATES
from supportdesk.domain.complaints import CLASSES, EXECUTIVE, Complaint, Wanted
from supportdesk.errors import UserFacing
from supportdesk.services.complaint_log import ComplaintLog
from supportdesk.services.complaints import Complaints
from supportdesk.ui import theme
from supportdesk.ui.complaints.editors import Choice, DayInput, LineInput
from supportdesk.ui.complaints.progress_line import ProgressLine
from supportdesk.ui.complaints.words import many, state_chip
from supportdesk.ui.text import parse_day, tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, page_column
from supportdesk.ui.widgets.save_file import ask_path


class LogPage(Panel):
    """Export of the log.

    Signals:
        left: back to where the person was.
    """

    left = Signal()

    def __init__(
        self,
        log: ComplaintLog,
        complaints: Complaints,
        tasks: aio.Tasks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Export the log"), parent=parent)
        self._log = log
        self._complaints = complaints
        self._tasks = tasks
        self.add_back(tr("Back"), "log_back", self.left)
        inner = page_column()
        self.body.addLayout(inner)
        self.said = Banner()
        self.said.hide()
        inner.addWidget(self.said)
        inner.addLayout(self._make_filter())
        self.people = QCheckBox(tr("Name the people, with what they said word for word"))
        self.people.setObjectName("log_people")
        self.people.toggled.connect(self._shown)
        self.reason = LineInput()
        self.reason.setObjectName("log_reason")
        self._why = Field(tr("Why the people are needed"), self.reason)
        self._hint = label("", "muted", wrap=True)
        inner.addWidget(self.people)
        inner.addWidget(self._why)
        inner.addWidget(self._hint)
        self.progress = ProgressLine(tr("Export of the log"))
        self.progress.cancelled.connect(self._cancel)
        inner.addWidget(self.progress)
        inner.addStretch(1)
        self._make_foot()
        self._shown()

    def _make_filter(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.current.measures.px(0.6))
        self._from, self._to = DayInput(required=False), DayInput(required=False)
        self._class, self._state = Choice(none=tr("Both classes")), Choice(none=tr("Any status"))
        self._owner = Choice(none=tr("Any owner"))
        self._class.offer(CLASSES, (tr("operational"), tr("executive")))
        states = [state_chip(Complaint(status=state))[0] for state in STATES]
        self._state.offer(STATES, states)
        lists = self._complaints.basis.lists
        self._filed = {
            "channel": Choice(lists.complaint_channel, none=tr("Any channel")),
            "category": Choice(tuple(lists.categories), none=tr("Any category")),
            "cause": Choice(lists.root_cause, none=tr("Any root cause")),
        }
        titles = (tr("Channel"), tr("Category"), tr("Root cause"))
        filed = zip(self._filed, titles, self._filed.values(), strict=True)
        fields = (
            ("from", tr("Received from"), self._from),
            ("to", tr("Received until"), self._to),
            ("class", tr("Class"), self._class),
            ("state", tr("Status"), self._state),
            ("owner", tr("Owner"), self._owner),
            *filed,
        )
        self.fields: dict[str, Field] = {}
        for at, (name, title, editor) in enumerate(fields):
            editor.setObjectName(f"log_{name}")
            self.fields[name] = Field(title, editor)
            grid.addWidget(self.fields[name], at // 4, at % 4)
        return grid

    def _make_foot(self) -> None:
        foot = self.add_footer()
        foot.addStretch(1)
        self._buttons = []
        for form, words in (("csv", tr("Export CSV…")), ("xlsx", tr("Export Excel…"))):
            button = KeyButton(words, kind="primary" if form == "xlsx" else "plain")
            button.setObjectName(f"log_{form}")
            button.clicked.connect(
                lambda _on=False, form=form: self._tasks.start(self.export(form), only="log")
            )
            self._buttons.append(button)
            foot.addWidget(button)

    def load(self) -> None:
        """Offer the owners there are."""
        self._tasks.start(self._read(), only="log-owners")

    async def _read(self) -> None:
        self._owner.offer(await self._complaints.owners())

    def _shown(self) -> None:
        full = self.people.isChecked()
        self._why.setVisible(full)
        noted = tr("Who exported it, when and why is noted in the journal for good.")
        without = tr("People appear as P-…, the same in every export; texts are scrubbed.")
        self._hint.setText(noted if full else without)

    def wanted(self) -> Wanted | None:
        """What is chosen; None when a day cannot be read, which is said beside it."""
        days: dict[str, date | None] = {}
        for name, editor in (("from", self._from), ("to", self._to)):
            self.fields[name].clear_error()
            if wrong := editor.problem():
                self.fields[name].set_error(wrong)
                editor.setFocus()
                return None
            days[name] = parse_day(editor.text()) if editor.text().strip() else None
        chosen = self._class.text()
        return Wanted(
            owner=self._owner.text(),
            state=self._state.text(),
            channel=self._filed["channel"].text(),
            category=self._filed["category"].text(),
            cause=self._filed["cause"].text(),
            executive=chosen == EXECUTIVE if chosen else None,
            received_from=days["from"],
            received_to=days["to"],
        )

    async def export(self, form: str) -> None:
        """Write the file where the person says."""
        wanted = self.wanted()
        if wanted is None:
            return
        self._why.clear_error()
        reason = self.reason.text() if self.people.isChecked() else None
        kinds = {"csv": tr("CSV file (*.csv)"), "xlsx": tr("Excel workbook (*.xlsx)")}
        name = f"complaint-log-{self._complaints.today().isoformat()}.{form}"
        path = await ask_path(self, tr("Export the log"), name, kinds[form])
        if path is None:
            return
        self._busy(True)
        try:
            self.progress.begin(await self._log.size(wanted))
            count = await self._log.export(path, wanted, reason=reason, told=self.progress.tell)
        except UserFacing as problem:
            if problem.field == "reason":
                self._why.set_error(problem.title)
                self.reason.setFocus()
            else:
                self.said.show_problem(problem)
            return
        finally:
            self._busy(False)
        text = tr("{many} written to {name}", many=many(count), name=path.name)
        self.said.say(text, "good", closable=True)

    def _busy(self, busy: bool) -> None:
        for button in self._buttons:
            button.setEnabled(not busy)
        self.progress.setVisible(busy)

    def _cancel(self) -> None:
        async def nothing() -> None:
            self.said.say(tr("Stopped; no file was written."), "neutral", closable=True)

        self._tasks.start(nothing(), only="log")
