"""The end of retention in the window: what must be kept is said, what need not is erased."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QWidget

from supportdesk.domain.complaints import Complaint
from supportdesk.ui.widgets.read_back import ReadBack
from supportdesk.ui.widgets.row_list import RowList
from tests.ui.complaints_stage import DAY, Scene, Stage, play_on
from tests.ui.conftest import Loop, until

YEARS = 7 * 366 * DAY


@pytest.fixture
def play(loop: Loop, tmp_path: Path) -> Scene:
    return play_on(loop, tmp_path)


async def asked(name: str) -> ReadBack:
    """The last look that is open now."""

    def there() -> list[ReadBack]:
        tops = QApplication.topLevelWidgets()
        return [w for w in tops if isinstance(w, ReadBack) and w.objectName() == name]

    await until(lambda: there() and there()[0].isVisible())
    return there()[0]


def said_in(dialog: ReadBack) -> str:
    return "\n".join(words.text() for words in dialog.findChildren(QLabel))


async def kept(stage: Stage) -> tuple[Complaint, Complaint]:
    """Two closed complaints of Lena's, one under a legal hold, and a friend's that names her."""
    made = await stage.service.log(
        _about(stage, verbatim="Lena wants her money", cardholder_name="Lena Hoffmann")
    )
    made = await stage.service.steps.withdraw(made, stage.now, "It has arrived.")
    held = await stage.service.log(_about(stage, verbatim="Lena once more"))
    held = await stage.service.edit(
        replace(held, legal_hold=True, legal_hold_reason="Court asks for it")
    )
    await stage.service.steps.withdraw(held, stage.now, "Settled by phone.")
    await stage.service.log(
        stage.quick(verbatim="A friend: Lena Hoffmann is angry too", owner="S. Iyer")
    )
    return made, held


def test_a_person_is_erased_where_a_team_lead_looks(play: Scene, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        made, held = await kept(stage)
        stage.focus.set_person("ich_1")
        page = stage.tab.team.keeping
        stage.tab.team.show_page("keeping")
        what = stage.widget(QLabel, "keeping_person")
        await until(lambda: "must be kept until" in what.text())
        assert not page.erase_person.isVisible()
        assert "No complaint is past its retention." in _labels(page)

        stage.now += YEARS
        stage.tab.team.show_page("keeping")
        rows = stage.widget(RowList, "keeping_rows")
        await until(lambda: [row.title for row in rows.rows()] == [made.number])
        assert "legal hold" in what.text()
        assert "must be kept until" not in what.text()

        lifted = await stage.service.get(held.id)
        await stage.service.edit(replace(lifted, legal_hold=False, legal_hold_reason=""))
        stage.tab.team.show_page("keeping")
        await until(lambda: len(rows.rows()) == 2)
        await until(lambda: page.erase_person.isVisible())
        rows.set_current(made.id)
        stage.click("keeping_erase_whole")
        last_look = await asked("person_erase_confirm")
        words = said_in(last_look)
        for part in ("Lena Hoffmann", "2 complaints", "This is final", "CMP-2026-0003", "Stripe"):
            assert part in words, part
        last_look.cancel.click()
        await until(lambda: not len(stage.tab.tasks))
        assert (await stage.service.get(made.id)).verbatim == "Lena wants her money"

        stage.click("keeping_erase_person")
        (await asked("person_erase_confirm")).confirm.click()
        await until(lambda: page.said.isVisible())
        assert "Lena Hoffmann was erased from both files: 2 complaints." in page.said.text()
        assert "The name still stands in CMP-2026-0003." in page.said.text()
        assert stage.focus.person == ""
        assert (await stage.service.get(made.id)).verbatim == ""
        await until(lambda: rows.rows() == ())

    play(scene)


def test_complaints_without_a_person_are_erased_only_when_ticked(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        page = stage.tab.team.keeping
        told = ("Hoffmann, Lena waits", "LENA HOFFMANN is angry", "Lena wants a refund")
        made = [await stage.service.log(stage.quick(verbatim=said)) for said in told]
        for one in made[:1] + made[2:]:
            await stage.service.steps.withdraw(one, stage.now, "It has arrived.")
        stage.now += YEARS
        stage.focus.set_person("ich_1")
        stage.tab.team.show_page("keeping")
        await until(lambda: page.perhaps.isVisible())
        boxes = {box.objectName(): box for box in page.perhaps.findChildren(QCheckBox)}
        first, second = (boxes.pop(f"perhaps_{one.number}") for one in made[:2])
        assert boxes == {}  # a first name alone leads to nobody
        assert (first.isEnabled(), second.isEnabled()) == (True, False)
        assert "the name stands in it" in first.text()
        assert "still open" in second.text()
        assert not first.isChecked()

        stage.click("keeping_erase_person")
        last_look = await asked("person_erase_confirm")
        assert f"{made[0].number}, {made[1].number}" in said_in(last_look)  # named, and stays
        last_look.cancel.click()
        await until(lambda: not len(stage.tab.tasks))
        stage.widget(QCheckBox, f"perhaps_{made[0].number}").setChecked(True)
        stage.click("keeping_erase_person")
        last_look = await asked("person_erase_confirm")
        assert "1 complaint" in said_in(last_look)
        last_look.confirm.click()
        await until(lambda: page.said.isVisible())
        assert "1 complaint." in page.said.text()
        assert f"still stands in {made[1].number}." in page.said.text()
        assert (await stage.service.get(made[0].id)).verbatim == ""
        for one in made[1:]:
            assert (await stage.service.get(one.id)).verbatim == one.verbatim
        await until(lambda: not page.perhaps.isVisible())

    play(scene)


def _about(stage: Stage, **values: object) -> Complaint:
    return replace(stage.quick(**values), cardholder_id="ich_1", card_id="ic_1")


def _labels(page: QWidget) -> list[str]:
    return [words.text() for words in page.findChildren(QLabel)]
