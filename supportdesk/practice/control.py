"""Control of the practice server under `/_practice/`; not part of Stripe.

`GET info` and `GET drills` need no key. Everything else is a POST with a form body and the
account's secret key:

- `keys` (permissions[]) makes a restricted key; `keys/revoke` (key) expires one
- `cardholders/{id}` (past_due[], disabled_reason, status) does what only Stripe can do
- `cards/{id}` (latest_fraud_warning) sets or, empty, lifts a fraud warning
- `tokens` (card, wallet_provider, status, device_name) puts a card into a wallet
- `balance` (currency, amount) sets what the programme may spend, in minor units
- `declines` (card, reason, message) has the card's next purchase declined for that reason
- `clock` (advance) moves the clock forward, in seconds
- `drills` (kind, method, path, count, probability, ...) starts a drill, see `drills`;
  `drills/{id}/end` ends one, `drills/end` all
- `shipping` (automatic) lets parcels travel by the clock, or wait for the test helpers
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from supportdesk.practice import drills
from supportdesk.practice.api.cardholders import requirements
from supportdesk.practice.api.shared import new
from supportdesk.practice.clock import utc
from supportdesk.practice.errors import Refusal
from supportdesk.practice.events import change, create
from supportdesk.practice.forms import nest
from supportdesk.practice.params import (
    Spec,
    array,
    boolean,
    check,
    choice,
    clear,
    integer,
    req,
    text,
)
from supportdesk.practice.rules.money import CARD_CURRENCIES
from supportdesk.practice.rules.shipping import let_travel
from supportdesk.practice.state import KINDS, Doc, State

if TYPE_CHECKING:
    from supportdesk.practice.core import Core, Incoming, Reply

_PAST_DUE = (
    "company.tax_id",
    "individual.card_issuing.user_terms_acceptance.date",
    "individual.card_issuing.user_terms_acceptance.ip",
    "individual.dob.day",
    "individual.dob.month",
    "individual.dob.year",
    "individual.first_name",
    "individual.last_name",
    "individual.verification.document",
)
_WARNINGS = (
    "card_testing_exposure",
    "fraud_dispute_filed",
    "third_party_reported",
    "user_indicated_fraud",
)
#: Farthest leap of the clock: one year.
MAX_LEAP = 366 * 86_400


def handle(core: Core, name: str, incoming: Incoming, request_id: str) -> Reply:
    """Answer one control request."""
    from supportdesk.practice.core import Reply, encode

    if incoming.method == "GET" and name == "info":
        body = {**info(core.state), "drills": core.drills.doc()["data"]}
    elif incoming.method == "GET" and name == "drills":
        body = {"now": core.state.clock.now(), **core.drills.doc()}
    else:
        key = core.authenticate(incoming)
        if key.permissions is not None:
            raise Refusal("Control endpoints need the account's secret key.", status=403)
        head, _, tail = name.partition("/")
        action = _ACTIONS.get(name) or (_ON_OBJECTS.get(head) if tail else None)
        if incoming.method != "POST" or action is None:
            raise Refusal(f"No control endpoint {name[:100]}.", status=404)
        specs, act = action
        params = check(specs, nest(incoming.fields))
        core.state.request = {"id": None, "idempotency_key": None}
        with core.state.transaction():
            body = act(core, params, tail)
    return Reply(200, encode(body), core.headers(request_id))


def info(state: State) -> Doc:
    """Return what the programme is: account, seed, date, balances and counts."""
    balances = state.db.execute("SELECT currency, amount FROM balance").fetchall()
    return {
        "account": state.account,
        "seed": state.seed,
        "date": utc(state.clock.now()).date().isoformat(),
        "now": state.clock.now(),
        "balance": dict(balances),
        "counts": {kind: state.count(kind) for kind in KINDS},
    }


def _make_key(core: Core, params: Doc, _: str) -> Doc:
    key = core.keys.restricted(params.get("permissions", []))
    return {"key": key.value, "permissions": sorted(key.permissions or [])}


def _revoke_key(core: Core, params: Doc, _: str) -> Doc:
    if not core.keys.revoke(params["key"]):
        raise Refusal("No such key.", status=404, param="key")
    return {"revoked": True}


def _set_cardholder(core: Core, params: Doc, id: str) -> Doc:
    before = core.state.get("cardholder", id)
    after = {**before}
    if "past_due" in params or "disabled_reason" in params:
        old = before["requirements"]
        after["requirements"] = requirements(
            params.get("past_due", old["past_due"]),
            params.get("disabled_reason", old["disabled_reason"]),
        )
    if "status" in params:
        after["status"] = params["status"]
    return change(core.state, "cardholder", before, after)


def _set_card(core: Core, params: Doc, id: str) -> Doc:
    before = core.state.get("card", id)
    kind = params["latest_fraud_warning"]
    warning = {"started_at": core.state.clock.now(), "type": kind} if kind else None
    return change(core.state, "card", before, {**before, "latest_fraud_warning": warning})


def _make_token(core: Core, params: Doc, _: str) -> Doc:
    state = core.state
    card = state.get("card", params["card"], "card")
    network = "visa" if card["brand"].lower() == "visa" else "mastercard"
    doc = new(state, "intok", "issuing.token")
    del doc["metadata"]
    doc |= {
        "card": card["id"],
        "device_fingerprint": None,
        "last4": state.ids.digits(4),
        "network": network,
        "network_data": _network_data(state, network, params.get("device_name", "Phone")),
        "network_updated_at": state.clock.now(),
        "status": params.get("status", "active"),
        "wallet_provider": params.get("wallet_provider", "apple_pay"),
    }
    return create(state, "token", doc)


def _network_data(state: State, network: str, device: str) -> Doc:
    own: Doc = {
        "card_reference_id": state.ids.digits(12),
        "token_reference_id": state.ids.token(24),
        "token_requestor_id": state.ids.digits(11),
    }
    own |= {"token_risk_score": "10"} if network == "visa" else {"token_requestor_name": "Wallet"}
    return {
        "device": {"name": device, "type": "phone"},
        network: own,
        "type": network,
        "wallet_provider": {"card_number_source": "app", "suggested_decision": "approve"},
    }


def _set_balance(core: Core, params: Doc, _: str) -> Doc:
    currency = params["currency"]
    core.state.add_balance(currency, params["amount"] - core.state.balance(currency))
    return {"currency": currency, "amount": core.state.balance(currency)}


def _decline_next(core: Core, params: Doc, _: str) -> Doc:
    card = core.state.get("card", params["card"], "card")
    core.state.next_decline[card["id"]] = (params["reason"], params.get("message", ""))
    return {"card": card["id"], "reason": params["reason"]}


def _advance_clock(core: Core, params: Doc, _: str) -> Doc:
    core.state.clock.advance(params["advance"])
    return {"now": core.state.clock.now()}


def _set_shipping(core: Core, params: Doc, _: str) -> Doc:
    let_travel(core.state, params["automatic"])
    return {"automatic": params["automatic"]}


def _start_drill(core: Core, params: Doc, _: str) -> Doc:
    return core.drills.start(params)


def _end_drill(core: Core, params: Doc, tail: str) -> Doc:
    id, _, verb = tail.rpartition("/")
    if verb != "end":
        raise Refusal(f"No control endpoint drills/{tail[:100]}.", status=404)
    return {"now": core.state.clock.now(), **core.drills.end(id)}


Action = tuple[dict[str, Spec], Callable[["Core", Doc, str], dict[str, Any]]]

_ACTIONS: dict[str, Action] = {
    "keys": ({"permissions": array(text(100))}, _make_key),
    "keys/revoke": ({"key": req(text())}, _revoke_key),
    "tokens": (
        {
            "card": req(text()),
            "device_name": text(100),
            "status": choice("requested", "active", "suspended", "deleted"),
            "wallet_provider": choice("apple_pay", "google_pay", "samsung_pay"),
        },
        _make_token,
    ),
    "balance": (
        {"amount": req(integer()), "currency": req(choice(*CARD_CURRENCIES))},
        _set_balance,
    ),
    "declines": (
        {"card": req(text()), "message": text(500), "reason": req(text(100))},
        _decline_next,
    ),
    "drills": (drills.SPEC, _start_drill),
    "shipping": ({"automatic": req(boolean())}, _set_shipping),
    "clock": ({"advance": req(integer(0, MAX_LEAP))}, _advance_clock),
}
_ON_OBJECTS: dict[str, Action] = {
    "drills": ({}, _end_drill),
    "cardholders": (
        {
            "disabled_reason": clear(
                choice("listed", "rejected.listed", "requirements.past_due", "under_review")
            ),
            "past_due": array(choice(*_PAST_DUE)),
            "status": choice("active", "inactive", "blocked"),
        },
        _set_cardholder,
    ),
    "cards": ({"latest_fraud_warning": req(clear(choice(*_WARNINGS)))}, _set_card),
}
