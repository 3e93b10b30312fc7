"""The activity list tells each purchase once, with all money in it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.activity import Line, lines
from supportdesk.domain.records import Authorization, Decision, Merchant, Transaction

SHOP = Merchant(name="Café Linde")


def authorization(
    amount: int = 480, *, approved: bool = True, status: str = "closed"
) -> Authorization:
    return Authorization(
        id="iauth_1",
        amount=amount,
        currency="eur",
        merchant=SHOP,
        approved=approved,
        status=status,
        created=100,
        method="contactless",
        wallet="apple_pay",
    )


def capture(amount: int, *, id: str = "ipi_1", dispute: str = "") -> Transaction:
    return Transaction(
        id=id,
        type="capture",
        amount=-amount,
        currency="eur",
        merchant=SHOP,
        authorization_id="iauth_1",
        dispute_id=dispute,
        created=200,
    )


def refund(amount: int, *, of: str = "iauth_1") -> Transaction:
    return Transaction(
        id="ipi_9", type="refund", amount=amount, currency="eur", authorization_id=of, created=300
    )


def only(found: list[Line]) -> Line:
    assert len(found) == 1
    return found[0]


def test_pending_purchase_by_wallet() -> None:
    line = only(lines([authorization(status="pending")], []))
    assert (line.state, line.amount, line.how) == ("pending", 480, ("apple_pay", "contactless"))


def test_a_purchase_and_its_captures_are_one_line() -> None:
    line = only(lines([authorization(900)], [capture(500), capture(300, id="ipi_2")]))
    assert (line.state, line.amount, line.at) == ("settled", 800, 100)


def test_refunds_partly_and_wholly() -> None:
    part = only(lines([authorization()], [capture(480), refund(100)]))
    assert (part.state, part.refunded) == ("part_refunded", 100)
    assert only(lines([authorization()], [capture(480), refund(480)])).state == "refunded"


def test_disputed_capture_is_said_first() -> None:
    line = only(lines([authorization()], [capture(480, dispute="idp_1"), refund(100)]))
    assert line.state == "disputed"


def test_declined_shows_what_was_asked_for() -> None:
    declined = Authorization(
        id="iauth_2",
        amount=0,
        currency="eur",
        status="closed",
        decisions=(
            Decision(approved=False, amount=31240, created=5),
            Decision(approved=False, amount=10, created=1),
        ),
    )
    line = only(lines([declined], []))
    assert (line.state, line.amount) == ("declined", 31240)


def test_reversed_expired_and_unknown_states_pass_through() -> None:
    for status in ("reversed", "expired", "teleported"):
        assert only(lines([authorization(status=status)], [])).state == status


def test_forced_capture_and_unlinked_refund_stand_alone() -> None:
    found = lines([], [capture(700), refund(50, of="")])
    assert [(line.state, line.amount) for line in found] == [("refund", 50), ("settled", 700)]


def test_what_is_still_held_beside_a_first_capture_is_known() -> None:
    first = only(lines([authorization(900, status="pending")], [capture(500)]))
    assert (first.state, first.amount, first.held) == ("settled", 500, 400)
    over = [capture(500), capture(500, id="ipi_2")]
    assert only(lines([authorization(900, status="pending")], over)).held == 0
    assert only(lines([authorization(900)], [capture(500)])).held == 0
    assert only(lines([authorization(900, status="pending")], [])).held == 0


def test_more_than_was_approved_and_nothing_asked_are_told_apart() -> None:
    over = only(lines([authorization(800)], [capture(500), capture(450, id="ipi_2")]))
    assert (over.over, over.unasked) == (150, False)
    assert only(lines([authorization(800)], [capture(800)])).over == 0
    assert only(lines([authorization(800)], [])).over == 0
    forced = only(lines([], [replace(capture(700), authorization_id="")]))
    assert (forced.over, forced.unasked) == (0, True)
    assert not only(lines([], [capture(700)])).unasked  # asked for, but not known here


def test_captures_and_refunds_of_an_unknown_authorisation_are_one_line() -> None:
    parts = [refund(100), capture(300, id="ipi_2"), replace(capture(500), created=150)]
    line = only(lines([], parts))
    assert (line.key, line.at) == ("ipi_1", 150)
    assert (line.state, line.amount, line.refunded) == ("part_refunded", 800, 100)
    assert only(lines([], [capture(500), refund(500)])).state == "refunded"
    assert only(lines([], [capture(500, dispute="idp_1"), refund(5)])).state == "disputed"
    assert [one.state for one in lines([], [refund(5), refund(6)])] == ["refund", "refund"]


def test_a_refund_taken_back_is_no_money_that_came() -> None:
    line = only(lines([], [refund(-250, of="")]))
    assert (line.state, line.amount) == ("refund_taken_back", 250)
    both = only(lines([authorization()], [capture(480), refund(100), refund(-100)]))
    assert (both.state, both.refunded) == ("settled", 0)


def test_money_that_moved_in_a_way_stripe_added_since_is_not_lost() -> None:
    adjusted = Transaction(id="ipi_3", type="adjustment", amount=-20, authorization_id="iauth_1")
    line = only(lines([authorization()], [capture(480), adjusted]))
    assert (line.amount, [t.id for t in line.captures]) == (500, ["ipi_1", "ipi_3"])
    assert only(lines([], [adjusted])).amount == 20


@given(st.lists(st.tuples(st.sampled_from(["iauth_1", "iauth_x", ""]), st.integers(-9999, 9999))))
def test_every_transaction_appears_exactly_once(items: list[tuple[str, int]]) -> None:
    transactions = [
        Transaction(
            id=f"ipi_{n}",
            type="refund" if amount > 0 else "capture",
            amount=amount,
            authorization_id=of,
        )
        for n, (of, amount) in enumerate(items)
    ]
    found = lines([authorization()], transactions)
    told = [t.id for line in found for t in (*line.captures, *line.refunds)]
    assert sorted(told) == sorted(t.id for t in transactions)
    assert len({line.key for line in found}) == len(found)
