"""An executive complaint is not answered before Stripe has cleared it: every way round is shut."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from supportdesk.domain.complaints import Complaint, Sent
from tests.services.test_complaints import DAY, Desk, at_desk, refused

EXECUTIVE: dict[str, Any] = {
    "complaint_classification": "executive",
    "executive_basis": ("Threat of legal action",),
}


def ways_of(one: Complaint, at: float) -> dict[str, Complaint]:
    """Changes that would answer the caller, or end the hold, without Stripe's word."""
    sent = Sent(at, "Ann", "acknowledge", "2026-12", "en", "copied")
    return {
        "acknowledged_at": replace(one, acknowledged_at=at, acknowledged_medium="E-mail"),
        "holding_at": replace(one, holding_at=at, holding_until=at + 9 * DAY, holding_reason="x"),
        "credit_told_at": replace(one, provisional_credit_at=at, credit_told_at=at),
        "told_at": replace(
            one, told_at=at, executed_at=at, outcome="Upheld", redress_reqd=False,
            description_of_corrective_action="Told", root_cause="Courier",
        ),
        "reply": replace(one, replies=(sent,)),
        "stripe_cleared_at": replace(one, stripe_cleared_at=at, stripe_cleared_by="Ann"),
    }  # fmt: skip


@pytest.mark.parametrize("way", sorted(ways_of(Complaint(), 0.0)))
@pytest.mark.parametrize("told", [False, True])
def test_no_change_answers_while_it_is_on_hold(tmp_path: Path, way: str, told: bool) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say(**EXECUTIVE))
        if told:
            made = await desk.complaints.steps.tell_stripe(made, desk.now, "req")
        at = desk.now - 2 if way == "stripe_cleared_at" else desk.now
        error = await refused(desk.complaints.edit(ways_of(made, at)[way]), "complaint_invalid")
        assert error.field == way
        assert await desk.complaints.get(made.id) == made

    at_desk(tmp_path, work)


@pytest.mark.parametrize("way", sorted(ways_of(Complaint(), 0.0)))
def test_none_is_logged_as_answered_or_cleared_already(tmp_path: Path, way: str) -> None:
    async def work(desk: Desk) -> None:
        logging = desk.complaints.log(ways_of(desk.say(**EXECUTIVE), desk.now)[way])
        assert (await refused(logging, "complaint_invalid")).field == way
        assert await desk.complaints.page("all") == []

    at_desk(tmp_path, work)


def test_that_stripe_was_told_is_recorded_once_and_stays(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        steps = desk.complaints.steps
        made = await steps.tell_stripe(await desk.complaints.log(desk.say(**EXECUTIVE)), desk.now)
        desk.now += 5 * DAY  # a second telling would make the first one late
        again = await refused(steps.tell_stripe(made, desk.now), "complaint_invalid")
        assert again.field == "stripe_notified_at"
        free = await steps.clear_hold(made, desk.now, "R. Diaz")
        for told in (None, desk.now + 1):
            changed = desk.complaints.edit(replace(free, stripe_notified_at=told))
            assert (await refused(changed, "complaint_invalid")).field == "stripe_cleared_at"

    at_desk(tmp_path, work)


def test_what_was_taken_for_an_inquiry_goes_on_where_it_was(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        made = await desk.complaints.steps.acknowledge(made, desk.now, "E-mail")
        asked = replace(made, is_complaint=False, decision_reason="Only asked")
        inquiry = await desk.complaints.edit(asked)
        assert inquiry.state == "not_a_complaint"
        back = await desk.complaints.edit(replace(inquiry, is_complaint=True))
        assert (back.state, back.clocks) == ("acknowledged", made.clocks)
        done = await desk.complaints.steps.resolve(desk.resolved(back))
        again = await desk.complaints.steps.reopen(done, "Nothing has arrived")
        asked = replace(again, is_complaint=False, decision_reason="Only asked")
        inquiry = await desk.complaints.edit(asked)
        back = await desk.complaints.edit(replace(inquiry, is_complaint=True))
        assert back.state == "reopened"

    at_desk(tmp_path, work)


def test_it_cannot_be_made_executive_and_answered_in_one(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        both = replace(ways_of(made, desk.now)["told_at"], **EXECUTIVE)
        await refused(desk.complaints.edit(both), "complaint_invalid")
        early = await desk.complaints.steps.acknowledge(made, desk.now, "E-mail")
        late = await desk.complaints.edit(replace(early, **EXECUTIVE))  # it was answered before
        assert late.on_hold
        told = await desk.complaints.steps.tell_stripe(late, desk.now)
        inquiry = replace(told, is_complaint=False, decision_reason="Only a question")
        assert (await refused(desk.complaints.edit(inquiry), "complaint_invalid")).field == (
            "is_complaint"
        )
        plain = replace(told, complaint_classification="operational", executive_basis=())
        await refused(desk.complaints.edit(plain), "complaint_invalid")
        gone = await desk.complaints.steps.withdraw(told, desk.now, "She took it back.")
        assert gone.state == "withdrawn"

    at_desk(tmp_path, work)


def test_clearance_opens_it_and_other_clocks_ran_on(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say(**EXECUTIVE))
        before = {clock.rule: clock.due for clock in made.clocks}
        told = await desk.complaints.steps.tell_stripe(made, desk.now, "req")
        desk.now += DAY
        error = await refused(
            desk.complaints.steps.clear_hold(told, desk.now, " "), "complaint_invalid"
        )
        assert error.field == "stripe_cleared_by"
        free = await desk.complaints.steps.clear_hold(told, desk.now, "R. Diaz")
        assert {clock.rule: clock.due for clock in free.clocks} == before
        done = await desk.complaints.edit(ways_of(free, desk.now)["told_at"])
        assert done.state == "resolved"

    at_desk(tmp_path, work)


def test_what_has_ended_is_reopened_before_it_goes_on(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        steps = desk.complaints.steps
        made = await desk.complaints.log(desk.say())
        done = await steps.resolve(desk.resolved(made))
        ways: tuple[Awaitable[Complaint], ...] = (
            steps.acknowledge(done, desk.now, "E-mail"),
            steps.forward(done, desk.now),
            steps.hold(done, desk.now, "The courier is silent", desk.now + 9 * DAY),
            steps.investigate(done),
            steps.withdraw(done, desk.now, "She took it back"),
        )
        for way in ways:
            await refused(way, "complaint_invalid")
        again = await steps.reopen(done, "Nothing has arrived")
        assert {c.rule: c.due for c in again.clocks} == {c.rule: c.due for c in made.clocks}
        assert (await steps.acknowledge(again, desk.now, "E-mail")).state == "acknowledged"

    at_desk(tmp_path, work)
