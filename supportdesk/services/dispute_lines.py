"""Works out the lines of the queue from what the mirror and the casebook hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from supportdesk.domain.calendars import Calendar
from supportdesk.domain.clocks import Clock, Programme
from supportdesk.domain.days import DayProblem, from_unix, parse_day, to_unix
from supportdesk.domain.dispute_case import Keeping, ended_at, filed_at, milestones, recovered
from supportdesk.domain.dispute_queue import Line
from supportdesk.domain.dispute_steps import (
    ENDED,
    LOCAL,
    UNFILED,
    Notice,
    Situation,
    StepRules,
    next_step,
)
from supportdesk.domain.disputes import Reading, adopt, read
from supportdesk.domain.disputes_checks import (
    Case,
    ceiling,
    deadline,
    processed_on,
    wait_until,
)
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Authorization, Card, Cardholder, Dispute, Transaction
from supportdesk.domain.refund_clocks import circumstances, refunds
from supportdesk.store.dispute_drafts import KeptDraft

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that some lines are made of, by id; `drafts` and `kept` by transaction."""

    disputes: Mapping[str, Dispute]
    transactions: Mapping[str, Transaction]
    cards: Mapping[str, Card]
    authorizations: Mapping[str, Authorization]
    cardholders: Mapping[str, Cardholder]
    under: Mapping[str, Sequence[Transaction]]
    drafts: Mapping[str, KeptDraft]
    kept: Mapping[str, Keeping]
    ends: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What all lines rest on: the rules, the programme's calendar and notices, the day."""

    rules: Rules
    steps: StepRules
    notices: Sequence[Notice]
    programme: Programme
    calendar: Calendar
    since: date
    today: date
    locale: str


def lines(ids: Sequence[str], material: Material, basis: Basis) -> list[Line]:
    """Return the lines of those purchases that have a dispute or an intake."""
    return [line for id in ids if (line := _line(id, material, basis)) is not None]


def lacking(made: Sequence[Line], material: Material) -> list[tuple[str, str, str]]:
    """Return what lines were made without: transaction id, table of the mirror, id there."""
    found = []
    for line in made:
        wanted = (
            ("transactions", line.transaction_id, material.transactions),
            ("cards", line.card_id, material.cards),
            ("authorizations", line.authorization_id, material.authorizations),
            ("cardholders", line.cardholder_id, material.cardholders),
        )
        found += [
            (line.transaction_id, table, id) for table, id, had in wanted if id and id not in had
        ]
    return found


def how(authorization: Authorization | None, transaction: Transaction) -> str:
    """Return how a purchase was made: confirmed with 3-D Secure, a wallet, else the method."""
    if authorization is None:
        return transaction.wallet
    if authorization.three_d_secure == "authenticated":
        return "3ds"
    return authorization.wallet or transaction.wallet or authorization.method


def _line(id: str, material: Material, basis: Basis) -> Line | None:
    dispute, typed = material.disputes.get(id), material.drafts.get(id)
    transaction = material.transactions.get(id, Transaction(id=id))
    if dispute is None and (typed is None or typed.draft.dispute_id or transaction.dispute_id):
        return None  # what Stripe holds of it comes with the next look
    keeping = material.kept[id]
    paid = material.authorizations.get(transaction.authorization_id)
    person = material.cardholders.get(transaction.cardholder_id)
    situation, reading = _situation(dispute, typed, transaction, material, keeping, basis)
    step = next_step(situation, basis.steps, basis.notices, basis.calendar, basis.today)
    if reading is not None and reading.wrong:  # a day ahead is right tomorrow
        step = replace(step, again=min(step.again or date.max, basis.today + ONE_DAY))
    back, back_currency = recovered(dispute) if dispute is not None else (0, "")
    amount = reading.amount if reading is not None else None
    return Line(
        transaction_id=id,
        dispute_id=dispute.id if dispute else "",
        authorization_id=transaction.authorization_id,
        card_id=transaction.card_id,
        cardholder_id=transaction.cardholder_id,
        cardholder=person.name if person else "",
        merchant=transaction.merchant.name,
        status=dispute.status if dispute else LOCAL,
        reason=dispute.reason if dispute else typed.draft.reason if typed else "",
        loss_reason=dispute.loss_reason if dispute else "",
        amount=dispute.amount if dispute else amount,
        currency=(dispute.currency if dispute else "") or transaction.currency,
        method=how(paid, transaction),
        created=dispute.created if dispute else int(typed.created_at) if typed else None,
        filed=_filed(dispute, typed),
        ended=_ended(dispute, transaction, material, basis),
        recovered=back,
        recovered_currency=back_currency,
        owner=_owner(keeping, typed),
        draft_at=typed.updated_at if typed else 0.0,
        step=step,
    )


def _owner(keeping: Keeping, typed: KeptDraft | None) -> str:
    """Return whose it is: who was given it, else who typed in it last."""
    if keeping.assigned_at is not None:
        return keeping.owner
    return typed.agent if typed else ""


def _filed(dispute: Dispute | None, typed: KeptDraft | None) -> int | None:
    return filed_at(dispute, typed.draft.submitted_at if typed else None) if dispute else None


def _ended(
    dispute: Dispute | None, transaction: Transaction, material: Material, basis: Basis
) -> int | None:
    if dispute is None:
        return None
    cleared = processed_on(transaction)
    over = cleared + timedelta(days=basis.steps.stripe_days) if cleared else None
    return ended_at(dispute, material.ends.get(dispute.id), to_unix(over) if over else None)


def _situation(
    dispute: Dispute | None,
    typed: KeptDraft | None,
    transaction: Transaction,
    material: Material,
    keeping: Keeping,
    basis: Basis,
) -> tuple[Situation, Reading | None]:
    filed, ended = _filed(dispute, typed), _ended(dispute, transaction, material, basis)
    created = dispute.created if dispute else int(typed.created_at) if typed else None
    clocks = _clocks(typed, transaction, material, basis)
    situation = Situation(
        status=dispute.status if dispute else LOCAL,
        filed=from_unix(filed) if filed else None,
        ended=from_unix(ended) if ended else None,
        done=milestones(keeping.notes),
        since=basis.since,
        begun=from_unix(created) if created else None,
        clocks=clocks,
    )
    if situation.status not in UNFILED:
        return situation, None
    if not transaction.type:
        return replace(situation, understood=False), None
    return _unfiled(situation, dispute, typed, transaction, material, basis)


def _clocks(
    typed: KeptDraft | None, transaction: Transaction, material: Material, basis: Basis
) -> tuple[Clock, ...]:
    """Return what the law gives the cardholder, from when they told us until it has ended."""
    dispute = material.disputes.get(transaction.id)
    if typed is None or (dispute is not None and dispute.status in ENDED):
        return ()
    try:
        told = parse_day(typed.draft.told_us_on, basis.locale)
    except DayProblem:
        return ()
    rules = basis.rules.refunds
    paid = material.authorizations.get(transaction.authorization_id)
    person = material.cardholders.get(transaction.cardholder_id)
    around = circumstances(transaction, paid, person, rules, basis.programme.country)
    found = refunds(
        rules, basis.programme, typed.draft.reason, told, processed_on(transaction), around
    )
    return found.clocks


def _unfiled(
    situation: Situation,
    dispute: Dispute | None,
    typed: KeptDraft | None,
    transaction: Transaction,
    material: Material,
    basis: Basis,
) -> tuple[Situation, Reading]:
    draft = typed.draft if typed else None
    if dispute is not None:
        draft = adopt(dispute, draft, basis.rules, basis.locale)
    assert draft is not None  # a line has a dispute or an intake
    case = Case(transaction=transaction, card=material.cards.get(transaction.card_id))
    left = ceiling(transaction, material.under.get(transaction.authorization_id, ())).left
    reading = read(draft, transaction, left, basis.rules, today=basis.today, locale=basis.locale)
    known = (transaction, case.network, draft.reason, reading.days, basis.rules, basis.today)
    end, wait = deadline(*known, draft.answers), wait_until(*known, draft.answers)
    first = next(iter(reading.problems), None)
    problem = f"{'wrong' if first in reading.wrong else 'missing'}:{first.field}" if first else ""
    return (
        replace(
            situation,
            last_day=end.day if end else None,
            wait_until=wait[0] if wait else None,
            problem=problem,
        ),
        reading,
    )
