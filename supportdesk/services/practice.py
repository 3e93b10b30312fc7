"""What a trainer does to the practice Stripe: drills, the clock, and scenes with a card.

It speaks to the practice server's control endpoint and test helpers with its own connection, so
that neither the desk's allowance nor its drills touch it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from supportdesk.errors import UserFacing

DAY = 86_400
SECONDS = 10.0  # a practice server on this computer answers in milliseconds
_HELPERS = "/v1/test_helpers/issuing"
_CHANGES = {"method": "POST"}

#: What can be thrown, by the name the page uses: a drill's kind and parameters.
LESSONS: Mapping[str, Mapping[str, Any]] = {
    "silence": {"kind": "timeout", "ms": 30_000, **_CHANGES},
    "dropped": {"kind": "drop", **_CHANGES},
    "trouble": {"kind": "error", "done": "true", **_CHANGES},
    "cut": {"kind": "wrong_json", "shape": "truncated", **_CHANGES},
    "portal": {"kind": "wrong_json", "shape": "html"},
    "slow": {"kind": "slow", "ms": 4_000},
    "stale": {"kind": "stale_list", "age": 120},
    "in_use": {"kind": "in_use", **_CHANGES},
    "locked": {"kind": "lock_timeout", **_CHANGES},
    "global-rate": {"kind": "rate_limit", "reason": "global-rate"},
    "endpoint-rate": {"kind": "rate_limit", "reason": "endpoint-rate"},
    "global-concurrency": {"kind": "rate_limit", "reason": "global-concurrency"},
    "endpoint-concurrency": {"kind": "rate_limit", "reason": "endpoint-concurrency"},
    "resource-specific": {"kind": "rate_limit", "reason": "resource-specific", **_CHANGES},
}
#: What tells two lessons of one kind apart.
OWN = ("reason", "shape", "done")
#: How often it strikes; every drill also ends after its seconds.
OFTEN: Mapping[str, Mapping[str, Any]] = {
    "once": {"count": 1, "seconds": 600},
    "thrice": {"count": 3, "seconds": 600},
    "half": {"probability": "0.5", "seconds": 120},
    "always": {"seconds": 60},
}
#: What it strikes, by the path of the requests.
WHERE: Mapping[str, str] = {
    "all": "/v1/issuing/*",
    "cards": "/v1/issuing/cards*",
    "cardholders": "/v1/issuing/cardholders*",
    "disputes": "/v1/issuing/disputes*",
}
#: What can be bought: amount in minor units, merchant, whether it settles at once.
_PURCHASES: Mapping[str, tuple[int, str, str, str, bool]] = {
    "contactless": (1_250, "Lindenbäckerei", "bakeries", "contactless", True),
    "online": (4_990, "Northlight Books", "book_stores", "online", False),
}
Bought = Literal["contactless", "online", "over_limit"]


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill that runs.

    Attributes:
        kind: what it does, as the practice server names it.
        path: pattern of the requests it strikes.
        params: what else was asked (reason, shape, ...).
        left: requests it still strikes, None when only time ends it.
        ends_in: seconds until it ends at the latest.
    """

    id: str
    kind: str
    params: Mapping[str, Any] = field(repr=False)
    path: str
    left: int | None
    hits: int
    ends_in: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The practice Stripe's own time (Unix seconds) and the drills that run, oldest first."""

    now: int
    drills: tuple[Drill, ...]


class Practice:
    """The trainer's side of a practice Stripe.

    Every method raises UserFacing: `practice_silent` when the server does not answer,
    `practice_refused` when it will not do it, `scene_impossible` when the card cannot play it.

    Args:
        url, key: of the practice server, as its ready line tells them.
    """

    def __init__(self, url: str, key: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=url,
            auth=(key, ""),
            timeout=SECONDS,
            trust_env=False,
            verify=False,  # plain http on this computer: no certificates are loaded for it
        )

    async def aclose(self) -> None:
        """Close the connection."""
        await self._http.aclose()

    async def standing(self) -> Standing:
        """Return the practice Stripe's time and running drills."""
        return _standing(await self._send("GET", "/_practice/drills"))

    async def start(self, lesson: str, often: str, where: str = "all") -> Drill:
        """Start a drill: one of `LESSONS`, as often as one of `OFTEN` says, on one of `WHERE`."""
        params = {**LESSONS[lesson], **OFTEN[often], "path": WHERE[where]}
        return _drill(await self._send("POST", "/_practice/drills", **params))

    async def end(self, drill_id: str = "") -> Standing:
        """End one drill, or all."""
        path = f"/_practice/drills/{drill_id}/end" if drill_id else "/_practice/drills/end"
        return _standing(await self._send("POST", path))

    async def forward(self, days: int) -> int:
        """Set the practice Stripe's clock forward; returns its time then (Unix seconds)."""
        told = await self._send("POST", "/_practice/clock", advance=days * DAY)
        return int(told["now"])

    async def buy(self, card_id: str, what: Bought) -> bool:
        """Let the card buy something; returns whether it was approved."""
        if what == "over_limit":
            amount, category = await self._beyond(card_id)
            name, method, settles = "Elektro Falk", "chip", False
        else:
            amount, name, category, method, settles = _PURCHASES[what]
        made = await self._send(
            "POST",
            f"{_HELPERS}/authorizations",
            card=card_id,
            amount=amount,
            authorization_method=method,
            **{"merchant_data[name]": name, "merchant_data[category]": category},
        )
        if settles and made["approved"]:
            await self._send("POST", f"{_HELPERS}/authorizations/{made['id']}/capture")
        return bool(made["approved"])

    async def _beyond(self, card_id: str) -> tuple[int, str]:
        """Return an amount beyond a limit of the card or its cardholder, and where to spend it."""
        card = await self._send("GET", f"/v1/issuing/cards/{card_id}")
        owners = (card, card["cardholder"])
        limits = [n for o in owners for n in (o.get("spending_controls") or {})["spending_limits"]]
        if not limits:
            raise _impossible("Neither this card nor its cardholder has a spending limit.")
        limit = min(limits, key=lambda each: int(each["amount"]))
        return int(limit["amount"]) + 100, (limit["categories"] or ["electronics_stores"])[0]

    async def refund(self, card_id: str) -> None:
        """Give back the newest purchase of the card that is not given back yet."""
        page = await self._send("GET", "/v1/issuing/transactions", card=card_id, limit=100)
        done = {each["authorization"] for each in page["data"] if each["type"] == "refund"}
        for paid in page["data"]:
            if paid["type"] == "capture" and paid["authorization"] not in done:
                await self._send("POST", f"{_HELPERS}/transactions/{paid['id']}/refund")
                return
        raise _impossible("This card has no settled purchase that is not refunded yet.")

    async def deliver(self, card_id: str) -> None:
        """Bring the card's parcel to its door, whatever step it is at."""
        steps = {"pending": "submit", "submitted": "ship", "shipped": "deliver"}
        card = await self._send("GET", f"/v1/issuing/cards/{card_id}")
        if (card["shipping"] or {}).get("status") not in steps:
            raise _impossible("This card is not on its way.")
        while (step := steps.get(card["shipping"]["status"])) is not None:
            path = f"{_HELPERS}/cards/{card_id}/shipping/{step}"
            card = await self._send("POST", path)

    async def warn(self, card_id: str) -> None:
        """Let Stripe warn that the card may be abused."""
        path = f"/_practice/cards/{card_id}"
        await self._send("POST", path, latest_fraud_warning="third_party_reported")

    async def ask_for_papers(self, cardholder_id: str) -> None:
        """Let Stripe miss something about the cardholder, past its date."""
        fields = {"past_due[0]": "individual.verification.document"}
        path = f"/_practice/cardholders/{cardholder_id}"
        await self._send("POST", path, disabled_reason="requirements.past_due", **fields)

    async def _send(self, method: str, path: str, /, **fields: Any) -> dict[str, Any]:
        where = "params" if method == "GET" else "data"
        try:
            answer = await self._http.request(method, path, **{where: fields})  # type: ignore[arg-type]
            told = answer.json()
        except (httpx.HTTPError, ValueError):
            told = None
        if not isinstance(told, dict):
            raise UserFacing(
                "The practice Stripe does not answer.",
                remedy="Start afresh.",
                code="practice_silent",
            )
        if answer.status_code != 200:
            detail = str(told.get("error", {}).get("message", ""))
            raise UserFacing(
                "The practice Stripe did not do this.", detail, code="practice_refused"
            )
        return told


def _impossible(why: str) -> UserFacing:
    return UserFacing("This cannot be played with this card.", why, code="scene_impossible")


def _standing(told: Mapping[str, Any]) -> Standing:
    return Standing(int(told["now"]), tuple(_drill(each) for each in told["data"]))


def _drill(told: Mapping[str, Any]) -> Drill:
    return Drill(
        told["id"],
        told["kind"],
        {name: str(told[name]).lower() for name in OWN if name in told},
        told["path"],
        told["left"],
        told["hits"],
        told["ends_in"],
    )
