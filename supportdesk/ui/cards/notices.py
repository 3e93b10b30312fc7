"""What stands against a card, said large: Stripe's fraud warning, and what it wants to know."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.records import Card, Cardholder
from supportdesk.ui import text, theme, words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label


class Notice(QFrame):
    """A large sentence, what it means below it, and at most one step."""

    def __init__(
        self,
        title: str,
        tone: Tone,
        lines: list[str],
        step: tuple[str, str, Callable[[], object]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        theme.mark(self, role="banner", tone=tone)
        px = theme.current.measures.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(0.9), px(0.7), px(0.9), px(0.7))
        column.setSpacing(px(0.3))
        column.addWidget(label(title, "title", wrap=True))
        for line in lines:
            column.addWidget(label(line, wrap=True))
        if step is not None:
            name, said, act = step
            button = KeyButton(said, "", "danger")
            button.setObjectName(name)
            button.clicked.connect(act)
            row = QHBoxLayout()
            row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
        self.setAccessibleName(" ".join((title, *lines)))


def fraud(card: Card, cancel: Callable[[], object]) -> Notice | None:
    """Stripe's warning that a card may be abused, with its advice; None when there is none."""
    if not card.fraud_warning:
        return None
    lines = []
    if card.fraud_warning_at:
        lines.append(tr("Stripe warns since {when}.", when=text.when(card.fraud_warning_at)))
    if card.status == "canceled":
        lines.append(tr("The card is cancelled, as Stripe advises."))
        if not card.replaced_by:
            lines.append(tr("No new card was ordered."))
        return Notice(words.fraud_warning(card.fraud_warning), "bad", lines)
    lines.append(tr("Stripe advises: cancel this card and issue a new one."))
    step = ("notice_cancel", tr("Cancel and issue a new one"), cancel)
    return Notice(words.fraud_warning(card.fraud_warning), "bad", lines, step)


def requirements(cardholder: Cardholder) -> Notice | None:
    """Why Stripe holds a cardholder's cards back and what to collect; None when it does not."""
    lines = explained(cardholder)
    if not lines:
        return None
    title = words.restriction(cardholder)
    title = title or tr("Stripe will soon need more information about this person.")
    return Notice(title, "bad" if cardholder.disabled_reason else "warn", lines)


def explained(cardholder: Cardholder) -> list[str]:
    """What a restriction means, what to collect, and who can lift it; empty without one."""
    lines = []
    if cardholder.disabled_reason:
        lines.append(tr("Until this is settled every payment with every card is declined."))
    if cardholder.past_due:
        lines.append(tr("Collect from the cardholder:"))
        lines += list(dict.fromkeys(f"• {_collect(name)}" for name in cardholder.past_due))
        lines.append(
            tr("The programme hands it to Stripe; a card can be activated once Stripe has it.")
        )
    if cardholder.disabled_reason and not cardholder.past_due:
        lines.append(
            tr("Nothing the cardholder or an agent can bring lifts it: the programme asks Stripe.")
        )
    return lines


def _collect(name: str) -> str:
    """What exactly is asked for."""
    said = {
        "company.tax_id": tr("the company's tax or registration number"),
        "individual.card_issuing.user_terms_acceptance.date": tr(
            "their acceptance of the card terms, in the app or on the website: it needs date and"
            " network address, so it cannot be given on the phone"
        ),
        "individual.dob.day": tr("the whole date of birth: day, month and year"),
        "individual.first_name": tr("the first name as in the identity document"),
        "individual.last_name": tr("the last name as in the identity document"),
        "individual.verification.document": tr(
            "an identity document, front and back, uploaded through the programme, never by e-mail"
        ),
    }
    same = {
        "individual.dob.month": "individual.dob.day",
        "individual.dob.year": "individual.dob.day",
        "individual.card_issuing.user_terms_acceptance.ip": (
            "individual.card_issuing.user_terms_acceptance.date"
        ),
    }
    return said.get(same.get(name, name), words.requirement(name))
