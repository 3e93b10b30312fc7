"""Complaints and months as an agent handles them, on a real casebook file."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest

from supportdesk.config import Settings
from supportdesk.domain.complaint_report import COLUMNS
from supportdesk.domain.complaints import Complaint
from supportdesk.domain.records import Card, Cardholder, Dispute, Record, Transaction
from supportdesk.errors import UserFacing
from supportdesk.services.changes import Changes
from supportdesk.services.complaint_basis import read_basis
from supportdesk.services.complaints import Complaints
from supportdesk.services.month_pack import MonthPack
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror

T = TypeVar("T")
FOLDER = Path(__file__).parents[2] / "resources/complaints"
SEAL = bytes(range(32))
KEY = "5e" * 32
DAY = 86_400.0
NOV_5 = 1_793_872_800.0  # Thursday 2026-11-05, 11:00 in Berlin
SETTINGS = Settings(
    agent="M. Keller",
    programme_subdivision="BE",
    business_name="Acme Spend",
    account_id="acct_1",
)


@dataclass
class Desk:
    """The services with a clock that the test moves."""

    complaints: Complaints
    months: MonthPack
    mirror: Mirror
    now: float = NOV_5
    settings: Settings = SETTINGS
    told: list[frozenset[str]] = field(default_factory=list)

    def say(self, **values: object) -> Complaint:
        return replace(
            self.complaints.blank(),
            verbatim="I still have no money back.",
            complaint_channel="Phone",
            complaint_category="Product or Service",
            complaint_sub_category="Servicing",
            alleges_UDAP_or_discrimination=False,
            systemic_issue_identified=False,
            **values,  # type: ignore[arg-type]
        )

    def resolved(self, complaint: Complaint, **values: object) -> Complaint:
        return replace(
            complaint,
            **{  # type: ignore[arg-type]
                "told_at": self.now,
                "executed_at": self.now,
                "outcome": "Upheld",
                "redress_reqd": False,
                "description_of_corrective_action": "Refund sent.",
                "root_cause": "Agent error",
                **values,
            },
        )


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Desk]:
    database = await Database.open(path, KEY, "casebook")
    mirror = await Database.open(path.with_name("mirror.db"), KEY, "mirror")
    book, changes = Casebook(database, SEAL), Changes()
    basis, problem = read_basis(FOLDER)
    assert problem is None
    desk: Desk
    complaints = Complaints(
        book.complaints,
        Mirror(mirror),
        changes,
        basis,
        settings=lambda: desk.settings,
        account="practice",
        clock=lambda: desk.now,
    )
    months = MonthPack(
        book.complaints,
        book.months,
        complaints,
        changes,
        settings=lambda: desk.settings,
        account="practice",
    )
    desk = Desk(complaints, months, Mirror(mirror))
    changes.complaints.connect(desk.told.append)
    try:
        yield desk
    finally:
        await database.close()
        await mirror.close()


def at_desk(tmp_path: Path, work: Callable[[Desk], Awaitable[T]]) -> T:
    async def whole() -> T:
        async with opened(tmp_path / "casebook.db") as desk:
            return await work(desk)

    return asyncio.run(whole())


async def refused(work: Awaitable[object], code: str) -> UserFacing:
    with pytest.raises(UserFacing) as caught:
        await work
    assert caught.value.code == code
    return caught.value


def test_a_logged_complaint_has_number_clocks_and_a_neutral_text(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        said = "Lena Hoffmann, lena@mail.example, \x07is angry\r\nagain"
        typed = desk.say(cardholder_name="Lena Hoffmann")
        made = await desk.complaints.log(replace(typed, verbatim=said))
        assert made.number == "CMP-2026-0001"
        assert made.verbatim == "Lena Hoffmann, lena@mail.example, is angry\nagain"
        assert made.complaint_description == "[cardholder], [e-mail], is angry\nagain"
        assert (made.user_name, made.account_ID, made.received_by) == (
            "Acme Spend",
            "acct_1",
            "M. Keller",
        )
        assert next((c.rule, c.due.isoformat(), c.calendar) for c in made.clocks) == (
            "stripe.acknowledge",
            "2026-11-12",
            "DE-BE",
        )
        assert desk.told == [frozenset({made.id})]
        assert await desk.complaints.get(made.id) == made
        (logged,) = await desk.complaints.history(made.id)
        assert (logged.action, logged.agent, logged.at) == ("logged", "M. Keller", NOV_5)
        assert logged.fields["complaint_channel"] == ("", "Phone")

    at_desk(tmp_path, work)


def test_a_card_number_is_stopped_before_anything_is_kept(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        said = replace(desk.say(), verbatim="my card is 4242 4242 4242 4242")
        error = await refused(desk.complaints.log(said), "complaint_invalid")
        assert error.field == "verbatim"
        assert "4242" not in f"{error.title}{error.detail}"
        assert await desk.complaints.page("open") == []
        await desk.complaints.keep_draft("new", {"verbatim": said.verbatim})
        assert await desk.complaints.draft("new") == {"verbatim": "my card is •••• 4242"}
        await desk.complaints.keep_draft("new", {})
        assert await desk.complaints.draft("new") == {}

    at_desk(tmp_path, work)


def test_acknowledge_and_resolve(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        desk.now += DAY
        await refused(desk.complaints.steps.acknowledge(made, desk.now, ""), "complaint_invalid")
        made = await desk.complaints.steps.acknowledge(made, desk.now, "E-mail")
        assert (made.acknowledged_by, made.open) == ("M. Keller", True)
        desk.now += DAY
        done = await desk.complaints.steps.resolve(desk.resolved(made))
        assert not done.open
        assert [c.action for c in await desk.complaints.history(made.id)] == [
            "logged",
            "acknowledged",
            "resolved",
        ]
        counts = await desk.complaints.counts()
        assert (counts.open, counts.closed, counts.due) == (0, 1, 0)
        assert await desk.complaints.page("closed") == [done]

    at_desk(tmp_path, work)


def test_a_late_resolution_is_refused_without_its_reason(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        desk.now += 22 * DAY
        error = await refused(
            desk.complaints.steps.resolve(desk.resolved(made)), "complaint_invalid"
        )
        assert error.field == "reason_exceeded_15_days"
        late = desk.resolved(made, reason_exceeded_15_days="Courier strike")
        assert not (await desk.complaints.steps.resolve(late)).open

    at_desk(tmp_path, work)


def test_an_executive_complaint_is_held_until_stripe_clears_it(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        typed = desk.say(
            complaint_classification="executive", executive_basis=("Threat of legal action",)
        )
        made = await desk.complaints.log(typed)
        assert made.clocks[0].rule == "stripe.notify"
        assert made.clocks[0].due == date(2026, 11, 6)
        await refused(
            desk.complaints.steps.acknowledge(made, desk.now, "E-mail"), "complaint_on_hold"
        )
        await refused(desk.complaints.steps.resolve(desk.resolved(made)), "complaint_on_hold")
        await refused(desk.complaints.steps.clear_hold(made, desk.now, "Ann"), "complaint_invalid")
        made = await desk.complaints.steps.tell_stripe(made, desk.now)
        await refused(
            desk.complaints.steps.clear_hold(made, desk.now - 1, "Ann"), "complaint_invalid"
        )
        await refused(desk.complaints.steps.clear_hold(made, desk.now, " "), "complaint_invalid")
        made = await desk.complaints.steps.clear_hold(made, desk.now, "Ann of Stripe")
        made = await desk.complaints.steps.acknowledge(made, desk.now, "E-mail")
        assert made.acknowledged_at == desk.now
        operational = await desk.complaints.log(desk.say())
        await refused(desk.complaints.steps.tell_stripe(operational, desk.now), "complaint_invalid")

    at_desk(tmp_path, work)


def test_clocks_change_with_what_decides_them_and_with_nothing_else(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        desk.settings = replace(SETTINGS, closing_days=("2026-11-06",))
        kept = await desk.complaints.edit(replace(made, owner="S. Iyer"), why="handed over")
        assert kept.clocks == made.clocks
        assert (await desk.complaints.history(made.id))[-1].why == "handed over"
        legal = replace(
            kept, complaint_classification="executive", executive_basis=("Attorney general",)
        )
        changed = await desk.complaints.edit(legal)
        assert changed.clocks[0].rule == "stripe.notify"
        assert changed.clocks[0].due == date(2026, 11, 9)
        assert "own closing day" in changed.clocks[0].version
        again = await desk.complaints.edit(changed)
        assert again.version == changed.version

    at_desk(tmp_path, work)


def test_the_badge_counts_what_is_due_within_two_business_days(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        await desk.complaints.log(desk.say())  # acknowledge by Thursday the 12th
        assert (await desk.complaints.counts()).due == 0
        desk.now = NOV_5 + 5 * DAY  # Tuesday
        assert (await desk.complaints.counts()).due == 1

    at_desk(tmp_path, work)


def test_a_complaint_starts_with_what_is_known_of_person_card_and_purchase(
    tmp_path: Path,
) -> None:
    async def work(desk: Desk) -> None:
        records: list[Record] = [
            Cardholder(id="ich_1", name="Lena Hoffmann"),
            Card(id="ic_1", cardholder_id="ich_1", last4="4242", currency="eur"),
            Transaction(id="ipi_1", card_id="ic_1", currency="eur"),
            Dispute(id="idp_1", transaction_id="ipi_1"),
        ]
        await desk.mirror.put(records, NOV_5)
        made = await desk.complaints.start({"dispute_id": "idp_1", "nonsense": 3})
        assert (made.cardholder_name, made.card_last4) == ("Lena Hoffmann", "4242")
        assert (made.transaction_id, made.redress_currency) == ("ipi_1", "eur")
        unknown = await desk.complaints.start({"cardholder_id": "ich_9"})
        assert (unknown.cardholder_id, unknown.cardholder_name) == ("ich_9", "")

    at_desk(tmp_path, work)


def test_a_typed_day_becomes_an_instant_at_the_programmes_place(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        today = date(2026, 11, 5)
        assert desk.complaints.instant(today) == NOV_5
        assert desk.complaints.instant(today, NOV_5 - 60) == NOV_5 - 60
        noon = desk.complaints.instant(date(2026, 11, 3), NOV_5)
        assert noon == NOV_5 - 2 * DAY + 3600

    at_desk(tmp_path, work)


def test_own_lists_that_are_broken_are_named_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "pick-lists.json").write_text("{", encoding="utf-8")
    basis, problem = read_basis(FOLDER, tmp_path)
    assert problem is not None
    assert problem.code == "pick_lists_unreadable"
    assert basis.lists.outcome
    (tmp_path / "pick-lists.json").write_text('{"outcome": ["Fixed"]}', encoding="utf-8")
    basis, problem = read_basis(FOLDER, tmp_path)
    assert problem is None
    assert basis.lists.outcome == ("Fixed",)


def test_a_months_file_its_submission_and_what_follows(tmp_path: Path) -> None:
    target = tmp_path / "month.csv"

    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say())
        pack = await desk.months.pack("2026-11")
        assert (pack.new, pack.incomplete, pack.over, pack.due) == (1, 0, False, date(2026, 12, 9))
        record = await desk.months.export("2026-11", target)
        assert record.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()
        header, row = csv.reader(io.StringIO(target.read_text(encoding="utf-8"), newline=""))
        assert tuple(header) == COLUMNS
        assert len(row) == 20
        await refused(desk.months.submit("2026-11", date(2026, 12, 2)), "month_not_over")

        desk.now = NOV_5 + 27 * DAY  # 2 December
        assert await desk.months.current() == "2026-11"
        made = await desk.complaints.edit(replace(made, complaint_channel="Chat"))
        await refused(desk.months.submit("2026-11", date(2026, 12, 2)), "month_not_exported")
        await desk.months.export("2026-11", target)
        for day in (date(2026, 12, 3), date(2026, 11, 30)):  # to come; before the month was over
            await refused(desk.months.submit("2026-11", day), "month_day_wrong")
        await desk.months.submit("2026-11", date(2026, 12, 2))
        await refused(desk.months.submit("2026-11", date(2026, 12, 2)), "month_closed")
        sent = target.read_bytes()

        made = await desk.complaints.get(made.id)
        late = desk.resolved(made, reason_exceeded_15_days="Courier strike")
        await desk.complaints.steps.resolve(late)
        await desk.months.export("2026-11", target)
        assert target.read_bytes() == sent
        closed = await desk.months.pack("2026-11")
        assert closed.closed is not None
        assert (closed.rows_sent, closed.closed.submitted_on) == (1, "2026-12-02")
        december = await desk.months.pack("2026-12")
        assert [(entry.why, entry.row[14]) for entry in december.entries] == [
            ("changed", "2026-12-02")
        ]
        assert await desk.months.current() == "2026-12"

        desk.now = NOV_5 + 60 * DAY  # 4 January: nothing new in December, but a changed row
        await desk.months.export("2026-12", target)
        await refused(desk.months.submit("2026-12", date(2027, 1, 4)), "month_not_attested")
        assert not (await desk.months.attest("2026-12")).closes
        await desk.months.submit("2026-12", date(2027, 1, 4))
        assert (await desk.months.pack("2027-01")).entries == ()

    at_desk(tmp_path, work)


def test_a_month_without_complaints_is_attested_by_name_and_time(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        await refused(desk.months.attest("2026-11"), "month_not_over")
        record = await desk.months.attest("2026-10")
        assert record.closes
        assert record.content.splitlines() == [
            "No complaints attestation for 2026-10",
            "Business: Acme Spend",
            "Account: acct_1",
            "No complaints about Issuing were received in 2026-10.",
            "Attested by M. Keller on 2026-11-05 10:00 UTC.",
        ]
        pack = await desk.months.pack("2026-10")
        assert pack.closed == record
        # A complaint that turns up afterwards is not lost: the next month carries it.
        await desk.complaints.log(desk.say(date_received=NOV_5 - 10 * DAY))
        assert [e.why for e in (await desk.months.pack("2026-11")).entries] == ["missed"]
        assert await desk.months.months() == ["2026-11", "2026-10", "2026-09"]
        await desk.complaints.log(desk.say(date_received=NOV_5 - 70 * DAY))
        await refused(desk.months.attest("2026-08"), "month_not_empty")

    at_desk(tmp_path, work)


@pytest.mark.parametrize("place", ["missing/month.csv", "."])
def test_a_file_that_cannot_be_written_is_said_and_nothing_is_left(
    tmp_path: Path, place: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    async def work(desk: Desk) -> None:
        await refused(desk.months.export("2026-11", folder / place), "export_failed")
        assert (await desk.months.pack("2026-11")).exported is None

    at_desk(tmp_path, work)
    assert os.listdir(folder) == []
