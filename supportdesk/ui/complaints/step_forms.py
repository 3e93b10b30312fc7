"""The short forms of what is done with a complaint: acknowledge, tell Stripe, resolve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from supportdesk.domain.complaint_replies import Purpose
from supportdesk.domain.complaints import Complaint, milestones, reasons_owed
from supportdesk.domain.picklists import PickLists
from supportdesk.services.complaints import Complaints
from supportdesk.ui.complaints.editors import (
    AmountInput,
    Choice,
    DayInput,
    LineInput,
    NoteInput,
    Several,
    yes_no,
)
from supportdesk.ui.complaints.form import Form
from supportdesk.ui.complaints.moment_input import MomentInput
from supportdesk.ui.complaints.name_input import NameInput
from supportdesk.ui.complaints.values import since, with_texts
from supportdesk.ui.complaints.words import field_label
from supportdesk.ui.text import tr

PROMISED = ("holding_until",)  # the only days that lie ahead
LATER = (*PROMISED, "redress_paid_at")  # days that are not likely to be today
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "CZK", "DKK", "HUF", "NOK", "PLN", "RON", "SEK")


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its title, what it means, the words of its main button, its form, its letters."""

    title: str
    meaning: str
    button: str
    form: Callable[[PickLists, Complaints, Complaint], Form]
    letters: tuple[Purpose, ...] = ()


class ShortForm(Form):
    """Some days and words on one row."""

    def __init__(
        self, complaints: Complaints, complaint: Complaint, names: dict[str, QWidget]
    ) -> None:
        super().__init__()
        made = []
        for name, editor in names.items():
            if isinstance(editor, DayInput) and name not in PROMISED:
                editor.latest = complaints.today()
            hint = ""
            if isinstance(editor, MomentInput):
                hint = _place(editor, name, complaints, complaint)
            field = self.field(name, editor, hint=hint)  # type: ignore[arg-type]
            if isinstance(editor, NoteInput):
                self.rows.addWidget(field)
            else:
                made.append(field)
        if made:
            line = self.row(*made)
            self.rows.removeWidget(line)
            self.rows.insertWidget(0, line)


def _place(editor: MomentInput, name: str, complaints: Complaints, complaint: Complaint) -> str:
    """Make an input take what can have been done with a complaint; returns its hint."""
    editor.now = complaints.now
    editor.zone = complaint.zone
    editor.since = since(complaint, name)
    editor.day.latest = complaints.today()
    return tr("{zone}, time optional", zone=complaint.zone.replace("_", " "))


class ResolveForm(Form):
    """What Stripe asks for after resolution; the reason only when it was late."""

    def __init__(
        self,
        lists: PickLists,
        complaints: Complaints,
        complaint: Complaint,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._complaints = complaints
        self._complaint = complaint
        self._amount = AmountInput()
        currencies = Choice()
        currencies.offer([code.lower() for code in CURRENCIES], CURRENCIES)
        days = {name: MomentInput() for name in ("told_at", "executed_at")}
        hints = {name: _place(each, name, complaints, complaint) for name, each in days.items()}
        self.row(*(self.field(name, each, hint=hints[name]) for name, each in days.items()))
        self.row(
            self.field("outcome", Choice(lists.outcome)),
            self.field("root_cause", Choice(lists.root_cause)),
        )
        self.row(
            self.field("contributing_causes", Several(lists.root_cause, flowing=True)),
        )
        paid = DayInput(required=False)
        paid.latest = complaints.today()
        self.row(self.field("redress_reqd", yes_no(field_label("redress_reqd"))))
        self._paid = self.row(
            self.field("redress_amount", self._amount),
            self.field("redress_currency", currencies),
            self.field("redress_paid_at", paid),
        )
        systemic = yes_no(field_label("systemic_issue_identified"))
        self.row(self.field("systemic_issue_identified", systemic))
        self.row(self.field("description_of_corrective_action", NoteInput(3)))
        self.row(self.field("reason_exceeded_15_days", NoteInput(2)))
        self.arrange()

    def arrange(self) -> None:
        """The amount is asked when redress was due, the reason when it was late."""
        texts = self.texts()
        due = texts["redress_reqd"] == "yes"
        self._paid.setVisible(due)
        for name in ("redress_amount", "redress_currency", "redress_paid_at"):
            self.fields[name].setVisible(due)
        currency = texts["redress_currency"] or "eur"
        if currency != self._amount.currency:  # it tells of it as of an edit
            self._amount.set_limit(currency, None)
        self.fields["reason_exceeded_15_days"].setVisible(self.late())

    def late(self) -> bool:
        """Whether the days typed so far are later than the clocks allow."""
        typed = with_texts(self._complaint, self.texts(), self._complaints.instant)
        days = [typed.day(at) for at in (typed.told_at, typed.executed_at) if at is not None]
        reached = milestones(typed) | ({"resolve": max(days)} if days else {})
        return bool(reasons_owed(typed, reached))

    def texts(self) -> dict[str, str]:
        """What the inputs hold; without redress there is no amount."""
        texts = super().texts()
        if texts["redress_reqd"] != "yes":
            texts["redress_amount"] = texts["redress_paid_at"] = ""
        return texts


def _moment(_lists: PickLists) -> QWidget:
    return MomentInput()


def _short(**names: Callable[[PickLists], QWidget]) -> Callable[..., Form]:
    def make(lists: PickLists, complaints: Complaints, complaint: Complaint) -> Form:
        return ShortForm(complaints, complaint, {n: new(lists) for n, new in names.items()})

    return make


def _hand_over(_lists: PickLists, complaints: Complaints, complaint: Complaint) -> Form:
    others = [name for name in complaints.known_agents if name != complaint.owner]
    return ShortForm(complaints, complaint, {"owner": NameInput(others), "why": NoteInput(2)})


class WithdrawForm(ShortForm):
    """When and why; the reason for lateness only when it was late."""

    def __init__(self, complaints: Complaints, complaint: Complaint) -> None:
        names = {
            "withdrawn_at": MomentInput(),
            "description_of_corrective_action": NoteInput(3),
            "reason_exceeded_15_days": NoteInput(2),
        }
        self._complaints = complaints
        self._complaint = complaint
        super().__init__(complaints, complaint, names)
        self.arrange()

    def arrange(self) -> None:
        """The reason is asked when it comes late."""
        typed = with_texts(self._complaint, self.texts(), self._complaints.instant)
        at = typed.withdrawn_at
        met = milestones(typed) | ({"resolve": typed.day(at)} if at is not None else {})
        self.fields["reason_exceeded_15_days"].setVisible(bool(reasons_owed(typed, met)))


def steps() -> dict[str, Step]:
    """The steps by name, in the language of the window."""
    return {
        "acknowledge": Step(
            tr("Acknowledge"),
            tr("Record when and how the caller was told that the complaint arrived."),
            tr("Record acknowledgement"),
            _short(
                acknowledged_at=_moment,
                acknowledged_medium=lambda lists: Choice(lists.acknowledged_medium),
            ),
            ("acknowledge",),
        ),
        "tell_stripe": Step(
            tr("Tell Stripe"),
            tr(
                "Record when Stripe was told of this executive complaint. Until Stripe clears it, "
                "do not contact the caller."
            ),
            tr("Record that Stripe was told"),
            _short(stripe_notified_at=_moment, stripe_reference=lambda _: LineInput()),
            ("stripe_notice",),
        ),
        "clear_hold": Step(
            tr("Cleared by Stripe"),
            tr("Record who at Stripe allowed contact with the caller again, and when."),
            tr("Record clearance"),
            _short(stripe_cleared_at=_moment, stripe_cleared_by=lambda _: LineInput()),
        ),
        "forward": Step(
            tr("Forward"),
            tr("Record when the complaint was forwarded to Stripe or the platform."),
            tr("Record forwarding"),
            _short(forwarded_at=_moment),
            ("forward",),
        ),
        "resolve": Step(
            tr("Resolve"),
            tr("Resolved means both: the caller was told, and the remedy was carried out."),
            tr("Resolve"),
            ResolveForm,
            ("final", "summary"),
        ),
        **_longer_steps(),
    }


def _longer_steps() -> dict[str, Step]:
    return {
        "hold": Step(
            tr("Holding reply"),
            tr("Tell the caller why there is no answer yet and when it will come. Clocks go on."),
            tr("Record holding reply"),
            _short(
                holding_at=_moment,
                holding_until=lambda _: DayInput(),
                holding_reason=lambda _: NoteInput(2),
            ),
            ("holding",),
        ),
        "withdraw": Step(
            tr("Withdrawn"),
            tr("The caller took the complaint back. Stripe still gets its row."),
            tr("Record withdrawal"),
            lambda _, complaints, complaint: WithdrawForm(complaints, complaint),
        ),
        "reopen": Step(
            tr("Reopen"),
            tr("The clocks go on from the day it was received, as if it had never ended."),
            tr("Reopen"),
            _short(why=lambda _: NoteInput(3)),
        ),
        "hand_over": Step(
            tr("Hand over"),
            tr("Somebody else is responsible from now on and is reminded first."),
            tr("Hand over"),
            _hand_over,
        ),
        "credit": Step(
            tr("Provisional credit"),
            tr("Record when provisional credit was given (Regulation E)."),
            tr("Record credit"),
            _short(provisional_credit_at=_moment),
        ),
        "tell_credit": Step(
            tr("Told of the credit"),
            tr("Record when the caller was told of the provisional credit."),
            tr("Record"),
            _short(credit_told_at=_moment),
        ),
    }
