"""A year of complaints, closed month by month, held against Stripe's rules as read by this file.

SUPPORTDESK_YEAR sets how many complaints; the suite's few find the same kinds of fault.
"""

from __future__ import annotations

import asyncio
import csv
import io
import os
import random
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

from supportdesk.domain.complaint_report import row_of
from supportdesk.domain.complaints import Complaint
from supportdesk.services.month_pack import Pack
from supportdesk.store.month_records import MonthRecord
from tests.domain.official_days import OFFICIAL
from tests.services.test_complaints import DAY, Desk, at_desk, opened, refused

COMPLAINTS = int(os.environ.get("SUPPORTDESK_YEAR", "70"))
PLACE = ZoneInfo("Europe/Berlin")
# Berlin's own holiday, 8 March, is a Sunday in 2026.
BERLIN = OFFICIAL["DE", 2026] | OFFICIAL["DE-BE", 2027]
# Stripe's names in Stripe's order, copied from its page and not from the program.
ORDER = (
    "date_input date_received user_name received_by account_ID complaint_classification "
    "stripe_product complaint_category complaint_sub_category complaint_channel "
    "complaint_description alleges_UDAP_or_discrimination user_stage systemic_issue_identified "
    "date_resolved redress_reqd description_of_corrective_action internal_links "
    "user_correspondence_links reason_exceeded_15_days"
).split()
SAID = (
    "=1+1 still no answer",
    "Lena Hoffmann writes from lena@mail.example, +49 30 1234567",
    "Erstattung fehlt, größer als 5 €",
    "返金がまだです 😡",
    '"quoted", with; separators\nand a second line',
)


def instant(day: date) -> float:
    return datetime(day.year, day.month, day.day, 11, tzinfo=PLACE).timestamp()


def is_late(received: date, done: date) -> bool:
    """Whether the fifteenth business day after receipt, in Berlin, was over before `done`."""
    days = (received + timedelta(days=n) for n in range(1, (done - received).days))
    return sum(d.weekday() < 5 and d not in BERLIN for d in days) >= 15


def violations(sent: bytes, month: str) -> list[str]:
    """Everything in a file that Stripe's field rules forbid."""
    head, *rows = csv.reader(io.StringIO(sent.decode("utf-8"), newline=""))
    found = [] if head == ORDER else ["columns"]
    for number, cells in enumerate(rows, 1):
        row = dict(zip(ORDER, cells, strict=True))
        found += [f"{number} {name} missing" for name in ORDER[:14] if not row[name]]
        found += [f"{number} {said}" for said in _row(row, month)]
        for name, cell in row.items():
            if cell[:1] in set("=+-@\t\r"):
                found.append(f"{number} {name} runs as a formula")
            if re.search(r"\d{13,}|\S@\S|Hoffmann|Lena|1234567", cell):
                found.append(f"{number} {name} tells of a person")
    return found


def _row(row: dict[str, str], month: str) -> list[str]:
    found = []
    received, logged = map(date.fromisoformat, (row["date_received"], row["date_input"]))
    if received > logged or f"{received:%Y-%m}" > month:
        found.append("date_received")
    if not row["account_ID"].startswith("acct_"):
        found.append("account_ID")
    if row["complaint_classification"] not in ("operational", "executive"):
        found.append("complaint_classification")
    if row["complaint_category"] not in (
        *("Privacy or Security", "Legal or Regulatory", "Product or Service"),
    ):
        found.append("complaint_category")
    decided = ("alleges_UDAP_or_discrimination", "systemic_issue_identified")
    found += [name for name in decided if row[name] not in ("yes", "no")]
    after = ("redress_reqd", "description_of_corrective_action")
    if not row["date_resolved"]:
        return [*found, *(name for name in after if row[name])]
    resolved = date.fromisoformat(row["date_resolved"])
    if is_late(received, resolved) and not row["reason_exceeded_15_days"]:
        found.append("late without a reason")
    return [*found, *(f"{name} after resolution" for name in after if not row[name])]


@dataclass
class Year:
    """A desk over a year, by the dice."""

    desk: Desk
    folder: Path
    dice: random.Random
    open: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    async def day(self, today: date, count: int) -> None:
        self.desk.now = instant(today)
        for _ in range(count):
            self.open.append(await self._log())
        for _ in range(min(len(self.open), count + self.dice.randrange(2))):
            await self._work(self.dice.choice(self.open))
        if self.ended and self.dice.random() < 0.15:
            await self._again(self.dice.choice(self.ended))

    async def _log(self) -> str:
        executive = self.dice.random() < 0.08
        made = self.desk.say(
            user_stage="Active",
            cardholder_name="Lena Hoffmann",
            cardholder_id=f"ich_{self.dice.randrange(40)}",
            date_received=self.desk.now - self.dice.choice((0, 0, 0, 1, 6)) * DAY,
        )
        channel = self.dice.choice(("Phone", "E-mail", "Chat"))
        made = replace(made, verbatim=self.dice.choice(SAID), complaint_channel=channel)
        if executive:
            basis = ("Threat of legal action",)
            made = replace(
                made,
                complaint_classification="executive",
                executive_basis=basis,
                alleges_UDAP_or_discrimination=self.dice.random() < 0.5,
            )
        made = await self.desk.complaints.log(made)
        if executive:
            made = await self.desk.complaints.steps.tell_stripe(made, self.desk.now)
            await self.desk.complaints.steps.clear_hold(made, self.desk.now, "Ann of Stripe")
        return made.id

    async def _work(self, complaint_id: str) -> None:
        service, now = self.desk.complaints, self.desk.now
        one = await service.get(complaint_id)
        if one.acknowledged_at is None:
            await service.steps.acknowledge(one, now, "E-mail")
        elif not one.reopened_at and not self._late(one) and self.dice.random() < 0.08:
            await service.steps.withdraw(one, now, "A misunderstanding.")
            self._end(complaint_id)
        elif self.dice.random() < 0.7:
            why = "Courier strike" if self._late(one) or self.dice.random() < 0.1 else ""
            redress = self.dice.random() < 0.3
            done = self.desk.resolved(
                one,
                reason_exceeded_15_days=why,
                redress_reqd=redress,
                redress_amount=1500 if redress else None,
                redress_currency="EUR" if redress else "",
                systemic_issue_identified=self.dice.random() < 0.2,
            )
            await service.steps.resolve(done)
            self._end(complaint_id)

    def _late(self, one: Complaint) -> bool:
        return is_late(one.day(one.date_received), one.day(self.desk.now))

    def _end(self, complaint_id: str) -> None:
        self.open.remove(complaint_id)
        self.ended.append(complaint_id)

    async def _again(self, complaint_id: str) -> None:
        service = self.desk.complaints
        one = await service.get(complaint_id)
        if self.dice.random() < 0.4:
            await service.steps.reopen(one, "The money did not arrive.")
            self.ended.remove(complaint_id)
            self.open.append(complaint_id)
        else:
            await service.edit(replace(one, complaint_channel="Letter"), why="Told wrongly")

    async def close(self, month: str, today: date, *, correcting: bool = False) -> None:
        self.desk.now = instant(today)
        months = self.desk.months
        pack = await months.pack(month, correcting=correcting)
        assert pack.incomplete == 0, [entry.problems for entry in pack.entries if entry.problems]
        if not pack.new and not correcting and pack.attested is None:
            await months.attest(month)
            if not pack.entries:
                return
        form = "xlsx" if self.dice.random() < 0.5 else "csv"
        first, second = (self.folder / f"{name}.{form}" for name in "ab")
        record = await months.export(month, first, correcting=correcting)
        assert (await months.export(month, second, correcting=correcting)).sha256 == record.sha256
        assert first.read_bytes() == second.read_bytes()
        if form == "xlsx":
            assert same_rows(first, record.content)
        sent = await months.submit(month, today, correcting=correcting)
        assert (sent.sha256, sent.form, sent.version) == (record.sha256, form, pack.version)
        self.files.append((month, record.content.encode()))


def same_rows(path: Path, content: str) -> bool:
    """Whether a workbook says what the CSV says, all of it as texts."""
    book = openpyxl.load_workbook(path, read_only=True)
    cells = [list(row) for row in book.worksheets[0].iter_rows(min_row=1, max_col=20)]
    book.close()
    assert {cell.data_type for row in cells for cell in row if cell.value is not None} <= {"s"}
    texts = [[str(cell.value or "") for cell in row] for row in cells]
    read = list(csv.reader(io.StringIO(content, newline="")))
    return texts == [[re.sub(r"^'(?='*[=+@-])", "", cell) for cell in row] for row in read]


async def all_of(desk: Desk) -> list[Complaint]:
    found: list[Complaint] = []
    for which in ("open", "closed"):
        after = None
        while page := await desk.complaints.page(which, after):
            found += page
            after = page[-1]
    return found


def test_a_year_of_packs_obeys_stripes_rules_and_adds_up_to_the_log(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        year = Year(desk, tmp_path, random.Random(20_26))
        day, per_day = date(2026, 1, 5), COMPLAINTS / 361
        owed = 0.0
        while day <= date(2026, 12, 31):
            owed += per_day
            await year.day(day, int(owed))
            owed -= int(owed)
            last = day.replace(day=1) - timedelta(days=1)
            if day.day == 8:
                await year.close(f"{last:%Y-%m}", day)
            before = last.replace(day=1) - timedelta(days=1)
            if day.day == 20 and day.month % 3 == 0:
                await year.close(f"{before:%Y-%m}", day, correcting=True)
            day += timedelta(days=1)
        await year.close("2026-12", date(2027, 1, 8))
        await year.close("2027-01", date(2027, 2, 8))  # carries what changed last

        found = {month: violations(sent, month) for month, sent in year.files}
        assert not any(found.values()), found
        log = await all_of(desk)
        assert len(log) >= COMPLAINTS - 1
        latest = {one.number: one.reported_in[-1].row_hash for one in log if one.reported_in}
        assert latest.keys() == {one.number for one in log if one.is_complaint}
        assert (await desk.months.pack("2027-02")).entries == ()
        rows = {row for _, sent in year.files for row in sent.decode().split("\r\n")}
        for one in log:
            out = io.StringIO()
            csv.writer(out, lineterminator="").writerow(row_of(one))
            assert out.getvalue() in rows

    at_desk(tmp_path, work)


def test_a_correction_stands_beside_what_was_sent(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        made = await desk.complaints.log(desk.say(user_stage="Active"))
        desk.now += 27 * DAY
        first, second = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
        await desk.months.export("2026-11", first)
        await desk.months.submit("2026-11", date(2026, 12, 2))
        assert (await desk.months.pack("2026-11")).differs == 0
        await desk.complaints.edit(
            replace(await desk.complaints.get(made.id), complaint_channel="Chat")
        )
        stood = await desk.months.pack("2026-11")
        assert (stood.differs, stood.entries, stood.version) == (1, (), 1)
        again = await desk.months.pack("2026-11", correcting=True)
        assert ([e.why for e in again.entries], again.version) == (["changed"], 2)
        await refused(
            desk.months.submit("2026-11", date(2026, 12, 2), correcting=True), "month_not_exported"
        )
        await desk.months.export("2026-11", second, correcting=True)
        assert second.read_bytes() != first.read_bytes()
        await desk.months.submit("2026-11", date(2026, 12, 2), correcting=True)
        pack: Pack = await desk.months.pack("2026-11")
        versions: list[MonthRecord] = list(pack.sent)
        assert [(one.version, one.form) for one in versions] == [(1, "xlsx"), (2, "xlsx")]
        assert "Phone" in versions[0].content
        assert "Chat" in versions[1].content
        # What the correction told need not be told again in December.
        assert (await desk.months.pack("2026-12")).entries == ()
        assert [one.id for one in pack.still_open] == [made.id]

    at_desk(tmp_path, work)


def test_the_next_desk_writes_the_same_bytes(tmp_path: Path) -> None:
    async def work() -> list[bytes]:
        async with opened(tmp_path / "casebook.db") as desk:
            if not await all_of(desk):
                await desk.complaints.log(desk.say(user_stage="Active"))
            for name in ("a.csv", "a.xlsx"):
                await desk.months.export("2026-11", tmp_path / name)
            return [(tmp_path / name).read_bytes() for name in ("a.csv", "a.xlsx")]

    assert asyncio.run(work()) == asyncio.run(work())
