"""The wire: decodes HTTP into requests of the core and its replies into HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

from starlette.applications import Starlette
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from supportdesk.practice import control
from supportdesk.practice.core import Core, Incoming, Reply, unrecognized
from supportdesk.practice.drills import Drill, Drills, HungUp
from supportdesk.practice.endpoints import Endpoint, Upload
from supportdesk.practice.errors import ParameterRefusal, Refusal
from supportdesk.practice.forms import MAX_FIELDS, pairs
from supportdesk.practice.idempotency import Kept
from supportdesk.practice.limits import Limits
from supportdesk.practice.state import State

#: More than this is read to its end but not kept.
MAX_BODY = 32 * 2**20
#: Until a closed connection is known to be closed.
HANG_UP_SECONDS = 5.0
FORM = "application/x-www-form-urlencoded"
NOT_A_FORM = (
    "Invalid request (check that your POST content type is application/x-www-form-urlencoded)."
    " If you have any questions, we can help at https://support.stripe.com/."
)


def create_app(
    state: State,
    *,
    rate_limit: str = "off",
    latency_ms: int = 0,
    tick: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """Return the ASGI application over `state`.

    `rate_limit` is `live`, `sandbox` or `off`, counted by the seconds of `tick`; `latency_ms` is
    added to every answer.
    """
    core = Core(state, Limits(rate_limit, tick), Drills(tick))
    latency = latency_ms / 1000
    routes = [Route("/_practice/{name:path}", _Control(core))]
    routes += [
        Route(e.pattern, _Operation(core, e, latency), methods=[e.method]) for e in core.endpoints
    ]
    unknown = _Unknown(core)
    app = Starlette(routes=[*routes, Route("/{rest:path}", unknown)])
    app.router.default = unknown  # paths with line breaks match no route
    return _Door(app)


class _Door:
    """Outermost: hands on how to close the connection of a request without an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # ASGI has no word for it; uvicorn's `send` belongs to the object that holds the socket.
        scope["practice.close"] = lambda: send.__self__.transport.close()  # type: ignore[attr-defined]
        await self._app(scope, receive, send)


class _Served:
    """ASGI application that tells a refusal, and a bug, as Stripe does."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request_id = self._core.request_id()
        try:
            reply = await self._serve(request, request_id)
        except HungUp:
            await _hang_up(scope, receive)
            return
        except Refusal as refusal:
            reply = self._core.refuse(refusal, request_id)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - the one server boundary
            reply = self._core.bug(error, request_id)
        await _respond(reply, request)(scope, receive, send)

    async def _serve(self, request: Request, request_id: str) -> Reply:
        raise NotImplementedError


class _Operation(_Served):
    """One endpoint."""

    def __init__(self, core: Core, endpoint: Endpoint, latency: float) -> None:
        super().__init__(core)
        self._endpoint, self._latency = endpoint, latency
        self._name = f"{endpoint.method} {endpoint.pattern}"

    async def _serve(self, request: Request, request_id: str) -> Reply:
        core = self._core
        body = await _body(request)
        bare = Incoming(request.method, request.scope["path"], dict(request.headers), [])
        core.authenticate(bare)
        core.limits.enter(self._name)
        try:
            incoming = await _read(request, bare, body, self._endpoint)
            drill = core.drills.strike(
                incoming.method,
                incoming.url_path,
                listed=self._endpoint.listed,
                keyed=incoming.method == "POST" and "idempotency-key" in incoming.headers,
            )
            if drill is None:
                return await self._answer(incoming, request_id, None)
            return await self._drilled(drill, request, incoming, request_id)
        finally:
            core.limits.leave(self._name)

    async def _answer(self, incoming: Incoming, request_id: str, drill: Drill | None) -> Reply:
        core = self._core
        admitted = core.admit(self._endpoint, incoming, request_id)
        if isinstance(admitted, Kept):
            return core.replay(admitted, request_id)
        slow = drill.params["ms"] / 1000 if drill is not None and drill.kind == "slow" else 0.0
        with core.alone(admitted):
            if self._latency + slow:
                await asyncio.sleep(self._latency + slow)
            return core.execute(admitted, drill)

    async def _drilled(
        self, drill: Drill, request: Request, incoming: Incoming, request_id: str
    ) -> Reply:
        """Answer a request that a drill strikes."""
        if drill.kind == "timeout":
            await _gone(request.receive, drill.params["ms"] / 1000)
            raise HungUp
        if (refusal := drill.refusal()) is not None:
            raise refusal
        try:
            reply = await self._answer(incoming, request_id, drill)
        except Refusal as refused:
            reply = self._core.refuse(refused, request_id)
        if drill.kind == "drop":
            raise HungUp
        if drill.kind == "wrong_json":
            body, headers = drill.spoil(reply.body, reply.headers)
            reply = replace(reply, body=body, headers=headers)
        return reply


class _Unknown(_Served):
    """Every path the API does not have."""

    async def _serve(self, request: Request, request_id: str) -> Reply:
        await _body(request)
        method, path = request.method, request.scope["path"]
        self._core.authenticate(Incoming(method, path, dict(request.headers), []))
        raise unrecognized(method, path)


class _Control(_Served):
    """The control endpoints."""

    async def _serve(self, request: Request, request_id: str) -> Reply:
        fields = pairs(await _body(request) or b"")
        path, headers = request.scope["path"], dict(request.headers)
        incoming = Incoming(request.method, path, headers, fields)
        return control.handle(self._core, request.path_params["name"], incoming, request_id)


async def _gone(receive: Receive, seconds: float) -> None:
    """Wait until the other side has gone away, at most `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection; the server must not answer for the application meanwhile."""
    scope["practice.close"]()
    await _gone(receive, HANG_UP_SECONDS)


async def _body(request: Request) -> bytes | None:
    """Return the whole body; None when it is larger than this server keeps."""
    size, chunks = 0, []
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_BODY:
            chunks.append(chunk)
    return b"".join(chunks) if size <= MAX_BODY else None


async def _read(
    request: Request, bare: Incoming, body: bytes | None, endpoint: Endpoint
) -> Incoming:
    """Decode query and body into the request's fields and upload."""
    fields = pairs(request.scope.get("query_string", b""))
    upload: Upload | None = None
    if body is None:
        raise Refusal("The request body is too large.", status=413)
    media = bare.headers.get("content-type", FORM).partition(";")[0].strip().lower()
    if body and request.method == "POST":
        if media == "multipart/form-data":
            more, upload = await _multipart(request, body)
            fields += more
        elif media == FORM:
            fields += pairs(body)
        else:
            raise ParameterRefusal(NOT_A_FORM)
    if upload and not endpoint.takes_file:
        raise ParameterRefusal(
            "Received unknown parameter: file", code="parameter_unknown", param="file"
        )
    bare.fields, bare.upload = fields, upload
    bare.path = {k: str(v) for k, v in request.path_params.items()}
    bare.base_url = "http://{}:{}".format(*request.scope["server"])
    return bare


async def _multipart(request: Request, body: bytes) -> tuple[list[tuple[str, str]], Upload | None]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(
        request.headers, stream(), max_files=2, max_fields=MAX_FIELDS, max_part_size=MAX_BODY
    )
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError, LookupError, AssertionError) as error:
        raise ParameterRefusal("Invalid request: the multipart body could not be read.") from error
    fields: list[tuple[str, str]] = []
    upload: Upload | None = None
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.append((name, value))
        elif name == "file" and upload is None:
            upload = Upload(value.filename or "file", await value.read())
        else:
            fields.append((name, ""))
    await form.close()
    return fields, upload


def _respond(reply: Reply, request: Request) -> Response:
    headers = dict(reply.headers)
    for name in ("Stripe-Version", "Idempotency-Key"):
        value = request.headers.get(name)
        if value and len(value) <= 255 and value.isprintable() and value.isascii():
            headers[name] = value
    return Response(reply.body, reply.status, headers)


__all__ = ["create_app"]
