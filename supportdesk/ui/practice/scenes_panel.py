"""The clock, and scenes with the open card: what a caller may then call about."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.ui import text, theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel

LEAPS = (1, 7, 30, 110)  # days: a parcel's step, a hold's end, a month, a dispute's window


class ClockPanel(Panel):
    """The practice Stripe's day, and buttons that set it forward.

    Signals:
        leapt: days to set the clock forward.
        afresh: start the practice Stripe from its beginning.
    """

    leapt = Signal(int)
    afresh = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Stripe's clock"), padded=True, parent=parent)
        self.day = label("", "strong")
        self.day.setObjectName("practice_day")
        about = tr(
            "Set forward, parcels arrive, held amounts lapse, cards expire and the time for"
            " disputes runs out. This desk keeps its own date."
        )
        row = QWidget()
        flow = FlowLayout(row)
        self.leaps: dict[int, KeyButton] = {}
        for days in LEAPS:
            words = tr("1 day on") if days == 1 else tr("{n} days on", n=days)
            button = self.leaps[days] = KeyButton(words)
            button.clicked.connect(lambda _checked=False, days=days: self.leapt.emit(days))
            flow.addWidget(button)
        self.start_afresh = KeyButton(tr("Start afresh…"))
        self.start_afresh.setObjectName("start_afresh")
        self.start_afresh.clicked.connect(self.afresh)
        self.add_action(self.start_afresh)
        self.body.addWidget(self.day)
        self.body.addWidget(label(about, "muted", wrap=True))
        self.body.addWidget(row)

    def set_now(self, now: int | None) -> None:
        """Say the practice Stripe's time (Unix seconds), None while it is not known."""
        words = tr("not known yet") if now is None else text.moment(now)
        self.day.setText(tr("At the practice Stripe it is {when}.", when=words))


class ScenesPanel(Panel):
    """Scenes that are played with the open card.

    Signals:
        played: name of the scene.
    """

    played = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Scenes"), padded=True, parent=parent)
        px = theme.current.measures.px
        self.whom = label("", wrap=True)
        self.whom.setObjectName("scene_card")
        self.body.addWidget(self.whom)
        self.buttons: dict[str, KeyButton] = {}
        for title, scenes in _scenes():
            group = QVBoxLayout()
            group.setSpacing(px(0.3))
            group.addWidget(label(title, "label"))
            row = QWidget()
            flow = FlowLayout(row)
            for name, words in scenes:
                button = self.buttons[name] = KeyButton(words)
                button.setObjectName(f"scene_{name}")
                button.clicked.connect(lambda _checked=False, name=name: self.played.emit(name))
                flow.addWidget(button)
            group.addWidget(row)
            self.body.addLayout(group)

    def set_card(self, person: str, card: str) -> None:
        """Name the open person and card; "" for none: then there is nothing to play with."""
        if card:
            self.whom.setText(tr("With {card} of {person}.", card=card, person=person))
        elif person:
            self.whom.setText(tr("{person} is open. Open a card for the others.", person=person))
        else:
            self.whom.setText(tr("Open a person and a card first: scenes are played with it."))
        for name, button in self.buttons.items():
            button.setEnabled(bool(person if name == "papers" else card))


def _scenes() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return (
        (
            tr("The card pays"),
            (
                ("contactless", tr("Contactless, settled")),
                ("online", tr("Online, not settled")),
                ("over_limit", tr("Declined: over the limit")),
                ("refund", tr("Money back")),
            ),
        ),
        (
            tr("Stripe tells"),
            (
                ("deliver", tr("The card is delivered")),
                ("warn", tr("Fraud warning")),
                ("papers", tr("Requirement past due")),
            ),
        ),
    )
