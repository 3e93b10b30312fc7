from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.days import from_unix
from supportdesk.domain.disputes import (
    Draft,
    Reading,
    adopt,
    create_params,
    new_draft,
    read,
    update_params,
)
from supportdesk.domain.disputes_rules import load
from supportdesk.domain.records import Dispute, Merchant, Transaction

RULES = load(Path(__file__).parents[2] / "resources" / "disputes")
TODAY = date(2026, 11, 23)
NOON = int(datetime.fromisoformat("2026-11-20T12:00:00+00:00").timestamp())
PURCHASE = Transaction(
    id="ipi_1",
    type="capture",
    amount=-24900,
    currency="eur",
    merchant=Merchant(name="Gamer's Hub Ltd"),
    card_id="ic_1",
    created=NOON,
    processing_date="2026-11-20",
)
COMPLETE = {
    "fraudulent": {"explanation": "Took no part."},
    "no_valid_authorization": {"explanation": "No approval."},
    "not_received": {
        "explanation": "Nothing came.",
        "expected_at": "10.11.2026",
        "product_type": "merchandise",
        "product_description": "Shoes",
    },
    "canceled": {
        "explanation": "Cancelled.",
        "canceled_at": "10.11.2026",
        "cancellation_policy_provided": "no",
        "cancellation_reason": "Too late",
        "expected_at": "09.11.2026",
        "product_type": "service",
        "product_description": "Gym",
    },
    "merchandise_not_as_described": {
        "explanation": "Broken.",
        "received_at": "10.11.2026",
        "return_description": "Parcel",
        "return_status": "merchant_rejected",
        "returned_at": "11.11.2026",
    },
    "service_not_as_described": {
        "explanation": "Bad.",
        "received_at": "10.11.2026",
        "canceled_at": "11.11.2026",
        "cancellation_reason": "Bad",
    },
    "duplicate": {"explanation": "Twice.", "original_transaction": "ipi_2"},
    "other": {"explanation": "Odd.", "product_type": "service", "product_description": "Gym"},
}


def intake(reason: str = "fraudulent", **typed: str) -> Draft:
    draft = Draft(
        transaction_id="ipi_1",
        reason=reason,
        amount="249,00",
        told_us_on="23.11.2026",
        evidence=COMPLETE.get(reason, {}),
    )
    for name, text in typed.items():
        draft = draft.typed(name, text)
    return draft


def understand(draft: Draft, left: int = 24900) -> Reading:
    return read(draft, PURCHASE, left, RULES, today=TODAY, locale="de_DE")


def sentence(reading: Reading, field: str) -> str:
    return " ".join(problem.text for problem in reading.problems if problem.field == field)


@pytest.mark.parametrize("reason", list(COMPLETE))
def test_a_complete_intake_of_each_reason_has_no_problem(reason: str) -> None:
    reading = understand(intake(reason))
    assert reading.problems == ()
    assert reading.amount == 24900
    sent = create_params(intake(reason), reading)
    assert sent["transaction"] == "ipi_1"
    assert set(sent["evidence"][reason]) == set(COMPLETE[reason])


@pytest.mark.parametrize("reason", list(COMPLETE))
def test_each_needed_field_left_empty_is_named(reason: str) -> None:
    for name in COMPLETE[reason]:
        reading = understand(intake(reason, **{name: "  "}))
        assert [p.field for p in reading.missing] == [name]
        assert reading.wrong == ()


def test_the_list_of_reasons_is_stripe_s() -> None:
    assert [entry.reason for entry in RULES.reasons.reasons] == [
        "fraudulent",
        "not_received",
        "canceled",
        "merchandise_not_as_described",
        "service_not_as_described",
        "duplicate",
        "no_valid_authorization",
        "other",
    ]
    for entry in RULES.reasons.reasons:
        assert {f.field for f in entry.fields} <= set(RULES.reasons.fields)
        assert entry.fields[-1].field == "additional_documentation"


def test_no_reason_no_day_no_amount() -> None:
    reading = understand(Draft(transaction_id="ipi_1"))
    assert {p.field for p in reading.problems} == {"reason", "amount", "told_us_on"}


def test_more_than_what_is_left_cannot_be_disputed() -> None:
    reading = understand(intake(), left=17900)
    assert "179,00" in sentence(reading, "amount")
    assert reading.amount is None
    assert understand(intake(amount="179,00"), left=17900).amount == 17900


@pytest.mark.parametrize("name", ["told_us_on", "received_at", "returned_at"])
def test_a_day_ahead_is_refused_beside_its_field(name: str) -> None:
    reading = understand(intake("merchandise_not_as_described", **{name: "24.11.2026"}))
    assert "future" in sentence(reading, name)
    assert "There is no such day" in sentence(
        understand(intake("merchandise_not_as_described", **{name: "31.02.2026"})), name
    )


def test_a_promised_day_may_lie_ahead() -> None:
    reading = understand(intake("not_received", expected_at="02.12.2026"))
    assert reading.problems == ()
    assert reading.days["expected_at"] == date(2026, 12, 2)


def test_a_slip_in_the_year_is_noticed() -> None:
    assert "year" in sentence(understand(intake(told_us_on="23.11.2025")), "told_us_on")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * 2501, "Too long"),
        ("x" * 1_000_000, "Too long: 1,000,000"),
        ("a\x00b", "control"),
        ("\ud800", "control"),
    ],
)
def test_texts_stripe_would_not_take(text: str, says: str) -> None:
    assert says in sentence(understand(intake(explanation=text)), "explanation")


@pytest.mark.parametrize("text", ["x" * 2500, "😀 ok", "שלום", "two\nlines\tand tab", "José"])
def test_texts_of_all_scripts_are_taken(text: str) -> None:
    assert understand(intake(explanation=text)).evidence["explanation"] == text


def test_a_card_number_stops_the_text() -> None:
    said = sentence(understand(intake(explanation="the CVC is 123")), "explanation")
    assert "security code" in said
    text = "paid with 4242 4242 4242 4242 on Monday"
    assert "card number" in sentence(understand(intake(explanation=text)), "explanation")
    assert understand(intake(explanation="order 1234 5678")).problems == ()


def test_a_duplicate_takes_exactly_one_proof_and_not_itself() -> None:
    none = understand(intake("duplicate", original_transaction=""))
    assert [p.field for p in none.missing] == ["original_transaction"]
    two = understand(intake("duplicate", cash_receipt="kept-file"))
    assert [p.field for p in two.wrong] == ["cash_receipt"]
    own = understand(intake("duplicate", original_transaction="ipi_1"))
    assert [p.field for p in own.wrong] == ["original_transaction"]


def test_return_fields_only_count_for_goods() -> None:
    service = understand(intake("canceled", returned_at="11.11.2026"))
    assert "returned_at" not in service.evidence
    goods = understand(intake("canceled", returned_at="11.11.2026", product_type="merchandise"))
    assert goods.evidence["returned_at"]


def test_answers_of_another_reason_are_kept_but_not_sent() -> None:
    draft = intake("other").typed("expected_at", "10.11.2026").typed("reason", "fraudulent")
    sent = create_params(draft, understand(draft))
    assert sent["evidence"]["fraudulent"] == {"explanation": "Odd."}
    assert draft.evidence["expected_at"] == "10.11.2026"


def test_changing_the_reason_clears_the_old_evidence_at_stripe() -> None:
    old = Dispute(id="idp_1", transaction_id="ipi_1", reason="other", evidence={"explanation": "x"})
    sent = update_params(intake(), understand(intake()), old)
    assert sent["evidence"]["other"] == ""
    assert sent["evidence"]["reason"] == "fraudulent"


def test_what_was_taken_away_is_cleared_at_stripe() -> None:
    evidence = {"explanation": "x", "additional_documentation": "file_1", "custom": None}
    old = Dispute(id="idp_1", transaction_id="ipi_1", reason="fraudulent", evidence=evidence)
    sent = update_params(intake(), understand(intake()), old)
    assert sent["evidence"]["fraudulent"] == {
        "explanation": "Took no part.",
        "additional_documentation": "",
    }


def test_a_dispute_begun_elsewhere_is_continued_with_what_it_holds() -> None:
    draft = intake("canceled")
    reading = understand(draft)
    at_stripe = Dispute(
        id="idp_1",
        transaction_id="ipi_1",
        amount=24900,
        currency="eur",
        reason="canceled",
        evidence=reading.evidence,
    )
    taken = adopt(at_stripe, None, RULES, "de_DE")
    assert taken.evidence == draft.evidence
    assert (taken.amount, taken.reason, taken.dispute_id) == ("249,00", "canceled", "idp_1")
    typed = replace(draft, dispute_id="idp_1", amount="100,00")
    assert adopt(at_stripe, typed, RULES, "de_DE") is typed


def test_a_new_intake_asks_for_all_that_is_left_and_for_the_day() -> None:
    draft = new_draft(PURCHASE, 17900, "de_DE")
    assert (draft.amount, draft.told_us_on, draft.reason) == ("179,00", "", "")


@given(
    st.sampled_from([*COMPLETE, "", "brand_new_reason"]),
    st.dictionaries(st.sampled_from(list(RULES.reasons.fields)), st.text(max_size=40)),
    st.text(max_size=20),
    st.text(max_size=20),
)
def test_any_typing_is_understood_or_named(
    reason: str, evidence: dict[str, str], amount: str, told: str
) -> None:
    draft = Draft(
        transaction_id="ipi_1", reason=reason, amount=amount, told_us_on=told, evidence=evidence
    )
    reading = understand(draft)
    assert all(p.field and p.text for p in reading.problems)
    if reading.amount is not None:
        assert 0 < reading.amount <= 24900
    known = RULES.reason(reason)
    assert set(reading.evidence) <= {f.field for f in known.fields} if known else True
    if "told_us_on" in reading.days:
        assert reading.days["told_us_on"] <= TODAY
    assert from_unix(NOON) == date(2026, 11, 20)
