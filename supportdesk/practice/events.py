"""Events: one per change, with a snapshot of the object and what it said before."""

from __future__ import annotations

from typing import Any

from supportdesk.practice.render import Renderer
from supportdesk.practice.state import KINDS, Doc, State

API_VERSION = "2026-10-28.endive"
#: Events are kept this long.
RETENTION = 30 * 86_400

TYPES = (
    "file.created",
    "issuing_authorization.created",
    "issuing_authorization.request",
    "issuing_authorization.updated",
    "issuing_card.created",
    "issuing_card.updated",
    "issuing_cardholder.created",
    "issuing_cardholder.updated",
    "issuing_dispute.closed",
    "issuing_dispute.created",
    "issuing_dispute.funds_reinstated",
    "issuing_dispute.funds_rescinded",
    "issuing_dispute.submitted",
    "issuing_dispute.updated",
    "issuing_personalization_design.activated",
    "issuing_personalization_design.deactivated",
    "issuing_personalization_design.rejected",
    "issuing_personalization_design.updated",
    "issuing_token.created",
    "issuing_token.updated",
    "issuing_transaction.created",
    "issuing_transaction.purchase_details_receipt_updated",
    "issuing_transaction.updated",
)


def create(state: State, kind: str, doc: Doc) -> Doc:
    """Store a new object and tell of it."""
    state.insert(kind, doc)
    if KINDS[kind].event and f"{KINDS[kind].event}.created" in TYPES:
        emit(state, f"{KINDS[kind].event}.created", kind, doc)
    return doc


def change(state: State, kind: str, before: Doc, after: Doc, *also: str) -> Doc:
    """Store a changed object and tell of it; no event when nothing changed.

    `also` names further events of the same change (`submitted`, `closed`).
    """
    if before == after:
        return after
    state.update(kind, after)
    prefix = KINDS[kind].event
    if prefix:
        emit(state, f"{prefix}.updated", kind, after, before)
        for name in also:
            emit(state, f"{prefix}.{name}", kind, after)
    return after


def emit(state: State, type: str, kind: str, doc: Doc, before: Doc | None = None) -> None:
    """Store one event with a snapshot of the object."""
    now = Renderer(state).render(kind, doc)
    data: Doc = {"object": now}
    if before is not None:
        data["previous_attributes"] = difference(Renderer(state).render(kind, before), now)
    state.insert(
        "event",
        {
            "id": state.ids.new("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": state.clock.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": dict(state.request),
            "type": type,
        },
    )


def difference(before: Doc, after: Doc) -> Doc:
    """Return the old values of what changed; hashes are compared key by key, lists whole."""
    changed: dict[str, Any] = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            changed[key] = difference(old, new)
        else:
            changed[key] = old
    return changed
