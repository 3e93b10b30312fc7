"""Certificates, proxies, and what is told to whom."""

from __future__ import annotations

import logging
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe
import trustme

from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.stripe_gateway.client import Gateway
from supportdesk.stripe_gateway.form import SecretOfACard
from tests.support.asking import ask
from tests.support.faulty import Faulty, answer, listing, refusal

KEY = "sk_test_0123456789abcdef"
CARD = answer(200, {"id": "ic_1"})


class _Cards(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"id": "ic_1"}')

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


class _Tls(HTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that does not trust the certificate hangs up; that is the test."""


@pytest.fixture
def company() -> trustme.CA:
    """A company's own certificate authority, as an inspecting proxy uses."""
    return trustme.CA()


@pytest.fixture
def inspected(company: trustme.CA) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    company.issue_cert("127.0.0.1").configure_cert(context)
    server = _Tls(("127.0.0.1", 0), _Cards)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    serving.join()
    server.server_close()


def test_an_unknown_certificate_is_named_and_nothing_was_sent(inspected: str) -> None:
    gateway = Gateway(KEY, base_url=inspected)
    problem = ask(gateway, lambda gateway: gateway.update_card("ic_1", {}, key="k"))
    assert problem.code == "certificate_untrusted"
    assert not isinstance(problem, OutcomeUnknown)
    assert "certificate" in problem.remedy


def test_the_systems_certificates_are_trusted(
    inspected: str, company: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "certificates.pem"
    company.cert_pem.write_to_path(str(store))
    monkeypatch.setenv("SSL_CERT_FILE", str(store))  # where OpenSSL looks for the system's
    card = ask(Gateway(KEY, base_url=inspected), lambda gateway: gateway.card("ic_1"))
    assert card.id == "ic_1"


@pytest.fixture
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.usefixtures("_no_proxy")
def test_the_systems_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with Faulty([answer(407, b"")]) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        problem = ask(Gateway(KEY), lambda gateway: gateway.update_card("ic_1", {}, key="k"))
        assert problem.code == "proxy_login"
        assert not isinstance(problem, OutcomeUnknown)
        assert [request.line for request in proxy.requests] == [
            "CONNECT api.stripe.com:443 HTTP/1.1"
        ]
        assert KEY not in repr(proxy.requests[0].headers)


@pytest.mark.usefixtures("_no_proxy")
def test_a_proxy_that_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    with Faulty([answer(403, b"<html>Blocked</html>")]) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        problem = ask(Gateway(KEY), lambda gateway: gateway.card("ic_1"))
    assert problem.code == "proxy_refused"


@pytest.mark.usefixtures("_no_proxy")
def test_a_stripe_on_this_machine_is_never_asked_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Faulty([CARD]) as server, Faulty([answer(407, b"")]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        card = ask(Gateway(KEY, base_url=server.url), lambda gateway: gateway.card("ic_1"))
        assert card.id == "ic_1"
        assert proxy.requests == []


@pytest.mark.usefixtures("_no_proxy")
def test_a_proxy_of_an_unknown_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks9://127.0.0.1:1")
    with pytest.raises(UserFacing) as caught:
        Gateway(KEY)
    assert caught.value.code == "proxy_unusable"


def test_neither_logs_nor_terminal_learn_what_was_asked(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    stripe.log = "debug"
    with Faulty([listing({"id": "ich_1", "name": "Ada Quill"})]) as server:
        ask(
            Gateway(KEY, base_url=server.url),
            lambda gateway: gateway.cardholders(email="ada@example.com"),
        )
    printed = capfd.readouterr()
    said = caplog.text + printed.out + printed.err
    for secret in ("ada@", "ada%40", "Quill", KEY):
        assert secret not in said


def test_the_machine_is_not_described(monkeypatch: pytest.MonkeyPatch) -> None:
    with Faulty([CARD]) as server:
        ask(Gateway(KEY, base_url=server.url), lambda gateway: gateway.card("ic_1"))
        headers = server.requests[0].headers
    assert headers["user-agent"].startswith("Supportdesk ")
    assert not [name for name in headers if name.startswith("x-stripe-client")]
    assert headers["stripe-version"]


def test_answers_are_decoded_into_plain_dicts() -> None:
    with Faulty([CARD]) as server:
        body = ask(Gateway(KEY, base_url=server.url), lambda gateway: gateway.probe("/v1/x", {}))
        assert type(body) is dict


def test_a_connected_account_is_named() -> None:
    with Faulty([CARD]) as server:
        gateway = Gateway(KEY, base_url=server.url, stripe_account="acct_2")
        ask(gateway, lambda gateway: gateway.card("ic_1"))
        assert server.requests[0].headers["stripe-account"] == "acct_2"


def test_an_upload_has_a_neutral_name_and_survives_a_second_try() -> None:
    content = b"%PDF-1.7\r\n" + bytes(range(256)) * 40
    uploaded = answer(200, {"id": "file_1", "size": len(content)})
    with Faulty([refusal(500), uploaded]) as server:
        gateway = Gateway(KEY, base_url=server.url, first_pause=0.001)
        told = ask(
            gateway, lambda gateway: gateway.upload_evidence(content, "application/pdf", key="k")
        )
        assert told.record.id == "file_1"
        for request in server.requests:
            assert request.line == "POST /v1/files HTTP/1.1"
            assert b'filename="evidence.pdf"' in request.body
            assert b"dispute_evidence" in request.body
            assert content in request.body
            assert request.headers["idempotency-key"] == "k"


@pytest.mark.parametrize("id", ["", ".", "..", "..."])
def test_an_id_cannot_name_another_resource(id: str) -> None:
    gateway = Gateway(KEY, base_url="http://127.0.0.1:9")
    with pytest.raises(ValueError, match="id"):
        ask(gateway, lambda gateway: gateway.card(id))


def test_an_id_stays_within_its_path() -> None:
    with Faulty([CARD]) as server:
        ask(Gateway(KEY, base_url=server.url), lambda gateway: gateway.card("../x?a=b#c"))
        assert server.requests[0].line == "GET /v1/issuing/cards/..%2Fx%3Fa%3Db%23c HTTP/1.1"


@pytest.mark.parametrize("params", [{"expand": ["number"]}, {"pin": {"encrypted_number": "x"}}])
def test_secrets_of_a_card_never_leave_or_arrive(params: dict[str, Any]) -> None:
    with Faulty([CARD]) as server:
        gateway = Gateway(KEY, base_url=server.url)
        with pytest.raises(SecretOfACard):
            ask(gateway, lambda gateway: gateway.update_card("ic_1", params, key="k"))
        assert server.requests == []


def test_a_change_needs_a_key_of_its_own() -> None:
    gateway = Gateway(KEY, base_url="http://127.0.0.1:9")
    with pytest.raises(ValueError, match="idempotency"):
        ask(gateway, lambda gateway: gateway.update_card("ic_1", {}, key=""))
