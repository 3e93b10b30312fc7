"""What happened with a dispute, in order: purchase, intake, Stripe's money, what this desk did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from supportdesk.domain.dispute_case import Keeping
from supportdesk.domain.records import Authorization, Dispute, Transaction

Happened = Literal[
    "paid",
    "captured",
    "refunded",
    "begun",
    "saved",
    "filed",
    "ended",
    "money",
    "note",
    "assigned",
    "action",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One thing that happened, at `at` (Unix seconds).

    Attributes:
        detail: what kind of note, balance entry or action it was; the status it ended with.
        agent: who did it at this desk, "" when nobody did.
        text: what was written down.
        amount, currency: money that moved, minor units.
    """

    at: float
    what: Happened
    detail: str = ""
    agent: str = ""
    text: str = ""
    amount: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An action of the journal: what, by whom, when, and its state."""

    at: float
    action: str
    agent: str
    state: str


def timeline(
    *,
    transaction: Transaction,
    authorization: Authorization | None,
    refunds: Sequence[Transaction],
    dispute: Dispute | None,
    keeping: Keeping,
    done: Iterable[Done],
    begun: float | None,
    filed: float | None,
    ended: float | None,
) -> list[Moment]:
    """Return all of it, the oldest first; what has no instant is left out."""
    found = [
        *_of_purchase(transaction, authorization, refunds),
        *_of_desk(keeping, done),
        Moment(at=begun or 0, what="begun"),
        Moment(at=filed or 0, what="filed"),
    ]
    if dispute is not None:
        found.append(Moment(at=dispute.created or 0, what="saved"))
        found.append(Moment(at=ended or 0, what="ended", detail=dispute.status))
        found += [
            Moment(
                at=entry.created or 0,
                what="money",
                detail=entry.type,
                amount=entry.amount,
                currency=entry.currency,
            )
            for entry in dispute.balance or ()
        ]
    return sorted((one for one in found if one.at), key=lambda one: one.at)


def _of_purchase(
    transaction: Transaction, authorization: Authorization | None, refunds: Sequence[Transaction]
) -> Iterable[Moment]:
    if authorization is not None:
        yield Moment(at=authorization.created or 0, what="paid")
    yield Moment(
        at=transaction.created or 0,
        what="captured",
        amount=-transaction.amount,
        currency=transaction.currency,
    )
    for back in refunds:
        yield Moment(
            at=back.created or 0, what="refunded", amount=back.amount, currency=back.currency
        )


def _of_desk(keeping: Keeping, done: Iterable[Done]) -> Iterable[Moment]:
    if keeping.assigned_at is not None:
        yield Moment(
            at=keeping.assigned_at,
            what="assigned",
            text=keeping.owner,
            agent=keeping.assigned_by,
        )
    for note in keeping.notes:
        yield Moment(at=note.at, what="note", detail=note.kind, agent=note.agent, text=note.text)
    for act in done:
        yield Moment(at=act.at, what="action", detail=act.action, agent=act.agent, text=act.state)
