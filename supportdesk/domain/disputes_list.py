"""A dispute's status and outcome in plain words."""

from __future__ import annotations

from supportdesk.domain.dispute_steps import LOCAL as LOCAL
from supportdesk.domain.dispute_steps import StepRules
from supportdesk.domain.disputes_rules import Rules, StatusText


def status_text(status: str, rules: Rules) -> StatusText:
    """Return the words for a status; an unknown one is shown as Stripe wrote it."""
    if status == LOCAL:
        return StatusText(label="this desk", tone="info")
    known = rules.outcomes.statuses.get(status)
    return known or StatusText(label=status.replace("_", " ") or "unknown")


def loss_text(loss_reason: str, rules: Rules, steps: StepRules) -> str:
    """Return why it was lost in plain words; a reason we do not know as Stripe wrote it."""
    known = steps.why.get(loss_reason) or rules.outcomes.loss_reasons.get(loss_reason)
    return known or loss_reason.replace("_", " ")
