"""What happens by itself when the clock moves on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from supportdesk.practice.clock import DAY
from tests.conftest import StartPractice
from tests.support.practice_api import HELPERS, Api


@pytest.fixture
def travelling(start_practice: StartPractice) -> Iterator[Api]:
    client = Api(start_practice("--cardholders", "0", "--automatic-shipping"))
    yield client
    client.http.close()


def state_of(api: Api, card: str) -> str:
    status: str = api.get(f"/v1/issuing/cards/{card}")["shipping"]["status"]
    return status


def test_parcels_wait_for_the_helpers_unless_asked(api: Api) -> None:
    card = api.physical()["id"]
    api.advance(20 * DAY)
    assert state_of(api, card) == "pending"


def test_parcels_travel_by_the_clock(travelling: Api) -> None:
    api = travelling
    card = api.physical()
    assert card["shipping"]["status"] == "pending"
    seen = []
    for _ in range(18):
        api.advance(DAY // 2)
        seen.append(state_of(api, card["id"]))
    assert seen[:3] == ["submitted", "shipped", "shipped"]
    assert (seen[14], seen[15]) == ("shipped", "delivered")
    arrived = api.get(f"/v1/issuing/cards/{card['id']}")["shipping"]
    assert arrived["delivered_at"] == arrived["eta"]
    assert arrived["shipped_at"] < arrived["eta"]
    assert arrived["tracking_number"]
    assert api.events(card["id"]) == ["issuing_card.created", *["issuing_card.updated"] * 3]


def test_a_leap_takes_all_steps_and_a_returned_parcel_none(travelling: Api) -> None:
    api = travelling
    card, lost = api.physical()["id"], api.physical()["id"]
    for step in ("submit", "ship", "return"):
        api.post(f"{HELPERS}/cards/{lost}/shipping/{step}")
    api.advance(30 * DAY)
    assert state_of(api, card) == "delivered"
    assert state_of(api, lost) == "returned"


def test_travelling_can_be_switched_and_spares_what_is_overdue(api: Api) -> None:
    overdue = api.physical()["id"]
    api.advance(20 * DAY)
    fresh = api.physical()["id"]
    api.post("/_practice/shipping", automatic=True)
    api.advance(9 * DAY)
    assert state_of(api, overdue) == "pending"
    assert state_of(api, fresh) == "delivered"
    later = api.physical()["id"]
    api.post("/_practice/shipping", automatic=False)
    api.advance(9 * DAY)
    assert state_of(api, later) == "pending"


def test_a_card_expires_at_the_end_of_its_month(api: Api) -> None:
    card = api.card()
    assert api.reason(card["id"]) == "card_active"
    for _ in range(4):
        api.advance(290 * DAY)
    assert api.reason(card["id"]) == "card_expired"


@pytest.mark.parametrize(
    ("category", "days"),
    [
        ("eating_places_restaurants", 7),
        ("hotels_motels_and_resorts", 31),
        ("airlines_air_carriers", 31),
        ("car_rental_agencies", 31),
    ],
)
def test_an_uncaptured_authorisation_lapses(api: Api, category: str, days: int) -> None:
    def balance() -> int:
        amount: int = api.get("/_practice/info")["balance"]["eur"]
        return amount

    before = balance()
    held = api.buy(api.card()["id"], 5_000, merchant_data={"category": category})["id"]
    api.advance(days * DAY - 600)
    assert api.get(f"/v1/issuing/authorizations/{held}")["status"] == "pending"
    assert balance() == before - 5_000
    api.advance(700)
    assert api.get(f"/v1/issuing/authorizations/{held}")["status"] == "expired"
    assert balance() == before
    assert api.events(held)[-1] == "issuing_authorization.updated"


def test_what_was_captured_in_part_is_closed_not_expired(api: Api) -> None:
    held = api.buy(api.card()["id"], 5_000)["id"]
    api.capture(held, capture_amount=2_000, close_authorization=False)
    api.advance(7 * DAY)
    found = api.get(f"/v1/issuing/authorizations/{held}")
    assert found["status"] == "closed"
    assert len(found["transactions"]) == 1


def test_the_dispute_window_closes(api: Api) -> None:
    young, old = api.purchase()["id"], api.purchase()["id"]
    unsent = api.post("/v1/issuing/disputes", transaction=young)["id"]
    api.advance(110 * DAY)
    assert api.get(f"/v1/issuing/disputes/{unsent}")["status"] == "expired"
    late = api.refused("/v1/issuing/disputes", transaction=old)
    assert "can no longer be disputed" in late["message"]


def test_a_seeded_programme_lives_on(start_practice: StartPractice) -> None:
    api = Api(start_practice("--cardholders", "120", "--seed", "3", "--automatic-shipping"))
    held = api.get("/v1/issuing/authorizations", status="pending", limit=100)["data"]
    assert held
    api.advance(32 * DAY)
    assert api.get("/v1/issuing/authorizations", status="pending", limit=100)["data"] == []
    now = api.get(f"/v1/issuing/authorizations/{held[0]['id']}")["status"]
    assert now in ("expired", "closed")
    api.http.close()
