"""`/v1/issuing/authorizations`."""

from __future__ import annotations

from supportdesk.practice.api.shared import with_metadata
from supportdesk.practice.endpoints import Call, One, Result, endpoint, lists, retrieve
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change
from supportdesk.practice.params import amount, choice, metadata, text

_PATH = "/v1/issuing/authorizations/{authorization}"

lists(
    "/v1/issuing/authorizations",
    "issuing_authorization_read",
    "authorization",
    card=text(),
    cardholder=text(),
    status=choice("pending", "closed", "reversed", "expired"),
)
retrieve(_PATH, "issuing_authorization_read", "authorization")


@endpoint("POST", _PATH, "issuing_authorization_write", "authorization", metadata=metadata())
def update_authorization(call: Call) -> Result:
    """Change the metadata, the only thing that can change."""
    before = call.get("authorization")
    return One(
        "authorization",
        change(call.state, "authorization", before, with_metadata(before, call.params)),
    )


@endpoint(
    "POST",
    f"{_PATH}/approve",
    "issuing_authorization_write",
    "authorization",
    amount=amount(),
    metadata=metadata(),
)
def approve(call: Call) -> Result:
    """Deprecated: decisions are made while the authorization is created."""
    return _decided(call, "approved")


@endpoint(
    "POST",
    f"{_PATH}/decline",
    "issuing_authorization_write",
    "authorization",
    metadata=metadata(),
)
def decline(call: Call) -> Result:
    """Deprecated: decisions are made while the authorization is created."""
    return _decided(call, "declined")


def _decided(call: Call, verb: str) -> Result:
    authorization = call.get("authorization")
    made = "approved" if authorization["approved"] else "declined"
    raise Refusal(
        f"This authorization cannot be {verb}: it has already been {made}. This practice account"
        " answers authorization requests without a webhook."
    )
