"""A purchase step by step, and until when it can be disputed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from supportdesk.domain.activity import Line, lines
from supportdesk.domain.disputes_rules import load
from supportdesk.domain.line_history import disputable, events
from supportdesk.domain.records import Authorization, Card, Decision, Transaction

RULES = load(Path(__file__).parents[2] / "resources" / "disputes")
VISA = Card(id="ic_1", brand="Visa")
DAY = date(2026, 11, 2)
HELD = Authorization(
    id="iauth_1",
    card_id="ic_1",
    amount=1_000,
    currency="eur",
    approved=True,
    status="closed",
    created=100,
    decisions=(Decision(approved=True, amount=1_000, created=100),),
)
PAID = Transaction(
    id="ipi_1",
    type="capture",
    amount=-900,
    currency="eur",
    authorization_id="iauth_1",
    created=200,
    processing_date="2026-11-02",
)
BACK = replace(PAID, id="ipi_2", type="refund", amount=300, created=300)


def line(*moved: Transaction, asked: Authorization = HELD) -> Line:
    (made,) = lines([asked], moved)
    return made


def test_steps_are_told_in_order_with_amounts_as_people_read_them() -> None:
    told = [(e.kind, e.at, e.amount) for e in events(line(BACK, PAID))]
    assert told == [("approved", 100, 1_000), ("captured", 200, 900), ("refunded", 300, 300)]


def test_increments_and_endings_are_steps_of_their_own() -> None:
    more = (
        *HELD.decisions,
        Decision(approved=True, amount=50, created=120),
        Decision(approved=False, amount=70, created=140, reason="spending_controls"),
    )
    gone = replace(HELD, decisions=more, status="reversed")
    assert [(e.kind, e.amount) for e in events(line(asked=gone))] == [
        ("approved", 1_000),
        ("more_approved", 50),
        ("more_declined", 70),
        ("reversed", 0),
    ]


def test_what_was_released_of_a_purchase_is_a_step() -> None:
    def told(asked: Authorization, *moved: Transaction) -> list[tuple[str, int]]:
        return [(e.kind, e.amount) for e in events(line(*moved, asked=asked))]

    less = replace(HELD, amount=700, status="pending")
    assert told(less) == [("approved", 1_000), ("part_released", 300)]
    assert told(replace(less, status="reversed")) == [("approved", 1_000), ("reversed", 0)]
    assert told(replace(HELD, amount=1_500)) == [("approved", 1_000)]
    unknown = replace(less, decisions=(Decision(approved=True, created=100),))
    assert told(unknown) == [("approved", 700)]


def test_what_was_charged_after_all_did_not_lapse() -> None:
    lapsed = replace(HELD, status="expired")
    assert [e.kind for e in events(line(asked=lapsed))] == ["approved", "expired"]
    assert [e.kind for e in events(line(PAID, asked=lapsed))] == ["approved", "captured"]


def test_a_refund_taken_back_and_an_unknown_kind() -> None:
    odd = replace(PAID, id="ipi_3", type="adjustment", created=400)
    taken = replace(BACK, id="ipi_4", amount=-300, created=350)
    alone = Line(
        key="x", state="settled", merchant="", amount=0, currency="eur", merchant_amount=0,
        merchant_currency="", at=1, card_id="", captures=(odd,), refunds=(taken,),
    )  # fmt: skip
    assert [e.kind for e in events(alone)] == ["refund_taken_back", "adjustment"]


def test_the_window_of_most_reasons_and_the_shortest_are_named() -> None:
    found = disputable(line(PAID), VISA, RULES, DAY)
    assert found.until == DAY + timedelta(days=110)
    assert found.earliest == DAY + timedelta(days=65)
    assert "110 days" in found.basis
    mastercard = disputable(line(PAID), Card(id="ic_1", brand="MasterCard"), RULES, DAY)
    assert mastercard.earliest == DAY + timedelta(days=80)


def test_why_a_purchase_cannot_be_disputed() -> None:
    late = DAY + timedelta(days=111)
    whole = replace(BACK, amount=900)
    (alone,) = lines([], [replace(BACK, authorization_id="")])
    assert disputable(line(), VISA, RULES, DAY).why == "not_captured"
    assert disputable(line(PAID, whole), VISA, RULES, DAY).why == "refunded"
    assert disputable(line(replace(PAID, dispute_id="idp_1")), VISA, RULES, DAY).why == "disputed"
    assert disputable(alone, VISA, RULES, DAY).why == "refund"
    assert disputable(line(PAID), VISA, RULES, late).why == "too_late"
