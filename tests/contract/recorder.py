"""A proxy on loopback between a client and the practice Stripe that checks what passes through."""

from __future__ import annotations

import http.client
import json
import threading
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.contract.spec import Pairs, check_answer, check_request

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@dataclass(frozen=True)
class Exchange:
    """One request with its answer."""

    method: str
    path: str
    pairs: Pairs
    status: int
    content_type: str
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Any:
        """The answer's JSON; None for anything else."""
        return json.loads(self.content) if self.content_type == "application/json" else None

    def violations(self) -> list[str]:
        """What in the exchange is not as Stripe describes it.

        A request that was refused may well be wrong on purpose: only accepted ones are checked.
        """
        found: list[str] = []
        if self.status < 400:
            found += [f"request {error}" for error in check_request(*self._call, self.pairs)]
        if self.content_type == "application/json":
            answer = check_answer(*self._call, self.status, self.body)
            found += [f"answer {error}" for error in answer]
        elif not self.path.endswith("/contents"):
            found.append(f"answer is {self.content_type}, not JSON")
        return [f"{self.method} {self.path} {self.status}: {error}" for error in found]

    @property
    def _call(self) -> tuple[str, str]:
        return self.method, self.path


class RecordingProxy:
    """Serves on a free port, hands everything on to `target`, keeps every exchange.

    Use as a context manager and point the client at `url`; afterwards ask for `violations()`.
    """

    def __init__(self, target: str) -> None:
        self.exchanges: list[Exchange] = []
        self._target = urlsplit(target)
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> RecordingProxy:
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def violations(self) -> list[str]:
        """Everything that is not as Stripe describes it, in the order it passed through."""
        return [error for exchange in self.exchanges for error in exchange.violations()]

    def forward(
        self, method: str, target: str, headers: Message, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Ask the real server and record the exchange."""
        sent = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        if body:
            sent["Content-Length"] = str(len(body))
        sent["Host"] = self._target.netloc
        connection = http.client.HTTPConnection(self._target.netloc, timeout=60)
        try:
            connection.request(method, target, body or None, sent)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        parts = urlsplit(target)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        pairs += fields(headers.get("Content-Type", ""), body)
        kind = answer.headers.get_content_type()
        known = {name.lower(): value for name, value in answer.getheaders()}
        self.exchanges.append(
            Exchange(method, parts.path, pairs, answer.status, kind, content, known)
        )
        return answer.status, answer.getheaders(), content


def fields(content_type: str, body: bytes) -> Pairs:
    """The fields of a form body; of a file only its name is kept."""
    if content_type.startswith("application/x-www-form-urlencoded"):
        return parse_qsl(body.decode(), keep_blank_values=True)
    if not content_type.startswith("multipart/form-data"):
        return []
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    pairs: Pairs = []
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        value = part.get_filename() or str(part.get_content()).rstrip("\r\n")
        pairs.append((name, value))
    return pairs


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: RecordingProxy

    def _pass_on(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        status, headers, content = self.proxy.forward(self.command, self.path, self.headers, body)
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = do_PUT = _pass_on

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: addresses carry personal data."""
