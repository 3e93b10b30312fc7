"""Each reason of Stripe has words; an unknown one is shown as it came."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from supportdesk.domain.declines import Texts, explain
from supportdesk.domain.records import Authorization, Decision

_DATA = json.loads((Path(__file__).parents[2] / "resources" / "declines.json").read_text("utf-8"))
TEXTS = Texts(reasons=_DATA["reasons"], checks=_DATA["checks"])

# request_history.reason of stripe-python 16.1
REASONS = """account_disabled card_active card_canceled card_expired card_inactive
cardholder_blocked cardholder_inactive cardholder_verification_required
insecure_authorization_method insufficient_funds network_fallback not_allowed pin_blocked
spending_controls stripe_internal_error suspected_fraud verification_failed webhook_approved
webhook_declined webhook_error webhook_timeout""".split()


def declined(reason: str, message: str = "", **extra: object) -> Authorization:
    decision = Decision(approved=False, reason=reason, reason_message=message, created=1)
    return Authorization(id="iauth_1", decisions=(decision,), **extra)  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words(reason: str) -> None:
    found = explain(declined(reason), TEXTS)
    assert found is not None
    assert found.what
    assert found.say
    assert reason not in found.what


def test_the_texts_name_no_reason_that_stripe_does_not_have() -> None:
    assert sorted(TEXTS.reasons) == sorted(REASONS)


def test_a_fraud_suspicion_is_not_to_be_told() -> None:
    found = explain(declined("suspected_fraud"), TEXTS)
    assert found is not None
    assert "fraud" not in found.say
    assert found.never_say


def test_unknown_and_missing_reasons_are_shown_as_they_came() -> None:
    found = explain(declined("sunspots", "solar wind"), TEXTS)
    assert found is not None
    assert "sunspots" in found.what
    assert "solar wind" in found.what
    nothing = explain(Authorization(id="iauth_1"), TEXTS)
    assert nothing is not None
    assert nothing.what == "Stripe gave no reason."


def test_failed_checks_are_named_and_passed_ones_are_not() -> None:
    checks = {"cvc_check": "mismatch", "expiry_check": "match", "iris_check": "mismatch"}
    found = explain(declined("verification_failed", checks=checks, three_d_secure="failed"), TEXTS)
    assert found is not None
    assert found.failed_checks == (
        TEXTS.checks["cvc_check"],
        "iris_check: mismatch",
        TEXTS.checks["three_d_secure"],
    )


def test_only_the_latest_decision_counts() -> None:
    history = (
        Decision(approved=False, reason="webhook_error", created=9),
        Decision(approved=False, reason="card_inactive", created=3),
    )
    found = explain(Authorization(id="iauth_1", decisions=history), TEXTS)
    assert found is not None
    assert found.reason == "webhook_error"


def test_an_approved_purchase_needs_no_explanation() -> None:
    assert explain(Authorization(id="iauth_1", approved=True), TEXTS) is None
