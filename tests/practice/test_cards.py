"""The life of a card: freeze, cancel, replace, ship."""

from __future__ import annotations

import pytest

from tests.support.practice_api import ADDRESS, HELPERS, Api


def set_status(api: Api, card: str, status: str) -> str:
    answer: str = api.post(f"/v1/issuing/cards/{card}", status=status)["status"]
    return answer


def test_a_card_is_frozen_and_unfrozen_with_events_that_tell_what_was(api: Api) -> None:
    card = api.card()["id"]
    assert set_status(api, card, "inactive") == "inactive"
    assert api.reason(card) == "card_inactive"
    assert set_status(api, card, "active") == "active"
    assert api.reason(card) == "card_active"
    newest = api.get("/v1/events", type="issuing_card.updated", limit=1)["data"][0]
    assert newest["data"]["previous_attributes"] == {"status": "inactive"}
    assert newest["data"]["object"]["cardholder"]["object"] == "issuing.cardholder"
    assert newest["request"]["id"].startswith("req_")


def test_setting_the_same_status_again_tells_no_event(api: Api) -> None:
    card = api.card()["id"]
    set_status(api, card, "active")
    assert api.events(card) == ["issuing_card.created"]


def test_canceled_is_final(api: Api) -> None:
    card = api.card()["id"]
    lost = api.post(f"/v1/issuing/cards/{card}", status="canceled", cancellation_reason="lost")
    assert lost["cancellation_reason"] == "lost"
    for status in ("active", "inactive", "canceled"):
        assert "canceled" in api.refused(f"/v1/issuing/cards/{card}", status=status)["message"]
    assert api.get(f"/v1/issuing/cards/{card}")["status"] == "canceled"
    assert api.reason(card) == "card_canceled"


@pytest.mark.parametrize("reason", ["design_rejected", "fulfillment_error", "damaged"])
def test_only_lost_and_stolen_can_be_written_as_cancellation_reason(api: Api, reason: str) -> None:
    card = api.card()["id"]
    error = api.refused(f"/v1/issuing/cards/{card}", status="canceled", cancellation_reason=reason)
    assert error["param"] == "cancellation_reason"
    assert error["message"] == "Invalid cancellation_reason: must be one of lost or stolen"


def test_past_due_requirements_block_activation_until_they_are_met(api: Api) -> None:
    holder = api.cardholder()["id"]
    card = api.card(holder, status="inactive")["id"]
    due = ["individual.dob.day", "individual.dob.month", "individual.dob.year"]
    changed = api.post(f"/_practice/cardholders/{holder}", past_due=due)
    assert changed["requirements"]["disabled_reason"] == "requirements.past_due"
    error = api.refused(f"/v1/issuing/cards/{card}", status="active")
    assert "individual.dob.day" in error["message"]
    dob = {"day": 2, "month": 5, "year": 1990}
    met = api.post(f"/v1/issuing/cardholders/{holder}", individual={"dob": dob})
    assert met["requirements"] == {"disabled_reason": None, "past_due": []}
    assert set_status(api, card, "active") == "active"


def test_a_card_without_the_cardholders_names_cannot_be_activated(api: Api) -> None:
    holder = api.cardholder(individual={})
    assert holder["requirements"]["past_due"] == ["individual.first_name", "individual.last_name"]
    card = api.card(holder["id"], status="inactive")["id"]
    api.refused(f"/v1/issuing/cards/{card}", status="active")


def test_a_euro_card_needs_the_cardholders_phone(api: Api) -> None:
    holder = api.post(
        "/v1/issuing/cardholders",
        billing={"address": ADDRESS},
        individual={"first_name": "Ada", "last_name": "Byron"},
        name="Ada Byron",
    )["id"]
    error = api.refused(
        "/v1/issuing/cards", cardholder=holder, currency="eur", type="virtual", status="active"
    )
    assert error["code"] == "phone_number_required"


# --- replacement ---------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["lost", "stolen"])
def test_lost_and_stolen_need_the_old_card_canceled_with_that_reason(api: Api, reason: str) -> None:
    holder = api.cardholder()["id"]
    old = api.card(holder)
    wanted = {
        "cardholder": holder,
        "currency": "eur",
        "type": "virtual",
        "replacement_for": old["id"],
        "replacement_reason": reason,
    }
    assert api.refused("/v1/issuing/cards", **wanted)["param"] == "replacement_for"
    other = "stolen" if reason == "lost" else "lost"
    api.post(f"/v1/issuing/cards/{old['id']}", status="canceled", cancellation_reason=other)
    api.refused("/v1/issuing/cards", **wanted)
    new = api.post("/v1/issuing/cards", **wanted | {"replacement_reason": other})
    assert new["status"] == "inactive"
    assert new["replacement_for"] == old["id"]
    assert new["last4"] != old["last4"]
    assert api.get(f"/v1/issuing/cards/{old['id']}")["replaced_by"] == new["id"]


@pytest.mark.parametrize("reason", ["damaged", "expired"])
def test_damaged_and_expired_keep_the_number_and_the_old_card_until_activation(
    api: Api, reason: str
) -> None:
    old = api.card()
    new = api.card(
        old["cardholder"]["id"],
        status="inactive",
        replacement_for=old["id"],
        replacement_reason=reason,
    )
    assert (new["last4"], new["brand"]) == (old["last4"], old["brand"])
    assert api.get(f"/v1/issuing/cards/{old['id']}")["status"] == "active"
    assert api.reason(old["id"]) == "card_active"
    set_status(api, new["id"], "active")
    gone = api.get(f"/v1/issuing/cards/{old['id']}")
    assert (gone["status"], gone["cancellation_reason"]) == ("canceled", None)
    same = api.get("/v1/issuing/cards", last4=old["last4"], cardholder=old["cardholder"]["id"])
    assert [c["id"] for c in same["data"]] == [new["id"], old["id"]]


def test_a_canceled_card_cannot_be_replaced_as_damaged(api: Api) -> None:
    old = api.card()
    set_status(api, old["id"], "canceled")
    api.refused(
        "/v1/issuing/cards",
        currency="eur",
        type="virtual",
        replacement_for=old["id"],
        replacement_reason="damaged",
    )


def test_a_replacement_belongs_to_the_same_cardholder_and_currency(api: Api) -> None:
    old = api.card()
    link = {"replacement_for": old["id"], "replacement_reason": "damaged", "type": "virtual"}
    stranger = api.cardholder()["id"]
    error = api.refused("/v1/issuing/cards", cardholder=stranger, currency="eur", **link)
    assert error["param"] == "cardholder"
    assert api.refused("/v1/issuing/cards", currency="usd", **link)["param"] == "currency"
    del link["replacement_reason"]
    error = api.refused("/v1/issuing/cards", currency="eur", **link)
    assert error["param"] == "replacement_reason"


# --- creation ------------------------------------------------------------------------------------


def test_custom_expiry_is_for_virtual_cards_within_five_years(api: Api) -> None:
    holder = api.cardholder()["id"]
    year = int(api.get("/_practice/info")["date"][:4])
    card = api.card(holder, exp_month=12, exp_year=year + 2)
    assert (card["exp_month"], card["exp_year"]) == (12, year + 2)
    wanted = {"cardholder": holder, "currency": "eur", "type": "virtual"}
    api.refused("/v1/issuing/cards", **wanted, exp_month=1, exp_year=year + 6)
    api.refused("/v1/issuing/cards", **wanted, exp_month=1, exp_year=year)
    assert api.refused("/v1/issuing/cards", **wanted, exp_year=year + 1)["param"] == "exp_month"


def test_a_card_dies_after_its_payments_are_made(api: Api) -> None:
    card = api.card(lifecycle_controls={"cancel_after": {"payment_count": 2}})["id"]
    api.buy(card)
    assert api.get(f"/v1/issuing/cards/{card}")["status"] == "active"
    api.buy(card)
    assert api.get(f"/v1/issuing/cards/{card}")["status"] == "canceled"
    assert api.reason(card) == "card_canceled"


def test_second_line_takes_few_characters(api: Api) -> None:
    assert api.card(second_line="Fleet / no. 7")["second_line"] == "Fleet / no. 7"
    holder = api.cardholder()["id"]
    error = api.refused(
        "/v1/issuing/cards", cardholder=holder, currency="eur", type="virtual", second_line="🚗"
    )
    assert error["param"] == "second_line"


def test_the_pin_is_taken_and_never_told(api: Api) -> None:
    card = api.card()["id"]
    answer = api.post(f"/v1/issuing/cards/{card}", pin={"encrypted_number": "jwe.of.pin"})
    assert "pin" not in answer
    assert "jwe.of.pin" not in str(api.get("/v1/events", limit=100))


# --- shipping ------------------------------------------------------------------------------------


def ship(api: Api, card: str, step: str) -> dict[str, object]:
    shipping: dict[str, object] = api.post(f"{HELPERS}/cards/{card}/shipping/{step}")["shipping"]
    return shipping


def test_a_parcel_goes_from_pending_to_delivered(api: Api) -> None:
    card = api.physical()
    assert card["shipping"]["status"] == "pending"
    assert card["shipping"]["service"] == "standard"
    assert ship(api, card["id"], "submit")["status"] == "submitted"
    shipped = ship(api, card["id"], "ship")
    assert shipped["carrier"]
    assert shipped["tracking_number"]
    assert shipped["shipped_at"]
    delivered = ship(api, card["id"], "deliver")
    assert delivered["status"] == "delivered"
    assert delivered["delivered_at"]


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ([], "ship"),
        ([], "deliver"),
        (["submit"], "deliver"),
        (["submit"], "submit"),
        (["submit", "ship", "deliver"], "return"),
        (["submit", "fail"], "ship"),
    ],
)
def test_steps_out_of_order_are_refused(api: Api, before: list[str], step: str) -> None:
    card = api.physical()["id"]
    for done in before:
        ship(api, card, done)
    assert "shipment" in api.refused(f"{HELPERS}/cards/{card}/shipping/{step}")["message"]


def test_a_parcel_comes_back_or_fails(api: Api) -> None:
    for last in ("return", "fail"):
        card = api.physical()["id"]
        ship(api, card, "submit")
        ship(api, card, "ship")
        assert ship(api, card, last)["status"] == {"return": "returned", "fail": "failure"}[last]


def test_the_submit_helper_needs_a_recent_version(api: Api) -> None:
    card = api.physical()["id"]
    answer = api.send(
        "POST",
        f"{HELPERS}/cards/{card}/shipping/submit",
        headers={"Stripe-Version": "2024-04-10"},
    )
    assert answer.status_code == 400
    assert "2024-09-30.acacia" in answer.json()["error"]["message"]


def test_a_shipment_can_be_redirected_only_while_pending(api: Api) -> None:
    card = api.physical()["id"]
    elsewhere = {"address": {**ADDRESS, "city": "Bonn"}, "name": "Jenny Rosen"}
    moved = api.post(f"/v1/issuing/cards/{card}", shipping=elsewhere)
    assert moved["shipping"]["address"]["city"] == "Bonn"
    ship(api, card, "submit")
    assert api.refused(f"/v1/issuing/cards/{card}", shipping=elsewhere)["param"] == "shipping"


def test_a_replacement_goes_where_the_old_card_went(api: Api) -> None:
    old = api.physical(status="active")
    new = api.post(
        "/v1/issuing/cards",
        currency="eur",
        type="physical",
        replacement_for=old["id"],
        replacement_reason="damaged",
    )
    assert new["shipping"]["address"] == old["shipping"]["address"]
    assert new["shipping"]["status"] == "pending"


def test_a_canceled_card_is_still_shipped(api: Api) -> None:
    card = api.physical()["id"]
    set_status(api, card, "canceled")
    ship(api, card, "submit")
    assert ship(api, card, "ship")["status"] == "shipped"


def test_bulk_to_europe_needs_an_eori_number(api: Api) -> None:
    shipping = {"address": ADDRESS, "name": "Office", "type": "bulk"}
    wanted = {"cardholder": api.cardholder()["id"], "currency": "eur", "type": "physical"}
    error = api.refused("/v1/issuing/cards", **wanted, shipping=shipping)
    assert error["param"] == "shipping[customs][eori_number]"
    error = api.refused("/v1/issuing/cards", **wanted)
    assert (error["code"], error["param"]) == ("parameter_missing", "shipping")


def test_signature_defaults_follow_service_and_country(api: Api) -> None:
    home = {"city": "Austin", "country": "US", "line1": "1 Elm St", "postal_code": "78701"}

    def signature(address: dict[str, str], service: str) -> object:
        shipping = {"address": address, "name": "Jenny Rosen", "service": service}
        return api.physical(shipping=shipping)["shipping"]["require_signature"]

    assert signature(home, "standard") is False
    assert signature(home, "express") is True
    assert signature(ADDRESS, "express") is None
