"""The caller proves who they are, or tries to get around it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from supportdesk.domain.answers import NO, YES
from supportdesk.domain.verification import ACTIONS, parse_policy
from supportdesk.errors import UserFacing
from supportdesk.paths import resources
from supportdesk.services.verification import Guard, Result, Unattended
from tests.services.call_desk import DAY, EVE, LENA, NOW, RIGHT, CallDesk, bought, play

WRONG = {"dob": "1984-03-02", "postal_code": "10117", "phone_ending": "5679", "code": NO}


async def refused(desk: CallDesk, said: dict[str, str]) -> UserFacing:
    with pytest.raises(UserFacing) as caught:
        await desk.verification.check(said)
    return caught.value


async def closed(desk: CallDesk, action: str, person: str = LENA.id) -> bool:
    return await shut(desk.verification, action, person)


async def shut(guard: Guard, action: str, person: str = LENA.id) -> bool:
    """Whether a guard refuses an action, and says so as it should."""
    try:
        await guard.allow(action, person)
    except UserFacing as problem:
        if (problem.code, problem.field) != ("level_too_low", action):
            raise
        return True
    return False


async def lena_is_verified(desk: CallDesk, **more: str) -> None:
    await desk.calls.opened(LENA.id)
    said = {"dob": RIGHT["dob"], **await desk.purchases(), **more}
    assert (await desk.verification.check(said)).match


def test_the_way_up_opens_one_bar_after_the_other(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        assert [a for a in ACTIONS if not await closed(desk, a)] == ["freeze", "complaint"]
        assert await desk.verification.check({"dob": RIGHT["dob"]}) == _result(True, 1, 3)
        assert await closed(desk, "read")
        assert await desk.verification.check(await desk.purchases()) == _result(True, 2, 3)
        open_now = [a for a in ACTIONS if not await closed(desk, a)]
        assert open_now == ["freeze", "complaint", "read", "dispute", "cancel"]
        assert await desk.verification.check({"code": YES}) == _result(True, 3, 3)
        assert not await closed(desk, "unfreeze")
        assert not await closed(desk, "replace")
        assert await closed(desk, "new_address")
        assert await desk.verification.check({"callback": YES}) == _result(True, 3, 3)
        assert not await closed(desk, "new_address")

    play(tmp_path, scenario)


def _result(match: bool, level: int, left: int) -> Result:
    return Result(match, level, left)


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_a_wrong_answer_fails_whatever_is_right_beside_it(tmp_path: Path, kind: str) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        said = {**RIGHT, "code": YES, kind: WRONG[kind]}
        # The same answer, whichever it was: nothing tells them apart, and nothing counts.
        assert await desk.verification.check(said) == _result(False, 0, 2)
        assert (await desk.verification.state(LENA.id)).proof.matched == frozenset()

    play(tmp_path, scenario)


def test_one_of_two_purchases_is_not_enough(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        said = await desk.purchases()
        only = await refused(desk, {"purchases.0": said["purchases.0"]})
        assert only.code == "answer_unreadable"
        twice = dict.fromkeys(said, said["purchases.0"])
        assert not (await desk.verification.check(twice)).match
        exchanged = {"purchases.0": said["purchases.1"], "purchases.1": said["purchases.0"]}
        assert not (await desk.verification.check(exchanged)).match

    play(tmp_path, scenario)


def test_the_question_stays_while_more_is_read_and_changes_after_a_failure(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        more = [bought(NOW - n * DAY, f"Shopname{n}x", 900 + n) for n in range(20, 60)]
        await desk.mirror.put(more[:20], NOW)
        await desk.calls.opened(LENA.id)

        async def asked() -> tuple[int, ...]:
            state = await desk.verification.state(LENA.id)
            return next(q.days for q in state.questions if q.kind == "purchases")

        first = await asked()
        await desk.mirror.put(more[20:], NOW)
        assert await asked() == first
        for who in (EVE.id, LENA.id, EVE.id, LENA.id):  # nor does it change by calling again
            await desk.calls.start(who)
            assert who == EVE.id or await asked() == first
        wrong = {"purchases.0": "Nowhere", "purchases.1": "Never"}
        assert not (await desk.verification.check(wrong)).match
        assert await asked() != first

    play(tmp_path, scenario)


def test_three_failures_a_day_are_the_end_over_calls_and_restarts(tmp_path: Path) -> None:
    async def first(desk: CallDesk) -> None:
        for left in (2, 1):
            await desk.calls.opened(LENA.id)
            assert (await desk.verification.check({"dob": "1950-01-01"})).left == left
            assert desk.calls.current is not None
            await desk.calls.end(desk.calls.current.id)

    async def second(desk: CallDesk) -> None:
        desk.later(3600)
        await desk.calls.start(LENA.id)
        assert (await desk.verification.check({"dob": "1950-01-02"})).left == 0
        for said in (RIGHT, {"code": YES}, {"callback": YES}, await desk.purchases()):
            assert (await refused(desk, said)).code == "attempts_used_up"
        assert (await desk.verification.state(LENA.id)).left == 0
        assert not await closed(desk, "freeze")
        # Nobody else is kept waiting by that.
        await desk.calls.start(EVE.id)
        assert (await desk.verification.check({"dob": "1990-01-01"})).match
        # 24 hours, not midnight: the first two are forgotten a day after they were made.
        desk.later(DAY - 3600 - 1)
        await desk.calls.start(LENA.id)
        assert (await refused(desk, RIGHT)).code == "attempts_used_up"
        desk.later(2)
        assert (await desk.verification.check(RIGHT)).left == 2

    play(tmp_path, first)
    play(tmp_path, second)


def test_attempts_side_by_side_do_not_slip_past_the_limit(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        tries = [desk.verification.check({"dob": f"1984-02-{day:02d}"}) for day in range(1, 29)]
        ended = await asyncio.gather(*tries, return_exceptions=True)
        told = [item for item in ended if not isinstance(item, BaseException)]
        codes = {item.code for item in ended if isinstance(item, UserFacing)}
        assert (len(told), codes) == (3, {"attempts_used_up"})

    play(tmp_path, scenario)


def test_what_cannot_be_read_costs_no_attempt_and_tells_nothing(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        for said, name in (
            ({"dob": "yesterday", "postal_code": "10115"}, "dob"),
            ({"phone_ending": "78"}, "phone_ending"),
            ({"code": "sure"}, "code"),
            ({"postal_code": " "}, "postal_code"),
            ({}, ""),
        ):
            problem = await refused(desk, said)
            assert (problem.code, problem.field) == ("answer_unreadable", name)
        assert (await desk.verification.state(LENA.id)).left == 3

    play(tmp_path, scenario)


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        (replace(LENA, dob=LENA.dob and LENA.dob.replace(year=1985)), ["dob"]),
        (replace(LENA, phone_number="+4930555000"), ["phone_ending", "code", "callback"]),
        (replace(LENA, email="eve@evil.example"), ["code"]),
        (replace(LENA, billing=replace(LENA.billing, postal_code="99999")), ["postal_code"]),
    ],
)
def test_changed_data_opens_nothing(tmp_path: Path, changed: object, kinds: list[str]) -> None:
    now = {"dob": "1985-03-01", "postal_code": "99999", "phone_ending": "5000"}

    async def scenario(desk: CallDesk) -> None:
        assert isinstance(changed, type(LENA))
        await desk.mirror.put([changed], NOW - 29 * DAY)
        await desk.calls.opened(LENA.id)
        for kind in kinds:
            problem = await refused(desk, {kind: now.get(kind, YES)})
            assert (problem.code, problem.field) == ("factor_refused", kind)
        state = await desk.verification.state(LENA.id)
        assert [q.kind for q in state.questions if q.refusal == "changed"] == kinds
        assert state.left == 3
        desk.later(2 * DAY)
        for kind in kinds:
            assert (await desk.verification.check({kind: now.get(kind, YES)})).match

    play(tmp_path, scenario)


def test_what_the_screen_shows_by_now_proves_nothing(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        said = await desk.purchases()
        await desk.verification.override("read", "Caller is deaf, uses a relay service")
        for kind, typed in (("postal_code", "10115"), ("phone_ending", "5678")):
            assert (await refused(desk, {kind: typed})).code == "factor_refused"
        assert (await refused(desk, said)).code == "factor_refused"
        assert (await desk.verification.state(LENA.id)).level == 0
        assert (await desk.verification.check({"dob": RIGHT["dob"]})).match  # is never shown

    play(tmp_path, scenario)


def test_a_factor_counts_once(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        assert (await desk.verification.check({"dob": RIGHT["dob"]})).level == 1
        assert (await refused(desk, {"dob": RIGHT["dob"]})).code == "factor_refused"

    play(tmp_path, scenario)


def test_last_four_of_the_card_only_where_a_programme_wants_them(tmp_path: Path) -> None:
    table = (resources() / "verification.json").read_text("utf-8")
    factors = json.loads(table)["factors"] | {"last4": {"counts": 1, "group": "card"}}
    own = parse_policy(table, json.dumps({"factors": factors}))

    async def without(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        assert (await refused(desk, {"last4": "4242"})).code == "factor_refused"

    async def with_it(desk: CallDesk) -> None:
        await desk.calls.start(LENA.id)
        assert not (await desk.verification.check({"last4": "4243"})).match
        assert (await desk.verification.check({"last4": "4242"})).level == 1

    play(tmp_path, without)
    play(tmp_path, with_it, own)


# --- whose call it is ----------------------------------------------------------------------------


def test_without_a_call_nothing_is_checked_and_only_what_protects_is_open(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        assert (await refused(desk, {"dob": RIGHT["dob"]})).code == "no_call"
        await desk.calls.start()  # a call, nobody opened yet
        assert (await refused(desk, {"dob": RIGHT["dob"]})).code == "no_call"
        # The queue of disputes is worked on without a caller.
        open_now = [a for a in ACTIONS if not await closed(desk, a)]
        assert open_now == ["freeze", "complaint", "dispute"]

    async def unattended() -> list[str]:
        return [action for action in ACTIONS if not await shut(Unattended(), action)]

    play(tmp_path, scenario)
    assert asyncio.run(unattended()) == ["freeze", "complaint", "dispute"]


def test_a_verified_caller_opens_no_one_elses_matters(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await lena_is_verified(desk, code=YES)
        await desk.calls.opened(EVE.id)  # the agent looks at someone else meanwhile
        assert desk.calls.current is not None
        assert desk.calls.current.cardholder_id == LENA.id
        assert await closed(desk, "read", EVE.id)
        assert await closed(desk, "unfreeze", EVE.id)
        assert await closed(desk, "read", "")
        state = await desk.verification.state(EVE.id)
        assert (state.level, state.call, state.other) == (0, None, desk.calls.current)
        assert await desk.verification.allow("freeze", EVE.id) == ""
        assert await desk.verification.allow("freeze", LENA.id) == desk.calls.current.id
        await desk.calls.start(EVE.id)
        assert await closed(desk, "read", EVE.id)
        assert await closed(desk, "read", LENA.id)  # her call is parked

    play(tmp_path, scenario)


def test_it_lapses_with_the_call_and_with_the_desk(tmp_path: Path) -> None:
    async def first(desk: CallDesk) -> None:
        await lena_is_verified(desk)
        assert desk.calls.current is not None
        await desk.calls.end(desk.calls.current.id)
        assert await closed(desk, "read")
        await desk.calls.start(LENA.id)
        assert await closed(desk, "read")
        await lena_is_verified(desk)
        await desk.verification.override("unfreeze", "Team lead agreed on the phone")
        assert not await closed(desk, "unfreeze")

    async def second(desk: CallDesk) -> None:
        (call,) = desk.calls.parked
        await desk.calls.resume(call.id)
        assert await closed(desk, "read")
        assert await closed(desk, "unfreeze")
        assert (await desk.verification.state(LENA.id)).level == 0

    play(tmp_path, first)
    play(tmp_path, second)


def test_a_parked_call_keeps_its_level_for_itself(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await lena_is_verified(desk)
        assert desk.calls.current is not None
        first = desk.calls.current.id
        await desk.calls.start(LENA.id)  # someone else who says to be Lena
        assert await closed(desk, "read")
        await desk.calls.resume(first)
        assert not await closed(desk, "read")

    play(tmp_path, scenario)


# --- overrides and records -----------------------------------------------------------------------


def test_an_override_has_a_reason_and_stands_in_journal_and_call(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        with pytest.raises(UserFacing) as none:
            await desk.verification.override("read", "because I may")
        assert none.value.code == "no_call"
        await desk.calls.opened(LENA.id)
        for empty in ("", "   ", "....", "ok"):
            with pytest.raises(UserFacing) as caught:
                await desk.verification.override("read", empty)
            assert (caught.value.code, caught.value.field) == ("reason_missing", "reason")
        assert await closed(desk, "read")
        await desk.verification.override("read", "Deaf caller, card 4242 4242 4242 4242")
        assert not await closed(desk, "read")
        assert await closed(desk, "unfreeze")  # what was asked for and no more
        (entry,) = await desk.casebook.journal.recent(LENA.id)
        assert (entry.action, entry.state) == ("verification.override", "confirmed")
        assert entry.params == {"action": "read", "reason": "Deaf caller, card •••• 4242"}
        assert desk.calls.current is not None
        assert entry.call_id == desk.calls.current.id
        events = await desk.casebook.calls.events(entry.call_id)
        assert [e.details for e in events if e.kind == "override"] == [entry.params]

    play(tmp_path, scenario)


def test_the_highest_bar_knows_no_override(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        with pytest.raises(UserFacing) as caught:
            await desk.verification.override("new_address", "The caller is very unhappy")
        assert caught.value.code == "override_not_allowed"
        assert await closed(desk, "new_address")

    play(tmp_path, scenario)


def test_kinds_and_results_are_kept_and_never_an_answer(tmp_path: Path) -> None:
    said = {"dob": "1984-03-02", "postal_code": "10119", "phone_ending": "8765"}

    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        await desk.verification.check(said)
        await desk.verification.check({**RIGHT, **await desk.purchases()})
        assert desk.calls.current is not None
        events = await desk.casebook.calls.events(desk.calls.current.id)
        assert [dict(e.details) for e in events if e.kind == "verification"] == [
            {"kinds": ["dob", "phone_ending", "postal_code"], "match": False},
            {"kinds": ["dob", "phone_ending", "postal_code", "purchases"], "match": True},
        ]
        everything = repr((events, await desk.casebook.journal.recent()))
        for answer in (*said.values(), *RIGHT.values(), "Linde", "Vertrieb"):
            assert answer not in everything

    play(tmp_path, scenario)


def test_a_programme_that_verifies_elsewhere_is_asked_nothing(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        desk.enabled[0] = False
        await desk.calls.opened(LENA.id)
        assert desk.calls.current is not None
        for action in ACTIONS:
            assert await desk.verification.allow(action, LENA.id) == desk.calls.current.id
        state = await desk.verification.state(LENA.id)
        assert not state.enabled
        assert state.allows("read")
        events = await desk.casebook.calls.events(desk.calls.current.id)
        unasked = [event.details["action"] for event in events if event.kind == "unasked"]
        assert unasked == [a for a in ACTIONS if a not in ("freeze", "complaint")]
        desk.enabled[0] = True
        assert await closed(desk, "read")

    play(tmp_path, scenario)
