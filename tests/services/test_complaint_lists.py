"""The log as a file, lists that come in, figures: on real files, read back as others read them."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from supportdesk.domain.cells import plain
from supportdesk.domain.complaint_check import LONG
from supportdesk.domain.complaints import Wanted
from supportdesk.services.complaint_import import Trial
from supportdesk.services.reporting import Reporting
from supportdesk.services.tables import write
from supportdesk.services.workbook import Row
from supportdesk.store.casebook import Casebook
from supportdesk.store.journal import Entry
from tests.services.test_complaints import DAY, NOV_5, Desk, at_desk, refused


def reporting(desk: Desk) -> Reporting:
    store = desk.complaints._store
    book = Casebook(store._database)
    book.complaints = store
    return Reporting.of(
        book,
        desk.mirror,
        desk.complaints,
        desk.complaints._changes,
        settings=lambda: desk.settings,
        account="practice",
    )


def rows_of(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        sheet = book["Complaints"]
        assert {c.data_type for row in sheet.iter_rows() for c in row if c.value} <= {"s", "n"}
        head, *rows = sheet.iter_rows(values_only=True)
        book.close()
    else:
        head, *rows = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
        assert not any(cell[:1] in set("=+-@＝") for row in rows for cell in row)
    return [{str(n): plain(str(v or "")) for n, v in zip(head, row, strict=True)} for row in rows]


def test_the_log_names_no_one_without_a_reason_and_then_the_journal_knows(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        said = desk.say(cardholder_id="ich_1", cardholder_name="Lena Hoffmann")
        await desk.complaints.log(replace(said, verbatim="Lena Hoffmann is angry"))
        await desk.complaints.log(replace(said, verbatim="again", owner="S. Iyer"))
        made = reporting(desk)
        path = tmp_path / "log.xlsx"
        assert await made.log.export(path, Wanted()) == 2
        rows = rows_of(path)
        assert not any("Lena" in cell or "ich_1" in cell for row in rows for cell in row.values())
        assert len({row["person"] for row in rows}) == 1
        await refused(made.log.export(path, Wanted(), reason=" "), "reason_missing")
        assert await made.log.export(path, Wanted(owner="S. Iyer"), reason="audit 12") == 1
        assert [row["cardholder_name"] for row in rows_of(path)] == ["Lena Hoffmann"]
        entries: list[Entry] = await made.log._journal.recent(account="practice")
        (entry,) = entries
        assert (entry.action, entry.state, entry.agent) == (
            "complaint.exported",
            "confirmed",
            "M. Keller",
        )
        assert entry.params == {"reason": "audit 12", "filter": {"owner": "S. Iyer"}}
        await refused(made.log.export(tmp_path / "no" / "a.csv", Wanted()), "file_unwritable")
        later = Wanted(received_from=date(2026, 11, 6))
        assert await made.log.size(later) == 0

    at_desk(tmp_path, work)
    assert sorted(p.name for p in tmp_path.iterdir() if "log" in p.name) == ["log.xlsx"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_cancelled_export_leaves_what_was_there(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"log.{form}"
    path.write_bytes(b"before")

    async def work() -> None:
        begun = asyncio.Event()

        async def pages() -> AsyncIterator[list[Row]]:
            while True:
                yield [["a", 1.0]] * 50

        def told(_count: int) -> None:
            begun.set()

        task = asyncio.create_task(write(path, "T", ["a", "b"], pages(), told=told))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(work())
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"before"


HEAD = "Number,date received,Complaint Category,complaint_sub_category,complaint_channel,"
HEAD += "complaint_description,alleges_UDAP_or_discrimination,systemic_issue_identified,"
HEAD += "date_resolved,redress_reqd,description_of_corrective_action,Notes"
GOOD = "A1,2026-10-05,product or service,Servicing,Phone,Late,no,no,2026-10-07,no,Sent,x"
BAD = (
    "A9,2026-10-05,Product or Service,Servicing,Phone,his CVV is 123,no,no,,,,",
    "A2,soon,Product or Service,Servicing,Phone,Late,no,no,,,,",
    "A3,2026-10-05,Other,Servicing,Phone,Late,no,no,,,,",
    "A4,2026-10-05,Product or Service,Servicing,Phone,4242 4242 4242 4242,no,no,,,,",
    "A5,2026-10-05,Product or Service,Servicing,Phone,Late,perhaps,no,,,,",
    f"A6,2026-10-05,Product or Service,Servicing,Phone,{'x' * (LONG + 1)},no,no,,,,",
    "A1,2026-10-06,Product or Service,Servicing,Phone,Other,no,no,,,,",
)


def test_a_list_is_tried_first_and_brought_in_once(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("\n".join([HEAD, GOOD, *BAD]), encoding="utf-8")

    async def work(desk: Desk) -> None:
        imports = reporting(desk).imports
        sheet = await imports.read(path)
        trial: Trial = await imports.try_it(sheet, "de_DE")
        assert [line.number for line in trial.new] == ["A1"]
        assert [(line.at, line.problems[0].field) for line in trial.wrong] == [
            (3, "complaint_description"),
            (4, "date_received"),
            (5, "complaint_category"),
            (6, "complaint_description"),
            (7, "alleges_UDAP_or_discrimination"),
            (8, "complaint_description"),
            (9, "number"),
        ]
        assert await desk.complaints.page("closed") == []
        assert await imports.run(sheet, trial) == 1
        (made,) = await desk.complaints.page("closed")
        assert made.complaint_category == "Product or Service"
        assert made.day(made.date_received) == date(2026, 10, 5)
        assert (await desk.complaints.history(made.id))[0].why == "old.csv"
        again = await imports.read(path)
        assert len((await imports.try_it(again, "de_DE")).known) == 2  # its double too
        # A column once left out stays left out.
        del again.mapping[5]
        await imports.remember(again)
        assert 5 not in (await imports.read(path)).mapping

    at_desk(tmp_path, work)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xlsx", b"no zip"), ("a.xlsx", b""), ("a.csv", b"\xff\xfea"), ("gone.csv", None)],
)
def test_what_is_no_table_is_said(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    async def work(desk: Desk) -> None:
        await refused(reporting(desk).imports.read(path), "sheet_unreadable")

    at_desk(tmp_path, work)


def test_figures_count_what_the_log_holds(tmp_path: Path) -> None:
    async def work(desk: Desk) -> None:
        service = desk.complaints
        one = await service.log(desk.say(cardholder_id="ich_1", cardholder_name="Lena"))
        two = await service.log(desk.say(cardholder_id="ich_1", cardholder_name="Lena"))
        inquiry = desk.say(is_complaint=False, decision_reason="Asked for the address.")
        await service.log(inquiry)
        desk.now = NOV_5 + 30 * DAY  # 5 December: both answers are late by then
        late = desk.resolved(
            one,
            reason_exceeded_15_days="Strike",
            redress_reqd=True,
            redress_amount=1500,
            redress_currency="EUR",
        )
        await service.steps.resolve(late)
        soon = await service.log(desk.say())
        await service.steps.resolve(desk.resolved(soon))
        made = await reporting(desk).figures.figures(None, None)
        assert [(bar.name, bar.ids) for bar in made.months] == [
            ("2026-11", (one.id, two.id)),
            ("2026-12", (soon.id,)),
        ]
        assert {bar.name: bar.ids for bar in made.ages if bar.ids} == {"16+": (two.id,)}
        assert made.resolved["2026-11"].missed == (one.id, two.id)
        assert (made.resolved["2026-12"].share, made.acknowledged["2026-12"].met) == (1.0, 1)
        assert [(bar.name, len(bar.ids)) for bar in made.causes] == [("Agent error", 2)]
        assert made.causes_by_month["2026-11"] == {"Agent error": 1}
        assert [(bar.name, bar.ids) for bar in made.repeats] == [("Lena", (one.id, two.id))]
        assert (made.redress, made.redressed) == ({"EUR": 1500}, (one.id,))
        wanted = Wanted(only=made.resolved["2026-11"].missed)
        assert {c.id for c in await service.page("all", wanted=wanted)} == {one.id, two.id}

    at_desk(tmp_path, work)
