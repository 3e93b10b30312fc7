"""Several purchases at once, the second person, pending purchases, dates of the law."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from supportdesk.config import Settings
from supportdesk.domain.days import format_day
from supportdesk.domain.dispute_answers import answered
from supportdesk.domain.disputes import Draft
from supportdesk.errors import UserFacing
from tests.services.desk_at_practice import RULES, Place, Programme, place
from tests.support.evidence import text_pdf

NOT_ME = {"part": "no", "known": "nobody", "possession": "stolen", "details": "no"}


class Desk:
    """Who sits at the desk, and what the programme wants."""

    def __init__(self) -> None:
        self.settings = Settings(agent="M. Keller")


Scenario = Callable[[Place, Desk], Coroutine[Any, Any, None]]


@pytest.fixture
def play(tmp_path: Path, stripe: Programme) -> Callable[[Scenario], None]:
    def run(scenario: Scenario) -> None:
        async def whole() -> None:
            desk = Desk()
            async with place(tmp_path, stripe, settings=lambda: desk.settings) as made:
                await scenario(made, desk)

        asyncio.run(whole())

    return run


Play = Callable[[Scenario], None]


def today() -> str:
    return format_day(date.today(), "de_DE")  # noqa: DTZ011  (the day at the desk)


async def drafts(desk: Place, ids: list[str]) -> list[Draft]:
    intakes = [await desk.disputes.open(one) for one in ids]
    return [intake.draft for intake in intakes if intake is not None]


def test_drafts_from_the_lost_flow_carry_its_answers(play: Play, stripe: Programme) -> None:
    card = stripe.card()
    ids = [stripe.capture(24900, card), stripe.capture(3100, card)]

    async def scenario(desk: Place, _: Desk) -> None:
        made = await desk.disputes.start(ids, "fraudulent", NOT_ME, told_us_on=today())
        assert made == ids
        first, second = await drafts(desk, ids)
        assert (first.reason, second.reason) == ("fraudulent", "fraudulent")
        assert first.intake == second.intake != ""
        assert "EUR 249.00" in first.evidence["explanation"]
        assert "EUR 31.00" in second.evidence["explanation"]
        assert "The card had been stolen." in second.evidence["explanation"]
        assert stripe.disputes(ids[0]) == []  # nothing goes to Stripe
        assert await desk.casebook.journal.recent() == []
        lines = {line.transaction_id: line for line in await desk.lines("open")}
        assert (
            lines[ids[1]].step.kind == "refund"
        )  # PSD2: by the next business day, before all else
        again = await desk.disputes.start(ids, "fraudulent", NOT_ME)
        assert again == ids
        assert await drafts(desk, ids) == [first, second]

    play(scenario)


def test_what_is_typed_is_shared_and_files_are_seen_by_both(
    play: Play, stripe: Programme, tmp_path: Path
) -> None:
    ids = [stripe.capture(24900), stripe.capture(3100)]
    path = tmp_path / "report.pdf"
    path.write_bytes(text_pdf())

    async def scenario(desk: Place, _: Desk) -> None:
        await desk.disputes.start(ids)
        intake = await desk.disputes.open(ids[0])
        assert intake is not None
        assert [t.id for t in intake.together] == ids
        file = await desk.disputes.evidence.add(ids[0], path)
        draft = intake.draft
        for question, value in NOT_ME.items():
            draft = answered(draft, question, value, RULES.conversation)
        draft = draft.typed("additional_documentation", file.id).typed("told_us_on", today())
        await desk.disputes.keep(desk.disputes.explained(intake, draft))
        other = await desk.disputes.open(ids[1])
        assert other is not None
        assert other.draft.answers == NOT_ME
        assert other.draft.told_us_on == today()
        assert other.draft.evidence["additional_documentation"] == file.id
        assert [kept.id for kept in other.files] == [file.id]
        assert other.draft.amount == "31,00"
        own = other.draft.typed("explanation", "Only about the second.")
        await desk.disputes.keep(own)
        changed = draft.typed("additional_documentation", "")
        await desk.disputes.keep(changed)
        [_first, second] = await drafts(desk, ids)
        assert second.evidence["explanation"] == "Only about the second."
        assert second.evidence["additional_documentation"] == ""

    play(scenario)


def test_ids_of_files_that_look_like_a_card_number_are_kept(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()
    ids = "42424242-4242-4242-abcd-000000000000 00000000-0000-4000-8000-4242424242424242"

    async def scenario(desk: Place, _: Desk) -> None:
        await desk.disputes.start([bought])
        [draft] = await drafts(desk, [bought])
        spoken = draft.typed("explanation", "Paid with 4242 4242 4242 4242.")
        await desk.disputes.keep(spoken.typed("additional_documentation", ids))
        [kept] = await drafts(desk, [bought])
        assert kept.evidence["additional_documentation"] == ids
        assert "4242 4242" not in kept.evidence["explanation"]

    play(scenario)


def test_what_cannot_be_disputed_is_left_out_of_a_start(play: Play, stripe: Programme) -> None:
    ended, open_ = stripe.capture(), stripe.capture()

    async def scenario(desk: Place, _: Desk) -> None:
        await desk.disputes.start([ended], "fraudulent", NOT_ME, told_us_on=today())
        [draft] = await drafts(desk, [ended])
        await desk.disputes.submit(draft)
        assert await desk.disputes.start([ended, open_, open_]) == [open_]
        with pytest.raises(UserFacing):
            await desk.disputes.start(["ipi_of_nobody"])

    play(scenario)


async def code(made: Coroutine[Any, Any, object]) -> str:
    with pytest.raises(UserFacing) as caught:
        await made
    return caught.value.code


def test_a_second_person_approves_what_was_asked_for_and_nothing_else(
    play: Play, stripe: Programme
) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place, person: Desk) -> None:
        person.settings = replace(person.settings, dispute_approval="on")
        disputes = desk.disputes
        await disputes.start([bought], "fraudulent", NOT_ME, told_us_on=today())
        intake = await disputes.refresh(bought)
        assert intake is not None
        draft = intake.draft
        assert (await disputes.standing(intake))[0] == "ask"
        assert await code(disputes.submit(draft)) == "approval_needed"
        assert await code(disputes.ask_approval(draft.typed("amount", "9.999,00"))) == (
            "dispute_not_ready"
        )
        await disputes.ask_approval(draft)
        assert (await disputes.standing(intake))[0] == "waiting"
        for name in ("M. Keller", " m.  KELLER "):
            person.settings = replace(person.settings, agent=name)
            assert await code(disputes.submit(draft)) == "approval_same_agent"
        person.settings = replace(person.settings, agent="A. Ruiz")
        assert (await disputes.standing(intake))[0] == "approve"
        changed = draft.typed("amount", "100,00")
        assert await code(disputes.submit(changed)) == "approval_outdated"
        assert stripe.disputes(bought) == []
        await disputes.approvals.send_back(bought, "Add the police report")
        assert (await disputes.standing(intake))[0] == "sent_back"
        assert await code(disputes.submit(draft)) == "approval_needed"
        person.settings = replace(person.settings, agent="M. Keller")
        await disputes.ask_approval(draft)
        person.settings = replace(person.settings, agent="A. Ruiz")
        assert (await disputes.submit(draft)).status == "submitted"
        told = [(e.action, e.agent) for e in await desk.casebook.journal.recent(limit=20)]
        assert told[:4] == [
            ("dispute.submit", "A. Ruiz"),
            ("dispute.create", "A. Ruiz"),
            ("approval.give", "A. Ruiz"),
            ("approval.ask", "M. Keller"),
        ]
        assert stripe.events("issuing_dispute.submitted", stripe.disputes(bought)[0]["id"]) == 1
        assert await disputes.approvals.asked(bought) is None

    play(scenario)


def test_who_typed_last_cannot_approve_either(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place, person: Desk) -> None:
        person.settings = replace(person.settings, dispute_approval="on")
        await desk.disputes.start([bought], "fraudulent", NOT_ME, told_us_on=today())
        [draft] = await drafts(desk, [bought])
        await desk.disputes.ask_approval(draft)
        person.settings = replace(person.settings, agent="A. Ruiz")
        await desk.disputes.keep(draft)  # opened and touched
        assert await code(desk.disputes.submit(draft)) == "approval_same_agent"

    play(scenario)


def test_a_pending_purchase_is_begun_when_it_settles(play: Play, stripe: Programme) -> None:
    helpers = "/v1/test_helpers/issuing/authorizations"
    card = stripe.card()

    def pay() -> str:
        shop = {"merchant_data[name]": "Slow Shop"}
        return str(stripe.post(helpers, card=card, amount=500, currency="eur", **shop)["id"])

    settles, falls_away = pay(), pay()

    async def scenario(desk: Place, _: Desk) -> None:
        pending = desk.disputes.pending

        async def read() -> None:
            at = 1.0
            bought = [await desk.gateway.authorization(one) for one in (settles, falls_away)]
            await desk.mirror.put(bought, at)
            page = await desk.gateway.transactions(card=card)
            await desk.mirror.put(page.records, at)

        await read()
        shown = await pending.of(stripe.cardholder)
        assert {one.id for one in shown} == {settles, falls_away}
        for one in shown:
            await pending.remind(one)
            await pending.remind(one)
        assert len(await pending.waiting()) == 2
        await desk.disputes.begin_settled()
        assert await desk.lines("open") == []
        stripe.post(f"{helpers}/{settles}/capture")
        stripe.post(f"{helpers}/{falls_away}/reverse")
        await read()
        await desk.disputes.begin_settled()
        [line] = await desk.lines("open")
        assert (line.merchant, line.status, line.step.detail) == (
            "Slow Shop",
            "local",
            "wrong:reason",
        )
        assert await pending.waiting() == []

    play(scenario)


def test_the_law_s_clocks_follow_the_programme_and_the_day_we_were_told(
    play: Play, stripe: Programme
) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place, person: Desk) -> None:
        await desk.disputes.start([bought], "fraudulent", NOT_ME)
        intake = await desk.disputes.open(bought)
        assert intake is not None
        assert desk.disputes.refunds(intake, intake.draft).clocks == ()
        told = intake.draft.typed("told_us_on", today())
        [clock] = desk.disputes.refunds(intake, told).clocks
        assert clock.regime == "eu_psd2"
        person.settings = replace(person.settings, regimes=("us_reg_e",), programme_country="US")
        rules = [clock.rule for clock in desk.disputes.refunds(intake, told).clocks]
        assert rules == ["us.reg_e.decide", "us.reg_e.final"]
        holder = await desk.gateway.cardholder(stripe.cardholder)
        await desk.mirror.put([holder], 1.0)  # made at Stripe today: a new account
        again = await desk.disputes.open(bought)
        assert again is not None
        rules = [clock.rule for clock in desk.disputes.refunds(again, told).clocks]
        assert rules == ["us.reg_e.decide_new", "us.reg_e.final_long"]

    play(scenario)


def test_a_reason_against_the_answers_needs_a_word_why_and_keeps_it(
    play: Play, stripe: Programme
) -> None:
    bought = stripe.capture()

    async def scenario(desk: Place, _: Desk) -> None:
        answers = {"part": "yes", "matter": "else"}
        await desk.disputes.start([bought], "fraudulent", answers, told_us_on=today())
        [draft] = await drafts(desk, [bought])
        assert draft.reason == "other"
        chosen = draft.typed("reason", "fraudulent").typed("explanation", "Took no part.")
        with pytest.raises(UserFacing) as caught:
            await desk.disputes.submit(chosen)
        assert caught.value.field == "overruled"
        await desk.disputes.submit(chosen.typed("overruled", "Said so afterwards"))
        [kept] = await drafts(desk, [bought])
        assert kept.overruled == "Said so afterwards"
        assert stripe.disputes(bought)[0]["evidence"]["reason"] == "fraudulent"

    play(scenario)
