"""What Stripe can tell afterwards of a change: the object as it is, and the events it caused."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from supportdesk.domain.settling import Trace, Traces
from supportdesk.errors import UserFacing
from supportdesk.stripe_gateway import words
from supportdesk.stripe_gateway.client import Gateway
from supportdesk.stripe_gateway.fields import child, moment, text

KEPT = 30 * 86_400  # seconds that events are kept
#: Seconds before and after an action: it ends within its deadline; clocks are never quite equal.
AROUND = 300.0
_PAGES = 20
_PATHS = {
    "ic_": "/v1/issuing/cards",
    "ich_": "/v1/issuing/cardholders",
    "idp_": "/v1/issuing/disputes",
    "dp_": "/v1/issuing/disputes",
    "intok_": "/v1/issuing/tokens",
}


async def as_it_is(gateway: Gateway, object_id: str) -> Mapping[str, Any] | None:
    """Read an object as Stripe sends it; None for a kind the desk never changes.

    Raises:
        UserFacing: Stripe cannot be reached, or does not know it.
    """
    path = path_of(object_id)
    if not path:
        return None
    body = await gateway.probe(f"{path}/{object_id}", {})
    return body if isinstance(body, Mapping) else None


async def traces(gateway: Gateway, types: str, at: float, key: str) -> Traces:
    """Read the events around an action with the request that caused each, up to its own.

    Stripe dates events by its own clock. Where that is not this computer's, the span reaches from
    one to the other: nobody knows how far apart they were when it was done.

    A key that may not read events brings none, and then none is sure.

    Args:
        types: a group of event types such as `issuing_card.*`.
        at: when it was sent, Unix seconds of this computer's clock.
        key: its idempotency key; once its event is found, no more are read.

    Raises:
        UserFacing: Stripe cannot be reached.
    """
    while True:
        ahead = gateway.ahead
        first, last = sorted((at, at + ahead))
        span = Traces(since=int(first - AROUND), before=int(last + AROUND))
        found = await _between(gateway, types, span, key)
        if abs(gateway.ahead - ahead) < AROUND / 2:  # not so when this was the first answer
            kept = span.since > time.time() + ahead - KEPT
            return replace(found, complete=found.complete and kept)


async def _between(gateway: Gateway, types: str, span: Traces, key: str) -> Traces:
    wanted: dict[str, Any] = {
        "type": types,
        "created": {"gte": span.since, "lt": span.before},
        "limit": 100,
    }
    found: list[Trace] = []
    for _ in range(_PAGES):
        try:
            body = await gateway.probe("/v1/events", wanted)
        except UserFacing as problem:
            if problem.code in (words.PERMISSION.code, words.FORBIDDEN.code):
                return span
            raise
        if not isinstance(body, dict) or not isinstance(body.get("data"), list):
            return replace(span, found=found)
        events = [event for event in body["data"] if isinstance(event, dict)]
        found += [_trace(event) for event in events]
        if not body.get("has_more") or not events or any(one.key == key for one in found):
            return replace(span, found=found, complete=True)
        wanted["starting_after"] = text(events[-1], "id")
    return replace(span, found=found)


def path_of(object_id: str) -> str:
    """Return the path of an object's list by the beginning of its id, "" when it is not known."""
    return next((path for start, path in _PATHS.items() if object_id.startswith(start)), "")


def _trace(event: Mapping[str, Any]) -> Trace:
    body = dict(event)
    request = child(body, "request")
    return Trace(
        key=text(request, "idempotency_key"),
        request_id=text(request, "id"),
        type=text(body, "type"),
        object_id=text(child(child(body, "data"), "object"), "id"),
        created=moment(body, "created") or 0,
    )
