"""The practice page: what a trainer does to the practice Stripe while others work at the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.aio import Tasks, ask, report_bug
from supportdesk.errors import UserFacing
from supportdesk.services.desk import Desk
from supportdesk.services.practice import Practice, Standing
from supportdesk.ui import text, words
from supportdesk.ui.focus import Focus
from supportdesk.ui.practice import words as drill_words
from supportdesk.ui.practice.drills_panel import LessonsPanel, RunningPanel
from supportdesk.ui.practice.scenes_panel import ClockPanel, ScenesPanel
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.page import page
from supportdesk.ui.widgets.panel import scroll
from supportdesk.ui.widgets.read_back import ReadBack

_LOOK_MS = 1_000  # drills may be started and ended from elsewhere, and end by themselves


class PracticePage(QWidget):
    """Drills, clock and scenes of the practice Stripe.

    Signals:
        drills: the status bar's words for what runs, "" for nothing.
        afresh: start the practice Stripe anew; the person has confirmed it.
    """

    drills = Signal(str)
    afresh = Signal()

    def __init__(
        self, desk: Desk, practice: Practice, focus: Focus, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._practice, self._focus = desk, practice, focus
        self.tasks = Tasks(self)
        self.tasks.failed.connect(self.show_problem)
        self._looking: asyncio.Task[None] | None = None
        self.lessons, self.running = LessonsPanel(), RunningPanel()
        self.clock, self.scenes = ClockPanel(), ScenesPanel()
        self._lay_out()
        self.lessons.started.connect(self._start)
        self.running.ended.connect(lambda id: self.tasks.start(self._end(id)))
        self.clock.leapt.connect(lambda days: self.tasks.start(self._leap(days), only="leap"))
        self.clock.afresh.connect(lambda: self.tasks.start(self._confirm_afresh(), only="afresh"))
        self.scenes.played.connect(lambda name: self.tasks.start(self._play(name)))
        focus.person_changed.connect(self._name_card)
        focus.card_changed.connect(self._name_card)
        self.clock.set_now(None)
        self.scenes.set_card("", "")
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _lay_out(self) -> None:
        outer, self.said = page(self)
        gap = outer.spacing()
        columns = QHBoxLayout()
        columns.setSpacing(gap)
        columns.addWidget(self.lessons, 4)
        right = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(gap)
        for panel in (self.running, self.scenes, self.clock):
            side.addWidget(panel)
        side.addStretch(1)
        columns.addWidget(scroll(right), 5)
        outer.addLayout(columns, 1)

    def opened(self) -> None:
        """Show how it stands; called each time the page comes to the front."""
        self.said.setVisible(False)
        self._name_card()
        self._look()
        self.lessons.list.setFocus()

    async def aclose(self) -> None:
        """End the work of the page."""
        self._timer.stop()
        await self.tasks.aclose()

    def show_problem(self, error: BaseException) -> None:
        """Say in place what went wrong; a bug is handed on."""
        if isinstance(error, UserFacing):
            self.said.show_problem(error)
        else:
            report_bug(error)

    # --- drills and clock --------------------------------------------------------------------

    def _look(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = self.tasks.start(self._look_now())

    async def _look_now(self) -> None:
        try:
            self._show(await self._practice.standing())
        except UserFacing:
            self.clock.set_now(None)  # a button says why; this comes every second

    def _show(self, standing: Standing) -> None:
        self.clock.set_now(standing.now)
        self.running.show_drills(standing.drills)
        self.drills.emit(drill_words.status(standing.drills))

    def _start(self, lesson: str, often: str, where: str) -> None:
        self.tasks.start(self._start_now(lesson, often, where))

    async def _start_now(self, lesson: str, often: str, where: str) -> None:
        await self._practice.start(lesson, often, where)
        self._show(await self._practice.standing())

    async def _end(self, drill_id: str) -> None:
        self._show(await self._practice.end(drill_id))

    async def _leap(self, days: int) -> None:
        now = await self._practice.forward(days)
        self.clock.set_now(now)
        await self._read_again()
        self._say(tr("At the practice Stripe it is {when} now.", when=text.moment(now)))

    async def _confirm_afresh(self) -> None:
        dialog = ReadBack(
            tr("Start the practice Stripe afresh?"),
            [
                (tr("Cards and people"), tr("as on the first day; what was done is forgotten")),
                (tr("Drills and clock"), tr("no drill runs, and it is today again")),
                (tr("This desk"), tr("drafts, complaints and the record of actions stay")),
            ],
            tr("Start afresh"),
            parent=self,
        )
        if await ask(dialog) == ReadBack.DialogCode.Accepted:
            self.afresh.emit()

    # --- scenes ------------------------------------------------------------------------------

    def _name_card(self, _id: str = "") -> None:
        self.tasks.start(self._name_card_now(), only="name")

    async def _name_card_now(self) -> None:
        person, card = self._focus.person, self._focus.card
        known = await self._desk.lookup.person(person) if person else None
        if (person, card) != (self._focus.person, self._focus.card):
            return
        if known is None:
            self.scenes.set_card("", "")
            return
        names = [words.card_name(s.record) for s in known.cards if s.record.id == card]
        self.scenes.set_card(known.cardholder.record.name or person, "".join(names))

    async def _play(self, name: str) -> None:
        card, person, stripe = self._focus.card, self._focus.person, self._practice
        acts: Mapping[str, Callable[[], Awaitable[object]]] = {
            "contactless": lambda: stripe.buy(card, "contactless"),
            "online": lambda: stripe.buy(card, "online"),
            "over_limit": lambda: stripe.buy(card, "over_limit"),
            "refund": lambda: stripe.refund(card),
            "deliver": lambda: stripe.deliver(card),
            "warn": lambda: stripe.warn(card),
            "papers": lambda: stripe.ask_for_papers(person),
        }
        approved = await acts[name]()
        self._say(
            tr("Stripe declined this purchase; the caller may ask why.")
            if approved is False
            else tr("Done at the practice Stripe.")
        )
        await self._read_again()

    async def _read_again(self) -> None:
        """Let the desk see what happened; a drill may hide it, which is then the lesson."""
        if self._focus.person:
            await self._desk.lookup.refresh(self._focus.person)

    def _say(self, said: str) -> None:
        self.said.say(said, "good", closable=True)
