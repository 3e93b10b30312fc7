"""Each check that failed is named to the agent and to the caller."""

from __future__ import annotations

import pytest

from supportdesk.services.activity import Activity
from tests.services.activity_bench import Caller, Play
from tests.services.bench import Bench
from tests.services.test_declines import declined, play
from tests.support.practice_api import Api

__all__ = ["play"]  # a fixture

CHECKS = {
    "cvc_check": "security code",
    "expiry_check": "expiry date",
    "address_line1_check": "address",
    "address_postal_code_check": "postal code",
}


@pytest.mark.parametrize("check", CHECKS)
def test_checks_that_failed(api: Api, play: Play, check: str) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        if check.startswith("address"):  # the practice Stripe lets a purchase pass with that alone
            api.post("/_practice/declines", card=lena.card, reason="verification_failed")
        failed = {check: "mismatch"}
        id = declined(api, lena.card, 500, "verification_failed", verification_data=failed)
        answer = await lena.answer(desk, activity, id)
        assert CHECKS[check] in answer.what
        assert CHECKS[check] in answer.say
        assert len(answer.checks) == 1
        failed = dict.fromkeys(("cvc_check", "address_line1_check"), "mismatch")
        id = declined(api, lena.card, 500, "verification_failed", verification_data=failed)
        assert len((await lena.answer(desk, activity, id)).checks) == 2

    play(scenario)
