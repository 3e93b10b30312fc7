"""What an intake of a dispute knows of its purchase."""

from __future__ import annotations

from dataclasses import dataclass

from supportdesk.domain.disputes import Draft
from supportdesk.domain.disputes_checks import Case, Ceiling
from supportdesk.domain.records import Cardholder, Dispute
from supportdesk.store.dispute_drafts import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One purchase with everything that intake needs to know about it.

    Attributes:
        draft: what was typed, or a new one.
        kept_at: when it was last typed in (Unix seconds), None for a new one.
        read_at: when Stripe last told us about the dispute or else the purchase.
    """

    case: Case
    ceiling: Ceiling
    cardholder: Cardholder | None
    draft: Draft
    files: tuple[Kept, ...]
    kept_at: float | None
    read_at: float

    @property
    def dispute(self) -> Dispute | None:
        """The dispute at Stripe, if there is one."""
        return self.case.dispute

    @property
    def editable(self) -> bool:
        """Whether something can still be changed."""
        return self.dispute is None or self.dispute.status == "unsubmitted"
