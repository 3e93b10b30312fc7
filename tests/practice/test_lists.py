"""Lists: order, cursors, ranges, limits, and `expand`."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportdesk.practice.listing import Query, read_page
from supportdesk.practice.state import State
from tests.support.practice_api import Api, Json

CARDS = "/v1/issuing/cards"


def test_pages_forward_and_backward_meet(practice_programme: Api) -> None:
    whole = practice_programme.get(CARDS, limit=100)["data"]
    ids = [card["id"] for card in whole]
    assert len(ids) > 20
    first = practice_programme.get(CARDS, limit=7)
    assert ([c["id"] for c in first["data"]], first["has_more"]) == (ids[:7], True)
    assert (first["object"], first["url"]) == ("list", CARDS)
    second = practice_programme.get(CARDS, limit=7, starting_after=ids[6])
    assert [c["id"] for c in second["data"]] == ids[7:14]
    back = practice_programme.get(CARDS, limit=7, ending_before=ids[14])
    assert ([c["id"] for c in back["data"]], back["has_more"]) == (ids[7:14], True)
    newest = practice_programme.get(CARDS, limit=7, ending_before=ids[5])
    assert ([c["id"] for c in newest["data"]], newest["has_more"]) == (ids[:5], False)


def test_newest_first_and_ten_by_default(practice_programme: Api) -> None:
    page = practice_programme.get("/v1/issuing/transactions")["data"]
    assert len(page) == 10
    moments = [t["created"] for t in page]
    assert moments == sorted(moments, reverse=True)


def test_created_as_moment_and_as_range(practice_programme: Api) -> None:
    page = practice_programme.get("/v1/issuing/transactions", limit=50)["data"]
    one = page[20]["created"]

    def moments(created: object) -> set[int]:
        found = practice_programme.get("/v1/issuing/transactions", limit=100, created=created)[
            "data"
        ]
        return {t["created"] for t in found}

    assert moments(one) == {one}
    assert max(moments({"lt": one})) < one
    assert one in moments({"lte": one})
    assert min(moments({"gt": one})) > one
    assert moments({"gte": one, "lte": one}) == {one}


@pytest.mark.parametrize(
    ("params", "param", "code"),
    [
        ({"limit": 0}, "limit", "parameter_invalid_integer"),
        ({"limit": 101}, "limit", "parameter_invalid_integer"),
        ({"limit": "many"}, "limit", "parameter_invalid_integer"),
        ({"starting_after": "ic_none"}, "starting_after", "resource_missing"),
        ({"starting_after": "a", "ending_before": "b"}, "starting_after", "parameters_exclusive"),
        ({"status": "lost"}, "status", None),
        ({"created": {"since": 1}}, "created[since]", "parameter_unknown"),
        ({"created": "yesterday"}, "created", "parameter_invalid_integer"),
        ({"name": "Rosen"}, "name", "parameter_unknown"),
    ],
)
def test_wrong_list_parameters(api: Api, params: Json, param: str, code: str | None) -> None:
    error = api.refused(CARDS, http_method="GET", **params)
    assert (error["param"], error.get("code")) == (param, code)


def test_tokens_are_listed_by_card_only(api: Api) -> None:
    error = api.refused("/v1/issuing/tokens", http_method="GET")
    assert (error["code"], error["param"]) == ("parameter_missing", "card")


# --- expand --------------------------------------------------------------------------------------


def test_expand_reaches_through_objects(api: Api) -> None:
    transaction = api.purchase()
    found = api.get(
        f"/v1/issuing/transactions/{transaction['id']}",
        expand=["authorization.token", "card.replaced_by", "cardholder", "balance_transaction"],
    )
    assert found["authorization"]["object"] == "issuing.authorization"
    assert found["card"]["cardholder"]["object"] == "issuing.cardholder"
    assert found["cardholder"]["object"] == "issuing.cardholder"
    assert found["balance_transaction"]["net"] == -1_000
    assert found["dispute"] is None
    page = api.get("/v1/issuing/transactions", limit=1, expand=["data.card"])
    assert page["data"][0]["card"]["object"] == "issuing.card"
    plain = api.get("/v1/issuing/transactions", limit=1)["data"][0]
    assert plain["card"] == transaction["card"]


def test_includable_fields_come_only_when_asked_for(api: Api) -> None:
    details = {"reference": "INV-7", "receipt": [{"description": "Tea", "quantity": "2"}]}
    authorization = api.buy(api.card()["id"])["id"]
    transaction = api.capture(authorization, purchase_details=details)["id"]
    page = api.get("/v1/issuing/transactions", limit=1)["data"][0]
    assert page["id"] == transaction
    assert "purchase_details" not in page
    page = api.get("/v1/issuing/transactions", limit=1, expand=["data.purchase_details"])
    assert page["data"][0]["purchase_details"]["receipt"][0]["quantity"] == 2.0
    single = api.get(f"/v1/issuing/transactions/{transaction}")
    assert single["purchase_details"]["reference"] == "INV-7"


@pytest.mark.parametrize(
    ("path", "expand", "message"),
    [
        (CARDS, "foo", "This property cannot be expanded (foo)."),
        (
            CARDS,
            "replaced_by",
            "This property cannot be expanded (replaced_by). You may want to try expanding"
            " 'data.replaced_by' instead.",
        ),
        (CARDS, "data", "This property cannot be expanded (data)."),
        (CARDS, "data.metadata", "This property cannot be expanded (data.metadata)."),
        (CARDS, "data.number", "This property cannot be expanded (data.number)."),
    ],
)
def test_what_cannot_be_expanded(api: Api, path: str, expand: str, message: str) -> None:
    assert api.refused(path, http_method="GET", expand=[expand])["message"] == message


def test_no_deeper_than_four(api: Api) -> None:
    path = "data.replaced_by.replaced_by.replaced_by"
    api.get(CARDS, expand=[path])
    error = api.refused(CARDS, http_method="GET", expand=[f"{path}.replaced_by"])
    assert error["message"].startswith("You cannot expand more than 4 levels of a property.")


@pytest.mark.parametrize("secret", ["number", "cvc"])
def test_card_numbers_are_never_held(api: Api, secret: str) -> None:
    card = api.card()["id"]
    error = api.refused(f"{CARDS}/{card}", http_method="GET", expand=[secret])
    assert "never holds" in error["message"]
    assert secret not in api.get(f"{CARDS}/{card}")


# --- the pages themselves ------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    moments=st.lists(st.integers(0, 8), max_size=25),
    limit=st.integers(1, 9),
    status=st.sampled_from([None, "active", "inactive"]),
)
def test_walking_a_list_either_way_sees_every_object_once(
    moments: list[int], limit: int, status: str | None
) -> None:
    state = State()
    expected: list[str] = []
    for n, moment in enumerate(sorted(moments)):
        kept = "active" if n % 3 else "inactive"
        state.insert("card", {"id": f"ic_{n}", "created": moment, "status": kept})
        if status in (None, kept):
            expected.insert(0, f"ic_{n}")
    filters = {"status": status} if status else {}

    def walk(cursor: str, start: Json) -> list[list[str]]:
        pages, params, more = [], {**filters, **start, "limit": limit}, True
        while more:
            docs, more = read_page(state, "card", params)
            pages.append([d["id"] for d in docs])
            if docs:
                params[cursor] = docs[-1 if cursor == "starting_after" else 0]["id"]
        return pages

    forward = walk("starting_after", {})
    assert list(chain.from_iterable(forward)) == expected
    if expected:
        backward = walk("ending_before", {"ending_before": expected[-1]})
        assert list(chain.from_iterable(reversed(backward))) == expected[:-1]


@pytest.mark.parametrize("equals", [{}, {"status": "active"}, {"cardholder": "ich_1"}])
@pytest.mark.parametrize("newer", [True, False])
def test_pages_are_searched_by_index_and_never_sorted(equals: Json, newer: bool) -> None:
    query = Query("card", equals, {"gte": 5}, (9, 3), newer, 11)
    sql, values = query.sql()
    plan = [row[3] for row in State().db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert len(plan) == 1
    assert plan[0].startswith("SEARCH card_ USING INDEX")
    assert "created" in plan[0]
