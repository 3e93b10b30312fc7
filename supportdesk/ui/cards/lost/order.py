"""Lost, stolen or found again; which new card, where to, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from supportdesk.domain import cards
from supportdesk.domain.lost import LONGEST_LINE, Report, Standing
from supportdesk.domain.lost_texts import Delivery
from supportdesk.domain.records import Address, Card, Cardholder, Design
from supportdesk.errors import UserFacing
from supportdesk.ui import theme, words
from supportdesk.ui.cards.address import AddressForm, complete
from supportdesk.ui.cards.lost import words as lost_words
from supportdesk.ui.cards.lost.page import StepPage, choices, in_a_row
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import frame, page_column, scroll

ON_FILE, OTHER = "file", "other"


class OrderPage(StepPage):
    """The third step."""

    def __init__(self, delivery: Delivery, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delivery = delivery
        self._report = Report(
            id="", account="", card_id="", cardholder_id="", reported_at=0.0, agent=""
        )
        self._card, self._holder = Card(id=""), Cardholder(id="")
        self._standing = Standing()
        self._filled = ""  # the report whose address was put into the form
        outer = self.column
        outer.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        self._rows = page_column(inner)
        outer.addWidget(scroll(inner), 1)
        self._choices()
        self._sending()
        self._means = Banner("", "warn")
        self._means.setObjectName("lost_means")
        self._rows.addWidget(self._means)
        self._rows.addStretch(1)

    def _choices(self) -> None:
        self._outcome = choices(
            "lost_outcome",
            tr("What happened"),
            (("lost", tr("Lost")), ("stolen", tr("Stolen")), ("found", tr("Found again"))),
        )
        self._kind = choices(
            "lost_replacement",
            tr("New card"),
            (
                ("physical", tr("Physical")),
                ("virtual", tr("Virtual now")),
                ("both", tr("Both")),
                ("none", tr("None")),
            ),
        )
        self._outcome.changed.connect(lambda value: self.tell("outcome", value))
        self._kind.changed.connect(lambda value: self.tell("replacement", value))
        self._kind_field = Field(tr("New card"), self._kind)
        fields = (Field(tr("What happened"), self._outcome), self._kind_field)
        self._rows.addLayout(in_a_row(fields))

    def _sending(self) -> None:
        px = theme.current.measures.px
        self._where = choices(
            "lost_where_to",
            tr("Send to"),
            ((ON_FILE, tr("Address on file")), (OTHER, tr("Another address"))),
        )
        self._where.changed.connect(lambda value: self.tell("elsewhere", value == OTHER))
        self._service = _box("lost_service", lambda box: self.tell("service", box.currentData()))
        self._design = _box("lost_design", lambda box: self.tell("design", box.currentData()))
        self._line = QLineEdit()
        self._line.setObjectName("lost_second_line")
        self._line.setMaxLength(LONGEST_LINE + 100)
        self._line.textEdited.connect(lambda text: self.tell("second_line", text))
        self.fields = {"second_line": Field(tr("Second line on the card"), self._line)}
        self._posted = QWidget()
        posted = QVBoxLayout(self._posted)
        posted.setContentsMargins(0, 0, 0, 0)
        posted.setSpacing(px(0.6))
        first = (Field(tr("Send to"), self._where), Field(tr("Delivery"), self._service))
        posted.addLayout(in_a_row(first, (3, 4)))
        self._on_file = frame("inset")
        self._address_text = label("", wrap=True)
        box = QHBoxLayout(self._on_file)
        box.addWidget(self._address_text)
        posted.addWidget(self._on_file)
        self.address = AddressForm()
        for field in self.address.fields.values():
            editor = field.editor
            changed = editor.textEdited if isinstance(editor, QLineEdit) else None
            if changed is not None:
                changed.connect(lambda _text: self._address_typed())
            elif isinstance(editor, QComboBox):
                editor.activated.connect(lambda _at: self._address_typed())
        posted.addWidget(self.address)
        second = (Field(tr("Design"), self._design), self.fields["second_line"])
        posted.addLayout(in_a_row(second, (3, 4)))
        self._rows.addWidget(self._posted)

    # --- showing -----------------------------------------------------------------------------

    def show_report(
        self, report: Report, card: Card, holder: Cardholder, standing: Standing, *, open_: bool
    ) -> None:
        """Show what was chosen; the address on file only if `open_`."""
        self._report, self._card, self._holder = report, card, holder
        self._standing = standing
        lost_words.allow(self._outcome, card, standing)
        self._outcome.set_value(report.outcome)
        self._kind.set_value(report.replacement)
        known = complete(holder.billing)
        why = tr("There is no whole address on file.")
        self._where.set_allowed(ON_FILE, known, "" if known else why)
        self._where.set_value(OTHER if report.elsewhere or not known else ON_FILE)
        lines = [holder.name, *words.address_lines(holder.billing)]
        hidden = tr("The address on file; hidden until the caller is verified.")
        shown = " · ".join(part for part in lines if part)
        self._address_text.setText(shown if open_ else hidden)
        if self._filled != report.id:
            self._filled = report.id
            typed = report.address != Address()
            start = Address(country=holder.billing.country)
            self.address.set_address(report.address if typed else start)
        if not self._line.hasFocus():
            self._line.setText(report.second_line)
        self._follow()

    def follow(self, report: Report) -> None:
        """Show what another choice on this page means."""
        self._report = report
        self._follow()

    def show_designs(self, designs: Sequence[Design]) -> None:
        """Offer the designs that can be produced."""
        self._design.clear()
        self._design.addItem(tr("As the old card"), "")
        for design in designs:
            self._design.addItem(design.name or design.id, design.id)
        self._design.setCurrentIndex(max(0, self._design.findData(self._report.design)))

    def _follow(self) -> None:
        report = self._report
        ends = report.outcome in cards.CANCEL_REASONS
        self._kind_field.setVisible(ends)
        posted = ends and report.replacement in ("physical", "both")
        self._posted.setVisible(posted)
        other = self._where.value() != ON_FILE
        self._on_file.setVisible(not other)
        self.address.setVisible(other)
        self._offer_services(self.target().country)
        self._means.set(*lost_words.meaning(report, self._card, self._standing))
        done = lost_words.ordered(report, self._standing)
        for part in (self._outcome, self._kind, self._posted):
            part.setEnabled(report.open and not done)

    def _offer_services(self, country: str) -> None:
        offered = self._delivery.to(country)
        if [self._service.itemData(at) for at in range(self._service.count())] != list(offered):
            self._service.clear()
            for name in offered:
                said = lost_words.service(name, self._delivery.services.get(name))
                self._service.addItem(said, name)
        wanted = max(0, self._service.findData(self._report.service))
        self._service.setCurrentIndex(wanted)

    # --- what was chosen ---------------------------------------------------------------------

    def target(self) -> Address:
        """Return where the card goes."""
        elsewhere = self._where.value() != ON_FILE
        return self.address.typed() if elsewhere else self._holder.billing

    def _address_typed(self) -> None:
        self.edited.emit({"address": self.address.typed(), "elsewhere": True})
        self._offer_services(self.target().country)

    def chosen(self) -> dict[str, object]:
        """Return what is chosen without having been touched: the service and an address."""
        elsewhere = self._where.value() != ON_FILE
        found: dict[str, object] = {"service": self._service.currentData() or ""}
        return found | {"elsewhere": elsewhere}

    def complete(self) -> bool:
        """Whether everything needed is there; what is not is said beside its field."""
        posted = self._report.replacement in ("physical", "both")
        if posted and self._where.value() != ON_FILE:
            return self.address.address() is not None
        return True

    def show_problem(self, problem: UserFacing) -> None:
        """Say beside the field what Stripe has against it, if it is about one of these."""
        if problem.field == "second_line":
            self.fields["second_line"].set_error(problem.detail or problem.title)
        self.address.show_problem(problem)

    def start_focus(self) -> None:
        """Begin with what happened."""
        self._outcome.setFocus()


def _box(name: str, changed: object) -> QComboBox:
    made = QComboBox()
    made.setObjectName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(14)
    made.activated.connect(lambda _at: changed(made))  # type: ignore[operator]
    return made
