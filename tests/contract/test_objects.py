"""Every kind of seeded object, in lists and one by one, is as Stripe describes it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from supportdesk.practice import seed
from supportdesk.practice.clock import Clock
from supportdesk.practice.process import Ready
from tests.conftest import StartPractice
from tests.contract.recorder import RecordingProxy

LISTS = (
    "issuing/cardholders", "issuing/cards", "issuing/authorizations", "issuing/transactions",
    "issuing/disputes", "issuing/personalization_designs", "issuing/physical_bundles", "files",
    "events",
)  # fmt: skip
EXPANDED = {
    "issuing/cards": ("replaced_by", "replacement_for", "personalization_design"),
    "issuing/authorizations": ("cardholder", "token"),
    "issuing/transactions": ("authorization", "card", "cardholder", "dispute", "purchase_details"),
    "issuing/disputes": ("transaction", "balance_transactions"),
}
PAGES = 4


@pytest.fixture(scope="module")
def ready(start_practice: StartPractice) -> Ready:
    return start_practice("--cardholders", str(seed.FULL), "--seed", "4")


@pytest.fixture
def proxy(ready: Ready) -> Iterator[RecordingProxy]:
    with RecordingProxy(ready.url) as proxy:
        yield proxy


@pytest.fixture
def http(ready: Ready, proxy: RecordingProxy) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {ready.key}"}
    with httpx.Client(base_url=proxy.url, headers=headers, trust_env=False) as client:
        yield client


def everything(http: httpx.Client, name: str, **more: str) -> Iterator[dict[str, object]]:
    """The objects of the first pages of a list."""
    params = {"limit": "100", **more}
    for _ in range(PAGES):
        page = http.get(f"/v1/{name}", params=params).json()
        yield from page["data"]
        if not page["has_more"]:
            return
        params["starting_after"] = page["data"][-1]["id"]


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_single_reads(name: str, http: httpx.Client, proxy: RecordingProxy) -> None:
    found = list(everything(http, name))
    assert found
    for doc in found[:: max(1, len(found) // 8)]:
        assert http.get(f"/v1/{name}/{doc['id']}").json()["id"] == doc["id"]
    assert proxy.violations() == []


@pytest.mark.parametrize("name", EXPANDED)
def test_expanded_lists(name: str, http: httpx.Client, proxy: RecordingProxy) -> None:
    for field in EXPANDED[name]:
        found = everything(http, name, **{"expand[]": f"data.{field}"})
        assert any(isinstance(doc.get(field), dict | list) for doc in found), field
    assert proxy.violations() == []


def test_tokens_of_every_card(http: httpx.Client, proxy: RecordingProxy) -> None:
    book = seed.objects(seed=4, today=Clock().today(), cardholders=seed.FULL)
    cards = {doc["card"] for kind, doc in book if kind == "token"}
    states = set()
    for card in sorted(cards):
        params = {"card": card, "expand[]": "data.network_data"}
        for token in http.get("/v1/issuing/tokens", params=params).json()["data"]:
            states.add(token["status"])
            assert token["network_data"]["type"] == token["network"]
            http.get(f"/v1/issuing/tokens/{token['id']}")
    assert states == {"requested", "active", "suspended", "deleted"}
    assert proxy.violations() == []


def test_refusals(http: httpx.Client, proxy: RecordingProxy) -> None:
    asked = {
        "/v1/issuing/cards/ic_unknown": 404,
        "/v1/issuing/cards?limit=1000": 400,
        "/v1/issuing/cards?status=frozen": 400,
        "/v1/issuing/cards?expand[]=data.color": 400,
        "/v1/issuing/tokens": 400,
        "/v1/issuing/unicorns": 404,
    }
    for path, status in asked.items():
        assert http.get(path).status_code == status, path
    assert http.get("/v1/issuing/cards", headers={"Authorization": "x"}).status_code == 401
    assert proxy.violations() == []


def test_the_bytes_of_a_file_are_served(
    ready: Ready, http: httpx.Client, proxy: RecordingProxy
) -> None:
    for doc in everything(http, "files"):
        assert doc["url"] == f"{ready.url}/v1/files/{doc['id']}/contents"
        content = http.get(str(doc["url"])).content
        assert len(content) == doc["size"]
        assert content.startswith(b"%PDF-")
    assert proxy.violations() == []
