"""The next step of a dispute: tables from the facts, and properties over all situations."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from supportdesk.domain.calendars import Calendar
from supportdesk.domain.clocks import Clock
from supportdesk.domain.dispute_steps import (
    CREDITED,
    ENDED,
    LOCAL,
    TOLD,
    Kind,
    Situation,
    Step,
    next_step,
    parse_rules,
)

FOLDER = Path(__file__).parents[2] / "resources" / "disputes"
TEXT = (FOLDER / "steps.json").read_text("utf-8")
RULES = parse_rules(TEXT)
US = RULES.owed("US")
CALENDAR = Calendar("DE")
CLEARED = date(2026, 9, 1)
LAST = CLEARED + timedelta(days=110)
# As the field's document lists them for API 2026-10-28.endive.
LOSSES = """
cardholder_authentication_issuer_liability eci5_token_transaction_with_tavv
excess_disputes_in_timeframe has_not_met_the_minimum_dispute_amount_requirements
invalid_duplicate_dispute invalid_incorrect_amount_dispute invalid_no_authorization
invalid_use_of_disputes merchandise_delivered_or_shipped merchandise_or_service_as_described
not_cancelled other refund_issued submitted_beyond_allowable_time_limit transaction_3ds_required
transaction_approved_after_prior_fraud_dispute transaction_authorized
transaction_electronically_read transaction_qualifies_for_visa_easy_payment_service
transaction_unattended
""".split()


def step(today: date, *, us: bool = False, **known: object) -> Step:
    situation = Situation(**{"since": date(2026, 1, 1), **known})  # type: ignore[arg-type]
    return next_step(situation, RULES, US if us else (), CALENDAR, today)


def day(number: int) -> date:
    return CLEARED + timedelta(days=number)


@pytest.mark.parametrize(
    ("after", "kind", "due"),
    [(1, "submit", 90), (90, "submit", 90), (91, "submit", 110), (110, "submit", 110),
     (111, "late", 110)],
)  # fmt: skip
def test_the_own_line_comes_first_then_stripes_limit(after: int, kind: str, due: int) -> None:
    found = step(day(after), status="unsubmitted", last_day=LAST)
    assert (found.kind, found.due, found.last_day) == (kind, day(due), LAST)


def test_a_draft_names_the_field_that_is_missing() -> None:
    found = step(day(3), status=LOCAL, last_day=LAST, problem="explanation")
    assert (found.kind, found.turn, found.detail) == ("finish", "act", "explanation")


def test_a_waiting_time_comes_before_filing() -> None:
    found = step(day(3), status=LOCAL, last_day=LAST, wait_until=day(9), problem="explanation")
    assert (found.kind, found.turn, found.due) == ("wait", "wait", day(9))
    assert step(day(9), status=LOCAL, last_day=LAST, wait_until=day(9)).kind == "submit"


def test_the_network_decides_and_is_asked_when_it_does_not() -> None:
    found = step(day(10), status="submitted", filed=day(5))
    assert (found.kind, found.due, found.firm) == ("decide", day(95), False)
    assert step(day(96), status="submitted", filed=day(5)).kind == "chase"


def test_won_is_done_once_the_cardholder_was_told_and_credited() -> None:
    friday = date(2026, 11, 20)
    assert step(friday, status="won", ended=friday).due == date(2026, 11, 23)
    half = step(friday, status="won", ended=friday, done={TOLD: friday})
    assert (half.kind, half.detail) == ("tell_won", CREDITED)
    both = {TOLD: friday, CREDITED: friday}
    assert step(friday, status="won", ended=friday, done=both).kind == "done"
    assert step(friday, status="lost", ended=friday, done={TOLD: friday}).kind == "done"


def test_what_ended_before_the_desk_was_in_use_is_not_told_again() -> None:
    since = date(2026, 11, 1)
    old, young = since - timedelta(days=31), since - timedelta(days=30)
    assert step(since, status="lost", ended=old, since=since).kind == "done"
    late = step(since, status="lost", ended=young, since=since)
    assert (late.kind, late.due) == ("tell_lost", date(2026, 11, 2))  # counted from the first day
    assert step(since, status="lost", ended=since, since=since).kind == "tell_lost"
    assert step(since, status="lost", begun=date(2025, 1, 1), since=since).kind == "done"
    recent = step(since, status="lost", begun=date(2026, 9, 1), since=since)
    assert (recent.kind, recent.due) == ("tell_lost", date(2026, 11, 2))


def test_a_us_programme_owes_a_notice_when_filed_and_when_it_ended() -> None:
    filed = date(2026, 11, 18)
    found = step(filed, us=True, status="submitted", filed=filed)
    assert (found.kind, found.detail, found.due) == ("notice", "us.filed", date(2026, 11, 19))
    sent = {"notice_filed": filed}
    assert step(filed, us=True, status="submitted", filed=filed, done=sent).kind == "decide"
    ended = {**sent, TOLD: filed}
    assert step(filed, us=True, status="lost", filed=filed, ended=filed, done=ended).due == date(
        2026, 11, 23
    )


def test_the_law_s_clock_comes_before_the_network_s() -> None:
    clock = Clock(
        rule="eu.refund", text="Refund the cardholder", regime="eu_psd2", count=1,
        unit="business_days", due=day(2), calendar="DE", version="1", source="PSD2 art. 73",
        met_by=("refund",),
    )  # fmt: skip
    found = step(day(1), status="unsubmitted", last_day=LAST, clocks=(clock,))
    assert (found.kind, found.due) == ("refund", day(2))
    done = {"refund": day(1)}
    assert step(day(1), status="unsubmitted", last_day=LAST, clocks=(clock,), done=done).kind == (
        "submit"
    )


def test_a_status_we_do_not_know_is_shown_as_stripe_wrote_it() -> None:
    found = step(day(1), status="arbitration")
    assert (found.kind, found.detail) == ("unknown", "arbitration")


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_says_why_and_what_can_still_be_done(loss: str) -> None:
    whys = json.loads((FOLDER / "outcomes.json").read_text("utf-8"))["loss_reasons"]
    assert whys[loss]
    assert RULES.losses[loss]
    assert RULES.after("lost", loss) == RULES.losses[loss]


def test_a_reason_of_tomorrow_still_says_what_can_be_done() -> None:
    assert RULES.after("lost", "brand_new") == RULES.lost
    assert RULES.after("submitted", "") == ""


def test_a_company_puts_its_own_words_over_ours() -> None:
    own = parse_rules(TEXT, '{"losses": {"other": "Call Jo."}, "own_line_days": 80}')
    assert own.after("lost", "other") == "Call Jo."
    assert own.losses["not_cancelled"] == RULES.losses["not_cancelled"]
    assert own.margin == timedelta(days=30)
    for broken in ("[]", '{"losses": 3}', '{"own_line_days": "many"}'):
        with pytest.raises((ValidationError, ValueError)):
            parse_rules(TEXT, broken)


DAYS = st.dates(date(2025, 1, 1), date(2028, 1, 1))
MAYBE = st.none() | DAYS
SITUATIONS = st.builds(
    Situation,
    status=st.sampled_from([LOCAL, "unsubmitted", "submitted", *ENDED, "new_status"]),
    filed=MAYBE,
    ended=MAYBE,
    last_day=MAYBE,
    wait_until=MAYBE,
    problem=st.sampled_from(["", "amount"]),
    understood=st.booleans(),
    done=st.dictionaries(
        st.sampled_from([TOLD, CREDITED, "notice_filed", "notice_ended"]), DAYS, max_size=4
    ),
    since=DAYS | st.just(date.min),
    begun=MAYBE,
)


@given(SITUATIONS, DAYS, st.integers(0, 400), st.booleans())
def test_an_answer_holds_until_the_day_it_names(
    situation: Situation, today: date, later: int, us: bool
) -> None:
    """This is what lets the queue keep answers in a table."""
    notices = US if us else ()
    now = next_step(situation, RULES, notices, CALENDAR, today)
    then = today + timedelta(days=later)
    if now.again is None or then < now.again:
        assert next_step(situation, RULES, notices, CALENDAR, then) == now
    else:
        assert now.again > today


@given(SITUATIONS, DAYS, st.booleans())
def test_no_step_is_due_after_the_limit(situation: Situation, today: date, us: bool) -> None:
    found = next_step(situation, RULES, US if us else (), CALENDAR, today)
    assert found.kind in get_args(Kind)
    if found.kind in ("submit", "finish", "late") and found.last_day is not None:
        assert found.due is not None
        assert found.due <= found.last_day
        assert found.last_day - found.due <= RULES.margin
    if found.turn == "over":
        assert found.due is None


@given(SITUATIONS, DAYS)
def test_telling_ends_what_has_ended(situation: Situation, today: date) -> None:
    all_done = {TOLD: today, CREDITED: today, "notice_filed": today, "notice_ended": today}
    found = next_step(
        Situation(
            status=situation.status if situation.status in ENDED else "won",
            ended=situation.ended,
            since=situation.since,
            done=all_done,
        ),
        RULES,
        US,
        CALENDAR,
        today,
    )
    assert found.turn == "over"
