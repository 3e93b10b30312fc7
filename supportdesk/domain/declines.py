"""Why a purchase was declined, in words an agent can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from supportdesk.domain.records import Authorization


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, what may be said, what can be done, what must not be said."""

    reason: str
    what: str
    say: str = ""
    do: str = ""
    never_say: str = ""
    failed_checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of `resources/declines.json`, by reason and by failed check."""

    reasons: Mapping[str, Mapping[str, str]]
    checks: Mapping[str, str]


def explain(authorization: Authorization, texts: Texts) -> Explanation | None:
    """Explain the latest decision; None for an approved authorisation.

    A reason without a text is shown as Stripe wrote it: new ones appear without notice.
    Source: request_history of the Authorization object.
    """
    if authorization.approved:
        return None
    reason = message = ""
    if (latest := authorization.latest_decision) is not None:
        reason, message = latest.reason, latest.reason_message
    text = texts.reasons.get(reason)
    failed = tuple(
        texts.checks.get(name, f"{name}: {result}")
        for name, result in (
            *sorted(authorization.checks.items()),
            ("three_d_secure", authorization.three_d_secure),
        )
        if result in ("mismatch", "failed")
    )
    if text is None:
        what = f"Stripe's reason: “{reason}”." if reason else "Stripe gave no reason."
        return Explanation(reason, f"{what} {message}".strip(), failed_checks=failed)
    what = f"{text['what']} {message}".strip()
    return Explanation(
        reason,
        what,
        text.get("say", ""),
        text.get("do", ""),
        text.get("never_say", ""),
        failed,
    )
