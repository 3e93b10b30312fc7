"""Cardholders: what Stripe takes, refuses and forbids to change."""

from __future__ import annotations

import pytest

from tests.support.practice_api import ADDRESS, Api, Json

ROOT = "/v1/issuing/cardholders"


def test_a_cardholder_is_created_active_and_individual(api: Api) -> None:
    made = api.cardholder(email="jenny@example.com", preferred_locales=["de", "en"])
    assert (made["status"], made["type"], made["livemode"]) == ("active", "individual", False)
    assert made["preferred_locales"] == ["de", "en"]
    assert made["billing"]["address"]["line2"] is None
    assert api.get(f"{ROOT}/{made['id']}") == made


@pytest.mark.parametrize("change", [{"name": "Other"}, {"type": "company"}])
def test_name_and_type_cannot_change(api: Api, change: Json) -> None:
    holder = api.cardholder()["id"]
    error = api.refused(f"{ROOT}/{holder}", **change)
    assert (error["code"], error["param"]) == ("parameter_unknown", next(iter(change)))


def test_blocked_is_stripes_own_and_final(api: Api) -> None:
    holder = api.cardholder()["id"]
    assert api.refused(f"{ROOT}/{holder}", status="blocked")["param"] == "status"
    api.post(f"/_practice/cardholders/{holder}", status="blocked")
    assert api.refused(f"{ROOT}/{holder}", status="active")["param"] == "status"
    assert api.post(f"{ROOT}/{holder}", email="new@example.com")["status"] == "blocked"


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("+49 30 901820", "+4930901820"),
        ("(415) 555-2671", "+14155552671"),
        ("0044 20 7946 0018", "+442079460018"),
    ],
)
def test_phones_become_e164(api: Api, given: str, stored: str) -> None:
    assert api.cardholder(phone_number=given)["phone_number"] == stored


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"name": "J" * 25}, "name"),
        ({"name": "Jenny 3"}, "name"),
        ({"name": "Jenny 🎉"}, "name"),
        ({"name": "..."}, "name"),
        ({"individual": {"first_name": "Женя"}}, "individual[first_name]"),
        ({"individual": {"dob": {"day": 31, "month": 2, "year": 1990}}}, "individual[dob]"),
        ({"individual": {"dob": {"day": 1, "month": 2}}}, "individual[dob][year]"),
        ({"individual": {"dob": {"day": 1, "month": 2, "year": 2024}}}, "individual[dob]"),
        ({"email": "nobody"}, "email"),
        ({"phone_number": "call me"}, "phone_number"),
        ({"billing": {"address": {**ADDRESS, "country": "Germany"}}}, "billing[address][country]"),
        (
            {"billing": {"address": {**ADDRESS, "country": "US", "postal_code": "1"}}},
            "billing[address][postal_code]",
        ),
        ({"status": "blocked"}, "status"),
        ({"preferred_locales": ["tlh"]}, "preferred_locales[0]"),
        ({"metadata": {"k" * 41: "x"}}, "metadata"),
        ({"metadata": {"k": "x" * 501}}, "metadata[k]"),
        ({"metadata": {str(n): "x" for n in range(51)}}, "metadata"),
    ],
)
def test_refused_values_name_their_parameter(api: Api, params: Json, param: str) -> None:
    whole = {"billing": {"address": ADDRESS}, "name": "Jenny Rosen", **params}
    assert api.refused(ROOT, **whole)["param"] == param


@pytest.mark.parametrize("left_out", ["city", "country", "line1", "postal_code"])
def test_an_address_is_given_whole(api: Api, left_out: str) -> None:
    address = {name: value for name, value in ADDRESS.items() if name != left_out}
    error = api.refused(ROOT, name="Jenny Rosen", billing={"address": address})
    assert error["code"] == "parameter_missing"
    assert error["message"] == f"Missing required param: billing[address][{left_out}]."


def test_empty_strings_clear_nothing_that_cannot_be_cleared(api: Api) -> None:
    holder = api.cardholder(email="jenny@example.com")["id"]
    error = api.refused(f"{ROOT}/{holder}", email="")
    assert (error["code"], error["param"]) == ("parameter_invalid_empty", "email")


def test_terms_and_documents_are_merged(api: Api) -> None:
    file = api.upload(b"%PDF-1.7", "identity_document").json()["id"]
    holder = api.cardholder(individual={"first_name": "Ada", "last_name": "Byron"})["id"]
    terms = {"user_terms_acceptance": {"date": 1_700_000_000, "ip": "192.0.2.1"}}
    api.post(f"{ROOT}/{holder}", individual={"card_issuing": terms})
    changed = api.post(
        f"{ROOT}/{holder}", individual={"verification": {"document": {"front": file}}}
    )["individual"]
    assert changed["card_issuing"]["user_terms_acceptance"]["ip"] == "192.0.2.1"
    assert changed["verification"]["document"] == {"back": None, "front": file}
    assert (changed["first_name"], changed["last_name"]) == ("Ada", "Byron")
    path = "individual.verification.document.front"
    found = api.get(f"{ROOT}/{holder}", expand=[path])
    assert found["individual"]["verification"]["document"]["front"]["object"] == "file"


def test_a_companys_tax_id_is_never_told(api: Api) -> None:
    company = api.cardholder(
        name="Rosen Ltd", type="company", company={"tax_id": "DE123456789"}, individual={}
    )
    assert company["company"] == {"tax_id_provided": True}
    assert "DE123456789" not in str(company)
    assert company["requirements"]["past_due"] == []


def test_filters_match_exactly(api: Api) -> None:
    first = api.cardholder(email="one@example.org", phone_number="+33140000001")["id"]
    api.cardholder(email="two@example.org", phone_number="+33140000002")

    def ids(**filters: str) -> list[str]:
        return [found["id"] for found in api.get(ROOT, **filters)["data"]]

    assert ids(email="one@example.org") == [first]
    assert ids(phone_number="+33140000001") == [first]
    assert ids(email="ONE@example.org") == []
    assert ids(email="one@example.org", status="inactive") == []
    assert first in ids(status="active", type="individual", limit="100")
    error = api.refused(ROOT, http_method="GET", name="Jenny")
    assert error["code"] == "parameter_unknown"
