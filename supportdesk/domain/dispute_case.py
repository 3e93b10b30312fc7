"""What this desk did about a dispute beside Stripe: who owns it, whom it told what, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from supportdesk.domain.dispute_steps import CREDITED, TOLD
from supportdesk.domain.dispute_steps import PROVISIONAL as PROVISIONAL_CREDIT
from supportdesk.domain.records import BalanceEntry, Dispute

NoteKind = Literal[
    "note",
    "told",
    "credited",
    "provisional_credit",
    "not_owed",
    "acknowledged",
    "notice_filed",
    "notice_ended",
    "withdrawal",
]
NOTE_KINDS: tuple[NoteKind, ...] = get_args(NoteKind)
MEDIA = ("phone", "email", "letter", "chat", "app")
#: What a note of a kind settles; the names on the right are those of the rules' clocks.
MILESTONES: Mapping[str, tuple[str, ...]] = {
    TOLD: (TOLD, "decide"),
    CREDITED: (CREDITED, "refund"),
    PROVISIONAL_CREDIT: (PROVISIONAL_CREDIT, "refund"),
    "not_owed": ("refund", "decide"),
    "acknowledged": ("acknowledge",),
    "notice_filed": ("notice_filed",),
    "notice_ended": ("notice_ended",),
}
PROVISIONAL = "issuing_dispute_provisional_credit"
REVERSAL = "issuing_dispute_provisional_credit_reversal"
FINAL = "issuing_dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something said or done, never changed afterwards.

    Attributes:
        at: when it was written down; `on`: the day on which it happened, ISO.
        medium: how the cardholder was reached, of MEDIA; "" where nobody was told.
    """

    kind: NoteKind
    text: str = ""
    medium: str = ""
    at: float = 0.0
    on: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What the casebook holds of one dispute beside its intake.

    Attributes:
        owner: agent it belongs to, "" for nobody; `assigned_at`, `assigned_by`: how it came to be.
    """

    transaction_id: str
    owner: str = ""
    assigned_at: float | None = None
    assigned_by: str = ""
    notes: tuple[Note, ...] = ()


def milestones(notes: Iterable[Note]) -> dict[str, date]:
    """Return what was reached, each with its first day."""
    found: dict[str, date] = {}
    for note in notes:
        day = _day(note)
        for name in MILESTONES.get(note.kind, ()):
            found[name] = min(day, found.get(name, day))
    return found


def _day(note: Note) -> date:
    try:
        return date.fromisoformat(note.on)
    except ValueError:
        return datetime.fromtimestamp(note.at).astimezone().date()


@dataclass(frozen=True, slots=True)
class Money:
    """What moved on the Issuing balance because of a dispute, minor units by currency."""

    provisional: Mapping[str, int]
    reversed: Mapping[str, int]
    final: Mapping[str, int]
    other: Mapping[str, int]


def money(entries: Iterable[BalanceEntry]) -> Money:
    """Add up balance entries; a reversal is a negative amount, as Stripe books it."""
    sums: dict[str, dict[str, int]] = {PROVISIONAL: {}, REVERSAL: {}, FINAL: {}, "": {}}
    for entry in entries:
        of = sums.get(entry.type, sums[""])
        of[entry.currency] = of.get(entry.currency, 0) + entry.amount
    return Money(sums[PROVISIONAL], sums[REVERSAL], sums[FINAL], sums[""])


def filed_at(dispute: Dispute, submitted_here: float | None) -> int | None:
    """Return when a dispute was submitted (Unix seconds), as well as that can be told.

    Stripe credits provisionally when it takes a submission (since API 2026-09-30.endive); without
    such an entry, and not submitted here, it is the creation, which is never later.
    """
    credits = [e.created for e in dispute.balance or () if e.type == PROVISIONAL and e.created]
    if credits:  # one that the network did not take may end as expired
        return min(credits)
    if dispute.status in ("unsubmitted", "expired"):
        return None
    return int(submitted_here) if submitted_here else dispute.created


def ended_at(dispute: Dispute, seen: float | None, expired: int | None) -> int | None:
    """Return when a dispute was decided or expired (Unix seconds), None if that is not known.

    Args:
        seen: when the desk first read it as ended, having read it as open before.
        expired: when Stripe lets one expire that was not submitted.
    """
    if dispute.status == "expired":
        return expired
    if dispute.status not in ("won", "lost"):
        return None
    last = [e.created for e in dispute.balance or () if e.type in (REVERSAL, FINAL) and e.created]
    if last:
        return max(last)
    return int(seen) if seen else None


def recovered(dispute: Dispute) -> tuple[int | None, str]:
    """Return what came back for good (minor units) and its currency; None if not asked for."""
    if dispute.balance is None:
        return None, ""
    final = money(dispute.balance).final
    currency = max(final, key=lambda name: final[name], default=dispute.currency)
    return final.get(currency, 0), currency
