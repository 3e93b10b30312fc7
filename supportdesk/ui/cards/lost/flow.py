"""The guided flow: steps at the left, the step in hand at the right, one main button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from supportdesk.domain.lost import STEPS, Report, Standing, Step
from supportdesk.domain.lost_texts import Texts
from supportdesk.domain.records import Card, Cardholder
from supportdesk.ui import theme
from supportdesk.ui.cards.lost import words as lost_words
from supportdesk.ui.cards.lost.claims import ClaimsPage
from supportdesk.ui.cards.lost.order import OrderPage
from supportdesk.ui.cards.lost.page import StepPage
from supportdesk.ui.cards.lost.purchases import PurchasesPage
from supportdesk.ui.cards.lost.read_back import ReadBackPage
from supportdesk.ui.cards.lost.wallets import WalletsPage
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip
from supportdesk.ui.widgets.label import ElidedLabel
from supportdesk.ui.widgets.panel import Panel, frame
from supportdesk.ui.widgets.row_list import RowList
from supportdesk.ui.words import card_name

PAUSE = 400  # milliseconds without a key after which what was typed is kept


class LostFlow(Panel):
    """Shows one report. It keeps what was typed; `control` saves and carries out.

    Signals:
        paused: the report, shortly after something was typed.
        main: the main button: go on from the step in hand.
        freeze: switch the card off, again.
        left: leave the flow; nothing is lost.
        moved: another step is in hand.
    """

    paused = Signal(object)
    main = Signal()
    freeze = Signal()
    left = Signal()
    moved = Signal(str)

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(tr("Lost or stolen"), parent=parent)
        self.report: Report | None = None
        self.card, self.standing = Card(id=""), Standing()
        self.prepared: frozenset[str] = frozenset()  # keys of claims with a draft
        self.to_prepare = 0  # settled claims without a draft
        self._freezing = self._busy = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._paused)
        self._state = Chip("", "warn")
        self._state.setObjectName("lost_state")
        self._again = KeyButton(tr("Freeze now"), "F", "danger")
        self._again.setObjectName("lost_freeze")
        self._again.clicked.connect(self.freeze)
        self.add_action(self._state)
        self.add_action(self._again)
        self.purchases = PurchasesPage()
        self.order = OrderPage(texts.delivery)
        self.claims = ClaimsPage()
        self.wallets = WalletsPage()
        self.read_back = ReadBackPage(texts)
        self._pages: dict[Step, StepPage] = {
            "purchases": self.purchases,
            "replace": self.order,
            "disputes": self.claims,
            "wallets": self.wallets,
            "readback": self.read_back,
        }
        self._build()
        for page in self._pages.values():
            page.edited.connect(self.edit)

    def _build(self) -> None:
        px = theme.current.measures.px
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.steps = RowList(tr("Steps"))
        self.steps.setObjectName("lost_steps")
        self.steps.setFixedWidth(px(13))
        self.steps.chosen.connect(self._picked)
        self.steps.clicked.connect(lambda _index: self._picked(self.steps.current_key()))
        row.addWidget(self.steps)
        line = frame("rule")
        line.setFixedWidth(1)
        row.addWidget(line)
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        row.addWidget(self._stack, 1)
        self.body.addLayout(row, 1)
        foot = self.add_footer()
        back = KeyButton(tr("Back"), "Esc")
        back.setObjectName("lost_back")
        back.clicked.connect(self.back)
        foot.addWidget(back)
        self._hint = ElidedLabel("", "small")
        foot.addWidget(self._hint, 1)
        self.main_button = KeyButton(tr("Next"), "Ctrl+Return", "primary")
        self.main_button.setObjectName("lost_main")
        self.main_button.clicked.connect(self._main)
        foot.addWidget(self.main_button)

    # --- showing -----------------------------------------------------------------------------

    def begin(self, report: Report, card: Card) -> None:
        """Take up a report at the step where it stood."""
        self.flush()
        self.report, self.card = report, card
        self.prepared, self.to_prepare, self._busy = frozenset(), 0, ""
        self._stack.setEnabled(True)
        self.purchases.show_report(report)
        self._stack.setCurrentWidget(self._pages[report.step])
        self.set_title(tr("Lost or stolen · {card}", card=card_name(card)), report.name)

    def forget(self) -> None:
        """Have nothing in hand; what was typed last is told before."""
        self.flush()
        self.report = None
        self._freezing = ""

    def show_state(
        self, card: Card, holder: Cardholder, standing: Standing, *, open_: bool
    ) -> None:
        """Show how things stand now; contact data only if `open_`."""
        if self.report is None:
            return
        self.card, self.standing = card, standing
        self.order.show_report(self.report, card, holder, standing, open_=open_)
        self._follow()

    def set_report(self, report: Report) -> None:
        """Go on with a report that was changed elsewhere than in the fields."""
        if self.report is not None and report.id == self.report.id:
            self.report = report
            self._follow()

    def set_freezing(self, words: str) -> None:
        """Say that the freeze is under way, "" afterwards."""
        self._freezing = words
        self._follow()

    def point_at_freeze(self) -> None:
        """Put the keyboard to the button that freezes, if the card is not known to be off."""
        if self._again.isVisible():
            self._again.setFocus()

    def set_busy(self, words: str) -> None:
        """Nothing can be sent twice, or changed, while Stripe is asked."""
        self._busy = words
        self._stack.setEnabled(not words)
        self._follow()

    @property
    def step(self) -> Step:
        """The step in hand."""
        return self.report.step if self.report is not None else "purchases"

    def go(self, step: Step) -> None:
        """Take a step in hand."""
        if self.report is None:
            return
        self._stack.setCurrentWidget(self._pages[step])
        self._change({"step": step})
        self._follow()
        self._pages[step].start_focus()
        self.moved.emit(step)

    def _follow(self) -> None:
        report = self.report
        if report is None:
            return
        said, tone = lost_words.state(report, self.standing, self._freezing)
        self._state.set(said, tone)
        self._again.setVisible(not said and report.open)
        rows = lost_words.steps(
            report.step, report, self.standing, len(self.prepared), self._freezing
        )
        self.steps.set_rows(rows)
        self.steps.set_current(report.step)
        button = lost_words.main_button(report.step, report, self.card, self.standing)
        if report.open and report.step == "disputes" and self.to_prepare > 0:
            button = lost_words.prepare(self.to_prepare)
        self.main_button.setText(self._busy or button or tr("Choose what happened"))
        self.main_button.setEnabled(bool(button) and not self._busy)
        sends = report.step == "replace" and not lost_words.over(report, self.standing)
        danger = sends and report.outcome in ("lost", "stolen")
        self.main_button.set_kind("danger" if danger else "primary")
        sent = tr("Written to disk before it is sent: a crash cannot order two cards.")
        kept = tr("What is typed is kept on this desk.")
        self._hint.setText("" if not report.open else sent if sends else kept)

    # --- acting ------------------------------------------------------------------------------

    def back(self) -> bool:
        """Go one step back, or leave the flow at its beginning."""
        report = self.report
        if report is None:
            return False
        at = STEPS.index(report.step)
        if at and report.open:
            self.go(STEPS[at - 1])
        else:
            self.left.emit()
        return True

    def start_focus(self) -> None:
        """Put the keyboard into the step in hand."""
        self._pages[self.step].start_focus()

    def flush(self) -> Report | None:
        """Return the report if something was typed that nobody was told yet, and tell it."""
        if not self._pause.isActive():
            return None
        self._pause.stop()
        self._paused()
        return self.report

    def _picked(self, key: str) -> None:
        found = next((step for step in STEPS if step == key), None)
        if found is not None and not self._busy and self.report is not None and self.report.open:
            self.go(found)
        else:
            self.steps.set_current(self.step)

    def _main(self) -> None:
        if self.main_button.isEnabled():
            self.main.emit()

    def edit(self, fields: Mapping[str, Any]) -> None:
        """Put other values into the report's fields, as if they were typed."""
        self._change(fields)
        if self.report is not None:
            self.order.follow(self.report)
        self._follow()

    def show_errors(self, wrong: Mapping[str, str]) -> bool:
        """Say what is wrong in the step in hand; returns whether anything is."""
        return self._pages[self.step].show_errors(wrong)

    def _change(self, fields: Mapping[str, Any]) -> None:
        if self.report is not None and self.report.open:
            self.report = replace(self.report, **fields)
            self._pause.start()

    def _paused(self) -> None:
        if self.report is not None:
            self.paused.emit(self.report)
