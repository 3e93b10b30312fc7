"""A server that answers like a Stripe on a bad day: scripted bytes over a raw socket."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

SILENCE = b"\0silence"
"""Says nothing, keeping the connection open, until the server is closed."""

HANG_UP = b""
"""Closes the connection without a word."""


def answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> bytes:
    """Return a whole HTTP answer; `body` is JSON unless it is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, bytes) else "application/json"
    head = {
        "Content-Type": kind,
        "Content-Length": str(len(content)),
        "Connection": "close",
        "Request-Id": "req_faulty",
        **(headers or {}),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + content


def refusal(status: int, *, headers: Mapping[str, str] | None = None, **error: str) -> bytes:
    """Return one of Stripe's error answers."""
    told = {"type": "invalid_request_error", "message": "Said by Stripe.", **error}
    return answer(status, {"error": told}, headers)


def half(whole: bytes) -> bytes:
    """Return an answer that breaks off in the middle of its body."""
    head, _, body = whole.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + body[: len(body) // 2]


class Request:
    """What the server was sent."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.line, *lines = head.decode("latin-1").split("\r\n")
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }


class Loopback:
    """Answers each connection once, on a thread of its own, with the bytes that `said` returns.

    `over` is set when the server is closed: whatever `said` waits for ends then.
    """

    def __init__(self, port: int = 0) -> None:
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)

    def said(self, request: Request) -> bytes:
        """Return the answer to a request; nothing hangs up."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                request = _read(connection)
                if request is not None:
                    connection.sendall(self.said(request))
            except OSError:
                return  # the other side would not wait for the rest


class Faulty(Loopback):
    """Gives the scripted answers in turn, the last one for ever; keeps what it was asked."""

    def __init__(self, script: Sequence[bytes], port: int = 0) -> None:
        super().__init__(port)
        self.requests: list[Request] = []
        self._script = list(script)

    def said(self, request: Request) -> bytes:
        """Return what the script has for the request."""
        self.requests.append(request)
        said = self._script[min(len(self.requests), len(self._script)) - 1]
        if said == SILENCE:
            self.over.wait()
            return HANG_UP
        return said


def _read(connection: socket.socket) -> Request | None:
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = connection.recv(65536)
        if not part:
            return None
        raw += part
    length = int(Request(raw).headers.get("content-length", "0"))
    while len(raw.partition(b"\r\n\r\n")[2]) < length:
        part = connection.recv(65536)
        if not part:
            return None
        raw += part
    return Request(raw)


def listing(*objects: Mapping[str, Any], has_more: bool = False) -> bytes:
    """Return a page of a Stripe list."""
    return answer(200, {"object": "list", "data": list(objects), "has_more": has_more})
