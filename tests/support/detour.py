"""A way round in front of the practice Stripe on which a test may answer in its place."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

from supportdesk.practice.process import Ready
from tests.support.faulty import SILENCE

Ask = Callable[[], tuple[int, bytes]]
"""Asks the practice Stripe; returns status and body of its answer."""

Twist = Callable[[str, str, Ask], bytes | None]
"""Gets method, path with query, a way to ask; returns raw bytes to say, None to pass on."""


def straight(method: str, path: str, ask: Ask) -> bytes | None:
    """Twist nothing."""
    return None


class Detour:
    """Hands requests on to a practice Stripe; `twist` may answer instead.

    Attributes:
        ready: where it answers, to be used like the practice Stripe itself.
        asked: method and path with query of every request so far.
        twist: may be changed at any time.
    """

    def __init__(self, practice: Ready) -> None:
        self.asked: list[tuple[str, str]] = []
        self.twist: Twist = straight
        self.over = threading.Event()
        self.target = urlsplit(practice.url).netloc
        handler = type("Handler", (_Handler,), {"detour": self})
        self._handler = handler
        self._server = _Server(("127.0.0.1", 0), handler)
        self._port = self._server.server_port
        self.ready = replace(practice, url=f"http://127.0.0.1:{self._port}")
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def wait(self, holds: Callable[[], bool]) -> None:
        """Keep an answer back until `holds()`, or until the way is closed."""
        while not holds() and not self.over.wait(0.01):
            continue

    def cut(self) -> None:
        """Close the way: nobody listens there any more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def mend(self) -> None:
        """Open the way again after `cut`."""
        self._server = _Server(("127.0.0.1", self._port), self._handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    detour: Detour

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        detour = self.detour
        detour.asked.append((self.command, self.path))
        sent = {name: value for name, value in self.headers.items() if name != "Host"}
        told: list[tuple[str, str]] = []

        def ask() -> tuple[int, bytes]:
            connection = http.client.HTTPConnection(detour.target, timeout=60)
            try:
                connection.request(self.command, self.path, body or None, sent)
                answer = connection.getresponse()
                told[:] = answer.getheaders()
                return answer.status, answer.read()
            finally:
                connection.close()

        said = detour.twist(self.command, self.path, ask)
        if said == SILENCE:
            detour.over.wait()
        elif said is not None:
            self.wfile.write(said)
        else:
            status, content = ask()
            self.send_response_only(status)
            for name, value in told:
                if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _answer

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # the other side would not wait

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: addresses carry personal data."""
