"""Drills over the wire: what is done, what is said, what is kept, and how each ends."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from supportdesk.practice.drills import KINDS, REASONS, Drills
from supportdesk.practice.errors import Refusal
from supportdesk.practice.limits import Limits
from tests.support.practice_api import Api, Json

LOST = "lost"


@pytest.fixture(autouse=True)
def _calm(api: Api) -> None:
    api.post("/_practice/drills/end")


def drill(api: Api, kind: str, **params: Any) -> Json:
    answer = api.send("POST", "/_practice/drills", {"kind": kind, **params})
    assert answer.status_code == 200, answer.text
    made: Json = answer.json()
    return made


def change(api: Api, card: str, value: str, key: str = "") -> httpx.Response | str:
    """Set a word on a card; LOST when no answer came."""
    headers = {"Idempotency-Key": key or f"{card}-{value}"}
    try:
        return api.send("POST", f"/v1/issuing/cards/{card}", {"metadata": {"word": value}}, headers)
    except httpx.RemoteProtocolError:
        return LOST


def word(api: Api, card: str) -> str:
    found: str = api.get(f"/v1/issuing/cards/{card}")["metadata"].get("word", "")
    return found


def refused(answer: httpx.Response | str) -> tuple[int, str, str]:
    assert isinstance(answer, httpx.Response)
    reason = answer.headers.get("Stripe-Rate-Limited-Reason", "")
    return answer.status_code, answer.json()["error"].get("code", ""), reason


@pytest.mark.parametrize(
    ("kind", "params", "said"),
    [
        ("in_use", {}, (409, "idempotency_key_in_use", "")),
        ("lock_timeout", {}, (429, "lock_timeout", "")),
        *[("rate_limit", {"reason": r}, (429, "rate_limit", r)) for r in REASONS],
    ],
)
def test_what_is_refused_first_is_not_done_and_not_kept(
    api: Api, kind: str, params: Json, said: tuple[int, str, str]
) -> None:
    card = api.card()["id"]
    drill(api, kind, count=1, **params)
    assert refused(change(api, card, "a")) == said
    assert word(api, card) == ""
    again = change(api, card, "a")
    assert isinstance(again, httpx.Response)
    assert again.status_code == 200
    assert "Idempotent-Replayed" not in again.headers
    assert word(api, card) == "a"


def test_a_time_out_does_nothing_and_leaves_the_key_free(api: Api) -> None:
    card = api.card()["id"]
    drill(api, "timeout", count=1, ms=50)
    assert change(api, card, "a") == LOST
    assert word(api, card) == ""
    again = change(api, card, "a")
    assert isinstance(again, httpx.Response)
    assert "Idempotent-Replayed" not in again.headers


def test_a_silence_is_over_when_the_caller_goes_away(api: Api) -> None:
    drill(api, "timeout", count=1, ms=60_000)
    with pytest.raises(httpx.ReadTimeout):
        api.http.get("/v1/issuing/cards", headers=api.auth, timeout=0.2)
    assert api.get("/v1/issuing/cards")["object"] == "list"


def test_a_broken_connection_comes_after_the_deed(api: Api) -> None:
    card = api.card()["id"]
    drill(api, "drop", count=1)
    assert change(api, card, "a") == LOST
    assert word(api, card) == "a"
    again = change(api, card, "a")
    assert isinstance(again, httpx.Response)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")


@pytest.mark.parametrize(("done", "left"), [(True, "a"), (False, "")])
def test_a_500_is_kept_whether_it_was_done_or_not(api: Api, done: bool, left: str) -> None:
    card = api.card()["id"]
    drill(api, "error", count=1, done=done)
    first, again = change(api, card, "a"), change(api, card, "a")
    assert isinstance(first, httpx.Response)
    assert isinstance(again, httpx.Response)
    assert (first.status_code, again.status_code) == (500, 500)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert word(api, card) == left
    other = change(api, card, "b")
    assert isinstance(other, httpx.Response)
    assert other.status_code == 200


def test_a_500_in_place_of_a_parameter_refusal_is_not_kept(api: Api) -> None:
    card = api.card()["id"]
    drill(api, "error", count=1)
    headers = {"Idempotency-Key": f"{card}-bad"}
    path = f"/v1/issuing/cards/{card}"
    first = api.send("POST", path, {"nonsense": "1"}, headers)
    assert first.json()["error"]["code"] == "parameter_unknown"
    assert "Idempotent-Replayed" not in api.send("POST", path, {}, headers).headers


@pytest.mark.parametrize("shape", ["truncated", "html"])
def test_an_unreadable_answer_comes_after_the_deed(api: Api, shape: str) -> None:
    card = api.card()["id"]
    drill(api, "wrong_json", count=1, shape=shape)
    first = change(api, card, "a")
    assert isinstance(first, httpx.Response)
    assert first.status_code == 200
    with pytest.raises(ValueError):
        first.json()
    assert first.headers["Content-Type"].startswith(
        "text/html" if shape == "html" else "application/json"
    )
    assert word(api, card) == "a"
    again = change(api, card, "a")
    assert isinstance(again, httpx.Response)
    assert again.json()["metadata"] == {"word": "a"}


def test_a_slow_answer_is_the_right_one(api: Api) -> None:
    card = api.card()["id"]
    drill(api, "slow", count=1, ms=100)
    began = time.monotonic()
    answer = change(api, card, "a")
    assert time.monotonic() - began >= 0.1
    assert isinstance(answer, httpx.Response)
    assert answer.json()["metadata"] == {"word": "a"}


def test_a_stale_list_shows_objects_and_filters_as_they_were(api: Api) -> None:
    holder = api.cardholder()["id"]
    old = api.card(holder)["id"]
    api.advance(2)  # what comes now is younger than the list will be
    api.post(f"/v1/issuing/cards/{old}", status="inactive")
    new = api.card(holder)["id"]

    def cards(**params: str) -> list[str]:
        found = api.get("/v1/issuing/cards", cardholder=holder, **params)["data"]
        return [card["id"] for card in found]

    drill(api, "stale_list", count=3, age=1)
    assert cards() == [old]
    assert cards(status="active") == [old]
    assert cards(status="inactive") == []
    assert cards(status="inactive") == [old]  # the three are used up
    assert cards() == [new, old]


def test_a_stale_list_strikes_lists_only(api: Api) -> None:
    card = api.card()["id"]
    made = drill(api, "stale_list", count=1, age=600)
    assert api.get(f"/v1/issuing/cards/{card}")["id"] == card
    assert api.get("/_practice/drills")["data"][0]["left"] == 1
    assert api.get("/v1/issuing/cards")["data"] == []
    assert made["left"] == 1


def test_method_path_and_order_choose_the_drill(api: Api) -> None:
    card = api.card()["id"]
    drill(api, "rate_limit", method="POST", path="/v1/issuing/cards/*", count=1)
    drill(api, "lock_timeout", path="/v1/issuing/cards/*", count=1)
    drill(api, "rate_limit", path="/v1/issuing/disputes", count=1)
    assert api.refused(f"/v1/issuing/cards/{card}", http_method="GET", http_status=429)["code"] == (
        "lock_timeout"
    )
    assert refused(change(api, card, "a"))[2] == "global-rate"
    assert word(api, card) == ""
    assert [d["path"] for d in api.get("/_practice/drills")["data"]] == ["/v1/issuing/disputes"]


def test_requests_stripe_would_turn_away_anyway_are_not_struck(api: Api) -> None:
    drill(api, "error", count=1)
    stranger = api.with_key("sk_test_51" + "a" * 30)
    assert stranger.send("GET", "/v1/issuing/cards").status_code == 401
    assert api.get("/_practice/drills")["data"][0]["left"] == 1


def test_probability_follows_the_seed(api: Api) -> None:
    def strikes() -> list[int]:
        made = drill(api, "lock_timeout", probability="0.5", seed=11)
        codes = [api.send("GET", "/v1/issuing/cards").status_code for _ in range(24)]
        hits = next(d for d in api.get("/_practice/drills")["data"] if d["id"] == made["id"])
        assert hits["hits"] == codes.count(429)
        api.post(f"/_practice/drills/{made['id']}/end")
        return codes

    first = strikes()
    assert set(first) == {200, 429}
    assert strikes() == first


def test_drills_are_listed_and_ended(api: Api) -> None:
    one = drill(api, "slow", ms=1, count=5)
    two = drill(api, "error", seconds=60)
    shown = {"id": two["id"], "kind": "error", "left": None, "hits": 0, "done": True}
    for place in ("/_practice/info", "/_practice/drills"):
        bare = httpx.get(f"{api.ready.url}{place}", trust_env=False).json()
        found = bare["drills"] if place.endswith("info") else bare["data"]
        assert [d["id"] for d in found] == [one["id"], two["id"]]
        assert shown.items() <= found[1].items()
        assert 0 < found[1]["ends_in"] <= 60
    left = api.post(f"/_practice/drills/{two['id']}/end")
    assert [d["id"] for d in left["data"]] == [one["id"]]
    assert left["ended"][0]["id"] == two["id"]
    assert api.post(f"/_practice/drills/{two['id']}/end")["data"] == left["data"]
    assert api.post("/_practice/drills/end")["data"] == []


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"kind": "fire"},
        {"kind": "slow", "probability": "0"},
        {"kind": "slow", "probability": "1.5"},
        {"kind": "slow", "reason": "global-rate"},
        {"kind": "error", "ms": 5},
        {"kind": "slow", "count": 0},
        {"kind": "stale_list", "age": 601},
    ],
)
def test_a_drill_that_makes_no_sense_is_refused(api: Api, params: Json) -> None:
    assert api.refused("/_practice/drills", **params)["param"]
    assert api.get("/_practice/drills")["data"] == []


def test_only_the_secret_key_starts_and_ends_drills(api: Api) -> None:
    key = api.post("/_practice/keys", permissions=["issuing_card_read"])["key"]
    assert api.with_key(key).send("POST", "/_practice/drills", {"kind": "slow"}).status_code == 403
    assert api.refused("/_practice/drills/drill_0/end", http_status=404)
    assert api.refused("/_practice/drills/drill_0/begin", http_status=404)


def test_every_drill_ends_by_itself() -> None:
    now = 100.0
    drills = Drills(lambda: now)
    for kind in KINDS:
        drills.start({"kind": kind})
    drills.start({"kind": "slow", "seconds": 5})
    assert len(drills.running()) == len(KINDS) + 1
    now += 5
    assert len(drills.running()) == len(KINDS)
    now += 600
    assert drills.running() == []
    assert drills.strike("GET", "/v1/issuing/cards", listed=True, keyed=False) is None


def test_a_drill_says_what_the_limits_say() -> None:
    limits = Limits("sandbox", lambda: 0.0)
    for _ in range(25):
        limits.enter("GET /x")
    with pytest.raises(Refusal) as real:
        limits.enter("GET /x")
    drills = Drills(lambda: 0.0)
    drills.start({"kind": "rate_limit"})
    struck = drills.strike("GET", "/v1/issuing/cards", listed=True, keyed=False)
    assert struck is not None
    thrown = struck.refusal()
    assert thrown is not None
    assert (thrown.message, thrown.headers) == (real.value.message, real.value.headers)
