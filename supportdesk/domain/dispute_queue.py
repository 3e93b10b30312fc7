"""One line of the queue of disputes, and how the queue is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from supportdesk.domain.dispute_steps import Step

#: Which disputes: an agent's own, all that are not over, waiting for somebody else, due today or
#: late, ended at Stripe, all of them.
Which = Literal["mine", "open", "waiting", "due", "ended", "all"]
WHICH: tuple[Which, ...] = get_args(Which)
SortBy = Literal["due", "created", "amount", "merchant", "cardholder", "reason", "status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One dispute, or one intake that is not at Stripe yet.

    Attributes:
        status: Stripe's, or dispute_steps.LOCAL.
        amount: minor units; None when neither Stripe nor a readable intake gives one.
        method: how the purchase was made (wallet, method or 3ds), "" if that is not known.
        created, filed, ended: Unix seconds; None while unknown.
        recovered: what came back for good, minor units; None if Stripe was not asked.
        owner: name of the agent it belongs to, "" for nobody.
        draft_at: when the intake was last typed in here (Unix seconds), 0 for never.
    """

    transaction_id: str
    dispute_id: str = ""
    authorization_id: str = ""
    card_id: str = ""
    cardholder_id: str = ""
    cardholder: str = ""
    merchant: str = ""
    status: str = ""
    reason: str = ""
    loss_reason: str = ""
    amount: int | None = None
    currency: str = ""
    method: str = ""
    created: int | None = None
    filed: int | None = None
    ended: int | None = None
    recovered: int | None = None
    recovered_currency: str = ""
    owner: str = ""
    draft_at: float = 0.0
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the queue is asked for.

    Attributes:
        agent, today: who is at the desk and when, for "mine" and "due".
        reason: Stripe's, "" for all.
        merchant: part of a shop's name, in any case; "" for all.
    """

    which: Which = "open"
    agent: str = ""
    today: date
    reason: str = ""
    merchant: str = ""
    sort: SortBy = "due"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many disputes each filter shows; `soon` are this desk's within a week, `late` overdue."""

    mine: int = 0
    open: int = 0
    waiting: int = 0
    due: int = 0
    ended: int = 0
    all: int = 0
    acting: int = 0
    soon: int = 0
    late: int = 0
