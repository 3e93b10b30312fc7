"""The flow and the choice of the card as pages of the Cards tab."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from supportdesk import aio
from supportdesk.domain import lost
from supportdesk.domain.lost import Outcome, Report
from supportdesk.domain.records import Card
from supportdesk.errors import UserFacing
from supportdesk.ui import text
from supportdesk.ui.cards.lost.choice import CardChoice
from supportdesk.ui.cards.lost.control import LostControl, Named
from supportdesk.ui.cards.lost.flow import LostFlow
from supportdesk.ui.cards.lost.report_banner import ReportBanner
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.read_back import ReadBack

_NONE_LIVES = UserFacing(
    "This person has no card that could be lost: all are cancelled.",
    remedy="A cancelled card is replaced from its own page in the Cards tab.",
    code="no_living_card",
)


class LostPages(QObject):
    """Opens the pages in a stack, and leaves them again.

    Signals:
        front: a page of these is to be shown.
        left: the page was left; a sentence to say, or "", and the card to look at, or "".
        chosen: id of the card that was chosen as lost.

    Attributes:
        reported: says of the card in focus that it was reported.
    """

    front = Signal(object)
    left = Signal(str, str)
    chosen = Signal(str)

    def __init__(self, tab: Tab, stack: QStackedWidget, named: Named) -> None:
        super().__init__(tab)
        self._tab, self._stack = tab, stack
        self.flow = LostFlow(tab.desk.lost.texts)
        self.choice = CardChoice()
        for page in (self.flow, self.choice):
            stack.addWidget(page)
        self._control = LostControl(tab, self.flow, named)
        self.reported = ReportBanner(tab.desk.lost, self._control.resume, self._erase)
        self.choice.chosen.connect(self.chosen)
        self._control.opened.connect(lambda: self.front.emit(self.flow))
        self._control.closed.connect(self.left)

    def shows(self, page: QWidget | None = None) -> bool:
        """Whether one of the pages, or the one named, is in front."""
        at = self._stack.currentWidget()
        return at is page if page is not None else at in (self.flow, self.choice)

    def report(self, cards: Sequence[Card], card_id: str, outcome: Outcome) -> None:
        """Freeze at once; which card has to be asked only when there are several.

        Args:
            cards: all cards of the person in focus.
            card_id: the card that is meant, "" when nobody said which.
        """
        living = lost.living(cards)
        named = [card for card in cards if card.id == card_id]
        if not named and len(living) > 1:
            self.choice.show_cards(living, self._tab.focus.card)
            self.front.emit(self.choice)
            self.choice.list.setFocus()
            return
        for card in (named or living)[:1]:
            self._control.start(card, outcome)
        if not named and not living:
            self._tab.show_problem(_NONE_LIVES)

    def resume(self, report_id: str) -> None:
        """Go on with a report, or show one that is closed."""
        self._control.resume(report_id)

    def _erase(self, report: Report) -> None:
        self._tab.tasks.start(self._ask_and_erase(report), only="lost erase")

    async def _ask_and_erase(self, report: Report) -> None:
        lines = [
            (tr("Report"), report.number),
            (tr("Kept until"), text.typed_day(lost.kept_until(report.reported_at))),
            (tr("Stays"), tr("who did what to the card, and that this was erased")),
        ]
        warning = tr("What was said of the loss and which purchases were named are gone for good.")
        sure = ReadBack(
            tr("Erase this report?"), lines, tr("Erase"), warning=warning, parent=self._tab
        )
        sure.setObjectName("lost_erase_confirm")
        if await aio.ask(sure):
            await self._tab.desk.lost.erase(report)

    async def show_for(self, card: Card) -> None:
        """Show how things stand: in the flow, or beside the card in focus."""
        self._control.refresh()
        if self.shows(self.flow):
            self.reported.forget()
        else:
            await self.reported.show_for(card)

    def back(self) -> bool:
        """Go one step back in the flow, or leave the choice; return whether there was one."""
        if self.shows(self.flow):
            return self.flow.back()
        if self.shows(self.choice):
            self.left.emit("", "")
            return True
        return False

    def forget(self) -> None:
        """Another person comes into focus: an open report waits to be finished."""
        self._control.leave()
        self.reported.forget()

    def leave(self) -> None:
        """Leave what is in front; nothing is lost."""
        if self.shows(self.flow):
            self._control.leave()
        elif self.shows(self.choice):
            self.left.emit("", "")

    async def aclose(self) -> None:
        """Keep what was typed last."""
        await self._control.aclose()
