"""A complaint from its intake to its end: signals, letters, holding, withdrawal, erasure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from supportdesk.domain.complaints import Term
from supportdesk.services.calls import Calls
from supportdesk.services.changes import Changes
from supportdesk.services.complaint_basis import read_basis
from supportdesk.services.complaints import Complaints
from supportdesk.services.retention import Retention
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from tests.services.test_complaints import (
    DAY,
    FOLDER,
    KEY,
    NOV_5,
    SETTINGS,
    Desk,
    at_desk,
    refused,
)
from tests.support.store import with_database

EXECUTIVE = {
    "complaint_classification": "executive",
    "executive_basis": ("Threat of legal action",),
}
YEAR = 366 * DAY


def test_who_decides_what_is_recorded(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        hints = desk.complaints.intake.hints("I STILL wait; still no answer from my attorney")
        assert [(h.id, h.text, len(h.places), h.executive) for h in hints] == [
            ("repeat", "still", 2, False),
            ("legal", "attorney", 1, True),
        ]
        typed = desk.say(terms=(Term("repeat", "still", True), Term("legal", "attorney", False)))
        made = await desk.complaints.log(typed)
        assert (made.decided_by, made.decided_at) == ("M. Keller", NOV_5)
        assert {(t.by, t.at) for t in made.terms} == {("M. Keller", NOV_5)}
        (logged,) = await desk.complaints.history(made.id)
        assert logged.fields["terms"][1] == "still (kept), attorney (dismissed)"
        desk.now += DAY
        plain = replace(made, is_complaint=False, decision_reason="She only asked for the address.")
        inquiry = await desk.complaints.edit(plain)
        assert (inquiry.state, inquiry.decided_at) == ("not_a_complaint", desk.now)
        assert inquiry.terms[0].at == NOV_5
        back = await desk.complaints.edit(replace(inquiry, is_complaint=True))
        assert back.state == "received"
        assert back.clocks == made.clocks

    at_desk(tmp_path, work)


def test_a_holding_reply_meets_one_clock_and_starts_none_anew(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        steps = desk.complaints.steps
        made = await desk.complaints.log(desk.say())
        desk.now += DAY
        made = await steps.acknowledge(made, desk.now, "E-mail")
        assert made.state == "acknowledged"
        until = desk.now + 20 * DAY
        await refused(steps.hold(made, desk.now, " ", until), "complaint_invalid")
        await refused(steps.hold(made, desk.now, "Courier", None), "complaint_invalid")
        late = await refused(
            steps.hold(made, desk.now, "Courier", desk.now + 80 * DAY), "complaint_invalid"
        )
        assert (late.field, "24 Dec 2026" in late.title) == ("holding_until", True)
        held = await steps.hold(made, desk.now, "The courier is silent.", until)
        assert (held.state, held.holding_by) == ("holding", "M. Keller")
        assert held.clocks == made.clocks
        assert (await desk.complaints.page("open"))[0].state == "holding"
        going = await steps.investigate(held, "Back at it")
        assert (going.state, going.clocks) == ("investigating", made.clocks)
        due = await desk.complaints.due()
        assert due == []
        desk.now = NOV_5 + 21 * DAY  # the 26th: resolve by Stripe's rule
        (reminder,) = await desk.complaints.due()
        assert (reminder.owner, reminder.due.isoformat()) == ("M. Keller", "2026-11-26")
        assert made.number not in reminder.key

    at_desk(tmp_path, work)


def test_reopening_goes_on_with_the_old_clocks(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        steps = desk.complaints.steps
        made = await desk.complaints.log(desk.say())
        desk.now += 2 * DAY
        done = await steps.resolve(desk.resolved(made))
        assert done.state == "resolved"
        await refused(steps.investigate(done), "complaint_invalid")
        await refused(steps.reopen(done, ""), "complaint_invalid")
        wrong = replace(done, is_complaint=False, decision_reason="No")
        assert (await refused(desk.complaints.edit(wrong), "complaint_invalid")).field == (
            "is_complaint"
        )
        desk.now += 30 * DAY
        again = await steps.reopen(done, "The refund bounced.")
        assert (again.state, again.open, again.outcome) == ("reopened", True, "")
        assert again.clocks == made.clocks
        assert (await desk.complaints.counts()).due == 1
        late = desk.resolved(again, outcome="Upheld")
        assert (await refused(steps.resolve(late), "complaint_invalid")).field == (
            "reason_exceeded_15_days"
        )
        actions = [entry.action for entry in await desk.complaints.history(made.id)]
        assert actions == ["logged", "resolved", "reopened"]

    at_desk(tmp_path, work)


def test_a_withdrawal_ends_it_and_stripe_still_gets_its_fields(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        desk.now += DAY
        await refused(desk.complaints.steps.withdraw(made, desk.now, ""), "complaint_invalid")
        done = await desk.complaints.steps.withdraw(made, desk.now, "Money has arrived.")
        assert (done.state, done.open, done.date_resolved) == ("withdrawn", False, desk.now)
        await refused(desk.complaints.steps.withdraw(done, desk.now, "Again."), "complaint_invalid")
        (entry,) = (await desk.months.pack("2026-11")).entries
        assert entry.problems == ()
        assert entry.row[14:17] == ("2026-11-06", "no", "Money has arrived.")

    at_desk(tmp_path, work)


def test_letters_are_checked_noted_and_locked(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        replies = desk.complaints.replies
        said = "Ich habe immer noch kein Geld und bin wütend"
        made = await desk.complaints.log(
            replace(desk.say(cardholder_name="Lena Hoffmann"), verbatim=said)
        )
        letter = replies.prepare(made, "acknowledge")
        assert letter.language == "de"
        for part in ("Lena Hoffmann", made.number, "5. November 2026", "26. November 2026"):
            assert part in letter.body
        assert letter.missing == ()
        for bad in (f"{letter.body} Das kommt nie vor.", f"{letter.body} 4242 4242 4242 4242", "…"):
            error = await refused(replies.left(made, letter, bad, "copied"), "complaint_invalid")
            assert error.field == "reply"
        sent = await replies.left(made, letter, letter.body, "copied")
        assert [(r.purpose, r.language, r.medium) for r in sent.replies] == [
            ("acknowledge", "de", "copied")
        ]
        last = (await desk.complaints.history(made.id))[-1]
        assert (last.action, last.why) == ("reply acknowledge", letter.body)
        document = replies.document(sent, letter.subject, letter.body)
        assert document.title == letter.subject

        legal = await desk.complaints.log(desk.say(cardholder_name="Lena Hoffmann", **EXECUTIVE))
        final = replies.prepare(legal, "holding", "en")
        await refused(replies.left(legal, final, "Dear", "copied"), "complaint_on_hold")
        notice = replies.prepare(legal, "stripe_notice")
        assert "Lena" not in notice.body
        assert "Threat of legal action" in notice.body
        legal = await replies.left(legal, notice, notice.body, "copied")
        legal = await desk.complaints.steps.tell_stripe(legal, desk.now, "CASE-77")
        assert (legal.state, legal.stripe_reference) == ("waiting_stripe", "CASE-77")
        lowered = replace(legal, complaint_classification="operational", executive_basis=())
        assert (await refused(desk.complaints.edit(lowered), "complaint_invalid")).field == (
            "complaint_classification"
        )
        legal = await desk.complaints.steps.clear_hold(legal, desk.now, "Ann of Stripe")
        assert legal.state == "investigating"

    at_desk(tmp_path, work)


def test_files_are_kept_once_and_come_back_whole(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        attach = desk.complaints.steps.attach
        one = await attach(made, "letter.pdf", "application/pdf", b"%PDF" * 9)
        again = await attach(one, "copy.pdf", "application/pdf", b"%PDF" * 9)
        assert again == one
        (file,) = one.files
        assert (file.size, file.by) == (36, "M. Keller")
        assert await desk.complaints.file(one, file.id) == b"%PDF" * 9
        named = attach(one, "4242424242424242.pdf", "application/pdf", b"x")
        await refused(named, "complaint_invalid")
        await refused(attach(one, "big", "x", bytes(20_000_001)), "file_too_large")

    at_desk(tmp_path, work)


def test_handing_over_and_watching(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        steps = desk.complaints.steps
        made = await desk.complaints.log(desk.say())
        made = await steps.hand_over(made, "S. Iyer", "on leave")
        assert (await desk.complaints.owners()) == ["S. Iyer"]
        desk.now += 7 * DAY  # the 12th: acknowledge by today
        assert (await desk.complaints.due())[0].owner == "S. Iyer"
        made = await steps.watch(made, True)
        assert (await desk.complaints.due())[0].owner == "M. Keller"
        made = await steps.watch(made, False)
        assert made.watchers == ()
        first, last = desk.complaints.received_within("0-5")
        assert (first, last) == (made.day(NOV_5), None)
        assert desk.complaints.age(made) == 5

    at_desk(tmp_path, work)


def test_a_complaint_begun_in_a_call_is_the_calls(tmp_path: Path) -> None:
    async def work(database: Database) -> None:
        mirror = await Database.open(tmp_path / "mirror.db", KEY, "mirror")
        book, changes, now = Casebook(database), Changes(), [NOV_5]
        calls = Calls(
            book.calls, book.journal, changes, account="a", agent=lambda: "Ann",
            clock=lambda: now[0],
        )  # fmt: skip
        service = Complaints(
            book.complaints, Mirror(mirror), changes, read_basis(FOLDER)[0],
            settings=lambda: SETTINGS, account="a", calls=calls, clock=lambda: now[0],
        )  # fmt: skip
        await calls.start("ich_1", "chat")
        await calls.end(calls.current.id)  # type: ignore[union-attr]
        call = await calls.start("ich_1", "chat")
        now[0] += 900
        made = await service.start({"cardholder_id": "ich_1"})
        assert (made.call_id, made.complaint_channel) == (call.id, "Chat")
        assert made.date_received == call.started_at
        assert made.date_input == now[0]
        assert (await service.start({})).cardholder_id == "ich_1"
        other = await service.start({"cardholder_id": "ich_2"})
        assert (other.call_id, other.date_received) == ("", now[0])
        logged = await service.log(
            replace(
                made, verbatim="x", complaint_category="Product or Service",
                complaint_sub_category="Servicing",
            )
        )  # fmt: skip
        assert [e.kind for e in await book.calls.events(call.id)] == ["view", "complaint"]
        next_one = await service.start({"cardholder_id": "ich_1", "card_id": "ic_1"})
        contacts = await service.intake.contacts(next_one)
        assert (contacts.calls, contacts.numbers) == (1, (logged.number,))
        await calls.hints_decided(call.id, {("legal", "sue"): True})
        await calls.hints_decided(call.id, {("legal", "sue"): True, ("repeat", "still"): False})
        assert await calls.decided(call.id) == {("legal", "sue"): True, ("repeat", "still"): False}
        await mirror.close()

    with_database(tmp_path / "casebook.db", "casebook", work)


def test_what_must_be_kept_cannot_be_erased(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        book = Casebook(desk.complaints._store._database)
        retention = Retention(
            book, desk.mirror.database, desk.complaints, Changes(),
            settings=lambda: desk.settings, account="practice",
        )  # fmt: skip
        made = await desk.complaints.log(desk.say())
        await refused(retention.erase(made), "complaint_kept")
        made = await desk.complaints.steps.resolve(desk.resolved(made))
        assert retention.kept_until(made).isoformat() == "2032-11-05"  # type: ignore[union-attr]
        error = await refused(retention.erase(made), "complaint_kept")
        assert "5 Nov 2032" in error.detail.replace("05", "5")
        hold = replace(made, legal_hold=True, legal_hold_reason="Court case")
        made = await desk.complaints.edit(hold)
        desk.now += 6 * YEAR + 10 * DAY
        assert await retention.expired() == []
        await refused(retention.erase(made), "complaint_kept")
        made = await desk.complaints.edit(replace(made, legal_hold=False))
        assert [one.id for one in await retention.expired()] == [made.id]
        left = await retention.erase(made)
        assert (left.verbatim, left.complaint_description, left.outcome) == ("", "", "Upheld")
        assert left.clocks == made.clocks
        assert await retention.expired() == []
        await refused(retention.erase(left), "complaint_kept")
        await refused(desk.complaints.edit(replace(left, verbatim="x")), "complaint_invalid")
        assert (await desk.months.pack("2032-11")).entries == ()

    at_desk(tmp_path, work)


@pytest.mark.parametrize("days", [0, 1])
def test_a_clock_that_starts_later_leaves_the_others_alone(tmp_path: Path, days: int) -> None:
    async def work(desk: Desk) -> None:
        desk.settings = replace(
            SETTINGS, regimes=("stripe", "us_reg_e"), programme_country="US",
            programme_subdivision="",
        )  # fmt: skip
        made = await desk.complaints.log(
            replace(
                desk.say(), complaint_category="Privacy or Security",
                complaint_sub_category="Fraud",
            )
        )  # fmt: skip
        desk.settings = replace(desk.settings, closing_days=("2026-11-09",))
        desk.now += days * DAY
        given = await desk.complaints.steps.credit(made, desk.now)
        old = {clock.rule: clock for clock in made.clocks}
        new = {clock.rule: clock for clock in given.clocks}
        assert set(new) - set(old) == {"us.reg_e.tell_credit"}
        assert all(new[rule] == old[rule] for rule in old)
        told = await desk.complaints.steps.tell_credit(given, desk.now)
        assert told.credit_told_at == desk.now

    at_desk(tmp_path, work)
