from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.dispute_talk import talk
from supportdesk.domain.disputes import Draft, Reading
from supportdesk.domain.disputes_checks import (
    Case,
    ceiling,
    deadline,
    processed_on,
    wait_until,
)
from supportdesk.domain.disputes_preflight import Check, Known, checks
from supportdesk.domain.disputes_rules import load
from supportdesk.domain.records import (
    Authorization,
    Card,
    Decision,
    Dispute,
    Merchant,
    Transaction,
)

RULES = load(Path(__file__).parents[2] / "resources" / "disputes")
DAY = date(2026, 11, 1)
AT = int(datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp())
SHOP = Merchant(name="Gamer's Hub Ltd")
PURCHASE = Transaction(
    id="ipi_1",
    type="capture",
    amount=-24900,
    currency="eur",
    merchant=SHOP,
    card_id="ic_1",
    authorization_id="iauth_1",
    created=AT,
    processing_date="2026-11-01",
)
CARD = Card(id="ic_1", brand="Visa", last4="4242", status="active")
PAID = Authorization(
    id="iauth_1",
    approved=True,
    method="online",
    decisions=(Decision(approved=True, amount=24900),),
)


def refund(amount: int, **other: object) -> Transaction:
    base = replace(PURCHASE, id=f"ipi_r{amount}", type="refund", amount=amount, created=AT + 86400)
    return replace(base, **other)  # type: ignore[arg-type]


ANSWERED = {
    "fraudulent": {"part": "no", "known": "nobody", "possession": "with", "details": "no"},
    "no_valid_authorization": {"part": "yes", "matter": "no_approval"},
    "not_received": {
        "part": "yes",
        "matter": "not_arrived",
        "arrived": "goods",
        "dated": "yes",
        "merchant": "yes",
    },
}


def found(
    case: Case, reason: str, today: date, days: dict[str, date] | None = None
) -> tuple[Check, ...]:
    answers = ANSWERED.get(reason, {})
    known = Known(
        case=case,
        draft=Draft(transaction_id=case.transaction.id, reason=reason, answers=answers),
        reading=Reading(amount=None, days=days or {}, evidence={}, wrong=(), missing=()),
        talk=talk(RULES.conversation, answers, reason),
        rules=RULES,
        today=today,
        locale="en_GB",
    )
    return checks(known)


def said(case: Case, reason: str = "fraudulent", today: date = DAY, **days: date) -> str:
    lines = found(case, reason, today, days)
    return "\n".join(f"{check.level}: {check.text}" for check in lines)


def levels(case: Case, reason: str = "fraudulent", today: date = DAY) -> list[str]:
    return [check.level for check in found(case, reason, today)]


def test_refunds_of_the_same_authorisation_lower_the_ceiling() -> None:
    top = ceiling(PURCHASE, [PURCHASE, refund(7000)])
    assert (top.captured, top.refunded, top.left) == (24900, 7000, 17900)
    assert ceiling(PURCHASE, [refund(24900)]).left == 0
    assert ceiling(PURCHASE, [refund(7000), refund(-7000)]).left == 24900  # a refund reversed
    assert ceiling(PURCHASE, [refund(7000, currency="usd")]).left == 24900
    assert ceiling(refund(7000), []).left == 0


def test_with_several_captures_refunds_count_against_their_sum() -> None:
    other = replace(PURCHASE, id="ipi_2", amount=-4000)
    assert ceiling(PURCHASE, [other, refund(4000)]).left == 24900
    assert ceiling(other, [PURCHASE, refund(4000)]).left == 4000
    assert ceiling(PURCHASE, [other, refund(5000)]).left == 23900


def test_a_refund_without_purchase_is_only_pointed_at() -> None:
    loose = refund(7000, authorization_id="")
    top = ceiling(PURCHASE, [loose])
    assert (top.left, top.maybe) == (24900, (loose,))
    assert "warn: €70.00 came back from this shop on 02/11/2026" in said(
        Case(transaction=PURCHASE, related=(loose,))
    )


@given(st.lists(st.integers(-30000, 30000), max_size=5), st.integers(-50000, 0))
def test_the_ceiling_is_never_above_the_capture(refunds: list[int], amount: int) -> None:
    capture = replace(PURCHASE, amount=amount)
    related = [refund(value, id=f"ipi_{n}") for n, value in enumerate(refunds)]
    assert 0 <= ceiling(capture, related).left <= -amount


@pytest.mark.parametrize(
    ("network", "reason", "days", "end"),
    [
        ("visa", "fraudulent", {}, 110),
        ("visa", "no_valid_authorization", {}, 65),
        ("mastercard", "no_valid_authorization", {}, 80),
        ("mastercard", "duplicate", {}, 80),
        ("visa", "duplicate", {}, 110),
        ("mastercard", "fraudulent", {}, 110),
        ("", "fraudulent", {}, 110),
        ("visa", "not_received", {}, 110),
        # the network would wait longer, Stripe's own expiry comes first
        ("visa", "not_received", {"expected_at": DAY + timedelta(10)}, 110),
        ("visa", "canceled", {"canceled_at": DAY - timedelta(10)}, 100),
        ("visa", "merchandise_not_as_described", {"received_at": DAY - timedelta(5)}, 105),
    ],
)
def test_windows_by_network_and_reason(
    network: str, reason: str, days: dict[str, date], end: int
) -> None:
    found = deadline(PURCHASE, network, reason, days, RULES, DAY)
    assert found is not None
    assert (found.days_left, found.day) == (end, DAY + timedelta(end))
    assert found.basis


def test_the_clock_is_the_network_s_processing_day() -> None:
    assert processed_on(replace(PURCHASE, processing_date="2026-10-30")) == date(2026, 10, 30)
    assert processed_on(replace(PURCHASE, processing_date="soon")) == DAY
    nothing = replace(PURCHASE, processing_date="", created=None)
    assert deadline(nothing, "visa", "fraudulent", {}, RULES, DAY) is None
    assert "time limit is not known" in said(Case(transaction=nothing))


def test_a_good_fraud_case_reads_well() -> None:
    case = Case(
        transaction=PURCHASE,
        card=replace(CARD, status="canceled"),
        authorization=PAID,
        fraud_disputes=2,
    )
    assert said(case).splitlines() == [
        "ok: Captured, not refunded, not disputed before",
        "ok: Card •••• 4242 is cancelled",
        "ok: 2 of 35 fraud disputes on this card in 120 days",
        "ok: Online purchase without 3-D Secure: a good case",
        "ok: 110 days left, estimate: until 19/02/2027 (110 days from the transaction)",
    ]


@pytest.mark.parametrize(
    ("case", "says"),
    [
        (Case(transaction=PURCHASE, card=CARD), "cancel it before filing fraud"),
        (Case(transaction=PURCHASE, fraud_disputes=35), "the network takes 35"),
        (Case(transaction=PURCHASE, reported_before=True), "Bought after fraud was reported"),
        (
            Case(transaction=PURCHASE, authorization=replace(PAID, three_d_secure="authenticated")),
            "3-D Secure",
        ),
        (Case(transaction=PURCHASE, authorization=replace(PAID, method="chip")), "chip"),
        (Case(transaction=PURCHASE, authorization=replace(PAID, wallet="apple_pay")), "wallet"),
    ],
)
def test_fraud_is_warned_about_but_never_stopped(case: Case, says: str) -> None:
    assert says in said(case)
    for today in (DAY, DAY + timedelta(109), DAY + timedelta(400)):
        assert "refuse" not in levels(case, today=today)


def test_little_time_is_a_warning_and_so_is_none() -> None:
    case = Case(transaction=PURCHASE)
    assert "warn: 1 day left" in said(case, today=DAY + timedelta(109))
    assert "warn: Too late since" in said(case, today=DAY + timedelta(111))


def test_what_stripe_cannot_take_is_refused_first() -> None:
    assert levels(Case(transaction=refund(7000)))[0] == "refuse"
    assert levels(Case(transaction=PURCHASE, related=(refund(24900),)))[0] == "refuse"
    ended = Dispute(id="idp_1", status="lost")
    assert levels(Case(transaction=PURCHASE, dispute=ended))[0] == "refuse"
    saved = Dispute(id="idp_1", status="unsubmitted")
    assert "refuse" not in levels(Case(transaction=PURCHASE, dispute=saved))


def test_waiting_times() -> None:
    assert wait_until(
        PURCHASE, "visa", "not_received", {"expected_at": DAY + timedelta(8)}, RULES, DAY
    ) == (
        DAY + timedelta(9),
        "nothing is late before the promised day has passed",
    )
    assert (
        wait_until(
            PURCHASE, "visa", "not_received", {"expected_at": DAY - timedelta(1)}, RULES, DAY
        )
        is None
    )
    assert wait_until(PURCHASE, "visa", "canceled", {"returned_at": DAY}, RULES, DAY)
    assert wait_until(PURCHASE, "mastercard", "canceled", {"returned_at": DAY}, RULES, DAY) is None
    text = said(Case(transaction=PURCHASE), "not_received", expected_at=DAY + timedelta(8))
    assert "warn: Wait until 10/11/2026, then file" in text


def test_an_over_capture_disputes_the_excess() -> None:
    paid = replace(PAID, decisions=(Decision(approved=True, amount=20000),))
    case = Case(transaction=PURCHASE, authorization=paid)
    assert "€200.00 was authorised: dispute only €49.00" in said(case, "no_valid_authorization")
    assert "authorised in full" in said(
        Case(transaction=PURCHASE, authorization=PAID), "no_valid_authorization"
    )


@pytest.mark.parametrize("reason", ["", "brand_new_reason"])
def test_an_unknown_reason_still_gets_its_checks(reason: str) -> None:
    assert "Captured, not refunded" in said(Case(transaction=PURCHASE), reason)


def test_all_statuses_and_loss_reasons_of_stripe_have_words() -> None:
    outcomes = RULES.outcomes
    assert set(outcomes.statuses) == {"unsubmitted", "submitted", "won", "lost", "expired"}
    assert set(outcomes.meaning) == set(outcomes.statuses)
    assert len(outcomes.loss_reasons) == 20
