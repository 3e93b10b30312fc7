"""One request from admission to answer; plain synchronous code over the state."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from supportdesk.practice import api
from supportdesk.practice.drills import Drill, Drills, lock_timeout
from supportdesk.practice.endpoints import Blob, Call, Endpoint, Many, One, Result, Upload
from supportdesk.practice.errors import ParameterRefusal, Refusal
from supportdesk.practice.events import API_VERSION
from supportdesk.practice.forms import nest
from supportdesk.practice.idempotency import Idempotency, Kept
from supportdesk.practice.keys import Key, Keys
from supportdesk.practice.limits import Limits
from supportdesk.practice.params import check
from supportdesk.practice.render import Renderer, expansion
from supportdesk.practice.rules.due import settle_due
from supportdesk.practice.state import State

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?\Z")


@dataclass
class Incoming:
    """A request as the wire brought it."""

    method: str
    url_path: str
    headers: dict[str, str]
    fields: list[tuple[str, str]]
    path: dict[str, str] = field(default_factory=dict)
    upload: Upload | None = None
    base_url: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer ready for the wire."""

    status: int
    body: bytes
    headers: dict[str, str]


@dataclass
class Ticket:
    """A request that was admitted and waits for its execution."""

    request_id: str
    incoming: Incoming
    endpoint: Endpoint
    key: Key
    version: str
    idempotency_key: str | None = None


class Core:
    """The practice account behind the wire."""

    def __init__(self, state: State, limits: Limits, drills: Drills) -> None:
        self.state = state
        self.keys = Keys(state)
        self.limits = limits
        self.drills = drills
        self.idempotency = Idempotency(state.clock.now)
        self.endpoints = api.TABLE
        self._locked: set[str] = set()

    def request_id(self) -> str:
        """Return a new request id."""
        return f"req_{self.state.ids.token(14)}"

    def authenticate(self, incoming: Incoming) -> Key:
        """Return the key of the request, or refuse."""
        key = self.keys.authenticate(incoming.headers.get("authorization"))
        self.keys.on_behalf(key, incoming.headers.get("stripe-account"))
        return key

    def admit(self, endpoint: Endpoint, incoming: Incoming, request_id: str) -> Ticket | Kept:
        """Check permission, version and idempotency key; a kept result is returned as it was."""
        key = self.authenticate(incoming)
        self.keys.permit(key, endpoint.permission)
        version = incoming.headers.get("stripe-version", API_VERSION)
        if not _VERSION.match(version):
            raise Refusal(f"Invalid Stripe API version: {version[:50]}")
        ticket = Ticket(request_id, incoming, endpoint, key, version)
        name = incoming.headers.get("idempotency-key")
        if name and incoming.method == "POST":
            kept = self.idempotency.begin(key.value, name, _fingerprint(incoming))
            if kept:
                return kept
            ticket.idempotency_key = name
        return ticket

    @contextmanager
    def alone(self, ticket: Ticket) -> Iterator[None]:
        """Keep other writes away from the object of a write while it is under way."""
        written = set(ticket.incoming.path.values()) if ticket.incoming.method == "POST" else set()
        if written & self._locked:
            if ticket.idempotency_key:
                self.idempotency.forget(ticket.key.value, ticket.idempotency_key)
            raise lock_timeout()
        self._locked |= written
        try:
            yield
        finally:
            self._locked -= written

    def execute(self, ticket: Ticket, drill: Drill | None = None) -> Reply:
        """Carry out an admitted request and keep its result for the idempotency key.

        A drill `error` puts a 500 in the place of whatever came out; it is kept as any result.
        """
        key, name = ticket.key.value, ticket.idempotency_key
        spoiled = drill is not None and drill.kind == "error"
        try:
            if spoiled and drill and not drill.params["done"]:
                reply = self.trouble(ticket.request_id)
            else:
                reply = self._run(ticket, drill)
        except ParameterRefusal as refusal:
            if name:
                self.idempotency.forget(key, name)
            return self.refuse(refusal, ticket.request_id)
        except Refusal as refusal:
            reply = self.refuse(refusal, ticket.request_id)
        except Exception as error:  # noqa: BLE001 - the server boundary: kept like any result
            reply = self.bug(error, ticket.request_id)
        if spoiled:
            reply = self.trouble(ticket.request_id)
        if name:
            self.idempotency.keep(key, name, Kept(reply.status, reply.body, ticket.request_id))
        return reply

    def _run(self, ticket: Ticket, drill: Drill | None = None) -> Reply:
        endpoint, incoming = ticket.endpoint, ticket.incoming
        params = check(endpoint.params, nest(incoming.fields))
        paths = params.pop("expand", [])
        tree = expansion(endpoint.kind, paths, listed=endpoint.listed)
        if any(path.endswith("network_data") for path in paths):  # of tokens, the only such
            self.keys.permit(ticket.key, "issuing_token_network_data_read")
        call = Call(
            self.state, incoming.path, params, ticket.version, incoming.upload, incoming.base_url
        )
        self.state.request = {"id": None, "idempotency_key": None}
        with self.state.transaction():
            settle_due(self.state)
        self.state.request = {
            "id": ticket.request_id,
            "idempotency_key": ticket.idempotency_key,
        }
        stale = drill is not None and drill.kind == "stale_list"
        with self.state.as_of(drill.params["age"]) if drill and stale else self.state.transaction():
            result = endpoint.handler(call)
            return self._answer(result, tree, ticket)

    def _answer(self, result: Result, tree: dict[str, Any], ticket: Ticket) -> Reply:
        if isinstance(result, Blob):
            headers = self.headers(ticket.request_id)
            headers["Content-Type"] = result.media_type
            headers["Content-Disposition"] = f'attachment; filename="{result.filename}"'
            return Reply(200, result.content, headers)
        renderer = Renderer(self.state, ticket.incoming.base_url)
        body: dict[str, Any]
        if isinstance(result, One):
            body = renderer.render(result.kind, result.doc, tree)
        elif isinstance(result, Many):
            body = {
                "object": "list",
                "data": [
                    renderer.render(result.kind, doc, tree, listed=True) for doc in result.docs
                ],
                "has_more": result.has_more,
                "url": result.url,
            }
        else:
            body = result
        return Reply(200, encode(body), self.headers(ticket.request_id))

    def headers(self, request_id: str) -> dict[str, str]:
        """Return the headers every answer carries."""
        return {
            "Content-Type": "application/json",
            "Date": formatdate(self.state.clock.now(), usegmt=True),
            "Request-Id": request_id,
        }

    def refuse(self, refusal: Refusal, request_id: str) -> Reply:
        """Return a refusal as an answer."""
        body = refusal.body(self.state.account, request_id, self.state.clock.now())
        return Reply(refusal.status, encode(body), {**self.headers(request_id), **refusal.headers})

    def replay(self, kept: Kept, request_id: str) -> Reply:
        """Return a kept result again, marked as a replay."""
        headers = self.headers(request_id)
        headers |= {"Idempotent-Replayed": "true", "Original-Request": kept.request_id}
        return Reply(kept.status, kept.body, headers)

    def trouble(self, request_id: str) -> Reply:
        """Answer 500 as Stripe does on a bad day."""
        refusal = Refusal("An unknown error occurred.", status=500, type="api_error")
        return self.refuse(refusal, request_id)

    def bug(self, error: Exception, request_id: str) -> Reply:
        """Answer 500 for a fault of this server; the trace goes to stderr."""
        traceback.print_exception(error, file=sys.stderr)
        refusal = Refusal(
            "An unknown error occurred. This is a fault of the practice server.",
            status=500,
            type="api_error",
        )
        return self.refuse(refusal, request_id)


def unrecognized(method: str, url_path: str) -> Refusal:
    """Return the refusal of a method and path that the API does not have."""
    return Refusal(
        f"Unrecognized request URL ({method[:20]}: {url_path[:200]}). Please see"
        " https://stripe.com/docs or we can help at https://support.stripe.com/.",
        status=404,
    )


def encode(body: dict[str, Any]) -> bytes:
    """Return compact JSON."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _fingerprint(incoming: Incoming) -> str:
    content = hashlib.sha256(incoming.upload.content).hexdigest() if incoming.upload else ""
    parts = [incoming.method, incoming.url_path, sorted(incoming.fields), content]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
