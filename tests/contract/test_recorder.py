"""The recording proxy tells what breaks Stripe's description, and changes nothing on the way."""

from __future__ import annotations

import io

import httpx
import pytest

from supportdesk.practice.process import Ready
from tests.contract.recorder import RecordingProxy
from tests.support.faulty import Faulty, answer, refusal

CARDS = "/v1/issuing/cards"


def test_a_wrong_answer_is_a_violation() -> None:
    with Faulty([answer(200, {"object": "list"})]) as server, RecordingProxy(server.url) as proxy:
        httpx.get(f"{proxy.url}{CARDS}", trust_env=False)
        told = proxy.violations()
    assert len(told) == 3  # data, has_more and url are missing
    assert all(error.startswith(f"GET {CARDS} 200: answer (whole): ") for error in told)


def test_a_page_of_html_is_a_violation() -> None:
    with Faulty([answer(200, b"<p>Hello")]) as server, RecordingProxy(server.url) as proxy:
        httpx.get(f"{proxy.url}{CARDS}", trust_env=False)
        assert proxy.violations() == [f"GET {CARDS} 200: answer is text/html, not JSON"]


def test_a_wrong_request_counts_when_it_was_accepted() -> None:
    page = {"object": "list", "data": [], "has_more": False, "url": CARDS}
    script = [answer(200, page), refusal(400)]
    with Faulty(script) as server, RecordingProxy(server.url) as proxy:
        for _ in script:
            httpx.get(f"{proxy.url}{CARDS}", params={"name": "Lena"}, trust_env=False)
        [told] = proxy.violations()
    assert "request" in told
    assert "'name' was unexpected" in told


@pytest.mark.parametrize("status", [200, 404, 500])
def test_everything_is_passed_on_unchanged(status: int) -> None:
    body = {"error": {"type": "api_error", "message": "Ä"}}
    with (
        Faulty([answer(status, body, {"Request-Id": "req_9"})]) as server,
        RecordingProxy(server.url) as proxy,
    ):
        got = httpx.post(
            f"{proxy.url}{CARDS}/ic_1",
            data={"metadata[a]": "ü"},
            headers={"Idempotency-Key": "k1", "Authorization": "Bearer sk_test_1"},
            trust_env=False,
        )
        [sent] = server.requests
        [exchange] = proxy.exchanges
    assert (got.status_code, got.json(), got.headers["request-id"]) == (status, body, "req_9")
    assert sent.line == f"POST {CARDS}/ic_1 HTTP/1.1"
    assert sent.headers["idempotency-key"] == "k1"
    assert sent.headers["authorization"] == "Bearer sk_test_1"
    assert exchange.pairs == [("metadata[a]", "ü")]


def test_uploads_are_read(practice: Ready) -> None:
    with RecordingProxy(practice.url) as proxy:
        got = httpx.post(
            f"{proxy.url}/v1/files",
            data={"purpose": "dispute_evidence"},
            files={"file": ("a.pdf", io.BytesIO(b"%PDF-1.4 \x00\xff"), "application/pdf")},
            headers={"Authorization": f"Bearer {practice.key}"},
            trust_env=False,
        )
        assert got.status_code == 200
        assert got.json()["size"] == 11
        [exchange] = proxy.exchanges
        assert exchange.pairs == [("purpose", "dispute_evidence"), ("file", "a.pdf")]
        assert proxy.violations() == []
