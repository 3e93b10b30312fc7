"""`/v1/events`: what changed in the last 30 days."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from supportdesk.practice.endpoints import (
    EXPAND,
    TABLE,
    Call,
    Endpoint,
    Many,
    One,
    Result,
    endpoint,
)
from supportdesk.practice.errors import ParameterRefusal, Refusal
from supportdesk.practice.events import RETENTION, TYPES
from supportdesk.practice.listing import CREATED, PAGING, read_page
from supportdesk.practice.params import array, boolean, text

MAX_TYPES = 20


def list_events(call: Call) -> Result:
    """Return events, newest first; `type` takes one name or a group, `types` up to 20 names."""
    params = call.params
    oldest = call.now - RETENTION
    for cursor in ("starting_after", "ending_before"):
        if cursor in params:
            _retained(call, params[cursor])
    created = dict(params.get("created", {}))
    created["gte"] = max(created.get("gte", 0), oldest)
    wanted = _types(params)
    if params.get("delivery_success") is False:  # there are no webhooks that could fail
        wanted = []
    choices: list[dict[str, Any]] | None = None
    if wanted is not None:
        choices = [{"type": name} for name in wanted]
    docs, more = read_page(call.state, "event", {**params, "created": created}, choices)
    return Many("event", docs, more, "/v1/events")


TABLE.append(
    Endpoint(
        "GET",
        "/v1/events",
        "event_read",
        {
            "delivery_success": boolean(),
            "type": text(),
            "types": array(text()),
            **PAGING,
            **CREATED,
            **EXPAND,
        },
        list_events,
        "event",
        listed=True,
    )
)


@endpoint("GET", "/v1/events/{event}", "event_read", "event")
def retrieve_event(call: Call) -> Result:
    """Return one event of the last 30 days."""
    return One("event", _retained(call, call.path["event"]))


def _retained(call: Call, id: str) -> dict[str, Any]:
    event = call.state.find("event", id)
    if event is None:
        raise Refusal(f"No such event: '{id}'", status=404, code="resource_missing", param="id")
    if event["created"] < call.now - RETENTION:
        raise Refusal(
            f"The event {id} is no longer available because it's aged out of our retention policy.",
            status=404,
            code="resource_missing",
            param="id",
        )
    return event


def _types(params: dict[str, Any]) -> list[str] | None:
    """Return the wanted type names; None means all."""
    if "type" in params and "types" in params:
        raise ParameterRefusal(
            "You may only specify one of these parameters: type, types.",
            code="parameters_exclusive",
            param="type",
        )
    if "types" in params:
        if len(params["types"]) > MAX_TYPES:
            raise ParameterRefusal(
                f"You may filter by at most {MAX_TYPES} event types.", param="types"
            )
        return list(dict.fromkeys(params["types"]))
    name = params.get("type")
    if name is None:
        return None
    if "*" not in name:
        return [name]
    pattern = name.replace("[", "[[]").replace("?", "[?]")
    return [known for known in TYPES if fnmatchcase(known, pattern)]
