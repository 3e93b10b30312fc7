"""Test helpers of cards: the steps of a shipment."""

from __future__ import annotations

from supportdesk.practice.endpoints import Call, Handler, One, Result, endpoint
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change
from supportdesk.practice.rules.shipping import move

_PATH = "/v1/test_helpers/issuing/cards/{card}/shipping"
#: API version that brought the step `submit`.
SUBMIT_SINCE = "2024-09-30"


def _step(target: str) -> Handler:
    def handler(call: Call) -> Result:
        before = call.get("card")
        old_version = call.version[:10] < SUBMIT_SINCE
        if target == "submitted" and old_version:
            raise Refusal(f"This method requires the API version {SUBMIT_SINCE}.acacia or later.")
        after = move(call.state, before, target, early=old_version)
        return One("card", change(call.state, "card", before, after))

    return handler


for _name, _target in {
    "submit": "submitted",
    "ship": "shipped",
    "deliver": "delivered",
    "return": "returned",
    "fail": "failure",
}.items():
    endpoint("POST", f"{_PATH}/{_name}", "issuing_card_write", "card")(_step(_target))
