"""A complaint: Stripe's twenty fields under Stripe's names, and what the desk needs besides.

Instants are Unix seconds; `zone` is where their days are counted. Stripe's field rules are on
docs.stripe.com/financial-accounts/connect/handling-complaints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from supportdesk.domain.clocks import Case, Clock, next_clock, standing

OPERATIONAL = "operational"
EXECUTIVE = "executive"
CLASSES = (OPERATIONAL, EXECUTIVE)
Which = Literal["open", "executive", "closed", "all"]
PER_YEAR = 1_000_000  # numbers of one year that keep their order


@dataclass(frozen=True, slots=True)
class Reported:
    """That a row with this content went to Stripe for `month` (YYYY-MM)."""

    month: str
    row_hash: str
    at: float


@dataclass(frozen=True, slots=True)
class Term:
    """A word or fact that may matter, and what a person decided about it.

    `id` names it in the list of signals, `text` is what was found.
    """

    id: str
    text: str
    kept: bool
    by: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply that left the desk; its words are in the history.

    `purpose` and `version` name the template, `medium` how it left: copied or pdf.
    """

    at: float
    by: str
    purpose: str
    version: str
    language: str
    medium: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a complaint, without its bytes: `size` counts them, `sha256` (hex) is theirs."""

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    at: float
    by: str


@dataclass(frozen=True, slots=True)
class Private:
    """What tells of the cardholder in a text for Stripe, as written there, to be taken out.

    `kind` is name, email, phone, address or born.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One complaint, as it stands now; what it was before is in its history.

    Attributes:
        id: uuid; `number`: CMP-YYYY-NNNN, the one quoted on calls.
        version: raised by each save, so that two windows cannot overwrite each other.
        cardholder_name, card_last4: as shown at intake; never part of the report.
        verbatim: what the caller said; stays here.
        complaint_description: the neutral text without personal data that Stripe gets.
        is_complaint: False once decided that it is a plain inquiry (`decision_reason`);
            `decided_at` and `decided_by` tell who decided either way.
        status: of an open complaint, see domain.complaint_states; read `state`.
        jurisdiction: ISO country or country-part it belongs to; "" means the programme's.
        kind: of clocks.KINDS; circumstances: what else decides clocks, such as new_account.
        regulator_sent_at: when a portal sent it to the company; some clocks start then.
        terms: words found and what was decided about them.
        support_need: what help the caller needs; never a diagnosis.
        holding_until: the date promised in the holding reply.
        fix_...: of a systemic fault: who mends it until when, when it was proved to be mended.
        legal_hold: keep it beyond retention, for the reason given.
        erased_at: when what told of a person was erased.
        told_at, executed_at: both are needed before Stripe calls a complaint resolved.
        redress_amount: minor units of `redress_currency`, when redress was given; it was paid at
            `redress_paid_at`.
        contributing_causes: what besides the `root_cause` led to it, of the same list.
        clocks: the deadlines as they were computed, earliest first.
        lists_version: state of the pick-lists the values were chosen from.
        reported_in: which rows of it Stripe got, in the order they were sent.
        private: what was found in its texts for Stripe of what Stripe's copy tells of the person;
            kept, so that a row reads the same when that copy has changed or is gone.
    """

    id: str = ""
    number: str = ""
    account: str = ""
    version: int = 0
    cardholder_id: str = ""
    cardholder_name: str = ""
    card_id: str = ""
    card_last4: str = ""
    transaction_id: str = ""
    dispute_id: str = ""
    call_id: str = ""
    zone: str = "UTC"
    # Stripe's fields 1 to 14, in Stripe's spelling
    date_input: float = 0.0
    date_received: float = 0.0
    user_name: str = ""
    received_by: str = ""
    account_ID: str = ""
    complaint_classification: str = OPERATIONAL
    stripe_product: str = ""
    complaint_category: str = ""
    complaint_sub_category: str = ""
    complaint_channel: str = ""
    complaint_description: str = ""
    alleges_UDAP_or_discrimination: bool | None = None
    user_stage: str = ""
    systemic_issue_identified: bool | None = None
    # 16 to 20; 15, date_resolved, follows from told_at and executed_at
    redress_reqd: bool | None = None
    description_of_corrective_action: str = ""
    internal_links: str = ""
    user_correspondence_links: str = ""
    reason_exceeded_15_days: str = ""
    # the desk's own
    verbatim: str = ""
    remedy_sought: str = ""
    complainant_role: str = ""
    executive_basis: tuple[str, ...] = ()
    is_complaint: bool = True
    decision_reason: str = ""
    decided_at: float | None = None
    decided_by: str = ""
    status: str = "received"
    jurisdiction: str = ""
    kind: str = "payment"
    circumstances: tuple[str, ...] = ()
    regulator_case: str = ""
    regulator_sent_at: float | None = None
    terms: tuple[Term, ...] = ()
    support_need: str = ""
    owner: str = ""
    watchers: tuple[str, ...] = ()
    stripe_notified_at: float | None = None
    stripe_notified_by: str = ""
    stripe_reference: str = ""
    stripe_cleared_at: float | None = None
    stripe_cleared_by: str = ""
    forwarded_at: float | None = None
    forwarded_by: str = ""
    acknowledged_at: float | None = None
    acknowledged_by: str = ""
    acknowledged_medium: str = ""
    holding_at: float | None = None
    holding_by: str = ""
    holding_reason: str = ""
    holding_until: float | None = None
    provisional_credit_at: float | None = None
    credit_told_at: float | None = None
    withdrawn_at: float | None = None
    withdrawn_by: str = ""
    reopened_at: float | None = None
    replies: tuple[Sent, ...] = ()
    files: tuple[Attached, ...] = ()
    told_at: float | None = None
    executed_at: float | None = None
    outcome: str = ""
    redress_amount: int | None = None
    redress_currency: str = ""
    redress_paid_at: float | None = None
    root_cause: str = ""
    contributing_causes: tuple[str, ...] = ()
    fix_owner: str = ""
    fix_due: float | None = None
    fix_proved_at: float | None = None
    fix_proof: str = ""
    legal_hold: bool = False
    legal_hold_reason: str = ""
    erased_at: float | None = None
    clocks: tuple[Clock, ...] = ()
    lists_version: str = ""
    reported_in: tuple[Reported, ...] = ()
    private: tuple[Private, ...] = ()

    @property
    def date_resolved(self) -> float | None:
        """When the caller was told and the remedy was carried out, whichever came later."""
        if self.told_at is None or self.executed_at is None:
            return None
        return max(self.told_at, self.executed_at)

    @property
    def open(self) -> bool:
        """Whether there is still something to do: neither resolved, withdrawn nor an inquiry."""
        return self.is_complaint and self.date_resolved is None and self.withdrawn_at is None

    @property
    def state(self) -> str:
        """Where it stands, of domain.complaint_states.STATES: what ended it, else its status."""
        if not self.is_complaint:
            return "not_a_complaint"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "resolved" if self.date_resolved is not None else self.status

    @property
    def closed_at(self) -> float | None:
        """When it ended (Unix seconds); retention counts from here. None while it is open."""
        if not self.is_complaint:
            return self.decided_at if self.decided_at is not None else self.date_input
        return self.date_resolved if self.date_resolved is not None else self.withdrawn_at

    @property
    def on_hold(self) -> bool:
        """Whether contact must wait until Stripe has reviewed (executive complaints)."""
        return self.complaint_classification == EXECUTIVE and self.stripe_cleared_at is None

    def day(self, instant: float) -> date:
        """The day of an instant where this complaint's days are counted."""
        return local_day(instant, self.zone)


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a complaint's history: who did what when, and why.

    `fields` maps a field's name to its text before and after.
    """

    at: float
    agent: str
    action: str
    why: str
    fields: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which complaints a list shows, and in which order.

    Attributes:
        owner, state: only this one's, only in this state; "" for any.
        channel, category, cause: only filed so, `cause` being the root cause; "" for any.
        executive: only of this class; None for both.
        due_by: only those whose leading clock ends by this day.
        received_from, received_to: only those received on these days or between.
        only: none but those of these ids.
        sort: due, number, received, owner or state; "" for the list's own order.
    """

    owner: str = ""
    state: str = ""
    channel: str = ""
    category: str = ""
    cause: str = ""
    executive: bool | None = None
    due_by: date | None = None
    received_from: date | None = None
    received_to: date | None = None
    only: tuple[str, ...] | None = None
    sort: str = ""
    descending: bool = False


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many complaints there are of each kind; `due` are open and due by the asked day."""

    open: int
    executive: int
    closed: int
    due: int


def place_of(number: str) -> int:
    """Where a number such as CMP-2026-0117 stands among all of its account; 0 for none."""
    _, _, rest = number.partition("-")
    year, _, count = rest.partition("-")
    return int(year) * PER_YEAR + int(count) if count else 0


def local_day(instant: float, zone: str) -> date:
    """The calendar day of an instant (Unix seconds) in an IANA zone."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).date()


def case_of(complaint: Complaint) -> Case:
    """What decides which clocks apply, and when they start."""
    started = {
        "regulator_sent": complaint.regulator_sent_at,
        "provisional_credit": complaint.provisional_credit_at,
        "executed": complaint.executed_at,
    }
    return Case(
        received=complaint.day(complaint.date_received),
        complaint_class=complaint.complaint_classification,
        channel=complaint.complaint_channel,
        category=complaint.complaint_category,
        sub_category=complaint.complaint_sub_category,
        jurisdiction=complaint.jurisdiction,
        kind=complaint.kind,
        circumstances=complaint.circumstances,
        started={name: complaint.day(at) for name, at in started.items() if at is not None},
    )


def reached(complaint: Complaint) -> dict[str, tuple[float, str]]:
    """What clocks ask for and was done: when (Unix seconds), and by whom when that is known."""
    received = complaint.day(complaint.date_received)
    reports = [r.at for r in complaint.reported_in if r.month >= f"{received:%Y-%m}"]
    done = {
        "notify_stripe": (complaint.stripe_notified_at, complaint.stripe_notified_by),
        "forward": (complaint.forwarded_at, complaint.forwarded_by),
        "acknowledge": (complaint.acknowledged_at, complaint.acknowledged_by),
        "holding_reply": (complaint.holding_at, complaint.holding_by),
        "provisional_credit": (complaint.provisional_credit_at, ""),
        "credit_told": (complaint.credit_told_at, ""),
        "told": (complaint.told_at, ""),
        "executed": (complaint.executed_at, ""),
        "resolve": (complaint.date_resolved, ""),
        "report": (min(reports, default=None), ""),
    }
    return {name: (at, by) for name, (at, by) in done.items() if at is not None}


def milestones(complaint: Complaint) -> dict[str, date]:
    """The days on which what clocks ask for was done."""
    return {name: complaint.day(at) for name, (at, _) in reached(complaint).items()}


def leading_clock(complaint: Complaint) -> Clock | None:
    """The clock that is due first; None once there is nothing left to do."""
    if not complaint.open:
        return None
    return next_clock(complaint.clocks, milestones(complaint))


def reasons_owed(complaint: Complaint, reached: dict[str, date]) -> tuple[str, ...]:
    """Fields that must state why a clock was missed, given the `reached` milestones."""
    missed: Iterable[Clock] = (
        clock for clock in complaint.clocks if standing(clock, reached) == "late"
    )
    return tuple(sorted({clock.reason_field for clock in missed if clock.reason_field}))
