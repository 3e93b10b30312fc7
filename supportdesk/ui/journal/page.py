"""The page of the journal: open and recent actions, and whether the journal is whole."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from supportdesk.aio import Tasks
from supportdesk.errors import UserFacing
from supportdesk.services.actions import FLOW
from supportdesk.services.desk import Desk
from supportdesk.store.journal import OPEN, Entry
from supportdesk.ui import text, words
from supportdesk.ui.journal import words as told
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.page import page
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.row_list import Row, RowList

_RECENT = 200


class JournalPage(QWidget):
    """Open entries on top, then what was done last; one of them whole beside the list.

    Signals:
        left: the person goes back to work.
    """

    left = Signal()

    def __init__(self, desk: Desk, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._entries: dict[str, Entry] = {}
        outer, self.said = page(self)
        self.checked = Banner()
        outer.addWidget(self.checked)
        columns = QHBoxLayout()
        columns.setSpacing(outer.spacing())
        outer.addLayout(columns, 1)
        columns.addWidget(self._build_list(), 5)
        columns.addWidget(self._build_detail(), 4)
        for signal in (desk.changes.journal, desk.changes.audit):
            signal.connect(self._moved)
        self._show_check()

    def _build_list(self) -> Panel:
        panel = Panel(tr("Journal of actions"), tr("open ones first"))
        self.ask_all = KeyButton(tr("Ask Stripe now"), "F5")
        self.ask_all.setObjectName("journal_ask")
        self.ask_all.clicked.connect(lambda: self._tasks.start(self._ask(), only="journal ask"))
        self.verify = KeyButton(tr("Verify now"))
        self.verify.setObjectName("journal_verify")
        self.verify.clicked.connect(lambda: self._tasks.start(self._verify(), only="verify"))
        panel.add_action(self.ask_all)
        panel.add_action(self.verify)
        self.list = RowList(tr("Actions"))
        self.list.setObjectName("journal_list")
        self.list.current_changed.connect(self._show_entry)
        panel.body.addWidget(self.list, 1)
        panel.add_footer("journal_back", self.left).addStretch(1)
        return panel

    def _build_detail(self) -> Panel:
        self._panel = Panel(tr("Action"))
        layout = self._panel.add_column()
        self._detail = label("", wrap=True)
        self._detail.setObjectName("journal_detail")
        layout.addWidget(self._detail)
        layout.addStretch(1)
        foot = self._panel.add_footer()
        self.finish = KeyButton(tr("Finish the order"), kind="primary")
        self.finish.setObjectName("journal_finish")
        self.finish.clicked.connect(lambda: self._tasks.start(self._finish()))
        self.drop = KeyButton(tr("Give it up"))
        self.drop.setObjectName("journal_drop")
        self.drop.clicked.connect(lambda: self._tasks.start(self._drop()))
        foot.addStretch(1)
        foot.addWidget(self.drop)
        foot.addWidget(self.finish)
        return self._panel

    def opened(self) -> None:
        """Read the journal anew."""
        self.list.setFocus()
        self._moved()

    def warn(self, notice: Banner, look: Callable[[], object]) -> None:
        """Say on a notice that a check found the journal broken."""
        result = self._desk.audit.result
        if result is not None and result.places and not self._desk.audit.checking:
            notice.say(
                tr("The journal of actions is not what this desk wrote."),
                "bad",
                [(tr("Look at it"), look)],
                detail=told.place(result.places[0]),
                closable=True,
            )

    def _moved(self) -> None:
        self._show_check()
        if self.isVisible():
            self._tasks.start(self._show(), only="journal page")

    async def _show(self) -> None:
        actions = self._desk.actions
        entries = await actions.open_entries()
        known = {entry.id for entry in entries}
        entries += [e for e in await actions.recent(_RECENT) if e.id not in known]
        self._entries = {entry.id: entry for entry in entries}
        current = self.list.current_key()
        self.list.set_rows([self._row(entry) for entry in entries])
        if current in self._entries:
            self.list.set_current(current)
        elif entries:
            self.list.set_current(entries[0].id)
        self._show_entry(self.list.current_key())

    def _row(self, entry: Entry) -> Row:
        said, tone = told.state(entry, under_way=self._desk.actions.under_way(entry.id))
        return Row(
            key=entry.id,
            title=f"{words.action(entry.action)} · {entry.object_id}",
            chip=said,
            tone=tone,
            subtitle=f"{text.when(entry.at)} · {entry.agent}",
        )

    def _show_entry(self, entry_id: str) -> None:
        entry = self._entries.get(entry_id)
        left = (
            entry is not None
            and entry.action == FLOW
            and entry.state in OPEN
            and not self._desk.actions.under_way(entry.id)
        )
        self.finish.setVisible(left)
        self.drop.setVisible(left)
        if entry is None:
            self._detail.setText(tr("Nothing was done at this desk yet."))
            return
        self._panel.set_title(words.action(entry.action), entry.object_id)
        open_ = told.unknown(entry)
        lines = [
            f"{text.moment(entry.at)} · {entry.agent}",
            tr("Known: {what}", what=told.known(entry)),
            tr("Not known: {what}", what=open_) if open_ else "",
            "" if open_ else str(entry.outcome.get("detail", "")),
            tr("Stripe request {id}", id=entry.request_id) if entry.request_id else "",
            tr("Made: {id}", id=entry.outcome["id"]) if entry.outcome.get("id") else "",
            tr("Idempotency key {key}", key=entry.idempotency_key) if entry.action != FLOW else "",
        ]
        self._detail.setText("\n\n".join(line for line in lines if line))

    def _show_check(self) -> None:
        audit = self._desk.audit
        said, tone = told.checked(audit.result, checking=audit.checking)
        places = audit.result.places if audit.result is not None and not audit.checking else ()
        more = [told.place(place) for place in places[:8]]
        if len(places) > len(more):
            more.append(tr("and {n} more", n=text.number(len(places) - len(more))))
        self.checked.set(said, tone, detail="\n".join(more))
        self.verify.setEnabled(not audit.checking)

    async def _verify(self) -> None:
        await self._desk.audit.verify()

    async def _ask(self) -> None:
        self.said.dismiss()
        try:
            settled = await self._desk.settle.all()
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        self.said.say(
            tr("Stripe was asked. Settled: {n}.", n=text.number(settled)), "info", closable=True
        )
        await self._show()

    async def _finish(self) -> None:
        self.said.dismiss()
        try:
            for left in await self._desk.cards.unfinished():
                if left.entry.id == self.list.current_key():
                    done = await self._desk.cards.finish_order(left)
                    new = words.card_name(done.new)
                    self.said.say(tr("The new card {new} was ordered.", new=new), "good")
        except UserFacing as problem:
            self.said.show_problem(problem)

    async def _drop(self) -> None:
        try:
            for left in await self._desk.cards.unfinished():
                if left.entry.id == self.list.current_key():
                    await self._desk.cards.drop_order(left, self._desk.settings.agent)
        except UserFacing as problem:
            self.said.show_problem(problem)
