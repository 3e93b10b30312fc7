"""One request to Stripe from the queue to the answer: limits, tries, time, and raw JSON."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from typing import Any, TypeVar, cast
from urllib.parse import quote

import stripe

from supportdesk.domain.records import Answer, Page
from supportdesk.stripe_gateway import convert, errors, words
from supportdesk.stripe_gateway.errors import Failure
from supportdesk.stripe_gateway.fields import Body
from supportdesk.stripe_gateway.form import form
from supportdesk.stripe_gateway.keys import clean_key, parse_key
from supportdesk.stripe_gateway.limiter import Allowance, Limiter
from supportdesk.stripe_gateway.retry import LateAnswer, persist
from supportdesk.stripe_gateway.transport import Transport

R = TypeVar("R")
CONCURRENT = 8  # requests under way at once; Stripe also limits concurrency
TRY_SECONDS = 10.0  # of one try, so that a second one fits into the deadline
SLOWEST_UPLOAD = 32_000  # bytes per second that an upload is given time for
OUT_OF_REACH = 10.0  # seconds after a vain attempt to connect in which no change is even tried


@dataclass(frozen=True, slots=True)
class Span:
    """A range of creation instants, Unix seconds: from `since` on, `before` excluded."""

    since: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How Stripe answered last: `latency` in seconds, `at` in Unix seconds."""

    ok: bool
    latency: float | None
    at: float
    title: str = ""


class Wire:
    """Sends requests for one key; see `client.Gateway` for the arguments and errors."""

    def __init__(
        self,
        key: str,
        *,
        stripe_account: str,
        base_url: str | None,
        share: float,
        deadline: float,
        on_reach: Callable[[Reach], None] | None,
        first_pause: float,
        certificates: ssl.SSLContext | None,
        allowance: Allowance | None = None,
        patient: int = 0,
    ) -> None:
        kind = parse_key(key)
        self.restricted = kind.restricted
        self.api_version = str(stripe.api_version)
        self.ahead = 0.0  # seconds that Stripe's clock is ahead of this computer's
        self._unreached_until = 0.0
        self._deadline = deadline
        self._on_reach = on_reach
        self._first_pause = first_pause
        self._limiter = Limiter(
            live=kind.mode == "live",
            share=share,
            concurrent=patient or CONCURRENT,
            allowance=allowance,
            patient=bool(patient),
        )
        self.allowance = self._limiter.allowance
        self._transport = Transport(
            base_url or "https://api.stripe.com",
            connections=patient or CONCURRENT,
            patience=deadline,
            context=certificates,
        )
        bases = {"api": base_url, "files": base_url} if base_url else {}
        self._client = stripe.StripeClient(
            clean_key(key),
            stripe_account=stripe_account or None,
            base_addresses=bases,  # type: ignore[arg-type]
            max_network_retries=0,
            http_client=self._transport,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.close_async()

    async def page(
        self,
        path: str,
        entry: Callable[[Body], R],
        wanted: Mapping[str, str | list[str]],
        created: Span | None,
        limit: int,
        starting_after: str,
    ) -> Page[R]:
        """List objects; `wanted` filters with a value of "" are left out."""
        params: dict[str, Any] = {name: value for name, value in wanted.items() if value}
        if created is not None:
            params["created"] = {"gte": created.since, "lt": created.before}
        params["limit"] = limit
        if starting_after:
            params["starting_after"] = starting_after
        answer = await self.call("get", path, path, lambda: form(params))
        return _understood(answer, lambda data: convert.page(data, entry))

    async def read(
        self,
        path: str,
        id: str,
        record: Callable[[Body], R],
        params: Mapping[str, Any] | None = None,
    ) -> R:
        """Read one object."""
        answer = await self.call(
            "get", f"{path}/{_segment(id)}", f"{path}/*", lambda: form(params or {})
        )
        return _understood(answer, lambda data: convert.one(data, record))

    async def change(
        self,
        path: str,
        id: str,
        params: Mapping[str, Any] | Callable[[], dict[str, Any]],
        key: str,
        record: Callable[[Body], R],
        *,
        action: str = "",
        options: Mapping[str, str] | None = None,
        extra: float = 0.0,
    ) -> Answer[R]:
        """Send a change; an unreadable answer leaves open whether it was done."""
        if not key:
            raise ValueError("a change needs an idempotency key")
        full = f"{path}/{_segment(id)}{action}" if id else path
        body = params if callable(params) else lambda: form(params)
        failures: list[Failure] = []
        answer = await self.call(
            "post",
            full,
            f"{path}/*{action}" if id else path,
            body,
            {"idempotency_key": key, **(options or {})},
            extra,
            failures.append,
        )
        request_id = answer.request_id or ""
        replayed = dict(answer.headers).get("idempotent-replayed") == "true"
        own = any(failure.kind in errors.UNANSWERED for failure in failures)
        try:
            return Answer(convert.one(answer.data, record), request_id, replayed and not own)
        except convert.NotAnObject:
            problem = words.unknown(errors.unreadable(request_id).problem)
        raise problem

    async def call(
        self,
        method: str,
        path: str,
        pattern: str,
        body: Callable[[], dict[str, Any]],
        options: Mapping[str, str] | None = None,
        extra: float = 0.0,
        failed: Callable[[Failure], None] | None = None,
    ) -> stripe.StripeResponse:
        """Send one request until it is settled; `extra` seconds on top of the usual times.

        `failed` is told about each try that brought nothing.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self._deadline + extra
        endpoint = f"{method.upper()} {pattern}"
        if method == "post" and loop.time() < self._unreached_until:
            raise words.UNREACHED.problem(retry=True)  # said at once, and certainly not sent

        async def send() -> stripe.StripeResponse:
            async with self._limiter.place(endpoint, until):
                began = loop.time()
                try:
                    async with asyncio.timeout_at(min(until, began + TRY_SECONDS + extra)):
                        answer = await self._client.raw_request_async(
                            method, path, **body(), **(options or {})
                        )
                except TimeoutError:
                    raise LateAnswer from None
                self._unreached_until = 0.0
                self._note_date(dict(answer.headers).get("date", ""))
                self._tell(Reach(True, loop.time() - began, time.time()))
                return cast(stripe.StripeResponse, answer)

        def heard(failure: Failure) -> None:
            if failed is not None:
                failed(failure)
            self._heard(failure, endpoint)

        return await persist(
            send,
            change=method == "post",
            until=until,
            first_pause=self._first_pause,
            heard=heard,
        )

    def _note_date(self, date: str) -> None:
        """Learn from an answer how far Stripe's clock is ahead."""
        if told := parsedate_tz(date):
            self.ahead = mktime_tz(told) - time.time()

    def _heard(self, failure: Failure, endpoint: str) -> None:
        """Hold back where Stripe asks for it, and tell how it can be reached."""
        if failure.kind == "limited" and failure.limit.startswith(("global", "endpoint")):
            whole = failure.limit.startswith("global")
            self._limiter.hold(None if whole else endpoint, self._first_pause)
        unreached = failure.kind == "unreached"
        now = asyncio.get_running_loop().time()
        self._unreached_until = now + OUT_OF_REACH if unreached else 0.0
        if failure.kind != "queued":
            told = "" if failure.answered else failure.problem.title
            self._tell(Reach(failure.answered, None, time.time(), told))

    def _tell(self, reach: Reach) -> None:
        if self._on_reach is not None:
            self._on_reach(reach)


def _understood(answer: stripe.StripeResponse, read: Callable[[object], R]) -> R:
    """Return what an answer to a question says; one that cannot be read is a problem."""
    try:
        return read(answer.data)
    except convert.NotAnObject:
        problem = errors.unreadable(answer.request_id or "").problem
    raise problem


def _segment(id: str) -> str:
    """Return an id fit for a path.

    Raises:
        ValueError: empty or dots only: it would name another resource.
    """
    if not id.strip("."):
        raise ValueError("an object id is needed")
    return quote(id, safe="")
