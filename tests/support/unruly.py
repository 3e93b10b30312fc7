"""Stands in front of the practice Stripe and spoils some of the answers."""

from __future__ import annotations

import random
import socket
import threading
from types import TracebackType
from typing import Self

import httpx

from tests.support.faulty import HANG_UP, Request, _read, answer, half, refusal

REASONS = ("global-rate", "endpoint-rate", "endpoint-concurrency", "resource-specific")


class Unruly:
    """Passes reads on; about one in `one_in` is answered 429, 500, halfway or not at all."""

    def __init__(self, url: str, *, one_in: int, seed: int = 1) -> None:
        self.spoilt: list[str] = []
        self._one_in = one_in
        self._chance = random.Random(seed)
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=30)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        for thread in self._threads:
            thread.join()
        self._http.close()

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
                    connection.sendall(self._said(request))
            except OSError:
                return  # the other side hung up

    def _said(self, request: Request) -> bytes:
        spoil = ""
        if self._chance.randrange(self._one_in) == 0:
            spoil = self._chance.choice(("429", "500", "drop", "half"))
            self.spoilt.append(spoil)
        if spoil == "429":
            why = {"Stripe-Rate-Limited-Reason": self._chance.choice(REASONS)}
            return refusal(429, headers=why, code="rate_limit")
        if spoil == "500":
            return refusal(500)
        if spoil == "drop":
            return HANG_UP
        method, path, _ = request.line.split(" ", 2)
        passed = {"authorization": request.headers["authorization"]}
        got = self._http.request(method, path, headers=passed)
        whole = answer(got.status_code, got.json())
        return half(whole) if spoil == "half" else whole
