"""Where a card is, when it is late, and when a new one is sent."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.domain.calendars import Calendar
from supportdesk.domain.records import Address, Card, Shipping
from supportdesk.domain.shipping import corrected, late_on, may_resend, steps

POSTED = int(datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp())  # a Monday
WEEKDAYS = Calendar("")
STATUSES = ("pending", "submitted", "shipped", "delivered", "returned", "failure", "canceled")


def card(status: str, state: str = "inactive", **shipping: object) -> Card:
    parcel = Shipping(status=status, **shipping)  # type: ignore[arg-type]
    return Card(id="ic_1", status=state, created=POSTED - 86_400, shipping=parcel)


def test_the_time_line_goes_on_from_what_is_known() -> None:
    line = steps(card("shipped", shipped_at=POSTED, eta=POSTED + 500_000))
    assert [(s.status, s.progress) for s in line] == [
        ("pending", "done"),
        ("submitted", "done"),
        ("shipped", "now"),
        ("delivered", "ahead"),
    ]
    assert (line[2].at, line[3].at, line[3].expected) == (POSTED, POSTED + 500_000, True)
    back = steps(card("returned", shipped_at=POSTED))
    assert [(s.status, s.progress) for s in back] == [
        ("pending", "done"),
        ("shipped", "done"),
        ("returned", "failed"),
    ]


@given(st.sampled_from(("", *STATUSES, "teleported")), st.booleans())
def test_any_status_has_a_line_and_at_most_one_end(status: str, timed: bool) -> None:
    line = steps(card(status, shipped_at=POSTED if timed else None))
    assert bool(line) == bool(status)
    if status:
        assert [s.status for s in line if s.progress in ("now", "failed")] == [status]
    assert steps(Card(id="ic_1")) == ()


def test_a_card_is_late_after_ten_business_days() -> None:
    posted = card("shipped", shipped_at=POSTED)
    assert late_on(posted, WEEKDAYS) == date(2026, 11, 16)
    early = may_resend(posted, date(2026, 11, 15), WEEKDAYS)
    assert (early.allowed, "10 business days" in early.why) == (False, True)
    assert may_resend(posted, date(2026, 11, 16), WEEKDAYS).allowed


def test_a_card_posted_on_an_unknown_day_becomes_late_as_well() -> None:
    posted = card("shipped")  # ordered on Sunday, 1 November
    assert late_on(posted, WEEKDAYS) == date(2026, 11, 13)
    assert not may_resend(posted, date(2026, 11, 12), WEEKDAYS).allowed
    assert may_resend(posted, date(2026, 11, 13), WEEKDAYS).allowed
    expected = card("shipped", eta=POSTED + 14 * 86_400)  # Monday, 16 November
    assert late_on(expected, WEEKDAYS) == date(2026, 11, 17)
    nothing = Card(id="ic_1", shipping=Shipping(status="shipped"))
    why = may_resend(nothing, date(2027, 1, 1), WEEKDAYS)
    assert (why.allowed, why.why) == (False, "Stripe does not say when it was posted.")


@pytest.mark.parametrize("status", STATUSES)
def test_only_what_came_back_failed_or_is_late_is_sent_again(status: str) -> None:
    verdict = may_resend(card(status, shipped_at=POSTED), date(2026, 12, 24), WEEKDAYS)
    assert verdict.allowed == (status in ("shipped", "returned", "failure"))
    assert bool(verdict.why) != verdict.allowed


def test_a_card_that_was_replaced_is_not_sent_again() -> None:
    replaced = Card(id="ic_1", replaced_by="ic_2", shipping=Shipping(status="returned"))
    assert not may_resend(replaced, date(2026, 12, 24), WEEKDAYS).allowed
    assert not may_resend(Card(id="ic_1"), date(2026, 12, 24), WEEKDAYS).allowed


def test_capitals_are_no_correction() -> None:
    typed = Address(line1="Ackerstr. 12", city="Berlin", postal_code="10115", country="DE")
    loud = Address(line1="ACKERSTR.  12 ", city="BERLIN", postal_code="10115", country="DE")
    other = Address(line1="ACKERSTR. 12A", city="BERLIN", postal_code="10115", country="DE")
    assert corrected(Shipping(address=typed)) is None
    assert corrected(Shipping(address=typed, normalized_address=loud)) is None
    assert corrected(Shipping(address=typed, normalized_address=other)) == other
