"""`/v1/issuing/personalization_designs`, `/v1/issuing/physical_bundles` and their test helpers."""

from __future__ import annotations

from supportdesk.practice.api.shared import merge_metadata, new, with_metadata
from supportdesk.practice.endpoints import (
    EXPAND,
    TABLE,
    Call,
    Endpoint,
    Many,
    One,
    Result,
    endpoint,
    lists,
    retrieve,
)
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change, emit
from supportdesk.practice.listing import PAGING, read_page
from supportdesk.practice.params import (
    array,
    boolean,
    choice,
    clear,
    metadata,
    nested,
    req,
    text,
)
from supportdesk.practice.state import Doc, State

_KIND = "personalization_design"
_LIST = "/v1/issuing/personalization_designs"
_PATH = f"{_LIST}/{{{_KIND}}}"
_HELPER = f"/v1/test_helpers/issuing/personalization_designs/{{{_KIND}}}"
_CARRIER = ("footer_body", "footer_title", "header_body", "header_title")
_CARRIER_TEXT = nested(
    footer_body=clear(text(200)),
    footer_title=clear(text(30)),
    header_body=clear(text(200)),
    header_title=clear(text(30)),
)
_REASONS = (
    "geographic_location",
    "inappropriate",
    "network_name",
    "non_fiat_currency",
    "other",
    "other_entity",
    "promotional_material",
)

lists(
    "/v1/issuing/physical_bundles",
    "issuing_read",
    "physical_bundle",
    dated=False,
    status=choice("active", "inactive", "review"),
    type=choice("custom", "standard"),
)
retrieve("/v1/issuing/physical_bundles/{physical_bundle}", "issuing_read", "physical_bundle")
retrieve(_PATH, "issuing_read", _KIND)


def list_designs(call: Call) -> Result:
    """Return designs by status, look-up keys and default preferences."""
    params = {**call.params, **call.params.get("preferences", {})}
    choices = None
    if "lookup_keys" in params:
        choices = [{"lookup_key": key} for key in dict.fromkeys(params["lookup_keys"])]
    docs, more = read_page(call.state, _KIND, params, choices)
    return Many(_KIND, docs, more, _LIST)


TABLE.append(
    Endpoint(
        "GET",
        _LIST,
        "issuing_read",
        {
            "lookup_keys": array(text(200)),
            "preferences": nested(is_default=boolean(), is_platform_default=boolean()),
            "status": choice("active", "inactive", "rejected", "review"),
            **PAGING,
            **EXPAND,
        },
        list_designs,
        _KIND,
        listed=True,
    )
)


@endpoint(
    "POST",
    _LIST,
    "issuing_write",
    _KIND,
    card_logo=text(),
    carrier_text=_CARRIER_TEXT,
    lookup_key=text(200),
    metadata=metadata(),
    name=text(200),
    physical_bundle=req(text()),
    preferences=nested(is_default=req(boolean())),
    transfer_lookup_key=boolean(),
)
def create_design(call: Call) -> Result:
    """Create a design, which starts in review."""
    doc = {
        **new(call.state, "ipcd", "issuing.personalization_design"),
        "card_logo": None,
        "carrier_text": None,
        "lookup_key": None,
        "name": None,
        "physical_bundle": None,
        "preferences": {"is_default": False, "is_platform_default": None},
        "rejection_reasons": {"card_logo": [], "carrier_text": []},
        "status": "review",
    }
    doc = _apply(call, doc)
    doc["metadata"] = merge_metadata({}, call.params.get("metadata", {}))
    return One(_KIND, call.state.insert(_KIND, doc))


@endpoint(
    "POST",
    _PATH,
    "issuing_write",
    _KIND,
    card_logo=clear(text()),
    carrier_text=clear(_CARRIER_TEXT),
    lookup_key=clear(text(200)),
    metadata=metadata(),
    name=clear(text(200)),
    physical_bundle=text(),
    preferences=nested(is_default=req(boolean())),
    transfer_lookup_key=boolean(),
)
def update_design(call: Call) -> Result:
    """Change a design."""
    before = call.get(_KIND)
    after = with_metadata(_apply(call, before), call.params)
    return One(_KIND, change(call.state, _KIND, before, after))


def _apply(call: Call, before: Doc) -> Doc:
    state, params = call.state, call.params
    after = {**before}
    if params.get("card_logo"):
        call.named("file", "card_logo")
    if "physical_bundle" in params:
        call.named("physical_bundle", "physical_bundle")
    for name in ("card_logo", "name", "physical_bundle"):
        if name in params:
            after[name] = params[name]
    if "carrier_text" in params:
        given = params["carrier_text"]
        known = before["carrier_text"] or dict.fromkeys(_CARRIER)
        after["carrier_text"] = {**known, **given} if given else None
    if "lookup_key" in params:
        _take_lookup_key(state, before, params)
        after["lookup_key"] = params["lookup_key"]
    if "preferences" in params:
        after["preferences"] = {**before["preferences"], **params["preferences"]}
        if params["preferences"]["is_default"]:
            _drop_default(state, before["id"])
    return after


def _take_lookup_key(state: State, design: Doc, params: Doc) -> None:
    """Refuse a look-up key in use, or take it away from its design when that is asked."""
    key = params["lookup_key"]
    for other in state.where(_KIND, "lookup_key", key) if key else []:
        if other["id"] == design["id"]:
            continue
        if not params.get("transfer_lookup_key"):
            raise Refusal(
                f"A personalization design with the lookup key '{key}' already exists.",
                param="lookup_key",
            )
        change(state, _KIND, other, {**other, "lookup_key": None})


def _drop_default(state: State, keep: str) -> None:
    rows = state.db.execute(
        "SELECT id FROM personalization_design_ WHERE is_default = 1 AND id != ?", (keep,)
    ).fetchall()
    for (id,) in rows:
        other = state.get(_KIND, id)
        preferences = {**other["preferences"], "is_default": False}
        change(state, _KIND, other, {**other, "preferences": preferences})


def _become(call: Call, status: str, event: str, reasons: Doc | None = None) -> Result:
    before = call.get(_KIND)
    after = {
        **before,
        "status": status,
        "rejection_reasons": reasons or {"card_logo": [], "carrier_text": []},
    }
    call.state.update(_KIND, after)
    emit(call.state, f"issuing_personalization_design.{event}", _KIND, after)
    return One(_KIND, after)


@endpoint("POST", f"{_HELPER}/activate", "issuing_write", _KIND)
def activate(call: Call) -> Result:
    """Approve a design."""
    return _become(call, "active", "activated")


@endpoint("POST", f"{_HELPER}/deactivate", "issuing_write", _KIND)
def deactivate(call: Call) -> Result:
    """Take a design out of use."""
    return _become(call, "inactive", "deactivated")


@endpoint(
    "POST",
    f"{_HELPER}/reject",
    "issuing_write",
    _KIND,
    rejection_reasons=req(
        nested(
            card_logo=array(choice(*_REASONS, "non_binary_image")),
            carrier_text=array(choice(*_REASONS)),
        )
    ),
)
def reject(call: Call) -> Result:
    """Reject a design; cards waiting for it are canceled as `design_rejected`."""
    given = call.params["rejection_reasons"]
    reasons = {name: given.get(name, []) for name in ("card_logo", "carrier_text")}
    result = _become(call, "rejected", "rejected", reasons)
    for card in call.state.where("card", _KIND, call.path[_KIND]):
        shipping = card["shipping"]
        if card["status"] != "canceled" and shipping and shipping["status"] == "pending":
            after = {
                **card,
                "status": "canceled",
                "cancellation_reason": "design_rejected",
                "shipping": {**shipping, "status": "canceled"},
            }
            change(call.state, "card", card, after)
    return result
