"""The inputs of a dispute form: one kind of editor per kind of evidence field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit

from supportdesk.domain.days import from_unix
from supportdesk.domain.disputes import NO, YES
from supportdesk.domain.disputes_rules import FieldText
from supportdesk.domain.records import Transaction
from supportdesk.ui.disputes.file_editor import FileEditor
from supportdesk.ui.text import day, money, tr
from supportdesk.ui.widgets.button import Segmented
from supportdesk.ui.widgets.date_edit import DateEdit
from supportdesk.ui.widgets.long_text import LongText
from supportdesk.ui.words import merchant_name

_SLACK = 2_000  # characters over the limit that may be typed, to be shortened


class LineEditor(QLineEdit):
    """A short text."""

    edited = Signal()

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.setMaxLength(limit + _SLACK)
        self.textChanged.connect(lambda: self.edited.emit())

    def put(self, text: str) -> None:
        """Show the draft's text."""
        if text != self.text():
            self.setText(text)


class DayEditor(DateEdit):
    """A date, kept as typed."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(required=False)
        self.changed.connect(lambda: self.edited.emit())

    def put(self, text: str) -> None:
        """Show the draft's text."""
        if text != self.text():
            self.setText(text)


class NoteEditor(LongText):
    """A long text, with its counter and the guard against card numbers."""

    edited = Signal()

    def __init__(self, limit: int) -> None:
        super().__init__(limit, lines=4)
        self.editor.setFixedHeight(round(self.editor.fontMetrics().lineSpacing() * 6.5))
        self.changed.connect(lambda: self.edited.emit())

    def put(self, text: str) -> None:
        """Show the draft's text; the cursor stays when nothing changes."""
        if text != self.text():
            self.set_text(text)


class ChoiceEditor(Segmented):
    """One of a few answers."""

    edited = Signal()

    def __init__(self, choices: Sequence[tuple[str, str]], name: str) -> None:
        super().__init__(choices, name, wrap=True)
        self.changed.connect(lambda: self.edited.emit())

    def text(self) -> str:
        """Return Stripe's value of the answer, "" for none."""
        return self.value()

    def put(self, text: str) -> None:
        """Choose an answer."""
        self.set_value(text)


class PurchaseEditor(QComboBox):
    """Another purchase of the same person."""

    edited = Signal()

    def __init__(self, purchases: Sequence[Transaction]) -> None:
        super().__init__()
        self.addItem(tr("Choose the purchase"), "")
        for purchase in purchases:
            self.addItem(_purchase(purchase), purchase.id)
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(lambda: self.edited.emit())

    def text(self) -> str:
        """Return the id of the purchase, "" for none."""
        return str(self.currentData() or "")

    def put(self, text: str) -> None:
        """Choose a purchase; one that is not in the list is shown by its id."""
        at = self.findData(text)
        if at < 0:
            self.addItem(text, text)
            at = self.count() - 1
        self.setCurrentIndex(at)


def _purchase(purchase: Transaction) -> str:
    amount = money(-purchase.amount, purchase.currency)
    on = day(from_unix(purchase.created)) if purchase.created else ""
    return " · ".join(part for part in (merchant_name(purchase.merchant), amount, on) if part)


AnyEditor = LineEditor | DayEditor | NoteEditor | ChoiceEditor | PurchaseEditor | FileEditor


def make(name: str, what: FieldText, limit: int, purchases: Sequence[Transaction]) -> AnyEditor:
    """Make the editor of an evidence field; its object name is `evidence_<field>`."""
    made: AnyEditor
    if what.kind == "long":
        made = NoteEditor(limit)
    elif what.kind == "date":
        made = DayEditor()
    elif what.kind == "bool":
        made = ChoiceEditor([(YES, tr("Yes")), (NO, tr("No"))], tr(what.label))
    elif what.kind == "choice":
        made = ChoiceEditor([(c.value, tr(c.label)) for c in what.choices], tr(what.label))
    elif what.kind == "transaction":
        made = PurchaseEditor(purchases)
    elif what.kind == "file":
        main = name == "additional_documentation"
        drop = "dispute_drop" if main else f"dispute_drop_{name}"
        made = FileEditor(tr("Drop PDF, JPEG or PNG here, or paste a picture"), drop)
    else:
        made = LineEditor(limit)
    made.setObjectName(f"evidence_{name}")
    return made
