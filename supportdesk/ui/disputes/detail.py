"""One dispute, one page: what comes next, everything known of it, what was told and done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.domain.dispute_case import NoteKind
from supportdesk.domain.dispute_steps import CREDITED, Step
from supportdesk.domain.disputes_list import LOCAL, status_text
from supportdesk.domain.disputes_rules import Rules
from supportdesk.services.dispute_case import Case
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.services.disputes import Intake
from supportdesk.ui import theme
from supportdesk.ui.disputes.queue import case_lines
from supportdesk.ui.disputes.queue.note_form import NoteForm
from supportdesk.ui.disputes.queue.sections import Picture, Section
from supportdesk.ui.palette import Tone, tone_of
from supportdesk.ui.text import number, tr
from supportdesk.ui.widgets.banner import Action, Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import page_column, scroll


class DisputeDetail(QWidget):
    """Everything known of a dispute, or of an intake that is none yet.

    Signals:
        wanted: an `Intake` is shown; its `Case` shall be brought with `show_case`.
        assign: the owner's name, "" for nobody.
        export: the case file is wanted.
        form_wanted: back to the form of an intake.
        complaint: id (uuid) of a complaint to open, "" to log one.
        other: id of another purchase to open.
    """

    wanted = Signal(object)
    assign = Signal(str)
    export = Signal()
    form_wanted = Signal()
    complaint = Signal(str)
    other = Signal(str)

    def __init__(self, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dispute_detail")
        self._rules = rules
        self.case: Case | None = None
        self._transaction_id = ""
        self._next_owner = ""
        inner = QWidget()
        layout = page_column(inner, 0.8)
        self.outcome = Banner()
        self.outcome.setObjectName("dispute_outcome")
        layout.addWidget(self.outcome)
        self.bar = self._make_bar()
        layout.addWidget(self.bar)
        self.money = Section(tr("Money"), "case_money")
        self.withdrawal = Section(tr("Withdrawal"), "case_withdrawal")
        self.purchase = Section(tr("Purchase"), "case_purchase")
        self.card = Section(tr("Card"), "case_card")
        self.answers = Section(tr("Answers"), "case_answers")
        self.evidence = Section(tr("Evidence"), "case_evidence")
        self.related = Section(tr("At the same shop"), "case_related")
        self.complaints = Section(tr("Complaint"), "case_complaint")
        self.notes = Section(tr("What was told and done"), "case_notes")
        self.form = NoteForm()
        self.history = Section(tr("Time line"), "case_history")
        self.pictures: dict[str, Picture] = {}
        self._sections = (
            *(self.money, self.withdrawal, self.notes, self.purchase, self.card),
            *(self.answers, self.evidence, self.related, self.complaints, self.history),
        )
        for section in self._sections:
            layout.addWidget(section)
            if section is self.notes:
                layout.addWidget(self.form)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = scroll(inner)
        outer.addWidget(self._area)

    def _make_bar(self) -> QWidget:
        bar = QWidget()
        row = FlowLayout(bar)
        self.owner = label("", "muted")
        self.owner.setMinimumHeight(theme.current.measures.px(1.6))
        self.owner.setObjectName("case_owner")
        self.take = KeyButton(tr("Take it"), "T")
        self.take.setObjectName("case_take")
        self.take.clicked.connect(lambda: self.assign.emit(self._next_owner))
        self.file = KeyButton(tr("Case file (PDF)"))
        self.file.setObjectName("case_file")
        self.file.clicked.connect(self.export)
        self.back = KeyButton(tr("Back to the form"))
        self.back.setObjectName("case_back")
        self.back.clicked.connect(self.form_wanted)
        row.addWidget(self.back)
        row.addWidget(self.take)
        row.addWidget(self.file)
        row.addWidget(self.owner)
        return bar

    def show_intake(self, intake: Intake) -> None:
        """Show the dispute of an intake at once, then ask for the whole case."""
        status = intake.dispute.status if intake.dispute else LOCAL
        self.back.setVisible(intake.editable)
        if intake.case.transaction.id != self._transaction_id:
            self._transaction_id = intake.case.transaction.id
            self.case = None
            self.form.clear()
            self._show_whole(False)
            self._area.verticalScrollBar().setValue(0)
            said = status_text(status, self._rules)
            meaning = tr(self._rules.outcomes.meaning.get(status, ""))
            self.outcome.set(tr(said.next or said.label), self._tone(intake), detail=meaning)
        self.wanted.emit(intake)

    def _show_whole(self, whole: bool) -> None:
        """Until the case is there nothing can be done with it, nor is another one in view."""
        for part in (self.bar, self.form):
            part.setVisible(whole)
        if not whole:
            for section in self._sections:
                section.setVisible(False)

    def _tone(self, intake: Intake) -> Tone:
        status = intake.dispute.status if intake.dispute else LOCAL
        return tone_of(status_text(status, self._rules).tone)

    def show_case(self, case: Case, queue: DisputeQueue) -> None:
        """Show the whole case."""
        steps, today = queue.steps, queue.today()
        self.case = case
        self._show_whole(True)
        title, sentences = case_lines.outcome(case, self._rules, steps, today)
        ways = self._ways(case.line.step) if case.line else []
        self.outcome.set(title, self._tone(case.intake), ways, detail="\n".join(sentences))
        self._show_owner(case.line.owner if case.line else "", queue.agent())
        self.money.set_lines(case_lines.balance(case))
        asked = (tr("Write down that it was asked for"), lambda: self._begin("withdrawal"))
        lines = case_lines.withdrawal(case, steps, today)
        self.withdrawal.set_lines(lines, [asked] if lines else [])
        self.purchase.set_lines(case_lines.purchase(case))
        self.card.set_lines(case_lines.card(case))
        self.answers.set_lines(case_lines.answers(case, self._rules))
        self._show_files(case)
        others = [other for other in case.related if other.dispute_id]
        first = (tr("Open the disputed one"), lambda: self.other.emit(others[0].id))
        self.related.set_lines(case_lines.related(case), [first] if others else [])
        self._show_complaints(case)
        self.notes.set_lines(case_lines.notes(case) or [("", tr("Nothing yet."))])
        self.history.set_lines(case_lines.history(case))

    def _ways(self, step: Step) -> list[Action]:
        wanted: dict[str, tuple[tuple[str, NoteKind], ...]] = {
            "tell_won": ((tr("Told"), "told"), (tr("Credited"), "credited")),
            "tell_lost": ((tr("Told"), "told"),),
            "tell_expired": ((tr("Told"), "told"),),
            "refund": (
                (tr("Credited"), "credited"),
                (tr("Credited provisionally"), "provisional_credit"),
                (tr("Not owed"), "not_owed"),
            ),
        }
        kind: NoteKind = "notice_filed" if step.detail.endswith("filed") else "notice_ended"
        offered = wanted.get(
            step.kind, ((tr("Notice sent"), kind),) if step.kind == "notice" else ()
        )
        if step.kind == "tell_won" and step.detail:
            offered = offered[step.detail == CREDITED :][:1]
        return [(f"{words}…", self._beginner(kind)) for words, kind in offered]

    def _beginner(self, kind: NoteKind) -> Callable[[], None]:
        return lambda: self._begin(kind)

    def _begin(self, kind: NoteKind) -> None:
        self.form.begin(kind)
        self._area.ensureWidgetVisible(self.form)

    def _show_owner(self, owner: str, agent: str) -> None:
        mine = owner == agent and bool(agent)
        said = tr("Yours") if mine else tr("Owner: {name}", name=owner) if owner else ""
        self.owner.setText(said or tr("Nobody's yet"))
        self._next_owner = "" if mine else agent
        self.take.setText(tr("Give back") if mine else tr("Take it"))

    def _show_files(self, case: Case) -> None:
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        self.pictures = {}
        for file in case.intake.originals:
            kilobytes = tr("{n} kB", n=number(max(1, round(file.size / 1000))))
            sent = tr("sent to Stripe") if file.stripe_file_id else tr("only at this desk")
            self.pictures[file.id] = Picture(file.name, f"{kilobytes} · {sent}")
            layout.addWidget(self.pictures[file.id])
        if case.intake.originals:
            self.evidence.set_widget(box)
        else:
            box.deleteLater()
            self.evidence.setVisible(False)

    def _show_complaints(self, case: Case) -> None:
        found = case.complaints
        act = (tr("Open"), lambda: self.complaint.emit(found[0].id))
        new = (tr("Log a complaint"), lambda: self.complaint.emit(""))
        self.complaints.set_lines(case_lines.complaints(case), [act] if found else [new])
