"""The wire: keys, permissions, refusals, idempotency, versions, limits."""

from __future__ import annotations

import asyncio
import base64

import httpx
import pytest
from starlette.types import ASGIApp

from supportdesk.practice.app import create_app
from supportdesk.practice.errors import Refusal
from supportdesk.practice.limits import ENDPOINT_RATE, GLOBAL_RATE, Limits
from supportdesk.practice.state import State
from tests.support.practice_api import HELPERS, Api, Json

CARDS = "/v1/issuing/cards"
DESIGNS = "/v1/issuing/personalization_designs"
FORM = "application/x-www-form-urlencoded"


def restricted(api: Api, *permissions: str) -> Api:
    key = api.post("/_practice/keys", permissions=list(permissions))["key"]
    assert key.startswith("rk_test_")
    return api.with_key(key)


def with_header(api: Api, value: str | None) -> httpx.Response:
    headers = {} if value is None else {"Authorization": value}
    return httpx.get(f"{api.ready.url}{CARDS}", headers=headers, trust_env=False)


# --- keys ----------------------------------------------------------------------------------------


def test_no_key_and_wrong_keys(api: Api) -> None:
    assert with_header(api, None).status_code == 401
    wrong = with_header(api, "Bearer sk_test_51abcdefWXYZ")
    assert wrong.status_code == 401
    message = wrong.json()["error"]["message"]
    assert message.startswith("Invalid API Key provided: sk_test_")
    assert message.endswith("WXYZ")
    assert "abcdef" not in message
    assert with_header(api, "Bearer sk_live_51abcdef").status_code == 401
    public = with_header(api, "Bearer pk_test_51abcdef")
    assert public.status_code == 403
    assert public.json()["error"]["code"] == "secret_key_required"


def test_basic_authentication(api: Api) -> None:
    token = base64.b64encode(f"{api.ready.key}:".encode()).decode()
    assert with_header(api, f"Basic {token}").status_code == 200
    assert with_header(api, "Basic %%%").status_code == 401


def test_a_restricted_key_is_told_which_permission_it_lacks(api: Api) -> None:
    reader = restricted(api, "issuing_card_read")
    reader.get(CARDS)
    error = reader.refused(CARDS, http_status=403, currency="eur", type="virtual")
    assert "'rak_issuing_card_write' permission would allow" in error["message"]
    assert api.ready.account in error["message"]
    assert reader.key not in error["message"]
    error = reader.refused("/v1/events", http_method="GET", http_status=403)
    assert "'rak_event_read'" in error["message"]


def test_write_includes_read(api: Api) -> None:
    restricted(api, "issuing_card_write").get(CARDS)


def test_network_data_of_tokens_has_its_own_permission(api: Api) -> None:
    card = api.card()["id"]
    token = api.post("/_practice/tokens", card=card, device_name="Jenny's phone")["id"]
    path = f"/v1/issuing/tokens/{token}"
    assert "network_data" not in api.get(path)
    found = api.get(path, expand=["network_data"])
    assert found["network_data"]["device"]["name"] == "Jenny's phone"
    plain = restricted(api, "issuing_token_read")
    plain.get(path)
    error = plain.refused(path, http_method="GET", http_status=403, expand=["network_data"])
    assert "'rak_issuing_token_network_data_read'" in error["message"]
    restricted(api, "issuing_token_read", "issuing_token_network_data_read").get(
        path, expand=["network_data"]
    )


def test_a_revoked_key_is_expired(api: Api) -> None:
    key = restricted(api, "issuing_card_read")
    api.post("/_practice/keys/revoke", key=key.key)
    error = key.refused(CARDS, http_method="GET", http_status=401)
    assert error["code"] == "api_key_expired"


def test_account_reads_ask_restricted_keys_for_more(api: Api) -> None:
    assert api.get("/v1/account")["id"] == api.ready.account
    restricted(api, "issuing_write").refused("/v1/account", http_method="GET", http_status=403)


def test_connected_accounts_are_refused(api: Api) -> None:
    headers = {"Stripe-Account": "acct_other"}
    assert api.send("GET", CARDS, headers=headers).status_code == 403
    narrow = restricted(api, "issuing_card_read").send("GET", CARDS, headers=headers)
    assert "does not have any Connect permissions" in narrow.json()["error"]["message"]
    own = {"Stripe-Account": api.ready.account}
    assert api.send("GET", CARDS, headers=own).status_code == 200


def test_control_needs_the_secret_key(api: Api) -> None:
    restricted(api, "issuing_write").refused("/_practice/clock", http_status=403, advance=1)
    anonymous = httpx.post(
        f"{api.ready.url}/_practice/clock", data={"advance": "1"}, trust_env=False
    )
    assert anonymous.status_code == 401
    api.refused("/_practice/nonsense", http_status=404)


# --- answers -------------------------------------------------------------------------------------


def test_every_answer_has_a_request_id_and_refusals_a_log_url(api: Api) -> None:
    good = api.send("GET", CARDS)
    bad = api.send("GET", f"{CARDS}/ic_none")
    nowhere = api.send("GET", "/v1/nowhere")
    ids = {answer.headers["Request-Id"] for answer in (good, bad, nowhere)}
    assert len(ids) == 3
    error = bad.json()["error"]
    assert (bad.status_code, error["code"]) == (404, "resource_missing")
    assert bad.headers["Request-Id"] in error["request_log_url"]
    assert error["doc_url"].endswith("/resource-missing")
    assert nowhere.status_code == 404
    assert nowhere.json()["error"]["message"].startswith("Unrecognized request URL (GET: /v1/now")


@pytest.mark.parametrize(("method", "path"), [("DELETE", CARDS), ("PUT", CARDS), ("GET", "/")])
def test_unknown_operations(api: Api, method: str, path: str) -> None:
    answer = api.send(method, path)
    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.json()["error"]["message"]


def test_json_bodies_are_refused_as_v1_does(api: Api) -> None:
    answer = api.http.post(CARDS, json={"currency": "eur"}, headers=api.auth)
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json()["error"]["message"]


def test_the_version_is_echoed_and_checked(api: Api) -> None:
    answer = api.send("GET", CARDS, headers={"Stripe-Version": "2025-09-30.clover"})
    assert answer.headers["Stripe-Version"] == "2025-09-30.clover"
    assert api.send("GET", CARDS, headers={"Stripe-Version": "latest"}).status_code == 400


def test_parameters_of_query_and_body_add_up(api: Api) -> None:
    card = api.card()["id"]
    answer = api.http.post(
        f"{CARDS}/{card}?metadata[a]=1", data={"metadata[b]": "2"}, headers=api.auth
    )
    assert answer.json()["metadata"] == {"a": "1", "b": "2"}


def test_arrays_are_read_with_and_without_numbers(api: Api) -> None:
    card = api.card()["id"]
    body = (
        "spending_controls[spending_limits][][amount]=1&spending_controls[spending_limits][]"
        "[interval]=daily&spending_controls[spending_limits][][amount]=2&spending_controls"
        "[spending_limits][][interval]=weekly"
    )
    headers = {**api.auth, "Content-Type": FORM}
    limits = api.http.post(f"{CARDS}/{card}", content=body, headers=headers).json()
    found = [(x["amount"], x["interval"]) for x in limits["spending_controls"]["spending_limits"]]
    assert found == [(1, "daily"), (2, "weekly")]


def test_unknown_parameters_are_named_together(api: Api) -> None:
    error = api.refused(CARDS, currency="eur", type="virtual", colour="red", size={"x": 1})
    assert error["message"] == "Received unknown parameters: colour, size"


# --- idempotency ---------------------------------------------------------------------------------


def keyed(api: Api, key: str, path: str, **params: object) -> httpx.Response:
    return api.send("POST", path, params, headers={"Idempotency-Key": key})


def test_an_equal_request_is_answered_again_and_done_once(api: Api) -> None:
    holder = api.cardholder()["id"]
    wanted = {"cardholder": holder, "currency": "eur", "type": "virtual"}
    first = keyed(api, "one", CARDS, **wanted)
    again = keyed(api, "one", CARDS, **wanted)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert len(api.get(CARDS, cardholder=holder)["data"]) == 1
    event = api.get("/v1/events", type="issuing_card.created", limit=1)["data"][0]
    assert event["request"]["idempotency_key"] == "one"
    assert event["request"]["id"] == first.headers["Request-Id"]


def test_other_parameters_with_the_same_key(api: Api) -> None:
    card = api.card()["id"]
    keyed(api, "two", f"{CARDS}/{card}", status="inactive")
    answer = keyed(api, "two", f"{CARDS}/{card}", status="active")
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "idempotency_error"


def test_a_refusal_of_an_executed_request_is_kept(api: Api) -> None:
    holder = api.cardholder()["id"]
    card = api.card(holder, status="inactive")["id"]
    api.post(f"/_practice/cardholders/{holder}", past_due=["individual.dob.day"])
    assert keyed(api, "three", f"{CARDS}/{card}", status="active").status_code == 400
    api.post(f"/_practice/cardholders/{holder}", past_due="")
    again = keyed(api, "three", f"{CARDS}/{card}", status="active")
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (400, "true")
    assert keyed(api, "four", f"{CARDS}/{card}", status="active").status_code == 200


def test_wrong_parameters_do_not_use_up_the_key(api: Api) -> None:
    card = api.card()["id"]
    assert keyed(api, "five", f"{CARDS}/{card}", status="frozen").status_code == 400
    assert keyed(api, "five", f"{CARDS}/{card}", status="inactive").status_code == 200


def test_a_key_is_free_again_after_a_day(api: Api) -> None:
    card = api.card()["id"]
    keyed(api, "six", f"{CARDS}/{card}", status="inactive")
    api.advance(24 * 3_600)
    later = keyed(api, "six", f"{CARDS}/{card}", status="active")
    assert (later.status_code, later.json()["status"]) == (200, "active")


def test_keys_are_bounded_and_for_posts_only(api: Api) -> None:
    assert keyed(api, "x" * 256, CARDS).status_code == 400
    for _ in range(2):
        answer = api.send("GET", CARDS, headers={"Idempotency-Key": "seven"})
        assert "Idempotent-Replayed" not in answer.headers


def in_process(
    app: ASGIApp, state: State, requests: list[tuple[str, str, dict[str, str]]]
) -> list[httpx.Response]:
    """Send (path, form, headers) as POSTs to an application in this process, all at once."""

    async def burst() -> list[httpx.Response]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://practice",
            headers={"Authorization": f"Bearer {state.secret_key}", "Content-Type": FORM},
        ) as client:
            posts = [client.post(path, content=body, headers=more) for path, body, more in requests]
            return list(await asyncio.gather(*posts))

    return asyncio.run(burst())


def refusals(answers: list[httpx.Response]) -> list[tuple[int, str]]:
    return [
        (answer.status_code, answer.json()["error"]["code"])
        for answer in answers
        if answer.status_code != 200
    ]


def test_the_same_key_while_the_first_still_runs() -> None:
    state = State()
    app = create_app(state, latency_ms=200)
    bundle = {"id": "ics_1", "object": "issuing.physical_bundle", "status": "active"}
    state.insert("physical_bundle", bundle)
    same = (DESIGNS, "physical_bundle=ics_1", {"Idempotency-Key": "same"})
    answers = in_process(app, state, [same] * 3)
    assert refusals(answers) == [(409, "idempotency_key_in_use")] * 2
    assert state.count("personalization_design") == 1
    (replayed,) = in_process(app, state, [same])
    assert (replayed.status_code, replayed.headers["Idempotent-Replayed"]) == (200, "true")


def test_two_writes_on_one_object_at_once() -> None:
    state = State()
    app = create_app(state, latency_ms=200)
    holder = {"id": "ich_1", "object": "issuing.cardholder", "metadata": {}, "status": "blocked"}
    for number in "12":
        card = {"id": f"ic_{number}", "cardholder": "ich_1", "metadata": {}, "status": "active"}
        state.insert("card", card)
    state.insert("cardholder", holder)

    def note(card: str, **headers: str) -> tuple[str, str, dict[str, str]]:
        return (f"{CARDS}/{card}", "metadata[a]=1", headers)

    keyed_note = note("ic_1", **{"Idempotency-Key": "later"})
    answers = in_process(app, state, [note("ic_1"), keyed_note, note("ic_2")])
    assert refusals(answers) == [(429, "lock_timeout")]
    assert answers[1].headers["Stripe-Should-Retry"] == "true"
    assert "Stripe-Rate-Limited-Reason" not in answers[1].headers
    (retried,) = in_process(app, state, [keyed_note])
    assert retried.status_code == 200
    assert "Idempotent-Replayed" not in retried.headers


# --- rate limits ---------------------------------------------------------------------------------


def test_too_many_requests_are_refused_with_a_reason() -> None:
    state = State()
    app = create_app(state, rate_limit="sandbox", tick=lambda: 0.0)

    async def burst() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": f"Bearer {state.secret_key}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://practice", headers=headers
        ) as client:
            return [await client.get(CARDS) for _ in range(26)]

    *passed, refused = asyncio.run(burst())
    assert {answer.status_code for answer in passed} == {200}
    assert refused.status_code == 429
    assert refused.headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    assert refused.json()["error"]["code"] == "rate_limit"
    assert refused.headers["Request-Id"].startswith("req_")


@pytest.mark.parametrize(
    ("mode", "endpoints", "passed", "reason"),
    [
        ("sandbox", 5, GLOBAL_RATE["sandbox"], "global-rate"),
        ("live", 5, GLOBAL_RATE["live"], "global-rate"),
        ("live", 1, ENDPOINT_RATE, "endpoint-rate"),
    ],
)
def test_limits_by_the_second(mode: str, endpoints: int, passed: int, reason: str) -> None:
    now = 100.0
    limits = Limits(mode, lambda: now)
    for count in range(passed):
        limits.enter(f"GET /{count % endpoints}")
        limits.leave(f"GET /{count % endpoints}")
    with pytest.raises(Refusal) as caught:
        limits.enter("GET /0")
    assert caught.value.headers == {"Stripe-Rate-Limited-Reason": reason}
    now = 101.0
    limits.enter("GET /0")


def test_too_many_at_once() -> None:
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 1
        return now

    limits = Limits("sandbox", clock)
    for _ in range(25):
        limits.enter("GET /a")
    with pytest.raises(Refusal) as caught:
        limits.enter("GET /a")
    assert caught.value.headers == {"Stripe-Rate-Limited-Reason": "endpoint-concurrency"}
    limits.leave("GET /a")
    limits.enter("GET /a")
    for _ in range(25):
        limits.enter("GET /b")
    with pytest.raises(Refusal) as caught:
        limits.enter("GET /c")
    assert caught.value.headers == {"Stripe-Rate-Limited-Reason": "global-concurrency"}


def test_a_refused_request_changes_nothing(api: Api) -> None:
    before: Json = api.get("/_practice/info")["counts"]
    old = api.card()
    after_card = api.get("/_practice/info")["counts"]
    assert after_card["card"] == before["card"] + 1
    api.refused(
        CARDS,
        currency="eur",
        type="virtual",
        cardholder=old["cardholder"]["id"],
        replacement_for=old["id"],
        replacement_reason="lost",
    )
    api.refused(f"{HELPERS}/authorizations/iauth_none/capture", http_status=404)
    assert api.get("/_practice/info")["counts"] == after_card
