"""The queue in the window: filters, the page of one dispute, notes, case file, figures."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from supportdesk.domain.dispute_queue import Counts
from supportdesk.ui.disputes.queue.note_form import NoteForm
from tests.services.desk_at_practice import Programme
from tests.ui.conftest import Loop, until
from tests.ui.disputes.conftest import Play, Shown, shown


async def lost_one(seen: Shown, stripe: Programme, bought: str) -> None:
    await seen.dispute(bought)
    seen.fill_fraud("losing_evidence")
    seen.press("dispute_submit")
    await seen.confirm()
    await until(lambda: seen.tab.matter.detail.isVisible())
    stripe.post("/_practice/clock", advance=60)
    seen.tab.matter.again.emit()
    await until(lambda: "Why it was lost" in seen.tab.matter.detail.outcome.text())


def test_telling_the_cardholder_ends_a_lost_dispute(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await lost_one(seen, stripe, bought)
        detail = seen.tab.matter.detail
        await until(lambda: "Tell cardholder: lost" in detail.outcome.text())
        assert "Provisional credit taken back" in detail.money.words()
        told = [b for b in detail.outcome.findChildren(QPushButton) if b.text() == "Told…"]
        QTest.mouseClick(told[-1], Qt.MouseButton.LeftButton)
        assert detail.form.kind.currentData() == "told"
        seen.type("dispute_note_text", "The shop had proof.")
        seen.press("dispute_note_save")
        await until(lambda: "The shop had proof." in detail.notes.words())
        await until(
            lambda: detail.case and detail.case.line and detail.case.line.step.turn == "over"
        )
        assert detail.form.text.text() == ""
        seen.press("case_take")
        await until(lambda: detail.owner.text() == "Yours")

    play(scene)


def test_the_case_file_is_written_where_the_person_says(
    play: Play, stripe: Programme, tmp_path: Path
) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await lost_one(seen, stripe, bought)
        detail = seen.tab.matter.detail
        await until(lambda: detail.case is not None)
        seen.press("case_file")
        await until(lambda: seen.tab.findChild(QFileDialog, "save_file"))
        dialog: QFileDialog = seen.find(QFileDialog, "save_file")
        dialog.setDirectory(str(tmp_path))
        dialog.accept()
        await until(lambda: "Written: idp_" in seen.tab.matter.notice.text())

    play(scene)
    [path] = list(tmp_path.glob("*.pdf"))
    words = " ".join(" ".join(p.extract_text() for p in PdfReader(path).pages).split())
    assert "Why it was lost" in words
    assert bought in words


def test_the_queue_is_narrowed_by_reason_and_merchant(play: Play, stripe: Programme) -> None:
    first, second = stripe.capture(1000), stripe.capture(2000)

    async def scene(seen: Shown) -> None:
        await seen.dispute(first)
        seen.choose("fraudulent")
        await seen.rest()
        await seen.dispute(second)
        seen.choose("other")
        await seen.rest()
        seen.press("dispute_room")  # the intake had the room of the list
        panel, rows = seen.tab.list, seen.tab.list.table.model
        counted: list[Counts] = []
        panel.counted.connect(counted.append)
        panel.filter.set_value("mine")
        panel.load()
        await until(lambda: {first, second} <= {row.transaction_id for row in rows.rows})
        box = panel.filters.reason
        await until(lambda: box.findData("other") > 0)
        box.setCurrentIndex(box.findData("other"))
        box.activated.emit(box.currentIndex())
        await until(lambda: {row.reason for row in rows.rows} == {"other"})
        merchant: QLineEdit = panel.filters.merchant
        QTest.keyClicks(merchant, "no such shop")
        await until(lambda: panel.table.empty.isVisible())
        panel.table.empty.acted.emit()
        await until(lambda: first in {row.transaction_id for row in rows.rows})
        assert merchant.text() == ""
        assert counted[-1].mine >= 2
        await until(lambda: seen.badges and seen.badges[-1][0] == str(counted[-1].acting))

    play(scene)


def test_an_intake_has_its_whole_case_and_its_form_in_turn(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.fill_fraud("Took no part.")
        await seen.rest()
        seen.press("dispute_whole")
        detail = seen.tab.matter.detail
        await until(lambda: "Refund the cardholder" in detail.outcome.text())
        ways = [b for b in detail.outcome.findChildren(QPushButton) if b.text() == "Credited…"]
        QTest.mouseClick(ways[-1], Qt.MouseButton.LeftButton)
        seen.press("dispute_note_save")
        await until(lambda: "Review and submit" in detail.outcome.text())
        seen.press("case_back")
        assert seen.tab.matter.form.isVisible()
        assert seen.find(QWidget, "evidence_explanation").text() == "Took no part."

    play(scene)


def test_a_note_says_what_is_wrong_beside_its_field(loop: Loop) -> None:
    async def scene() -> None:
        form = NoteForm()
        kept: list[object] = []
        form.written.connect(kept.append)
        form.save.click()
        assert "Write what" in form._fields["text"].error()
        form.begin("told")
        form.medium.setCurrentIndex(0)
        form.text.setText("He said 4242 4242 4242 4242")
        form.on.setText("31/12/2999")
        form.save.click()
        assert all(form._fields[name].error() for name in ("medium", "text", "on"))
        assert kept == []
        assert form.text.text().startswith("He said")
        form.deleteLater()

    loop.run(scene())


def test_a_whole_case_is_not_cut_off_in_the_smallest_window(
    loop: Loop, stripe: Programme, tmp_path: Path
) -> None:
    bought = stripe.capture()

    async def whole() -> None:
        async with shown(tmp_path, stripe, size=(1024, 560)) as seen:
            await seen.dispute(bought)
            seen.tab.matter.wide.emit(False)
            seen.press("dispute_whole")
            detail = seen.tab.matter.detail
            await until(lambda: detail.case is not None and detail.bar.isVisible())
            area, inner = detail._area, detail._area.widget()
            assert inner is not None
            await until(lambda: inner.width() <= area.viewport().width())

    loop.run(whole(), seconds=60)


def test_figures_are_a_page_with_a_chart_and_a_way_back(
    loop: Loop, stripe: Programme, tmp_path: Path
) -> None:
    async def whole() -> None:
        async with shown(tmp_path, stripe, size=(1024, 560)) as seen:
            await seen.tab.opened()
            seen.press("disputes_figures")
            page = seen.tab.figures
            await until(lambda: page.shown is not None and page._chart is not None, seconds=30)
            assert page.isVisible()
            assert page.reasons.rowCount() == len(page.shown.reasons) if page.shown else False
            assert seen.tab.back()
            assert not page.isVisible()

    loop.run(whole(), seconds=60)
