"""What the gateway makes of a Stripe, or a network, on a bad day."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import httpx
import pytest
import stripe

from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.stripe_gateway import permissions
from supportdesk.stripe_gateway.client import Gateway, Reach
from supportdesk.stripe_gateway.errors import translate
from tests.support.asking import ask
from tests.support.faulty import HANG_UP, SILENCE, Faulty, answer, half, listing, refusal

T = TypeVar("T")
KEY = "sk_test_0123456789abcdef"
CARD = {"id": "ic_1", "object": "issuing.card", "status": "inactive"}
GOOD = answer(200, CARD)
HTML = answer(200, b"<html>Sign in to the guest network</html>")


def call(
    script: Sequence[bytes],
    question: Callable[[Gateway], Awaitable[T]],
    *,
    deadline: float = 5.0,
    reached: list[Reach] | None = None,
) -> tuple[T | UserFacing, Faulty]:
    """Ask a server that follows the script; return the outcome and the server."""

    with Faulty(script) as server:
        gateway = Gateway(
            KEY,
            base_url=server.url,
            share=1.0,
            deadline=deadline,
            first_pause=0.001,
            on_reach=None if reached is None else reached.append,
        )
        return ask(gateway, question), server


def freeze(gateway: Gateway) -> Awaitable[Any]:
    return gateway.update_card("ic_1", {"status": "inactive"}, key="key-1")


def read(gateway: Gateway) -> Awaitable[Any]:
    return gateway.card("ic_1")


@pytest.mark.parametrize(
    "first",
    [
        HANG_UP,
        HTML,
        half(GOOD),
        refusal(500, type="api_error"),
        answer(502, b"<html>Bad gateway</html>"),
        refusal(409, code="lock_timeout"),
        refusal(409, code="idempotency_key_in_use"),
        refusal(429, code="rate_limit"),
        refusal(429, headers={"Stripe-Rate-Limited-Reason": "endpoint-concurrency"}),
    ],
)
@pytest.mark.parametrize("ask", [freeze, read])
def test_a_passing_fault_is_tried_again_with_the_same_key(
    first: bytes, ask: Callable[[Gateway], Awaitable[Any]]
) -> None:
    outcome, server = call([first, GOOD], ask)
    assert not isinstance(outcome, UserFacing)
    assert len(server.requests) == 2
    if ask is freeze:
        assert outcome.request_id == "req_faulty"
        assert [request.headers["idempotency-key"] for request in server.requests] == [
            "key-1",
            "key-1",
        ]


@pytest.mark.parametrize(
    "always",
    [HANG_UP, HTML, half(GOOD), refusal(500, type="api_error"), answer(503, b""), answer(200, [])],
)
def test_a_change_without_a_sure_answer_is_of_unknown_outcome(always: bytes) -> None:
    outcome, server = call([always], freeze)
    assert isinstance(outcome, OutcomeUnknown)
    assert outcome.code == "outcome_unknown"
    assert not outcome.retry
    assert {request.headers["idempotency-key"] for request in server.requests} == {"key-1"}


@pytest.mark.parametrize(
    ("always", "code"),
    [
        (HANG_UP, "connection_lost"),
        (HTML, "unreadable"),
        (answer(200, b""), "unreadable"),
        (answer(200, b"[" * 100_000), "unreadable"),
        (answer(200, "text"), "unreadable"),
        (answer(200, {"status": "active"}), "unreadable"),
        (answer(302, b"", {"Location": "http://portal.example/"}), "unreadable"),
        (answer(403, b"<html>Blocked by policy</html>"), "unreadable"),
        (answer(400, {"error": "text"}), "unreadable"),
        (answer(200, b"\xff\xfe{}"), "unreadable"),
        (half(GOOD), "connection_lost"),
        (b"nonsense\r\n\r\n", "connection_lost"),
        (refusal(500, type="api_error"), "stripe_trouble"),
        (answer(407, b""), "proxy_login"),
    ],
)
def test_a_read_says_what_is_wrong(always: bytes, code: str) -> None:
    outcome, _ = call([always], read)
    assert isinstance(outcome, UserFacing)
    assert not isinstance(outcome, OutcomeUnknown)
    assert outcome.code == code
    assert outcome.title
    assert outcome.remedy


def test_silence_ends_with_the_deadline() -> None:
    outcome, server = call([SILENCE], freeze, deadline=1.0)
    assert isinstance(outcome, OutcomeUnknown)
    assert server.requests
    outcome, _ = call([SILENCE], read, deadline=1.0)
    assert isinstance(outcome, UserFacing)
    assert outcome.code == "timed_out"


def test_nobody_there_is_certain_and_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    async def main() -> UserFacing:
        gateway = Gateway(KEY, base_url=f"http://127.0.0.1:{port}", first_pause=0.001)
        with pytest.raises(UserFacing) as caught:
            await freeze(gateway)
        await gateway.aclose()
        return caught.value

    error = asyncio.run(main())
    assert not isinstance(error, OutcomeUnknown)
    assert error.code == "unreachable"
    assert error.retry


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (refusal(401, message="Expired API Key", code="api_key_expired"), "key_expired"),
        (refusal(401, message="Invalid API Key provided: sk_test_***"), "key_refused"),
        (refusal(404, code="resource_missing", param="card"), "resource_missing"),
        (refusal(400, type="idempotency_error"), "idempotency_error"),
        (refusal(400, code="parameter_missing", param="shipping[name]"), "parameter_missing"),
        (refusal(402, code="card_declined"), "card_declined"),
        (refusal(403, message="Not allowed."), "forbidden"),
    ],
)
def test_a_refusal_is_certain_and_not_repeated(said: bytes, code: str) -> None:
    outcome, server = call([said], freeze)
    assert isinstance(outcome, UserFacing)
    assert not isinstance(outcome, OutcomeUnknown)
    assert outcome.code == code
    assert outcome.request_id == "req_faulty"
    assert len(server.requests) == 1


def test_stripes_words_and_parameter_are_kept() -> None:
    said = refusal(400, message="Card must be canceled first.", param="replacement_for")
    outcome, _ = call([said], freeze)
    assert isinstance(outcome, UserFacing)
    assert outcome.detail == "Card must be canceled first."
    assert outcome.field == "replacement_for"
    assert "canceled" not in str(outcome)


def test_a_message_without_end_is_cut() -> None:
    outcome, _ = call([refusal(400, message="must be one of " + "a, " * 9000)], freeze)
    assert isinstance(outcome, UserFacing)
    assert len(outcome.detail) == 600


def test_the_missing_permission_is_named() -> None:
    message = (
        "The provided key 'rk_test_***' does not have the required permissions for this endpoint "
        "on account 'acct_1A'. Having the 'rak_issuing_card_write' permission would allow this "
        "request to continue."
    )
    outcome, _ = call([refusal(403, message=message)], freeze)
    assert isinstance(outcome, UserFacing)
    assert outcome.code == "permission_missing"
    assert "issuing_card_write" in outcome.detail


def test_a_refusal_after_silence_settles_the_change_unless_the_key_was_refused() -> None:
    lost_then_no, _ = call([HANG_UP, refusal(400, code="parameter_missing")], freeze)
    assert isinstance(lost_then_no, UserFacing)
    assert not isinstance(lost_then_no, OutcomeUnknown)
    for said in (refusal(401), refusal(403), refusal(429)):
        outcome, _ = call([HANG_UP, said], freeze, deadline=1.0)
        assert isinstance(outcome, OutcomeUnknown)


def test_a_replayed_server_error_is_not_asked_for_again() -> None:
    replayed = refusal(500, type="api_error", headers={"Idempotent-Replayed": "true"})
    outcome, server = call([refusal(500), replayed, GOOD], freeze)
    assert isinstance(outcome, OutcomeUnknown)
    assert len(server.requests) == 2


def test_stripes_own_word_on_trying_again_is_followed() -> None:
    never = refusal(500, headers={"Stripe-Should-Retry": "false"})
    outcome, server = call([never, GOOD], read)
    assert isinstance(outcome, UserFacing)
    assert len(server.requests) == 1
    please = refusal(400, headers={"Stripe-Should-Retry": "true"})
    outcome, server = call([please, GOOD], read)
    assert not isinstance(outcome, UserFacing)


def test_too_many_requests_to_the_end_is_certain() -> None:
    limited = refusal(429, headers={"Stripe-Rate-Limited-Reason": "global-concurrency"})
    outcome, _ = call([limited], freeze, deadline=0.8)
    assert isinstance(outcome, UserFacing)
    assert not isinstance(outcome, OutcomeUnknown)
    assert outcome.code == "rate_limit"
    assert outcome.retry


def test_a_list_keeps_what_can_be_used() -> None:
    page = listing(
        {"id": "ic_1", "status": "paused_by_regulator", "type": 7, "wallets": "none"},
        {"status": "active"},
        {"id": "ic_2"},
        has_more=True,
    )
    outcome, _ = call([page], lambda gateway: gateway.cards())
    assert not isinstance(outcome, UserFacing)
    assert [card.id for card in outcome.records] == ["ic_1", "ic_2"]
    assert outcome.records[0].status == "paused_by_regulator"
    assert outcome.records[0].type == ""
    assert (outcome.has_more, outcome.last_id) == (True, "ic_2")


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n" + b" " * 40_000_000
    outcome, _ = call([endless], read)
    assert isinstance(outcome, UserFacing)
    assert outcome.code == "unreadable"


def test_reach_tells_of_every_try() -> None:
    reached: list[Reach] = []
    call([HANG_UP, refusal(409), GOOD], read, reached=reached)
    assert [one.ok for one in reached] == [False, True, True]
    assert reached[0].title
    assert reached[-1].latency is not None


def test_no_error_carries_the_body_along() -> None:
    secret = "person@example.com"
    outcome, _ = call([refusal(400, message="No.", other=secret)], read)
    assert isinstance(outcome, UserFacing)
    assert outcome.__cause__ is None
    assert outcome.__context__ is None


@pytest.mark.parametrize(
    ("said", "account"),
    [
        (answer(200, {"id": "acct_1B", "object": "account"}), "acct_1B"),
        (refusal(403, message="The key lacks permissions on account 'acct_1C'."), "acct_1C"),
        (
            refusal(403, message="On account 'acct_1D'. Having 'rak_accounts_read' helps."),
            "acct_1D",
        ),
        (refusal(404, code="resource_missing"), ""),
    ],
)
def test_the_account_of_a_key_is_told_by_answer_or_refusal(said: bytes, account: str) -> None:
    outcome, _ = call([said], permissions.account_id)
    assert outcome == account


def test_causes_that_name_each_other_are_judged_all_the_same() -> None:
    """Seen after a connection broke while another request waited for it."""
    lost, before = httpx.RemoteProtocolError("gone"), httpx.ReadError("gone")
    lost.__context__, before.__context__ = before, lost
    failure = stripe.APIConnectionError("gone")  # type: ignore[no-untyped-call]
    failure.__cause__ = lost
    assert translate(failure).kind == "lost"
