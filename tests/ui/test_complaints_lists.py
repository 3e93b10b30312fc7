"""Figures, log, import and case file of complaints, worked by their widgets."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit

from supportdesk.services import complaint_import, complaint_log
from supportdesk.ui.complaints.figures_page import FiguresPage
from supportdesk.ui.widgets.chart import BarChart
from supportdesk.ui.widgets.tallies import Tallies
from tests.support.evidence import picture as jpeg
from tests.ui.complaints_stage import DAY, Scene, Stage
from tests.ui.conftest import until


def choose_page(stage: Stage, name: str) -> None:
    action = stage.tab.findChild(QAction, f"complaints_{name}")
    assert action is not None
    action.trigger()


async def pick_file(stage: Stage, name: str, path: Path) -> None:
    await until(lambda: stage.tab.findChild(QFileDialog, name))
    dialog = stage.widget(QFileDialog, name)
    typed = dialog.findChild(QLineEdit, "fileNameEdit")
    assert typed is not None
    typed.setText(str(path))
    dialog.accept()


def click_bar(chart: BarChart, height: float) -> None:
    """Click the first bar at so many complaints."""
    plot = chart._plot
    at = plot.getPlotItem().vb.mapViewToScene(QPointF(0, height))
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.mapFromScene(at))


def shows(stage: Stage, ids: list[str], said: str) -> bool:
    rows = stage.tab.list.table.model.rows
    return [row.id for row in rows] == ids and said in stage.tab.list.part.text()


def test_a_row_of_the_figures_opens_the_complaints_behind_it(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        one = await stage.service.log(stage.quick(root_cause="Courier"))
        more = await stage.service.log(stage.quick(complaint_channel="Chat", root_cause="Training"))
        stage.now += DAY
        choose_page(stage, "figures")
        figures = stage.tab.findChild(FiguresPage)
        assert figures is not None
        await until(lambda: figures.charts)
        table = stage.widget(Tallies, "figures_channels")
        assert [table.item(at, 0).text() for at in range(2)] == ["Chat", "Phone"]  # type: ignore[union-attr]
        table.setFocus()
        table.setCurrentCell(1, 0)
        QTest.keyClick(table, Qt.Key.Key_Return)
        await until(lambda: [row.id for row in stage.tab.list.table.model.rows] == [one.id])
        assert "Channel: Phone · 1 complaint" in stage.tab.list.part.text()
        choose_page(stage, "figures")
        await until(lambda: figures.isVisible() and figures.shown)
        click_bar(figures.charts[0], 1)
        await until(lambda: len(stage.tab.list.table.model.rows) == 2)
        for height, cause, id in ((0.5, "Courier", one.id), (1.5, "Training", more.id)):
            choose_page(stage, "figures")
            click_bar(figures.charts[1], height)
            said = f"{cause} · 1 complaint"
            await until(partial(shows, stage, [id], said))
        choose_page(stage, "log")
        assert stage.tab.back()
        assert not stage.tab.team.back()

    play(scene)


def written(page: FiguresPage, name: str) -> bool:
    return name in page.said.text()


def test_the_figures_go_into_a_file(play: Scene, tmp_path: Path) -> None:
    one, other = tmp_path / "figures.csv", tmp_path / "figures.xlsx"
    odd = tmp_path / "figures.txt"  # a workbook all the same

    async def scene(stage: Stage) -> None:
        for _ in range(2):
            await stage.service.log(
                stage.quick(cardholder_id="ich_1", cardholder_name="Lena Hoffmann")
            )
        choose_page(stage, "figures")
        page = stage.tab.team.figures
        await until(lambda: page.shown and page.charts)
        assert "0 of 2 complaints" in page._merchants.text()
        for target, form in ((one, "csv"), (other, "xlsx")):
            stage.click(f"figures_{form}")
            await pick_file(stage, "save_file", target)
            await until(partial(written, page, target.name))
        stage.click("figures_xlsx")
        await pick_file(stage, "save_file", odd)
        await until(partial(written, page, "figures.txt.xlsx"))

    play(scene)
    assert not odd.exists()
    assert odd.with_name("figures.txt.xlsx").read_bytes() == other.read_bytes()
    rows = list(csv.reader(one.read_text("utf-8-sig").splitlines()))
    assert ["Received per month", "2026-11", "Received", "2"] in rows
    assert ["Who complained more than once", "Person 1", "Complaints", "2"] in rows
    book = openpyxl.load_workbook(other, read_only=True)
    assert [cell.value for cell in list(book["By channel"].rows)[1]] == ["Phone", 2]
    book.close()


def test_list_and_log_are_narrowed_by_channel_category_and_cause(
    play: Scene, tmp_path: Path
) -> None:
    target = tmp_path / "log.csv"

    async def scene(stage: Stage) -> None:
        one = await stage.service.log(stage.quick(complaint_channel="Chat", owner="Chat owner"))
        await stage.service.log(stage.quick())
        listed = stage.tab.list.table.model
        await until(lambda: len(listed.rows) == 2)
        stage.click("complaints_more_filters")
        stage.choose("complaints_channel", "Chat")
        await until(lambda: [row.id for row in listed.rows] == [one.id])
        stage.choose("complaints_cause", "Agent error")
        await until(lambda: not listed.rows)
        stage.click("complaints_unfiltered")
        await until(lambda: len(listed.rows) == 2)
        choose_page(stage, "log")
        stage.choose("log_channel", "Chat")
        stage.click("log_csv")
        await pick_file(stage, "save_file", target)
        await until(lambda: "1 complaint written" in stage.tab.team.log.said.text())
        assert "Chat owner" in target.read_text("utf-8-sig")

    play(scene)


def test_the_log_asks_why_before_it_names_people(play: Scene, tmp_path: Path) -> None:
    target = tmp_path / "log.csv"

    async def scene(stage: Stage) -> None:
        await stage.service.log(stage.quick(cardholder_name="Lena Hoffmann"))
        choose_page(stage, "log")
        page = stage.tab.team.log
        stage.widget(QLineEdit, "log_from").setText("99/99/2026")
        stage.click("log_csv")
        await until(lambda: page.fields["from"].error())
        stage.widget(QLineEdit, "log_from").setText("")
        stage.widget(QCheckBox, "log_people").setChecked(True)
        stage.click("log_csv")
        await pick_file(stage, "save_file", target)
        await until(lambda: page._why.error())
        stage.widget(QLineEdit, "log_reason").setText("Stripe asked for it")
        stage.click("log_csv")
        await pick_file(stage, "save_file", target)
        await until(lambda: "1 complaint written to log.csv" in page.said.text())
        assert "Lena Hoffmann" in target.read_text("utf-8-sig")

    play(scene)


def test_a_list_is_tried_then_imported(play: Scene, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text(
        "complaint_description,When,complaint_category,complaint_sub_category,complaint_channel\n"
        "Late refund,2026-10-05,Product or Service,Servicing,Phone\n"
        "No day,,Product or Service,Servicing,Phone\n",
        encoding="utf-8",
    )

    async def scene(stage: Stage) -> None:
        choose_page(stage, "imports")
        page = stage.tab.team.imports
        stage.click("import_choose")
        await pick_file(stage, "import_file", path)
        await until(lambda: page.test.isEnabled())
        assert not page.go.isEnabled()
        stage.choose("import_column_1", "Received on")
        stage.click("import_try")
        await until(lambda: "1 can be imported" in page.said.text())
        assert page.rows.model().rowCount() == 1
        stage.click("import_go")
        await until(lambda: "1 complaint imported" in page.said.text())
        assert [one.verbatim for one in await stage.service.page("open")] == ["Late refund"]

    play(scene)


def test_a_case_file_holds_history_and_files(play: Scene, tmp_path: Path) -> None:
    target = tmp_path / "case.pdf"

    async def scene(stage: Stage) -> None:
        made = await stage.service.log(stage.quick(cardholder_name="Lena Hoffmann"))
        made = await stage.service.edit(replace(made, owner="S. Iyer"), why="on leave")
        # One that can be put behind, one that says it is what it is not, one of another kind.
        for name, kind, content in (
            ("screen.jpg", "image/jpeg", jpeg()),
            ("bad.pdf", "application/pdf", b"%PDF-1.7 " + bytes(500)),
            ("mail.txt", "text/plain", b"words"),
        ):
            made = await stage.service.steps.attach(made, name, kind, content)
        await stage.open(made)
        action = stage.tab.findChild(QAction, "complaint_case_file")
        assert action is not None
        assert action.isVisible()
        action.trigger()
        await pick_file(stage, "save_file", target)
        await until(target.exists)
        pages = PdfReader(target).pages
        said = " ".join(" ".join(p.extract_text() for p in pages).split())
        await until(lambda: "bad.pdf, mail.txt" in stage.tab.list.part.text())
        assert len(pages[-1].images) == 1
        for part in (made.number, "Lena Hoffmann", "S. Iyer", "on leave", "no money back"):
            assert part in said

    play(scene)


def test_a_long_export_is_shown_and_stopped_without_a_trace(
    play: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint_log, "AT_ONCE", 1)
    folder = tmp_path / "out"
    folder.mkdir()

    async def scene(stage: Stage) -> None:
        for _ in range(4):
            await stage.service.log(stage.quick())
        choose_page(stage, "log")
        page = stage.tab.team.log
        seen: list[str] = []

        def stop(done: int) -> None:
            if done == 1:
                seen.append(page.progress.said.text())
                assert page.progress.cancel.isVisible()
                page.progress.cancel.click()

        page.progress.bar.valueChanged.connect(stop)
        for form in ("csv", "xlsx"):
            page.said.hide()
            stage.click(f"log_{form}")
            await pick_file(stage, "save_file", folder / f"log.{form}")
            await until(lambda: page.said.isVisible())
            assert "no file was written" in page.said.text()
            await until(lambda: not page.progress.isVisible())
            await until(lambda: not list(folder.iterdir()))
        assert len(seen) == 2

    play(scene)


def test_an_import_is_stopped_and_goes_on_where_it_was(
    play: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complaint_import, "AT_ONCE", 1)
    path = tmp_path / "old.csv"
    row = "Late refund {n},2026-10-05,Product or Service,Servicing,Phone"
    head = "complaint_description,date_received,complaint_category,complaint_sub_category,"
    rows = [f"{head}complaint_channel", *(row.format(n=n) for n in range(4))]
    path.write_text("\n".join(rows), encoding="utf-8")

    async def scene(stage: Stage) -> None:
        choose_page(stage, "imports")
        page = stage.tab.team.imports
        page.show_sheet(await page._imports.read(path))
        stage.click("import_try")
        await until(lambda: "4 can be imported" in page.said.text())
        page.progress.bar.valueChanged.connect(
            lambda done: page.progress.cancel.click() if done == 1 else None
        )
        stage.click("import_go")
        await until(lambda: "What was imported stays" in page.said.text())
        await until(lambda: not page.progress.isVisible())
        page.progress.bar.valueChanged.disconnect()
        brought = len(await stage.service.page("open"))
        assert 1 <= brought < 4
        stage.click("import_try")
        await until(lambda: f"{brought} are here already" in page.said.text())
        stage.click("import_go")
        await until(lambda: len(stage.tab.list.table.model.rows) == 4)

    play(scene)
