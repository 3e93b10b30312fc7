"""`/v1/issuing/tokens`: cards in wallets."""

from __future__ import annotations

from supportdesk.practice.endpoints import Call, One, Result, endpoint, lists, retrieve
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change
from supportdesk.practice.params import choice, req, text

_PATH = "/v1/issuing/tokens/{token}"

lists(
    "/v1/issuing/tokens",
    "issuing_token_read",
    "token",
    card=req(text()),
    status=choice("requested", "active", "suspended", "deleted"),
)
retrieve(_PATH, "issuing_token_read", "token")


@endpoint(
    "POST",
    _PATH,
    "issuing_token_write",
    "token",
    status=req(choice("active", "suspended", "deleted")),
)
def update_token(call: Call) -> Result:
    """Suspend, resume or delete a token; deleted is final, requested cannot be set."""
    before = call.get("token")
    target = call.params["status"]
    if before["status"] == "deleted" and target != "deleted":
        raise Refusal(
            f"The token '{before['id']}' is deleted and cannot change its status.", param="status"
        )
    # Not documented: a requested token may be activated, suspended or deleted by the issuer.
    after = dict(before)
    if target != before["status"]:
        after |= {"status": target, "network_updated_at": call.now}
    return One("token", change(call.state, "token", before, after))
