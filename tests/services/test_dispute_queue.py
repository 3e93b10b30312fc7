"""The queue, the page of a dispute and the figures, against the practice Stripe."""

from __future__ import annotations

import asyncio
import csv
import io
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader, PdfWriter

from supportdesk.domain.days import format_day
from supportdesk.domain.dispute_case import FINAL, PROVISIONAL, REVERSAL, Note
from supportdesk.domain.dispute_queue import Asked, Line
from supportdesk.domain.disputes import Draft
from supportdesk.errors import UserFacing
from supportdesk.services.case_papers import small, together
from supportdesk.services.dispute_figures import COLUMNS
from supportdesk.services.dispute_words import read_steps
from supportdesk.tour.cases import a_png
from tests.services.desk_at_practice import Place, Play, Programme, place, player, programme
from tests.support.evidence import picture, text_pdf

RESOURCES = Path(__file__).parents[2] / "resources" / "disputes"


@pytest.fixture
def play(tmp_path: Path, stripe: Programme) -> Play:
    return player(tmp_path, stripe)


def a_pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 300)
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()


async def filed(desk: Place, transaction_id: str, explanation: str) -> Draft:
    intake = await desk.disputes.refresh(transaction_id)
    assert intake is not None
    draft = intake.draft.typed("reason", "fraudulent").typed("explanation", explanation)
    draft = draft.typed("told_us_on", format_day(desk.queue.today(), "de_DE"))
    await desk.disputes.submit(draft)
    return draft


async def line_of(desk: Place, transaction_id: str) -> Line:
    found = await desk.queue.line(transaction_id)
    assert found is not None
    return found


async def decided(desk: Place, stripe: Programme) -> None:
    stripe.post("/_practice/clock", advance=60)
    await desk.disputes.refresh_list()


def test_a_won_dispute_is_done_once_it_was_told_and_credited(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(5000)

    async def scenario(desk: Place) -> None:
        await filed(desk, bought, "winning_evidence")
        law = (await line_of(desk, bought)).step  # the second Payment Services Directive, art. 73
        assert (law.kind, law.detail) == ("refund", "Refund the cardholder")
        today = desk.queue.today().isoformat()
        await desk.queue.write(bought, Note(kind="credited", on=today))
        assert (await line_of(desk, bought)).step.kind == "decide"
        await decided(desk, stripe)
        won = await line_of(desk, bought)
        assert (won.status, won.step.kind, won.recovered) == ("won", "tell_won", 5000)
        await desk.queue.write(bought, Note(kind="told", medium="phone", on=today))
        assert (await line_of(desk, bought)).step.kind == "done"
        kept = await desk.queue.kept(bought)
        assert [(n.kind, n.agent) for n in kept.notes] == [
            ("credited", "M. Keller"),
            ("told", "M. Keller"),
        ]

    play(scenario)


def test_a_lost_dispute_has_its_reversal_and_its_reason(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(4000)

    async def scenario(desk: Place) -> None:
        await filed(desk, bought, "losing_evidence")
        await decided(desk, stripe)
        lost = await line_of(desk, bought)
        assert (lost.step.kind, lost.recovered, bool(lost.loss_reason)) == ("tell_lost", 0, True)
        intake = await desk.disputes.refresh(bought)
        assert intake is not None
        case = await desk.cases.case(intake)
        moved = [m.detail for m in case.moments if m.what == "money"]
        assert moved == [PROVISIONAL, REVERSAL]
        assert FINAL not in moved
        what = [m.what for m in case.moments]
        assert what.index("captured") < what.index("filed") < what.index("ended")
        assert {m.detail for m in case.moments if m.what == "action"} >= {"dispute.submit"}

    play(scenario)


def test_disputes_made_elsewhere_are_in_the_queue(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(3000)
    stripe.post("/v1/issuing/disputes", transaction=bought, **{"evidence[reason]": "other"})

    async def scenario(desk: Place) -> None:
        await desk.disputes.refresh_list()
        found = await line_of(desk, bought)
        assert (found.step.kind, found.merchant) == ("look", "")  # the purchase is not read yet
        await desk.mirror.set_state("backfill", {"began": 1, "ended": 2})
        settled = asyncio.Event()
        desk.changes.queue.connect(settled.set)
        desk.changes.activity.connect(lambda _ids: settled.set())
        keeping = asyncio.create_task(desk.queue.keep())
        try:
            async with asyncio.timeout(20):
                while (found := await line_of(desk, bought)).step.kind == "look":
                    await settled.wait()
                    settled.clear()
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        assert found.merchant.startswith("Gamer's Hub")
        assert found.step.kind == "finish"

    play(scenario)


def test_who_types_owns_it_until_it_is_given_to_another(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(2000)

    async def scenario(desk: Place) -> None:
        await desk.disputes.refresh(bought)
        await desk.disputes.keep(Draft(transaction_id=bought, amount="1,00"))
        assert bought in {line.transaction_id for line in await desk.lines("mine")}
        await desk.queue.assign(bought, "Ben")
        assert bought not in {line.transaction_id for line in await desk.lines("mine")}
        await desk.queue.assign(bought, "")
        await desk.disputes.keep(Draft(transaction_id=bought, amount="2,00"))
        assert (await line_of(desk, bought)).owner == ""

    play(scenario)


def test_a_reading_that_is_broken_off_loses_nothing(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(9000)

    async def scenario(desk: Place) -> None:
        await desk.disputes.refresh(bought)
        await desk.queue.settle(60)
        for turns in range(40):  # broken off a little later each time
            typed = f"{turns + 1},00"
            await desk.disputes.keep(Draft(transaction_id=bought, amount=typed))
            reading = asyncio.create_task(desk.lines("open"))
            await asyncio.wait({reading}, timeout=turns / 2000)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            assert (await line_of(desk, bought)).amount == 100 * (turns + 1)

    play(scenario)


def test_expiry_is_counted_and_should_not_have_been(tmp_path: Path) -> None:
    async def scenario(stripe: Programme) -> None:
        bought = stripe.capture(1500)
        stripe.post("/v1/issuing/disputes", transaction=bought, **{"evidence[reason]": "other"})
        async with place(tmp_path, stripe) as desk:
            await desk.disputes.refresh(bought)
            before = (await line_of(desk, bought)).step
            assert before.last_day is not None
            assert before.due == before.last_day - timedelta(days=20)
            stripe.post("/_practice/clock", advance=111 * 86_400)
            await desk.disputes.refresh(bought)
            found = await line_of(desk, bought)
            assert (found.status, found.step.kind, found.filed) == ("expired", "tell_expired", None)
            figures = await desk.figures.figures("all")
            assert (figures.expired, figures.unfiled) == (1, 1)

    with programme() as apart:  # its clock goes months ahead
        asyncio.run(scenario(apart))


def test_figures_agree_with_the_lines_and_go_into_files(
    play: Play, stripe: Programme, tmp_path: Path
) -> None:
    won, lost = stripe.capture(5000), stripe.capture(4000)

    async def scenario(desk: Place) -> None:
        await filed(desk, won, "winning_evidence")
        await filed(desk, lost, "losing_evidence")
        await decided(desk, stripe)
        figures = await desk.figures.figures("all")
        lines = await desk.queue.page(Asked(which="all", today=desk.queue.today()), limit=999)
        by_status = [line.status for line in lines]
        assert (figures.won, figures.lost) == (by_status.count("won"), by_status.count("lost"))
        assert figures.recovered == {"eur": sum(line.recovered or 0 for line in lines)}
        fraud = figures.reasons["fraudulent"]
        assert (fraud.won, fraud.lost) == (figures.won, figures.lost)
        assert sum(t.won for t in figures.methods.values()) == figures.won
        assert figures.days is not None
        assert (await desk.figures.figures("last_quarter")).won == 0
        sheet, book = tmp_path / "out.csv", tmp_path / "out.xlsx"
        assert await desk.figures.export(sheet, "all") == len(lines)
        rows = list(csv.reader(io.StringIO(sheet.read_text("utf-8-sig"))))
        assert tuple(rows[0]) == COLUMNS
        assert len(rows) == len(lines) + 1
        assert not any("Hoffmann" in cell for row in rows for cell in row)
        await desk.figures.export(book, "all", [("By reason", ("a", "b"), [("=1+1", "2")])])
        read = openpyxl.load_workbook(book, read_only=True)
        assert read["Disputes"].max_row == len(lines) + 1
        assert [c.value for c in next(read["By reason"].iter_rows(min_row=2))] == ["=1+1", "2"]
        assert next(read["By reason"].iter_rows(min_row=2))[0].data_type == "s"
        read.close()
        assert sorted(name for name in os.listdir(tmp_path) if "out" in name) == [
            "out.csv",
            "out.xlsx",
        ]
        with pytest.raises(UserFacing) as error:
            await desk.figures.export(tmp_path / "nowhere" / "a.csv", "all")
        assert error.value.code == "file_unwritable"

    play(scenario)


def test_the_case_file_carries_the_evidence_behind_it(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(2500)

    async def scenario(desk: Place) -> None:
        await desk.disputes.refresh(bought)
        for name, content in (("two.pdf", text_pdf(2)), ("scan.png", picture())):
            await desk.disputes.evidence.add_picture(bought, name, content)
        intake = await desk.disputes.open(bought)
        assert intake is not None
        gone = replace(intake.files[0], id="gone", name="gone.pdf")
        files = [*intake.files, gone]
        whole, left_out = await desk.cases.with_evidence(a_pdf(), files)
        assert len(PdfReader(io.BytesIO(whole)).pages) == 4
        assert left_out == (gone,)
        *shown, none = await desk.cases.small_pictures(files)
        assert all(made.startswith(b"\x89PNG") for made in shown)
        assert none == b""

    play(scenario)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/pdf"),
        (b"%PDF-1.7 nothing", "application/pdf"),
        (a_pdf()[:200], "application/pdf"),
        (b"", "image/png"),
        (a_png()[:60], "image/png"),
        (b"GIF89a", "image/jpeg"),
    ],
)
def test_evidence_that_cannot_be_read_spoils_nothing(content: bytes, kind: str) -> None:
    whole, left_out = together(a_pdf(), [(content, kind)])
    assert (len(PdfReader(io.BytesIO(whole)).pages), left_out) == (1, [0])
    assert small(content, kind) == b""


def test_a_broken_list_of_steps_is_passed_over(tmp_path: Path) -> None:
    rules, problem = read_steps(RESOURCES, tmp_path)
    assert problem is None
    for text in ("{", "[]", '{"own_line_days": "soon"}'):
        (tmp_path / "steps.json").write_text(text, encoding="utf-8")
        kept, problem = read_steps(RESOURCES, tmp_path)
        assert kept == rules
        assert problem is not None
        assert problem.code == "dispute_steps_unreadable"
    (tmp_path / "steps.json").write_text('{"own_line_days": 80}', encoding="utf-8")
    own, problem = read_steps(RESOURCES, tmp_path)
    assert (own.own_line_days, problem) == (80, None)
