"""Events, files, tokens, designs and settlements."""

from __future__ import annotations

import pytest

from supportdesk.practice.events import difference
from tests.support.practice_api import HELPERS, Api, Json

PDF = b"%PDF-1.7\nclaim"
EVENTS = "/v1/events"


# --- events --------------------------------------------------------------------------------------


def test_types_by_name_by_list_and_by_group(api: Api) -> None:
    card = api.card()["id"]
    api.post(f"/v1/issuing/cards/{card}", status="inactive")

    def types(**params: object) -> set[str]:
        return {e["type"] for e in api.get(EVENTS, limit=100, **params)["data"]}

    assert types(type="issuing_card.created") == {"issuing_card.created"}
    both = ["issuing_card.created", "issuing_card.updated"]
    assert types(types=both) == set(both)
    assert types(type="issuing_card.*") == set(both)
    assert {"issuing_cardholder.created", *both} <= types(type="issuing_*")
    assert types(types=["file.created", "issuing_token.created"]) == set()
    assert types(delivery_success="false") == set()
    assert types(delivery_success="true") >= set(both)


def test_merged_types_are_paged_like_one_list(api: Api) -> None:
    for _ in range(3):
        api.post(f"/v1/issuing/cards/{api.card()['id']}", status="inactive")
    wanted = ["issuing_card.created", "issuing_card.updated"]
    whole = [e["id"] for e in api.get(EVENTS, types=wanted, limit=100)["data"]]
    walked: list[str] = []
    page: Json = {"has_more": True}
    while page["has_more"]:
        after = {"starting_after": walked[-1]} if walked else {}
        page = api.get(EVENTS, types=wanted, limit=2, **after)
        walked += [e["id"] for e in page["data"]]
    assert walked == whole


def test_wrong_type_filters(api: Api) -> None:
    names = [f"issuing_card.{n}" for n in range(21)]
    assert api.refused(EVENTS, http_method="GET", types=names)["param"] == "types"
    error = api.refused(EVENTS, http_method="GET", type="a", types=["b"])
    assert error["code"] == "parameters_exclusive"


def test_events_age_out_after_thirty_days(api: Api) -> None:
    api.card()
    event = api.get(EVENTS, limit=1)["data"][0]["id"]
    assert api.get(f"{EVENTS}/{event}")["id"] == event
    api.advance(30 * 86_400 + 5)
    assert api.get(EVENTS)["data"] == []
    for path, params in ((f"{EVENTS}/{event}", {}), (EVENTS, {"ending_before": event})):
        error = api.refused(path, http_method="GET", http_status=404, **params)
        assert "aged out of our retention policy" in error["message"]


def test_differences_are_told_key_by_key() -> None:
    before: Json = {"a": {"b": 1, "c": [1]}, "same": 1, "gone": None}
    after: Json = {"a": {"b": 2, "c": [1]}, "same": 1, "gone": 3, "new": 4}
    assert difference(before, after) == {"a": {"b": 1}, "gone": None, "new": None}


# --- files ---------------------------------------------------------------------------------------


def test_a_file_is_kept_listed_and_given_back_to_the_key_only(api: Api) -> None:
    file = api.upload(PDF).json()
    assert (file["type"], file["size"], file["purpose"]) == ("pdf", len(PDF), "dispute_evidence")
    assert api.get(f"/v1/files/{file['id']}") == file
    assert file in api.get("/v1/files", purpose="dispute_evidence", limit=100)["data"]
    contents = api.http.get(file["url"], headers=api.auth)
    assert (contents.content, contents.headers["Content-Type"]) == (PDF, "application/pdf")
    assert api.http.get(file["url"]).status_code == 401
    assert api.events(file["id"]) == ["file.created"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\xff\xd8\xff\xe0rest", "jpg"), (b"\x89PNG\r\n\x1a\nrest", "png"), (PDF, "pdf")],
)
def test_types_are_told_from_the_bytes(api: Api, content: bytes, kind: str) -> None:
    assert api.upload(content).json()["type"] == kind


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"MZ program", "must be one of these types: pdf, jpg, png"),
        (PDF + b"x" * (5 * 2**20), "at most 5 MB"),
        (PDF + b"x" * (40 * 2**20), "too large"),
    ],
)
def test_unfit_files(api: Api, content: bytes, words: str) -> None:
    answer = api.upload(content)
    assert answer.status_code in (400, 413)
    assert words in answer.json()["error"]["message"]


def test_an_upload_needs_a_file_and_a_known_purpose(api: Api) -> None:
    empty = api.http.post(
        "/v1/files", data={"purpose": "dispute_evidence"}, files={}, headers=api.auth
    )
    assert empty.json()["error"]["param"] == "file"
    assert api.upload(PDF, "holiday_pictures").json()["error"]["param"] == "purpose"


def test_evidence_is_gone_after_nine_months(api: Api) -> None:
    file = api.upload(PDF).json()
    api.advance(271 * 86_400)
    answer = api.http.get(f"/v1/files/{file['id']}/contents", headers=api.auth)
    assert answer.status_code == 404


def test_a_path_in_the_file_name_is_dropped(api: Api) -> None:
    answer = api.http.post(
        "/v1/files",
        data={"purpose": "dispute_evidence"},
        files={"file": ("C:\\Users\\jenny\\claim.pdf", PDF)},
        headers=api.auth,
    )
    assert answer.json()["filename"] == "claim.pdf"


# --- tokens --------------------------------------------------------------------------------------


def test_a_token_is_suspended_resumed_and_deleted_for_good(api: Api) -> None:
    card = api.card()["id"]
    token = api.post("/_practice/tokens", card=card)["id"]
    path = f"/v1/issuing/tokens/{token}"
    assert api.get("/v1/issuing/tokens", card=card)["data"][0]["id"] == token
    for status in ("suspended", "active", "deleted"):
        assert api.post(path, status=status)["status"] == status
    assert "deleted" in api.refused(path, status="active")["message"]
    assert api.refused(path, status="requested")["param"] == "status"
    assert api.refused(path)["code"] == "parameter_missing"
    assert api.get("/v1/issuing/tokens", card=card, status="active")["data"] == []
    assert api.events(token) == ["issuing_token.created", *["issuing_token.updated"] * 3]


# --- designs, bundles, settlements ---------------------------------------------------------------


@pytest.fixture(scope="module")
def design(practice_programme: Api) -> Json:
    bundle = practice_programme.get("/v1/issuing/physical_bundles", status="active")["data"][0]
    return practice_programme.post(
        "/v1/issuing/personalization_designs",
        physical_bundle=bundle["id"],
        name="Blue",
        lookup_key="blue",
        preferences={"is_default": False},
    )


def test_a_design_is_reviewed_and_found_by_its_key(practice_programme: Api, design: Json) -> None:
    api = practice_programme
    assert design["status"] == "review"
    root = "/v1/issuing/personalization_designs"
    assert [d["id"] for d in api.get(root, lookup_keys=["blue"])["data"]] == [design["id"]]
    helper = f"{HELPERS}/personalization_designs/{design['id']}"
    assert api.post(f"{helper}/activate")["status"] == "active"
    expanded = api.get(f"{root}/{design['id']}", expand=["physical_bundle"])
    assert expanded["physical_bundle"]["object"] == "issuing.physical_bundle"
    assert api.post(f"{helper}/deactivate")["status"] == "inactive"
    assert api.events(design["id"]) == [
        "issuing_personalization_design.activated",
        "issuing_personalization_design.deactivated",
    ]


def test_a_rejected_design_cancels_the_cards_that_wait(practice_programme: Api) -> None:
    api = practice_programme
    bundle = api.get("/v1/issuing/physical_bundles", status="active")["data"][0]["id"]
    made = api.post("/v1/issuing/personalization_designs", physical_bundle=bundle)["id"]
    card = api.physical(personalization_design=made)["id"]
    reasons = {"card_logo": ["network_name"]}
    rejected = api.post(
        f"{HELPERS}/personalization_designs/{made}/reject", rejection_reasons=reasons
    )
    assert rejected["rejection_reasons"] == {"card_logo": ["network_name"], "carrier_text": []}
    found = api.get(f"/v1/issuing/cards/{card}")
    assert (found["status"], found["cancellation_reason"]) == ("canceled", "design_rejected")
    assert found["shipping"]["status"] == "canceled"
    error = api.refused(
        "/v1/issuing/cards",
        cardholder=found["cardholder"]["id"],
        currency="eur",
        type="physical",
        shipping={"address": found["shipping"]["address"], "name": "Jenny"},
        personalization_design=made,
    )
    assert error["param"] == "personalization_design"


def test_one_design_is_the_default(practice_programme: Api, design: Json) -> None:
    api = practice_programme
    root = "/v1/issuing/personalization_designs"
    api.post(f"{root}/{design['id']}", preferences={"is_default": True})
    found = api.get(root, preferences={"is_default": True})["data"]
    assert [d["id"] for d in found] == [design["id"]]


def test_settlements_are_created_and_completed(api: Api) -> None:
    made = api.post(
        f"{HELPERS}/settlements",
        bin="424242",
        clearing_date=1_700_000_000,
        currency="eur",
        net_total_amount=-5_000,
    )
    assert (made["status"], made["net_total_amount"]) == ("pending", -5_000)
    assert api.post(f"{HELPERS}/settlements/{made['id']}/complete")["status"] == "complete"
    api.refused(f"{HELPERS}/settlements/{made['id']}/complete")
    noted = api.post(f"/v1/issuing/settlements/{made['id']}", metadata={"file": "7"})
    assert api.get(f"/v1/issuing/settlements/{made['id']}") == noted
