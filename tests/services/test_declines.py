"""One test per reason: the practice Stripe declines, the desk explains with the right figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from supportdesk.domain.declines import Answer
from supportdesk.domain.reasons import Why
from supportdesk.services.activity import Activity
from tests.services.activity_bench import Caller, Play, player
from tests.services.bench import Bench
from tests.support.practice_api import Api

WHY = Why("asked by the cardholder")


@pytest.fixture
def play(api: Api, tmp_path: Path) -> Play:
    """Run a scenario with a fresh caller and an empty mirror."""
    api.post("/_practice/balance", currency="eur", amount=10_000_000)
    return player(tmp_path, api)


def kinds(answer: Answer) -> list[str]:
    return [act.kind for act in answer.acts]


def declined(api: Api, card: str, amount: int, reason: str, **params: Any) -> str:
    """Buy; the practice Stripe must decline for this reason. Returns the authorisation's id."""
    asked = api.buy(card, amount, **params)
    assert asked["request_history"][-1]["reason"] == reason
    return str(asked["id"])


def test_a_monthly_limit_with_holds_captures_and_refunds(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        lena.limit(200_000, "monthly")
        paid = api.purchase(lena.card, 150_000)
        api.post(f"/v1/test_helpers/issuing/transactions/{paid['id']}/refund", refund_amount=8_760)
        api.buy(lena.card, 50_000)
        id = declined(api, lena.card, 34_900, "spending_controls")
        answer = await lena.answer(desk, activity, id)
        assert answer.what.startswith(
            "Monthly limit of €2,000.00 would be exceeded: €1,912.40 used, €349.00 asked,"
            " €87.60 left; resets on 1 "
        )
        assert "estimate" in " ".join(answer.notes)
        assert "more may be used" not in " ".join(answer.notes)
        (use,) = (await lena.story(desk, activity)).uses[lena.card]
        assert (use.used, use.left, use.complete) == (191_240, 8_760, True)

    play(scenario)


@pytest.mark.parametrize(
    ("interval", "name"),
    [("daily", "Daily"), ("weekly", "Weekly"), ("yearly", "Yearly"), ("all_time", "Total")],
)
def test_limits_of_every_interval(api: Api, play: Play, interval: str, name: str) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        lena.limit(10_000, interval)
        api.purchase(lena.card, 6_000)
        id = declined(api, lena.card, 4_001, "spending_controls")
        what = (await lena.answer(desk, activity, id)).what
        assert what.startswith(
            f"{name} limit of €100.00 would be exceeded: €60.00 used, €40.01 asked, €40.00 left;"
        )
        assert ("never resets" in what) is (interval == "all_time")

    play(scenario)


def test_a_limit_per_purchase_and_one_of_a_category(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        lena.limit(2_000, "per_authorization")
        id = declined(api, lena.card, 2_001, "spending_controls")
        what = (await lena.answer(desk, activity, id)).what
        assert what == "Limit of €20.00 per purchase would be exceeded: €20.01 asked."
        bar = {"category": "drinking_places"}
        lena.limit(3_000, "monthly", "drinking_places")
        api.purchase(lena.card, 90_000)
        api.purchase(lena.card, 2_500, merchant_data=bar)
        id = declined(api, lena.card, 501, "spending_controls", merchant_data=bar)
        what = (await lena.answer(desk, activity, id)).what
        assert what.startswith("Monthly limit of €30.00 for drinking places would be exceeded:")
        assert "€25.00 used" in what

    play(scenario)


def test_a_cardholder_s_limit_over_all_cards_and_a_chain_of_cards(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        other = api.card(lena.id)["id"]
        limit = {"amount": 10_000, "interval": "monthly"}
        lena.control_all(spending_limits=[limit], spending_limits_currency="eur")
        api.purchase(other, 7_000)
        id = declined(api, lena.card, 3_001, "spending_controls")
        what = (await lena.answer(desk, activity, id)).what
        assert what.startswith("Monthly limit of €100.00 for all cards together would be exceeded:")
        lena.control_all(spending_limits="")
        lena.limit(5_000, "monthly")
        api.purchase(lena.card, 4_000)
        path = f"/v1/issuing/cards/{lena.card}"
        api.post(path, status="canceled", cancellation_reason="stolen")
        new = api.card(lena.id, replacement_for=lena.card, replacement_reason="stolen")["id"]
        lena.limit(5_000, "monthly", card=new)
        id = declined(api, new, 1_001, "spending_controls")
        what = (await lena.answer(desk, activity, id)).what
        assert "€40.00 used, €10.01 asked, €10.00 left" in what

    play(scenario)


@pytest.mark.parametrize(
    ("control", "params", "words"),
    [
        (
            {"blocked_categories": ["betting_casino_gambling"]},
            {"merchant_data": {"category": "betting_casino_gambling"}},
            "“betting casino gambling” are blocked for the card",
        ),
        (
            {"allowed_categories": ["bakeries"]},
            {"merchant_data": {"category": "drinking_places"}},
            "“drinking places” are not among those allowed for the card",
        ),
        (
            {"blocked_merchant_countries": ["JP"]},
            {"merchant_data": {"country": "JP"}},
            "blocked for the card: Japan",
        ),
        (
            {"allowed_merchant_countries": ["DE"]},
            {"merchant_data": {"country": "FR"}},
            "not among those allowed for the card: France",
        ),
        (
            {"blocked_card_presences": ["not_present"]},
            {"authorization_method": "online"},
            "not at hand (online, by phone) are blocked",
        ),
        (
            {"allowed_card_presences": ["not_present"]},
            {"authorization_method": "chip"},
            "at hand in the shop are not among those allowed",
        ),
    ],
)
def test_rules_of_category_country_and_presence(
    api: Api, play: Play, control: dict[str, Any], params: dict[str, Any], words: str
) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        lena.control(**control)
        id = declined(api, lena.card, 500, "spending_controls", **params)
        assert words in (await lena.answer(desk, activity, id)).what
        lena.control(**dict.fromkeys(control, ""))
        assert "cannot be known" in (await lena.answer(desk, activity, id)).what

    play(scenario)


def test_a_card_frozen_at_this_desk(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        api.purchase(lena.card, 100)
        await desk.cards.freeze(lena.card)
        api.advance(2)
        id = declined(api, lena.card, 500, "card_inactive")
        answer = await lena.answer(desk, activity, id)
        assert re.match(r"•••• \d{4} was frozen by M\. Keller on \d+ \w+ \d\d:\d\d\.", answer.what)
        assert kinds(answer) == ["switch_on"]
        await desk.cards.unfreeze(lena.card, WHY)
        again = await lena.answer(desk, activity, id)
        assert kinds(again) == []
        assert "switched on now" in " ".join(again.notes)

    play(scenario)


def test_a_card_switched_off_elsewhere_or_never_activated(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        api.purchase(lena.card, 100)
        api.post(f"/v1/issuing/cards/{lena.card}", status="inactive")
        id = declined(api, lena.card, 500, "card_inactive")
        what = (await lena.answer(desk, activity, id)).what
        assert "cannot be known: it was not done at this desk" in what
        fresh = api.card(lena.id, status="inactive")["id"]
        id = declined(api, fresh, 500, "card_inactive")
        assert "probably never activated" in (await lena.answer(desk, activity, id)).what

    play(scenario)


def test_cancelled_and_expired_cards(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        path = f"/v1/issuing/cards/{lena.card}"
        api.post(path, status="canceled", cancellation_reason="lost")
        id = declined(api, lena.card, 500, "card_canceled")
        answer = await lena.answer(desk, activity, id)
        assert "reported lost" in answer.what
        assert [(act.kind, act.reason) for act in answer.acts] == [("replace", "lost")]
        new = api.card(lena.id, replacement_for=lena.card, replacement_reason="lost")
        answer = await lena.answer(desk, activity, id)
        assert f"•••• {new['last4']} replaced it" in answer.what
        assert kinds(answer) == []

    play(scenario)


def test_an_expired_card(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        month, year = _in_two_months(api)
        short = api.card(lena.id, exp_month=month, exp_year=year)["id"]
        api.advance(100 * 86_400)
        id = declined(api, short, 500, "card_expired")
        answer = await lena.answer(desk, activity, id)
        assert re.search(rf"ended on \d\d \w+ {year}", answer.what)
        assert [(act.kind, act.reason) for act in answer.acts] == [("replace", "expired")]

    play(scenario)


def _in_two_months(api: Api) -> tuple[int, int]:
    year, month = map(int, api.http.get("/_practice/info").json()["date"].split("-")[:2])
    return (month + 1) % 12 + 1, year + (month + 1) // 12


def test_cardholders_who_are_inactive_or_blocked(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        for status in ("inactive", "blocked"):
            api.post(f"/_practice/cardholders/{lena.id}", status=status)
            id = declined(api, lena.card, 500, f"cardholder_{status}")
            answer = await lena.answer(desk, activity, id)
            assert status in answer.what
            assert answer.say

    play(scenario)


def test_requirements_that_are_past_due(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        due = ["individual.dob.day", "individual.dob.month", "individual.verification.document"]
        path = f"/_practice/cardholders/{lena.id}"
        api.post(path, past_due=due, disabled_reason="requirements.past_due")
        id = declined(api, lena.card, 500, "cardholder_verification_required")
        answer = await lena.answer(desk, activity, id)
        assert answer.what.endswith("past due: date of birth, identity document.")
        assert kinds(answer) == ["requirements"]
        api.post(path, past_due="", disabled_reason="under_review")
        assert (await lena.answer(desk, activity, id)).never_say
        api.post(path, disabled_reason="")
        assert "any more" in (await lena.answer(desk, activity, id)).what

    play(scenario)


def test_three_failed_3ds_attempts(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        failed = {"three_d_secure": {"result": "failed"}}
        ids = []
        for _ in range(3):
            ids.append(declined(api, lena.card, 500, "verification_failed",
                                verification_data=failed))  # fmt: skip
            api.advance(240)
        story = await lena.story(desk, activity)
        assert "was not completed" in story.answers[ids[1]].what
        last = story.answers[ids[2]]
        assert "3D Secure failed 3 times within 8 min" in last.what
        assert re.search(r"until \d+ \w+ \d\d:\d\d", last.what)
        required = {"three_d_secure": {"result": "required"}}
        id = declined(api, lena.card, 500, "verification_failed", verification_data=required)
        assert (await lena.answer(desk, activity, id)).checks == (
            "3D Secure was required and was not done.",
        )

    play(scenario)


def test_suspected_fraud_and_its_text_message(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        risk = {"fraud_risk": {"level": "highest", "score": 98}}
        id = declined(api, lena.card, 500, "suspected_fraud", risk_assessment=risk)
        answer = await lena.answer(desk, activity, id)
        assert "fraud" not in answer.say
        assert "fraud" in answer.never_say
        assert kinds(answer) == ["freeze", "lost"]
        path = f"/v1/test_helpers/issuing/authorizations/{id}/fraud_challenges/respond"
        api.post(path, confirmed=True)
        answer = await lena.answer(desk, activity, id)
        assert "confirmed" in answer.what
        assert kinds(answer) == []

    play(scenario)


def test_the_magnetic_stripe_and_an_empty_balance(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        swiped = {"authorization_method": "swipe"}
        id = declined(api, lena.card, 500, "insecure_authorization_method", **swiped)
        assert "swipe" in (await lena.answer(desk, activity, id)).what
        api.post("/_practice/balance", currency="eur", amount=100)
        id = declined(api, lena.card, 12_345, "insufficient_funds")
        answer = await lena.answer(desk, activity, id)
        assert answer.what.startswith("€123.45 was more than the programme's Issuing balance.")
        assert answer.never_say

    play(scenario)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("account_disabled", "whole programme"),
        ("network_fallback", "network decided"),
        ("not_allowed", "not permitted"),
        ("pin_blocked", "three wrong entries"),
        ("stripe_internal_error", "internal error"),
        ("webhook_declined", "own system"),
        ("webhook_error", "“connection refused {x}”"),
        ("webhook_timeout", "in time"),
        ("moon_in_the_wrong_house", "“moon_in_the_wrong_house”"),
    ],
)
def test_reasons_no_test_helper_produces(api: Api, play: Play, reason: str, words: str) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        said = {"message": "connection refused {x}"} if reason == "webhook_error" else {}
        api.post("/_practice/declines", card=lena.card, reason=reason, **said)
        id = declined(api, lena.card, 500, reason)
        answer = await lena.answer(desk, activity, id)
        assert words in answer.what
        assert answer.do
        assert api.reason(lena.card) == "card_active"  # only the next purchase was meant

    play(scenario)


def test_an_increment_that_was_refused(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        lena.limit(10_000, "daily")
        hotel = api.buy(lena.card, 8_000)["id"]
        path = f"/v1/test_helpers/issuing/authorizations/{hotel}/increment"
        api.post(path, increment_amount=3_000)
        answer = await lena.answer(desk, activity, hotel)
        assert "€80.00 used, €30.00 asked, €20.00 left" in answer.what
        assert "itself was approved" in " ".join(answer.notes)

    play(scenario)
