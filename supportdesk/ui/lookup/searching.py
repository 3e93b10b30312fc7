"""What is typed becomes results: the mirror's at once, Stripe's where the mirror lacks them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from supportdesk.domain.privacy import find_card_numbers
from supportdesk.domain.typed import exact, plain
from supportdesk.errors import UserFacing
from supportdesk.services.lookup import Match
from supportdesk.ui import text
from supportdesk.ui.lookup.results import ResultsPanel
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr

_PAUSE = 0.005  # seconds after a key before the mirror is asked; a newer search stops an older one
_TYPED = 0.7  # seconds without a key after which a text is taken to be whole


class Searching(QObject):
    """Searches as the person types; the latest text wins.

    Signals:
        chosen: id of the cardholder to open.
        answered: the text to which the results on the screen are the answer from now on.
    """

    chosen = Signal(str)
    answered = Signal(str)

    def __init__(self, tab: Tab, panel: ResultsPanel) -> None:
        super().__init__(tab)
        self._tab = tab
        self._panel = panel
        self._text = ""
        self._answered = ""  # what the results on the screen are the answer to
        self._found: Sequence[Match] = ()
        self._enter = False  # Enter was pressed before there was an answer to the text
        self._waits = False  # Enter was pressed while the mirror, still growing, had nobody
        self._asking: asyncio.Task[None] | None = None  # Stripe, about this text
        panel.ask.connect(self.ask)
        panel.list.chosen.connect(self.chosen)
        tab.focus.person_changed.connect(self._opened_otherwise)

    def typed(self, text_: str) -> None:
        """Search for a text, at Stripe too if only Stripe can know and no more is typed."""
        self._text, self._asking, self._enter, self._waits = text_, None, False, False
        if not text_.strip():
            self._panel.show_nobody("")  # at once: a call may have ended
        self._tab.tasks.start(self._find(text_, _PAUSE), only="search")
        self._tab.tasks.start(self._ask_unasked(text_), only="ask")

    def again(self) -> None:
        """Search for the same text: the mirror may have grown."""
        if self._asking is None:  # what Stripe answered stays until something else is typed
            self._tab.tasks.start(self._find(self._text, 0), only="search")

    def open_current(self) -> None:
        """Open the current result, or the first; where none is there yet, once it is."""
        rows = self._panel.list
        if self._answered != self._text:  # the results on the screen are those of another text
            self._enter = True
        elif self._found:
            if not rows.current_key():
                rows.move_by(1)
            self.chosen.emit(rows.current_key())
        elif self._asking is None and exact(self._text.strip()) is not None:
            self.ask()
            self._enter = True
        elif self._text.strip() and self._growing():
            self._waits = True
            self._say_nobody_yet()

    def ask(self) -> None:
        """Ask Stripe for what was typed, or say why it cannot be asked."""
        self._tab.clear_problem()
        typed = self._text.strip()
        if exact(typed) is not None:
            self._asking = self._tab.tasks.start(self._find_at_stripe(typed), only="search")
        elif find_card_numbers(typed):
            self._panel.show_nobody(typed)
        else:
            self._panel.say(
                tr("Stripe was not asked"),
                tr(
                    "It finds only a whole e-mail address, a whole phone number, "
                    "the last four digits or an id with its capital and small letters; "
                    "it cannot search names."
                ),
            )

    async def _find(self, text_: str, pause: float) -> None:
        if pause:
            await asyncio.sleep(pause)
        began = time.perf_counter()
        found = [] if find_card_numbers(text_) else await self._tab.desk.lookup.search(text_)
        took = (time.perf_counter() - began) * 1000
        if found:
            note = tr("{ms} ms · local mirror", ms=text.number(max(1, round(took))))
            self._panel.show_matches(found, note)
        else:
            self._panel.show_nobody(text_)
            if text_.strip() and not find_card_numbers(text_) and self._growing():
                self._say_nobody_yet()
        self._answer(text_, found)

    def _growing(self) -> bool:
        return self._tab.desk.sync.progress.growing

    def _say_nobody_yet(self) -> None:
        """The mirror is not full yet: say so, and what comes of Enter."""
        wait = tr("They open as soon as they have been read.")
        on = tr("The search goes on by itself as it grows.")
        detail = tr("The mirror is still being filled.") + " " + (wait if self._waits else on)
        self._panel.say(tr("Nobody matches yet"), detail, tr("Ask Stripe"))

    def _answer(self, text_: str, found: Sequence[Match]) -> None:
        self._answered, self._found = text_, found
        self.answered.emit(text_)
        if text_ != self._text:
            return
        # Of several that came at once, who is first need not be the one who was meant.
        opens = self._enter or (self._waits and len(found) == 1)
        self._waits = self._waits and not found and self._growing()
        if opens:
            self._enter = False
            self.open_current()

    async def _ask_unasked(self, text_: str) -> None:
        """Ask Stripe for what it can find and the mirror lacks, once no more is typed."""
        kind = exact(text_.strip())
        if kind is None:
            return
        await asyncio.sleep(_TYPED)
        known = self._answered == text_ and any(match.why == kind for match in self._found)
        if text_ == self._text and not known and self._asking is None:
            self._asking = self._tab.tasks.start(
                self._find_at_stripe(text_.strip(), unasked=True), only="search"
            )

    async def _find_at_stripe(self, typed: str, *, unasked: bool = False) -> None:
        here = () if self._answered != self._text else self._found
        self._panel.set_busy(tr("asking Stripe…"))
        try:
            found = await self._tab.desk.lookup.ask_stripe(typed)
        except UserFacing as problem:
            self._asking = None
            if not unasked:
                raise
            if not here:  # nobody asked for it: no alarm, and the way to ask again
                self._panel.say(tr("Nobody matches here"), problem.title, tr("Ask Stripe"))
            return
        finally:
            self._panel.set_busy("")
        if found:
            self._show_theirs(found, here)
        elif not here or not unasked:
            self._panel.show_matches((), tr("from Stripe, just now"))
            said = tr("It was asked for exactly “{typed}”.", typed=plain(typed)[:60])
            self._panel.say(tr("Stripe knows nobody like that"), said)

    def _show_theirs(self, found: Sequence[Match], here: Sequence[Match]) -> None:
        """Show whom Stripe knows, then those who only look like what was typed."""
        at = QApplication.focusWidget()
        asked_here = at is not None and self._panel.isAncestorOf(at)
        ids = {match.cardholder.id for match in found}
        every = [*found, *(match for match in here if match.cardholder.id not in ids)]
        self._panel.show_matches(every, tr("from Stripe, just now"))
        if asked_here:
            self._panel.list.setFocus()
        self._answer(self._text, every)

    def _opened_otherwise(self, _cardholder_id: str) -> None:
        self._enter = self._waits = False
