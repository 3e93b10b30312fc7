"""The person in focus: who they are, what is wrong, what can be done."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain import phones
from supportdesk.domain.privacy import mask_email
from supportdesk.domain.records import Cardholder, Seen
from supportdesk.ui import text, theme, words
from supportdesk.ui.calls.form import VerifyForm
from supportdesk.ui.calls.strip import VerifiedStrip
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip
from supportdesk.ui.widgets.label import ElidedLabel, label
from supportdesk.ui.widgets.panel import Panel

_AGE_MS = 5_000


class PersonHeader(Panel):
    """Name, state, where the data comes from, and the three matters a call is about.

    Signals:
        lost_or_stolen, dispute, complain: the button of that name.
        reread: ask Stripe again.
    """

    lost_or_stolen = Signal()
    dispute = Signal()
    complain = Signal()
    reread = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        px = theme.current.measures.px
        self._seen: Seen[Cardholder] | None = None
        self._reading = False
        top = QWidget()
        who = QVBoxLayout(top)
        who.setContentsMargins(px(0.9), px(0.55), px(0.9), px(0.55))
        who.setSpacing(px(0.25))
        name_row = QHBoxLayout()
        name_row.setSpacing(px(0.4))
        self._name = ElidedLabel("", "title")
        self._name.setObjectName("person_name")
        self._state = Chip("", "neutral")
        name_row.addWidget(self._name)
        name_row.addWidget(self._state)
        name_row.addStretch(1)
        name_row.addWidget(self._buttons())
        self._contact = ElidedLabel("", "muted")
        self._contact.setObjectName("person_contact")
        who.addLayout(name_row)
        who.addLayout(self._known())
        who.addWidget(self._contact)
        self.body.addWidget(top)
        self.strip = VerifiedStrip()
        self.body.addWidget(self.strip)
        self.form = VerifyForm()
        self.form.setVisible(False)
        self.body.addWidget(self.form)
        self._restriction = Banner()
        self._restriction.setVisible(False)
        self.body.addWidget(self._restriction)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._show_age)
        self._clock.start(_AGE_MS)

    def _known(self) -> QHBoxLayout:
        """What is known, how old it is, and what makes it young again."""
        facts = QHBoxLayout()
        facts.setSpacing(theme.current.measures.px(0.35))
        self._facts = ElidedLabel("", "muted")
        self._age = label("", "small")
        self._age.setObjectName("person_age")
        again = KeyButton(tr("Read again"), "F5", "link")
        again.setObjectName("person_reread")
        again.clicked.connect(self.reread)
        self._news = Chip("", "info")
        self._news.setObjectName("person_news")
        for widget in (self._facts, self._age, again, self._news):
            facts.addWidget(widget)
        facts.addStretch(1)
        return facts

    def _buttons(self) -> QWidget:
        box = QWidget()
        flow = QHBoxLayout(box)
        flow.setContentsMargins(0, 0, 0, 0)
        flow.setSpacing(theme.current.measures.px(0.45))
        complain = KeyButton(tr("Log complaint"), "C")
        dispute = KeyButton(tr("Dispute"), "D")
        self._lost = lost = KeyButton(tr("Lost / stolen"), "L", "danger")
        for button, signal, name in (
            (complain, self.complain, "person_complain"),
            (dispute, self.dispute, "person_dispute"),
            (lost, self.lost_or_stolen, "person_lost"),
        ):
            button.setObjectName(name)
            button.clicked.connect(signal)
            flow.addWidget(button)
        return box

    def show_person(self, seen: Seen[Cardholder], *, card: bool, open_: bool) -> None:
        """Show a cardholder with the age of what is known.

        Args:
            card: whether one of their cards is in focus.
            open_: whether contact data may be shown whole; else it is masked.
        """
        self._seen = seen
        self._lost.setEnabled(card)
        self._lost.setToolTip("" if card else tr("This person has no card."))
        person = seen.record
        self._name.setText(person.name or person.id)
        self._state.set(*words.cardholder_state(person))
        where = ", ".join(part for part in (person.billing.city, person.billing.country) if part)
        since = ""
        if person.created is not None:
            since = tr("since {when}", when=words.on_day(person.created))
        parts = (words.short_id(person.id), words.cardholder_type(person), where, since)
        self._facts.setText(" · ".join(part for part in parts if part))
        self._facts.setAccessibleName(f"{self._facts.text()} ({person.id})")
        email = person.email if open_ else mask_email(person.email)
        phone = person.phone_number
        phone = phones.written(phone) if open_ else tr("phone on file") * bool(phone)
        self._contact.setText(" · ".join(part for part in (email, phone) if part))
        self._show_restriction(person)
        self._show_age()

    def _show_restriction(self, person: Cardholder) -> None:
        why = words.restriction(person)
        collect = sorted({words.requirement(name) for name in person.past_due})
        self._restriction.setVisible(bool(why or collect))
        if why or collect:
            detail = tr("To collect: {what}.", what=", ".join(collect)) if collect else ""
            title = why or tr("Stripe will soon need more information about this person.")
            self._restriction.set(title, "bad" if why else "warn", detail=detail)

    def point_out(self) -> None:
        """Lead the eye, and a screen reader, to what Stripe wants to know."""
        if self._restriction.text():
            self._restriction.appear()
            self._restriction.setFocus()

    def set_news(self, said: str) -> None:
        """Mark what is new about the person, "" for nothing."""
        self._news.set(said, "info")

    def set_reading(self, reading: bool) -> None:
        """Say that Stripe is being asked."""
        self._reading = reading
        self._show_age()

    def _show_age(self) -> None:
        if self._seen is None:
            return
        age = time.time() - self._seen.read_at
        self._age.setText(f"· {words.source(age, self._seen.how, reading=self._reading)}")
        self._age.setToolTip(text.moment(self._seen.read_at))
