"""Carries a report through: freezes, keeps what is typed, sends what was decided."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import cast

from PySide6.QtCore import QObject, Signal

from supportdesk import aio
from supportdesk.domain.activity import Line
from supportdesk.domain.lost import STEPS, Outcome, Report
from supportdesk.domain.records import Card, Token
from supportdesk.errors import UserFacing
from supportdesk.services.lost_reports import Carried, claimed_now
from supportdesk.services.wallets import Target
from supportdesk.ui import pdf, text, words
from supportdesk.ui.cards.lost import words as lost_words
from supportdesk.ui.cards.lost.flow import LostFlow
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.save_file import ask_path

Named = Callable[[UserFacing, str, str], Awaitable[UserFacing]]


class LostControl(QObject):
    """Works for a tab and its flow.

    Signals:
        opened: the flow has a report to show.
        closed: the flow is left; a sentence to say, or "", and the card to look at, or "".

    Args:
        named: returns a problem with the card's name if its person is not in focus any more.
    """

    opened = Signal()
    closed = Signal(str, str)

    def __init__(self, tab: Tab, flow: LostFlow, named: Named) -> None:
        super().__init__(tab)
        self._tab = tab
        self._desk = tab.desk
        self._flow = flow
        self._named = named
        self._frozen: dict[str, float] = {}  # when Stripe said that a card is off
        self._freezing: set[str] = set()
        self._lines: list[Line] = []
        self._language = ""
        start = tab.tasks.start
        flow.paused.connect(lambda report: start(self._keep(report)))
        flow.main.connect(lambda: start(self._go_on(), only="lost main"))
        flow.freeze.connect(lambda: start(self._freeze(flow.card.id)))
        flow.left.connect(lambda: self.leave())
        flow.moved.connect(lambda _step: self.refresh())
        flow.purchases.list.ticked.connect(self._ticked)
        flow.purchases.closed.acted.connect(tab.focus.verify_requested)
        flow.purchases.closed.anyway.connect(lambda: tab.focus.override_requested.emit("read"))
        flow.claims.open_drafts.connect(lambda: start(self._open_drafts()))
        flow.wallets.change.connect(lambda token, to: start(self._change_wallet(token, to)))
        flow.wallets.again.connect(lambda: start(self._read_wallets()))
        flow.read_back.language.connect(self._speak)
        flow.read_back.proof.connect(lambda: start(self._save_proof(), only="lost proof"))

    # --- beginning and leaving ---------------------------------------------------------------

    def start(self, card: Card, outcome: Outcome = "") -> None:
        """Freeze a card at once, and open its report beside that.

        Args:
            outcome: what is known to have happened, "" to ask.
        """
        if card.status != "canceled":
            self._tab.tasks.start(self._freeze(card.id))
        self._tab.tasks.start(self._open(card.id, outcome), only="lost open")

    def resume(self, report_id: str) -> None:
        """Go on with a report, or show one that is closed."""
        self._tab.tasks.start(self._resume(report_id), only="lost open")

    def leave(self, said: str = "", card: str = "") -> None:
        """Leave the flow; an open report waits to be finished."""
        if self._flow.report is not None:
            self._flow.forget()
            self.closed.emit(said, card)

    async def aclose(self) -> None:
        """Keep what was typed last."""
        report = self._flow.report
        if report is not None and report.open:
            await self._desk.lost.keep(report)

    async def _freeze(self, card_id: str) -> None:
        if not card_id or card_id in self._freezing:
            return
        person = self._tab.focus.person
        self._freezing.add(card_id)
        self._tab.clear_problem()
        self._say_freezing(card_id)
        try:
            self._frozen[card_id] = await self._desk.lost.freeze(card_id)
            await self._note_frozen()
            await self._refresh()  # shown before the freezing ends: no button comes between
        except UserFacing as problem:
            raise await self._named(problem, person, card_id) from problem
        finally:
            self._freezing.discard(card_id)
            self._say_freezing(card_id)
            self._flow.point_at_freeze()

    def _say_freezing(self, card_id: str) -> None:
        if self._flow.report is not None and self._flow.card.id == card_id:
            self._flow.set_freezing(tr("Freezing…") if card_id in self._freezing else "")

    async def _note_frozen(self) -> None:
        """Keep in the report when Stripe said that its card is off."""
        report = self._flow.report
        at = self._frozen.get(report.card_id) if report is not None else None
        if report is not None and at is not None and report.open and report.frozen_at is None:
            self._flow.edit({"frozen_at": at})
            self.refresh()

    async def _open(self, card_id: str, outcome: Outcome) -> None:
        report = await self._desk.lost.begin(card_id)
        if outcome and not report.outcome:
            report = await self._desk.lost.keep(replace(report, outcome=outcome))
        await self._show(report)

    async def _resume(self, report_id: str) -> None:
        report = await self._desk.lost.get(report_id)
        if report is not None:
            await self._show(report)

    async def _show(self, report: Report) -> None:
        seen = await self._desk.lookup.person(report.cardholder_id)
        cards = {s.record.id: s.record for s in seen.cards} if seen is not None else {}
        card = cards.get(report.card_id)
        if card is None or report.cardholder_id != self._tab.focus.person:
            return
        self._language = self._desk.lost.words(report).language
        self._tab.focus.set_card(card.id)
        self._flow.begin(report, card)
        self._say_freezing(card.id)
        self._flow.wallets.expect()
        self.opened.emit()
        await self._note_frozen()
        await self._refresh()
        self._flow.start_focus()
        self._flow.order.show_designs(await self._desk.lost.designs())
        await self._read_wallets()

    # --- showing -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show how things stand now."""
        if self._flow.report is not None:
            self._tab.tasks.start(self._refresh(), only="lost show")

    async def _refresh(self) -> None:
        flow, lost = self._flow, self._desk.lost
        if (report := flow.report) is None:
            return
        seen = await self._desk.lookup.person(report.cardholder_id)
        card = (
            next((s.record for s in seen.cards if s.record.id == report.card_id), None)
            if seen is not None
            else None
        )
        if seen is None or card is None:
            return
        state = await self._desk.verification.state(report.cardholder_id)
        open_ = state.allows("read")
        told = await lost.told(report)
        lines = await lost.purchases(report) if open_ else None
        prepared = {c.key for c in report.claimed if await lost.drafts.taken_up(c)}
        tokens = await self._desk.wallets.known(report.card_id)
        if flow.report is None or flow.report.id != report.id:
            return
        self._lines = lines or []
        flow.prepared = frozenset(prepared)
        flow.to_prepare = len(report.claimed) - len(told.pending) - len(prepared)
        flow.show_state(card, seen.cardholder.record, told.standing, open_=open_)
        flow.purchases.show_lines(lines, flow.report)
        flow.claims.show_claims(flow.report, told.pending, prepared)
        flow.wallets.show_tokens(tokens, flow.report)
        said = lost.read_back(told, lost.words(report, self._language))
        flow.read_back.show_text(report, self._language, said)

    def _speak(self, language: str) -> None:
        self._language = language
        self.refresh()

    def _ticked(self, keys: set[str]) -> None:
        report = self._flow.report
        if report is not None:
            claimed = claimed_now(report, self._lines, keys)
            self._flow.edit({"claimed": claimed, "asked": True})

    # --- going on ----------------------------------------------------------------------------

    async def _keep(self, report: Report) -> None:
        await self._desk.lost.keep(report)

    async def _go_on(self) -> None:
        flow = self._flow
        if (report := flow.report) is None:
            return
        if not report.open:
            self.leave()
            return
        if flow.show_errors(self._desk.lost.problems(report)):
            return
        if report.step == "purchases":
            flow.edit({"asked": True})
            flow.go("replace")
        elif report.step == "replace" and not lost_words.over(report, flow.standing):
            await self._carry_out()
        elif report.step == "disputes" and flow.to_prepare > 0:
            await self._desk.lost.drafts.prepare(report, flow.standing)
            await self._refresh()
        elif report.step == "readback":
            await self._close(report)
        else:
            self._next()

    def _next(self) -> None:
        """Go to the next step in which there is something to do."""
        flow = self._flow
        if (report := flow.report) is None:
            return
        step = STEPS[STEPS.index(report.step) + 1]
        if step == "disputes" and not report.claimed:
            step = "wallets"
        if step == "wallets" and flow.wallets.nothing:
            step = "readback"
        flow.go(step)

    async def _carry_out(self) -> None:
        flow, person = self._flow, self._tab.focus.person
        if not flow.order.complete():
            return
        flow.edit(flow.order.chosen())
        report = flow.report
        assert report is not None
        self._tab.clear_problem()
        flow.set_busy(tr("Waiting for Stripe…"))
        try:
            done = await self._desk.lost.carry_out(report)
        except UserFacing as problem:
            if flow.report is not None and flow.report.id == report.id:
                flow.order.show_problem(problem)
            raise await self._named(problem, person, report.card_id) from problem
        finally:
            flow.set_busy("")
            self.refresh()
        await self._carried(done)

    async def _carried(self, done: Carried) -> None:
        flow, report = self._flow, done.report
        if done.problem is not None:
            self._tab.show_problem(done.problem)
        if flow.report is None or flow.report.id != report.id:
            return
        if not report.open:
            said = tr(
                "{card} is switched on, confirmed by Stripe at {time}. Report {number} is closed.",
                card=words.card_name(flow.card),
                time=text.now_clock(),
                number=report.number,
            )
            self.leave(said)
            return
        await self._refresh()
        self._next()

    async def _close(self, report: Report) -> None:
        flow = self._flow
        new = flow.standing.replacement
        await self._desk.lost.close(report)
        flow.report = None  # closed as it was: nothing typed is kept after this
        self.closed.emit("", new)

    async def _open_drafts(self) -> None:
        report = self._flow.report
        if report is None:
            return
        drafts = self._desk.lost.drafts
        ids = [id for claim in report.claimed for id in await drafts.captures(claim)]
        if ids:
            self._tab.focus.dispute_requested.emit(tuple(ids))

    # --- wallets and proof -------------------------------------------------------------------

    async def _read_wallets(self) -> None:
        report = self._flow.report
        if report is None:
            return
        try:
            await self._desk.wallets.read(report.card_id)
        except UserFacing as problem:
            if self._flow.report is not None and self._flow.report.id == report.id:
                self._flow.wallets.show_failure(problem)
            return
        if self._flow.report is not None and self._flow.report.id == report.id:
            self._flow.wallets.answered()
            await self._refresh()

    async def _change_wallet(self, token: Token, to: str) -> None:
        self._tab.clear_problem()
        self._flow.set_busy(tr("Waiting for Stripe…"))
        try:
            await self._desk.wallets.change(token, cast(Target, to))
        finally:
            self._flow.set_busy("")
            self.refresh()
            self._flow.start_focus()

    async def _save_proof(self) -> None:
        report = self._flow.report
        if report is None:
            return
        path = await ask_path(
            self._flow, tr("Save the proof"), f"{report.number}.pdf", tr("PDF file (*.pdf)")
        )
        if path is None:
            return
        lost = self._desk.lost
        told = await lost.told(report)
        document = lost.proof(told, lost.words(report, self._language))
        content = await aio.in_thread(pdf.render, document)
        try:
            await aio.in_thread(path.write_bytes, content)
        except OSError as error:
            raise UserFacing(
                tr("The proof could not be saved."),
                error.strerror or "",
                tr("Choose another folder."),
                code="proof_not_saved",
            ) from error
        self._flow.read_back.say(tr("Saved as {name}.", name=path.name))
