"""A bare HTTP client of the practice Stripe, and the short ways tests take to an object."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx

from supportdesk.practice.process import Ready

Json = dict[str, Any]

ADDRESS = {
    "city": "Berlin",
    "country": "DE",
    "line1": "Ackerstr. 12",
    "postal_code": "10115",
}
HELPERS = "/v1/test_helpers/issuing"


def flat(params: Json, prefix: str = "") -> list[tuple[str, str]]:
    """Encode nested parameters as Stripe's form keys."""
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        key = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict):
            pairs += flat(value, key)
        elif isinstance(value, list):
            pairs += flat({str(n): item for n, item in enumerate(value)}, key)
        elif isinstance(value, bool):
            pairs.append((key, "true" if value else "false"))
        else:
            pairs.append((key, str(value)))
    return pairs


def encoded(params: Json | None) -> str:
    """Return nested parameters as one urlencoded string."""
    return urlencode(flat(params or {}))


class Api:
    """Requests with a key; answers as JSON, refusals as Stripe's error hash."""

    def __init__(self, ready: Ready, key: str = "", http: httpx.Client | None = None) -> None:
        self.ready = ready
        self.key = key or ready.key
        self.http = http or httpx.Client(base_url=ready.url, timeout=30, trust_env=False)
        self.auth = {"Authorization": f"Bearer {self.key}"}

    def with_key(self, key: str) -> Api:
        """Return the same connection used with another key."""
        return Api(self.ready, key, self.http)

    def send(
        self, method: str, path: str, params: Json | None = None, headers: Json | None = None
    ) -> httpx.Response:
        """Send one request; parameters go into the query of a GET, else into the form."""
        whole = {**self.auth, **(headers or {})}
        if method == "GET":
            return self.http.get(path, params=encoded(params), headers=whole)
        whole.setdefault("Content-Type", "application/x-www-form-urlencoded")
        return self.http.request(method, path, content=encoded(params), headers=whole)

    def get(self, path: str, **params: Any) -> Json:
        """Return the answer of a GET that must succeed."""
        return _ok(self.send("GET", path, params))

    def post(self, path: str, /, **params: Any) -> Json:
        """Return the answer of a POST that must succeed."""
        return _ok(self.send("POST", path, params))

    def refused(
        self, path: str, *, http_method: str = "POST", http_status: int = 400, **params: Any
    ) -> Json:
        """Return the error hash of a request that must be refused with this HTTP status."""
        answer = self.send(http_method, path, params)
        assert answer.status_code == http_status, answer.text
        error: Json = answer.json()["error"]
        return error

    def upload(self, content: bytes, purpose: str = "dispute_evidence") -> httpx.Response:
        """Upload one file."""
        return self.http.post(
            "/v1/files",
            data={"purpose": purpose},
            files={"file": ("evidence.pdf", content)},
            headers=self.auth,
        )

    def cardholder(self, **params: Any) -> Json:
        """Create an individual cardholder who lacks nothing."""
        whole = {
            "billing": {"address": ADDRESS},
            "individual": {"first_name": "Jenny", "last_name": "Rosen"},
            "name": "Jenny Rosen",
            "phone_number": "+4930901820",
            **params,
        }
        return self.post("/v1/issuing/cardholders", **whole)

    def card(self, cardholder: str = "", **params: Any) -> Json:
        """Issue a card, by default an active virtual one in euros."""
        whole = {
            "cardholder": cardholder or self.cardholder()["id"],
            "currency": "eur",
            "status": "active",
            "type": "virtual",
            **params,
        }
        return self.post("/v1/issuing/cards", **whole)

    def physical(self, **params: Any) -> Json:
        """Issue a physical card, not yet active."""
        shipping = {"address": ADDRESS, "name": "Jenny Rosen"}
        return self.card(
            **{"shipping": shipping, "status": "inactive", "type": "physical"} | params
        )

    def buy(self, card: str, amount: int = 1_000, **params: Any) -> Json:
        """Make a test purchase of `amount` minor units."""
        return self.post(f"{HELPERS}/authorizations", card=card, amount=amount, **params)

    def reason(self, card: str, amount: int = 1_000, **params: Any) -> str:
        """Make a test purchase and return the reason of its decision."""
        reason: str = self.buy(card, amount, **params)["request_history"][-1]["reason"]
        return reason

    def capture(self, authorization: str, **params: Any) -> Json:
        """Capture an authorization and return the new transaction."""
        answer = self.post(f"{HELPERS}/authorizations/{authorization}/capture", **params)
        newest: Json = answer["transactions"][-1]
        return newest

    def purchase(self, card: str = "", amount: int = 1_000, **params: Any) -> Json:
        """Buy and capture; returns the transaction."""
        return self.capture(self.buy(card or self.card()["id"], amount, **params)["id"])

    def events(self, object_id: str) -> list[str]:
        """Return the types of the events of one object, oldest first."""
        found = self.get("/v1/events", limit=100)["data"]
        return [e["type"] for e in reversed(found) if e["data"]["object"]["id"] == object_id]

    def advance(self, seconds: int) -> None:
        """Move the server's clock forward."""
        self.post("/_practice/clock", advance=seconds)


def _ok(answer: httpx.Response) -> Json:
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body
