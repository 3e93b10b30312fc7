"""How much of a limit is used, counted from what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.limits import (
    INTERVALS,
    Purchase,
    Spending,
    barriers,
    chain,
    interval_end,
    interval_start,
    uses,
)
from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Decision,
    Merchant,
    SpendingControls,
    SpendingLimit,
    Transaction,
)

NOW = int(datetime(2026, 11, 18, 16, 0, tzinfo=UTC).timestamp())  # a Wednesday
DAY = 86_400
MONTHLY = SpendingLimit(amount=10_000, interval="monthly")


def limited(*limits: SpendingLimit, id: str = "ic_1", **extra: object) -> Card:
    controls = SpendingControls(limits=limits, limits_currency="eur")
    return Card(id=id, currency="eur", spending_controls=controls, **extra)  # type: ignore[arg-type]


def held(amount: int, at: int = NOW - 60, id: str = "iauth_1", **extra: object) -> Authorization:
    plain = Authorization(
        id=id,
        card_id="ic_1",
        amount=amount,
        currency="eur",
        approved=True,
        status="pending",
        created=at,
    )
    return replace(plain, **extra)  # type: ignore[arg-type]


def moved(amount: int, at: int = NOW - 60, under: str = "", **extra: object) -> Transaction:
    """A capture (amount below zero) or a refund."""
    plain = Transaction(
        id=f"ipi_{amount}_{at}_{under}",
        type="capture" if amount < 0 else "refund",
        amount=amount,
        currency="eur",
        card_id="ic_1",
        authorization_id=under,
        created=at,
    )
    return replace(plain, **extra)  # type: ignore[arg-type]


def used(*records: Authorization | Transaction, limit: SpendingLimit = MONTHLY) -> int:
    card = limited(limit)
    spending = Spending(
        cards=(card,),
        authorizations=tuple(r for r in records if isinstance(r, Authorization)),
        transactions=tuple(r for r in records if isinstance(r, Transaction)),
        complete_since=0,
    )
    (use,) = uses(card, None, spending, NOW)
    return use.net


def test_intervals_are_calendar_ones_in_utc_and_weeks_begin_on_sunday() -> None:
    starts = [datetime.fromtimestamp(interval_start(i, NOW), UTC).date() for i in INTERVALS[1:5]]
    assert [day.isoformat() for day in starts] == [
        "2026-11-18",
        "2026-11-15",
        "2026-11-01",
        "2026-01-01",
    ]
    assert interval_start("all_time", NOW) == 0
    assert interval_end("all_time", NOW) is None


@given(st.sampled_from(INTERVALS[1:5]), st.integers(0, 4_000_000_000))
def test_every_instant_lies_in_one_interval(interval: str, at: int) -> None:
    start, end = interval_start(interval, at), interval_end(interval, at)
    assert end is not None
    assert start <= at < end
    assert interval_start(interval, end) == end
    assert interval_start(interval, end - 1) == start


def test_a_hold_and_its_captures_count_once() -> None:
    assert used(held(900)) == 900
    assert used(held(900), moved(-400, under="iauth_1")) == 900
    assert used(held(900, status="closed"), moved(-400, under="iauth_1")) == 400
    assert used(held(900), moved(-1_100, under="iauth_1")) == 1_100  # captured more than held


def test_declined_released_and_lapsed_purchases_do_not_count() -> None:
    assert used(held(900, approved=False, status="closed")) == 0
    assert used(held(900, status="reversed")) == 0
    assert used(held(900, status="expired")) == 0


def test_refunds_give_back_and_what_is_used_is_never_below_zero() -> None:
    assert used(moved(-900), moved(300)) == 600
    card = limited(MONTHLY)
    (use,) = uses(card, None, Spending(cards=(card,), transactions=(moved(700),)), NOW)
    assert (use.net, use.used, use.left) == (-700, 0, 10_700)


def test_only_the_running_interval_counts() -> None:
    before = interval_start("monthly", NOW) - 1
    assert used(moved(-900, at=before), moved(-100, at=before + 1)) == 100


def test_a_limit_of_categories_counts_only_these() -> None:
    bars = Merchant(category="drinking_places")
    limit = replace(MONTHLY, categories=("drinking_places",))
    assert used(held(500, merchant=bars), held(300, id="iauth_2"), limit=limit) == 500
    (use,) = uses(limited(limit), None, Spending(), NOW)
    assert not use.exceeded_by(Purchase(amount=99_999, currency="eur", category="bakeries"))
    assert use.exceeded_by(Purchase(amount=99_999, currency="eur", category="drinking_places"))


def test_usage_follows_a_card_to_its_replacement_and_not_back() -> None:
    old = limited(MONTHLY, replaced_by="ic_2")
    new = limited(MONTHLY, id="ic_2", replacement_for="ic_1")
    spending = Spending(
        cards=(new, old),
        transactions=(moved(-900), moved(-50, card_id="ic_2")),
        complete_since=0,
    )
    assert [use.net for use in uses(new, None, spending, NOW)] == [950]
    assert [use.net for use in uses(old, None, spending, NOW)] == [900]


def test_a_chain_with_a_hole_or_a_circle_ends_and_the_hole_is_known() -> None:
    lone = Card(id="ic_2", replacement_for="ic_gone")
    assert chain(lone, ()) == (("ic_2", "ic_gone"), False)
    a, b = Card(id="ic_1", replacement_for="ic_2"), Card(id="ic_2", replacement_for="ic_1")
    assert chain(a, (a, b)) == (("ic_1", "ic_2"), True)
    (use,) = uses(
        replace(limited(MONTHLY), replacement_for="ic_gone"), None, Spending(complete_since=0), NOW
    )
    assert not use.complete


def test_a_cardholder_s_limit_counts_all_cards() -> None:
    card, other = limited(), limited(id="ic_2")
    holder = Cardholder(
        id="ich_1",
        spending_controls=SpendingControls(limits=(MONTHLY,), limits_currency="eur"),
    )
    spending = Spending(cards=(card, other), transactions=(moved(-900), moved(-50, card_id="ic_2")))
    (use,) = uses(card, holder, spending, NOW)
    assert (use.owner, use.net) == ("cardholder", 950)


def test_spending_in_another_currency_is_left_out_and_said() -> None:
    card = limited(MONTHLY)
    spending = Spending(cards=(card,), transactions=(moved(-900, currency="usd"),))
    (use,) = uses(card, None, spending, NOW)
    assert (use.net, use.mixed, use.exact) == (0, True, False)
    assert not use.exceeded_by(Purchase(amount=99_999, currency="usd"))


@pytest.mark.parametrize(
    ("since", "complete"), [(None, False), (0, True), (NOW - 60 * DAY, True), (NOW, False)]
)
def test_what_may_be_missing_is_known(since: int | None, complete: bool) -> None:
    card = limited(MONTHLY)
    (use,) = uses(card, None, Spending(cards=(card,), complete_since=since), NOW)
    assert use.complete is complete


def test_a_moment_of_the_past_sees_the_holds_of_that_time() -> None:
    later = (held(900, at=NOW - 500, status="closed"), moved(-400, at=NOW - 100, under="iauth_1"))
    card = limited(MONTHLY)
    spending = Spending(cards=(card,), authorizations=later[:1], transactions=later[1:])
    (then,) = uses(card, None, spending, NOW, at=NOW - 300)
    (before,) = uses(card, None, spending, NOW, at=NOW - 600)
    (now,) = uses(card, None, spending, NOW)
    assert (before.net, then.net, now.net) == (0, 900, 400)


def test_a_hold_that_ended_since_may_have_counted() -> None:
    asked = Decision(approved=True, amount=900, created=NOW - 500)
    gone = held(0, at=NOW - 500, status="reversed", decisions=(asked,))
    card = limited(MONTHLY)
    (use,) = uses(card, None, Spending(cards=(card,), authorizations=(gone,)), NOW, at=NOW - 300)
    assert (use.net, use.unsure, use.exact) == (0, 900, False)


def test_every_rule_that_stands_against_a_purchase_is_named() -> None:
    controls = SpendingControls(
        limits=(SpendingLimit(amount=100, interval="per_authorization"),),
        limits_currency="eur",
        blocked_categories=("betting_casino_gambling",),
        allowed_merchant_countries=("DE",),
    )
    holder = Cardholder(
        id="ich_1", spending_controls=SpendingControls(blocked_card_presences=("not_present",))
    )
    card = Card(id="ic_1", currency="eur", spending_controls=controls)
    purchase = Purchase(
        amount=101,
        currency="eur",
        category="betting_casino_gambling",
        country="MT",
        presence="not_present",
    )
    found = barriers(purchase, card, holder, Spending(), NOW)
    assert [(b.owner, b.kind) for b in found] == [
        ("card", "category_blocked"),
        ("card", "country_not_allowed"),
        ("cardholder", "presence_blocked"),
        ("card", "limit"),
    ]
    fits = replace(purchase, amount=100, category="bakeries", country="DE", presence="present")
    assert barriers(fits, card, holder, Spending(), NOW) == ()


amounts = st.integers(1, 5_000)
instants = st.integers(NOW - 400 * DAY, NOW)


@st.composite
def purchases(draw: st.DrawFn) -> tuple[list[Authorization], list[Transaction]]:
    """Holds with captures and refunds, and some of these without a hold."""
    asked: list[Authorization] = []
    paid: list[Transaction] = []
    for n in range(draw(st.integers(0, 6))):
        at, amount = draw(instants), draw(amounts)
        status = draw(st.sampled_from(("pending", "closed", "reversed", "expired")))
        id = f"iauth_{n}"
        asked.append(held(amount, at=at, id=id, status=status, approved=draw(st.booleans())))
        for m in range(draw(st.integers(0, 3)) if status in ("pending", "closed") else 0):
            when = draw(st.integers(at, NOW))
            paid.append(moved(-draw(amounts), at=when, under=id, id=f"ipi_{n}_{m}"))
    for n in range(draw(st.integers(0, 4))):
        sign = draw(st.sampled_from((-1, 1)))
        paid.append(moved(sign * draw(amounts), at=draw(instants), id=f"ipi_alone_{n}"))
    return asked, paid


@given(purchases(), st.sampled_from(INTERVALS), st.one_of(st.none(), instants))
def test_what_is_used_is_never_negative_and_left_fits(
    spent: tuple[list[Authorization], list[Transaction]], interval: str, at: int | None
) -> None:
    card = limited(SpendingLimit(amount=3_000, interval=interval))
    spending = Spending(cards=(card,), authorizations=tuple(spent[0]), transactions=tuple(spent[1]))
    (use,) = uses(card, None, spending, NOW, at)
    assert use.used >= 0
    assert use.left >= 0
    assert use.unsure >= 0
    if 0 <= use.net <= 3_000:
        assert use.used + use.left == 3_000
    assert use.exceeded_by(Purchase(amount=use.left + 1, currency="eur"))
    if use.net <= 3_000:
        assert not use.exceeded_by(Purchase(amount=use.left, currency="eur"))


@given(purchases(), amounts)
def test_longer_intervals_hold_the_shorter_ones_and_refunds_only_lower(
    spent: tuple[list[Authorization], list[Transaction]], back: int
) -> None:
    asked, paid = spent
    outlay = tuple(t for t in paid if t.amount < 0)

    def net(interval: str, *more: Transaction) -> int:
        card = limited(SpendingLimit(amount=1, interval=interval))
        spending = Spending(
            cards=(card,), authorizations=tuple(asked), transactions=(*outlay, *more)
        )
        return uses(card, None, spending, NOW)[0].net

    assert net("daily") <= net("monthly") <= net("yearly") <= net("all_time")
    assert net("daily") <= net("weekly") <= net("all_time")
    assert net("all_time", moved(back, id="ipi_back")) == net("all_time") - back
