"""Stands in front of the practice Stripe and spoils some of the answers."""

from __future__ import annotations

import random

import httpx

from tests.support.faulty import HANG_UP, Loopback, Request, answer, half, refusal

REASONS = ("global-rate", "endpoint-rate", "endpoint-concurrency", "resource-specific")


class Unruly(Loopback):
    """Passes reads on; about one in `one_in` is answered 429, 500, halfway or not at all."""

    def __init__(self, url: str, *, one_in: int, seed: int = 1) -> None:
        super().__init__()
        self.spoilt: list[str] = []
        self._one_in = one_in
        self._chance = random.Random(seed)
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=30)

    def __exit__(self, *problem: object) -> None:
        super().__exit__(*problem)
        self._http.close()

    def said(self, request: Request) -> bytes:
        """Return Stripe's answer, or a spoilt one."""
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
        try:
            got = self._http.request(method, path, headers=passed)
        except httpx.TransportError:  # an idle connection that the server closed just now
            return HANG_UP
        whole = answer(got.status_code, got.json())
        return half(whole) if spoil == "half" else whole
