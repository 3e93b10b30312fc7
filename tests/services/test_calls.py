"""A call from its first look to its summary; a crash in between loses nothing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from supportdesk.domain.complaints import Complaint
from supportdesk.errors import UserFacing
from supportdesk.store.journal import Entry
from tests.services.call_desk import EVE, LENA, NOW, RIGHT, CallDesk, call_desk, play


async def kinds(desk: CallDesk, call_id: str) -> list[str]:
    return [event.kind for event in await desk.casebook.calls.events(call_id)]


def test_it_begins_when_a_person_is_opened_and_only_once(tmp_path: Path) -> None:
    told: list[bool] = []

    async def scenario(desk: CallDesk) -> None:
        desk.changes.calls.connect(lambda: told.append(True))
        await asyncio.gather(*(desk.calls.opened(LENA.id) for _ in range(5)))
        call = desk.calls.current
        assert call is not None
        assert (call.cardholder_id, call.channel, call.started_at) == (LENA.id, "phone", NOW)
        assert call.agent == "M. Keller"
        assert await desk.casebook.calls.open("acct") == [call]
        assert await kinds(desk, call.id) == ["view"]

    play(tmp_path, scenario)
    assert told


def test_while_nothing_was_done_it_goes_to_the_person_opened_last(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        first = await desk.calls.start()  # Ctrl+N before anyone was found
        await desk.calls.opened(EVE.id)
        await desk.calls.opened(LENA.id)
        call = desk.calls.current
        assert call is not None
        assert (call.id, call.cardholder_id) == (first.id, LENA.id)
        events = await desk.casebook.calls.events(call.id)
        assert [e.cardholder_id for e in events] == [EVE.id, LENA.id]

    play(tmp_path, scenario)


@pytest.mark.parametrize("what", ["attempt", "note", "action", "complaint"])
def test_once_something_was_done_it_stays_with_its_person(tmp_path: Path, what: str) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        call = desk.calls.current
        assert call is not None
        if what == "attempt":
            await desk.verification.check({"dob": "1950-01-01"})
        elif what == "note":
            await desk.calls.keep_note(call.id, "calls back tomorrow")
        elif what == "action":
            entry = Entry(
                account="acct", agent="x", action="card.freeze", object_id="ic", call_id=call.id
            )
            await desk.casebook.journal.intend(entry)
        else:
            await desk.calls.complaint_logged(
                Complaint(id="c1", number="CMP-1", cardholder_id=LENA.id)
            )
        await desk.calls.opened(EVE.id)
        assert desk.calls.current is not None
        assert desk.calls.current.cardholder_id == LENA.id
        events = await desk.casebook.calls.events(call.id)
        assert (events[-1].kind, events[-1].cardholder_id) == ("view", EVE.id)

    play(tmp_path, scenario)


def test_a_second_call_parks_the_first_and_both_can_be_gone_on_with(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        first = await desk.calls.start(LENA.id)
        desk.later(60)
        second = await desk.calls.start(EVE.id, "chat")
        assert desk.calls.current == second
        assert [(c.id, c.parked_at) for c in desk.calls.parked] == [(first.id, NOW + 60)]
        back = await desk.calls.resume(first.id)
        assert (back.parked_at, back.started_at) == (None, NOW)
        assert [c.id for c in desk.calls.parked] == [second.id]
        await desk.calls.park()
        assert desk.calls.current is None
        assert len(desk.calls.parked) == 2
        with pytest.raises(UserFacing) as caught:
            await desk.calls.resume("gone")
        assert caught.value.code == "call_gone"
        assert await kinds(desk, first.id) == ["view", "parked", "resumed", "parked"]

    play(tmp_path, scenario)


def test_the_channel_can_be_put_right(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        call = await desk.calls.start(LENA.id)
        await desk.calls.set_channel("email")
        await desk.calls.set_channel("email")
        kept = await desk.casebook.calls.get(call.id)
        assert kept is not None
        assert kept.channel == "email"
        assert await kinds(desk, call.id) == ["view", "channel"]

    play(tmp_path, scenario)


def test_only_the_call_going_on_can_be_ended_and_only_once(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        first = await desk.calls.start(LENA.id)
        second = await desk.calls.start(EVE.id)
        for call_id in (first.id, "gone"):
            with pytest.raises(UserFacing):
                await desk.calls.end(call_id)
        desk.later(90)
        await desk.calls.end(second.id)
        with pytest.raises(UserFacing):
            await desk.calls.end(second.id)
        assert desk.calls.current is None
        kept = await desk.casebook.calls.get(second.id)
        assert kept is not None
        assert kept.ended_at == NOW + 90

    play(tmp_path, scenario)


def test_the_note_is_kept_without_card_numbers(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        call = await desk.calls.start(LENA.id)
        await desk.calls.keep_note(call.id, "read me 4242 4242 4242 4242\x00 twice, PIN 1234")
        await desk.calls.keep_note("another", "not this one")
        kept = await desk.casebook.calls.get(call.id)
        assert kept is not None
        assert kept.note == "read me •••• 4242 twice, PIN •••"

    play(tmp_path, scenario)


def test_the_summary_has_all_that_happened_in_the_call(tmp_path: Path) -> None:
    async def scenario(desk: CallDesk) -> None:
        await desk.calls.opened(LENA.id)
        call = desk.calls.current
        assert call is not None
        for action, of in (
            ("card.freeze", call.id),
            ("card.replace", call.id),
            ("card.cancel", "other"),
        ):
            entry = Entry(account="acct", agent="x", action=action, object_id="ic_lena", call_id=of)
            await desk.casebook.journal.intend(entry)
        await desk.verification.check({"dob": "1950-01-01"})
        await desk.verification.check({"dob": RIGHT["dob"]})
        mine = Complaint(id="c1", number="CMP-2026-0001", cardholder_id=LENA.id)
        await desk.calls.complaint_logged(mine)
        await desk.calls.complaint_logged(Complaint(id="c2", number="2", cardholder_id=EVE.id))
        told = await desk.calls.summary(call.id)
        assert [e.action for e in told.entries] == ["card.freeze", "card.replace"]
        assert [e.kind for e in told.events] == [
            *("view", "verification", "verification", "complaint")
        ]
        assert (told.proof.matched, told.proof.failed) == (frozenset({"dob"}), 1)
        with pytest.raises(KeyError):
            await desk.calls.summary("none")

    play(tmp_path, scenario)


CRASHING = """
import asyncio, sys
from pathlib import Path
from tests.services.call_desk import EVE, LENA, call_desk

async def main():
    async with call_desk(Path(sys.argv[1])) as desk:
        await desk.calls.start(EVE.id)
        await desk.calls.start(LENA.id, "chat")
        await desk.verification.check({"dob": "1950-01-01"})
        await desk.verification.check({"dob": "1984-03-01", **await desk.purchases()})
        assert (await desk.verification.state(LENA.id)).level == 2
        await desk.verification.override("unfreeze", "Team lead agreed to it")
        await desk.calls.keep_note(desk.calls.current.id, "half a note")
        print("written", flush=True)
        sys.stdin.read()  # until it is killed

asyncio.run(main())
"""


def test_a_killed_desk_finds_its_calls_parked_and_unverified(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CRASHING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()

    async def whole() -> None:
        async with call_desk(tmp_path) as desk:
            assert desk.calls.current is None
            eve, lena = sorted(desk.calls.parked, key=lambda call: call.cardholder_id)
            assert (eve.cardholder_id, lena.cardholder_id) == (EVE.id, LENA.id)
            assert (lena.channel, lena.note, lena.started_at) == ("chat", "half a note", NOW)
            await desk.calls.resume(lena.id)
            state = await desk.verification.state(LENA.id)
            assert (state.level, state.left, dict(state.proof.overrides)) == (0, 2, {})
            told = await desk.calls.summary(lena.id)
            assert [e.kind for e in told.events if e.kind in ("verification", "override")] == [
                *("verification", "verification", "override")
            ]
            assert [e.state for e in told.entries] == ["confirmed"]

    asyncio.run(whole())
