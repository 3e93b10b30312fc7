"""Stripe's errors, and the network's, put into words once."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx
import stripe

from supportdesk.errors import UserFacing, with_causes
from supportdesk.stripe_gateway import words

Kind = Literal[
    "refused",  # Stripe said no
    "limited",  # 429: not looked at yet
    "conflict",  # 409: the object is busy
    "in_use",  # 409: the first try with this idempotency key is still running
    "server",  # 5xx
    "unreadable",  # an answer that is not Stripe's
    "lost",  # sent, and then silence
    "unreached",  # no connection: nothing was sent
    "barred",  # no connection, and trying again cannot help
    "queued",  # the desk's own queue was too long: nothing was sent
]

UNANSWERED: frozenset[Kind] = frozenset({"in_use", "server", "unreadable", "lost"})
"""After these a change may have been done all the same."""

MOST_WORDS = 600  # characters of a message: some list hundreds of allowed values

_PERMISSION = re.compile(r"'rak_([a-z0-9_]+)'")
_ACCOUNT = re.compile(r"\bacct_[A-Za-z0-9]+")
_CODES_401 = {"api_key_expired": words.KEY_EXPIRED, "platform_api_key_expired": words.KEY_EXPIRED}


@dataclass(frozen=True)
class Failure:
    """How one try ended.

    Attributes:
        problem: what a person is told if nothing was done.
        again: Stripe's own word on trying again (`Stripe-Should-Retry`), if it gave one.
        replayed: this is the stored answer of an earlier try with the same key.
        limit: which limit a 429 hit (`Stripe-Rate-Limited-Reason`, or "lock_timeout").
        settles: this refusal also says that no earlier try with the same key was executed.
    """

    kind: Kind
    problem: UserFacing
    again: bool | None = None
    replayed: bool = False
    limit: str = ""
    settles: bool = False

    @property
    def answered(self) -> bool:
        """Tell whether Stripe itself spoke, even to say no."""
        return self.kind in ("refused", "limited", "conflict", "in_use")


def translate(error: stripe.StripeError) -> Failure:
    """Put one failed try into words; never quotes a body, a URL or a key."""
    if error.http_status is None:
        return _no_answer(error.__cause__)
    body = error.json_body if isinstance(error.json_body, dict) else {}
    told = body.get("error")
    if not isinstance(told, dict):
        return _not_stripe(error.http_status, _header(error.headers, "request-id"))
    return _stripe_said(
        error.http_status,
        {name: _short(value) for name, value in told.items() if isinstance(value, str)},
        error.headers or {},
    )


def too_late() -> Failure:
    """Return the failure of a try that was cut off because its time was up."""
    return Failure("lost", words.TIMED_OUT.problem(retry=True))


def unreadable(request_id: str) -> Failure:
    """Return the failure of an answer that is well-formed but not what Stripe documents."""
    return Failure("unreadable", words.UNREADABLE.problem(request_id=request_id, retry=True))


def queue_too_long() -> Failure:
    """Return the failure of a request that found no place in the desk's own queue."""
    return Failure("queued", words.QUEUE.problem(retry=True))


def account_in(text: str) -> str:
    """Return the account id that Stripe names in an error text, or ""."""
    found = _ACCOUNT.search(text)
    return found.group() if found else ""


def _header(headers: Mapping[str, str] | None, name: str) -> str:
    for key, value in (headers or {}).items():
        if key.lower() == name:
            return value
    return ""


def _short(text: str) -> str:
    return text if len(text) <= MOST_WORDS else f"{text[: MOST_WORDS - 1]}…"


def _stripe_said(status: int, told: Mapping[str, str], headers: Mapping[str, str]) -> Failure:
    request_id = _header(headers, "request-id")
    code, message = told.get("code", ""), told.get("message", "")
    again = {"true": True, "false": False}.get(_header(headers, "stripe-should-retry"))
    replayed = _header(headers, "idempotent-replayed") == "true"
    if status == 429 or (status == 400 and code == "rate_limit"):
        limit = _header(headers, "stripe-rate-limited-reason") or code
        problem = words.LIMITED.problem(message, code=code, request_id=request_id, retry=True)
        return Failure("limited", problem, again, limit=limit)
    if status == 409:
        kind: Kind = "in_use" if code == "idempotency_key_in_use" else "conflict"
        problem = words.CONFLICT.problem(message, code=code, request_id=request_id, retry=True)
        return Failure(kind, problem, again)
    if status >= 500:
        problem = words.SERVER.problem(message, code=code, request_id=request_id, retry=True)
        return Failure("server", problem, again, replayed)
    problem = _refusal(status, code, told)
    problem.request_id = request_id
    # Whether the key may act is asked before Stripe looks for an earlier try's stored answer.
    return Failure("refused", problem, again, replayed, settles=status not in (401, 403))


def _refusal(status: int, code: str, told: Mapping[str, str]) -> UserFacing:
    message, param = told.get("message", ""), told.get("param", "")
    if status == 401:
        return _CODES_401.get(code, words.KEY_REFUSED).problem(message)
    if status == 403:
        missing = _PERMISSION.search(message)
        if missing is None:
            return words.FORBIDDEN.problem(message)
        return words.PERMISSION.problem(f"Missing permission: {missing.group(1)}. {message}")
    if status == 404 or code == "resource_missing":
        return words.MISSING.problem(message, code=code, field=param)
    if told.get("type") == "idempotency_error":
        return words.KEY_REUSED.problem(message, code=code)
    return words.REFUSED.problem(message, code=code, field=param)


def _not_stripe(status: int, request_id: str) -> Failure:
    """Judge an answer without Stripe's error body: a proxy, a portal, half a text."""
    if status == 407:
        return Failure("barred", words.PROXY_LOGIN.problem())
    if status >= 500:
        return Failure("server", words.SERVER.problem(request_id=request_id, retry=True))
    return unreadable(request_id)


def _no_answer(cause: BaseException | None) -> Failure:
    if _is_certificate(cause):
        return Failure("barred", words.CERTIFICATE.problem())
    if isinstance(cause, httpx.ProxyError):
        if str(cause).startswith("407"):
            return Failure("barred", words.PROXY_LOGIN.problem())
        return Failure("barred", words.PROXY_REFUSED.problem(retry=True))
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Failure("unreached", words.UNREACHED.problem(retry=True))
    if isinstance(cause, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return Failure("barred", words.UNREACHED.problem())
    if isinstance(cause, httpx.DecodingError | httpx.TooManyRedirects) or not isinstance(
        cause, httpx.HTTPError
    ):
        return unreadable("")
    if isinstance(cause, httpx.TimeoutException):
        return too_late()
    return Failure("lost", words.LOST.problem(retry=True))


def _is_certificate(error: BaseException | None) -> bool:
    return any(isinstance(cause, ssl.SSLError) for cause in with_causes(error))
