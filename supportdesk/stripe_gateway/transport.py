"""How bytes travel to Stripe: time-outs, the system's proxies and certificates, and silence.

stripe-python's own httpx client can take neither a certificate store nor a working proxy, so
this one takes its place. It announces the desk instead of the machine it runs on.
"""

from __future__ import annotations

import json
import logging
import ssl
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import httpx
import stripe
import truststore
from stripe import _api_requestor as stripe_requestor
from stripe import _util as stripe_util

from supportdesk.errors import UserFacing

CONNECT_SECONDS = 5.0
POOL_SECONDS = 60.0  # the gateway's own queue comes first; this one must never be the shorter
_NO_ANSWER: Callable[[str], stripe.APIConnectionError] = stripe.APIConnectionError
MOST_BYTES = 32 * 1024 * 1024  # of one answer; a page of 100 objects is about one MB
_AGENT = f"Supportdesk stripe-python/{stripe.VERSION}"


class AnswerTooLarge(Exception):
    """An answer larger than Stripe ever sends; it is not read to its end."""


def be_quiet() -> None:
    """Keep stripe and httpx from reporting or printing what the desk asks.

    At INFO both write full URLs (with e-mail and phone filters), at DEBUG whole bodies;
    `STRIPE_LOG` in the environment would print the same to the terminal. Telemetry would put
    a machine id on disk and send details of the operating system. stripe-python also formats
    every body for its log when nobody listens, which takes milliseconds on the window's thread
    and fails on bodies that are not UTF-8.
    """
    stripe.enable_telemetry = False
    stripe.log = None
    stripe_util.STRIPE_LOG = None
    for name in ("log_debug", "log_info"):
        setattr(stripe_requestor, name, _say_nothing)
    for name in ("stripe", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)


def spare_searching() -> None:
    """Keep httpcore from looking through the whole path for `sniffio` nine times per request.

    It is optional, and where it is not installed each attempt to import it costs as much as
    decoding a page.
    """
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]


class _PlainResponse(stripe.StripeResponse):
    """Decodes into plain dicts: a third of the time that ordered ones take."""

    def __init__(self, body: str, code: int, headers: Mapping[str, str]) -> None:
        self.code, self.headers, self.body = code, headers, body
        self.data = json.loads(body)


def _say_nothing(message: str, **params: object) -> None:
    """Stand in for stripe-python's log functions."""


def _goes_direct(url: str) -> bool:
    """Tell whether the system's proxies are to be left out for `url`."""
    host = urlsplit(url).hostname or ""
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    return loopback or bool(proxy_bypass(host))


class Transport(stripe.HTTPClient):
    """The HTTP client handed to stripe-python; belongs to the event loop that first uses it.

    Connection failures are raised as `stripe.APIConnectionError` with httpx's error as cause;
    anything that is not one of httpx's errors is a bug and passes through.
    """

    name = "httpx"

    def __init__(
        self, url: str, *, connections: int, patience: float, context: ssl.SSLContext | None = None
    ) -> None:
        """Prepare for requests to `url`; `patience` is the longest silence in seconds."""
        super().__init__()
        be_quiet()
        spare_searching()
        # 100 authorisations: 4 ms instead of 13 on the window's thread, measured with 16.1.0.
        setattr(stripe_requestor, "StripeResponse", _PlainResponse)  # noqa: B010
        try:
            self._client = httpx.AsyncClient(
                verify=context or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                trust_env=not _goes_direct(url),
                timeout=httpx.Timeout(
                    patience, connect=min(CONNECT_SECONDS, patience), pool=POOL_SECONDS
                ),
                limits=httpx.Limits(
                    max_connections=connections, max_keepalive_connections=connections
                ),
            )
        except (ImportError, ValueError):
            unusable = UserFacing(
                "The system's proxy setting cannot be used.",
                "Supportdesk speaks to http:// and https:// proxies; the one configured is of "
                "another kind or its address is malformed.",
                "Ask your IT department for an HTTP proxy.",
                code="proxy_unusable",
            )
        else:
            return
        raise unusable

    async def request_async(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: str | bytes | None = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send one request; return body, status and headers."""
        own = {name: value for name, value in (headers or {}).items() if not _tells_tales(name)}
        own["User-Agent"] = _AGENT
        try:
            async with self._client.stream(
                method.upper(), url, headers=own, content=post_data
            ) as answer:
                body = await _body(answer)
        except (httpx.HTTPError, httpx.StreamError, AnswerTooLarge) as error:
            raise _NO_ANSWER("No answer.") from error
        if not answer.is_success and not _is_stripes_error(body):
            body = b""  # stripe-python would stumble over some of these; none says anything
        return body, answer.status_code, answer.headers

    async def close_async(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _tells_tales(header: str) -> bool:
    return header.lower() in ("user-agent", "x-stripe-client-user-agent")


def _is_stripes_error(body: bytes) -> bool:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and isinstance(told.get("error"), dict)


async def _body(answer: httpx.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise AnswerTooLarge
        parts.append(part)
    return b"".join(parts)
