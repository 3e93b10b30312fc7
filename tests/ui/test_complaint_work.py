"""Working a complaint in the window: why a day is that day, hints, letters, files, filters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget

from supportdesk.domain.clocks import Case, Clock, Programme, compute, parse_rules
from supportdesk.domain.complaints import Complaint
from supportdesk.ui import text
from supportdesk.ui.complaints.clock_words import explanation, met_by, rest
from tests.ui.complaints_stage import DAY, FOLDER, NOV_5, PAN, Scene, Stage
from tests.ui.conftest import until

RULES = parse_rules((FOLDER / "clocks.json").read_text(encoding="utf-8"))


def clock(rule: str, received: date, programme: Programme, **known: str) -> Clock:
    case = Case(received=received, complaint_class="operational", **known)  # type: ignore[arg-type]
    return {c.rule: c for c in compute(RULES, case, programme)}[rule]


SCOTLAND = Programme(regimes=("stripe", "uk_disp"), country="GB", subdivision="SCT")


def test_a_date_is_explained_as_one_counts_it() -> None:
    text.set_language("en")
    one = Complaint()
    resolve = clock("stripe.resolve", date(2026, 12, 23), SCOTLAND)
    assert explanation(resolve, one) == (
        "received Wed 23 Dec 2026, 15 business days, Scotland: "
        "25, 28 Dec, 1, 4 Jan are none: Tue 19 Jan 2027"
    )
    first = clock("uk.acknowledge", date(2026, 12, 24), SCOTLAND)
    assert explanation(first, one) == (
        "received Thu 24 Dec 2026, 1 business day, Scotland: 25, 28 Dec are none: Tue 29 Dec 2026"
    )
    plain = clock("uk.acknowledge", date(2026, 11, 4), SCOTLAND)
    assert explanation(plain, one) == (
        "received Wed 4 Nov 2026, 1 business day, Scotland: Thu 5 Nov 2026"
    )
    weeks = clock("uk.eight_weeks", date(2026, 3, 1), SCOTLAND, kind="other")
    assert explanation(weeks, one) == (
        "received Sun 1 Mar 2026, 56 days: Sun 26 Apr 2026; "
        "nobody works then, so by Fri 24 Apr 2026"
    )
    irish = clock("stripe.resolve", date(2026, 12, 23), SCOTLAND, jurisdiction="IE")
    assert "Scotland Tue 19 Jan 2027" in rest(irish)
    assert rest(resolve) == (f"Stripe, Handling complaints · holidays 0.109, rules {RULES.version}")
    done = Complaint(acknowledged_at=NOV_5, acknowledged_by="Ann", date_received=NOV_5)
    assert met_by(plain, done).startswith("acknowledged, ")
    assert met_by(plain, done).endswith(", Ann")
    assert met_by(plain, one) == ""
    # Told where its days are counted: they and the hour must not contradict each other.
    late = datetime(2026, 11, 5, 23, 30, tzinfo=UTC).timestamp()
    berlin = replace(done, acknowledged_at=late, zone="Europe/Berlin")
    assert met_by(plain, berlin).startswith("acknowledged, 6 Nov")
    assert met_by(plain, berlin).endswith(" 00:30, Ann")


def _seen(stage: Stage, name: str) -> bool:
    return stage.widget(QAbstractButton, name).isVisible()


def _settled(stage: Stage) -> bool:
    """Whether rows of hints that are gone are no longer found under their names."""
    found = stage.tab.findChildren(QAbstractButton)
    return all(b.isVisible() for b in found if b.objectName().startswith("hint_"))


def test_words_that_matter_are_kept_or_dismissed(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        await stage.begin()
        stage.fill()
        note = stage.widget(QPlainTextEdit, "complaint_verbatim")
        note.setPlainText("I 😀 still wait and will sue you.")
        hints = stage.tab.record.form.hints
        await until(lambda: hints.isVisible())
        marked = [mark.cursor.selectedText() for mark in note.extraSelections()]
        assert marked == ["still", "sue"]
        stage.click("hint_dismiss_0")
        await until(lambda: len(note.extraSelections()) == 1)
        await until(lambda: stage.widget(QAbstractButton, "hint_keep_0").isVisible())
        stage.click("hint_keep_0")
        form = stage.tab.record.form
        assert form.editors["complaint_classification"].text() == "executive"
        for decision in ("hint_again", "hint_dismiss_0", "hint_keep_0"):
            await until(partial(_seen, stage, decision))
            stage.click(decision)
            await until(partial(_settled, stage))
        assert len(note.extraSelections()) == 1
        stage.click("complaint_executive_basis_3")
        stage.click("complaint_save")
        await until(lambda: stage.tab.record.complaint.number)
        kept = stage.tab.record.complaint
        assert [(t.id, t.kept, t.by) for t in kept.terms] == [
            ("repeat", False, "M. Keller"),
            ("legal", True, "M. Keller"),
        ]
        assert not stage.tab.record.unsaved()

    play(scene)


def test_acknowledge_with_a_letter_then_hold(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        made = await stage.service.log(stage.quick(cardholder_name="Lena Hoffmann"))
        await stage.open(made)
        why = stage.widget(QLabel, "complaint_why_stripe.resolve")
        assert not why.isVisible()
        stage.click("complaint_explain")
        assert "received Thu 5 Nov 2026, 15 business days, Germany" in why.text()
        assert why.isVisible()
        await stage.begin_step("acknowledge")
        letter = stage.widget(QPlainTextEdit, "complaint_letter")
        assert "Dear Lena Hoffmann" in letter.toPlainText()
        stage.type("complaint_letter", "We always answer. ")
        stage.click("complaint_letter_copy")
        await until(lambda: "always" in stage.tab.step.reply.field.error())
        letter.setPlainText(letter.toPlainText().replace("We always answer. ", ""))
        stage.click("complaint_letter_copy")
        await until(lambda: bool(stage.tab.step.complaint.replies))
        assert "Dear Lena Hoffmann" in QGuiApplication.clipboard().text()
        stage.choose("complaint_acknowledged_medium", "E-mail")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.tab.record.complaint.state == "acknowledged")
        await stage.begin_step("hold")
        stage.type("complaint_holding_reason", "The courier is silent.")
        until_day = stage.widget(QLineEdit, "complaint_holding_until")
        until_day.setText("01/03/2027")
        assert "The courier is silent." in letter.toPlainText()
        stage.click("complaint_step_confirm")
        await until(lambda: "35 BD" in stage.error("holding_until"))
        until_day.setText("10/12/2026")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.tab.record.complaint.state == "holding")
        stage.tab.record.more.actions_by_name["watch"].trigger()
        await until(lambda: stage.tab.record.complaint.watchers == ("M. Keller",))
        stage.tab.record.more.actions_by_name["withdraw"].trigger()
        await until(lambda: stage.page is stage.tab.step)
        stage.type("complaint_description_of_corrective_action", "Money has arrived.")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.tab.record.complaint.state == "withdrawn")
        assert stage.tab.record.more.actions_by_name["reopen"].isVisible()

    play(scene)


def test_files_are_attached_and_the_list_is_narrowed(play: Scene, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        made = await stage.service.log(stage.quick())
        stage.now += 9 * DAY
        await stage.service.log(stage.quick(owner="S. Iyer"))
        await stage.open(made)
        paper = tmp_path / "letter.txt"
        paper.write_text("what she wrote", encoding="utf-8")
        stage.tab.record.files.given.emit([paper])
        await until(lambda: bool(stage.tab.record.complaint.files))
        (file,) = stage.tab.record.complaint.files
        assert await stage.service.file(made, file.id) == b"what she wrote"
        (tmp_path / "mail.txt").write_text(f"I paid with {PAN}.")
        stage.tab.record.files.given.emit([tmp_path / "mail.txt"])
        await until(lambda: "full card number" in stage.tab.problem.text())
        assert len(stage.tab.record.complaint.files) == 1
        stage.tab.record.files.given.emit([tmp_path / "missing"])
        await until(lambda: "cannot be read" in stage.tab.problem.text())

        def shown() -> list[str]:
            return [row.number[-4:] for row in stage.tab.list.table.model.rows]

        await until(lambda: shown() == ["0001", "0002"])
        owner = stage.widget(QComboBox, "complaints_owner")
        await until(lambda: owner.findText("S. Iyer") > 0)
        owner.setCurrentIndex(owner.findText("S. Iyer"))
        await until(lambda: shown() == ["0002"])
        stage.click("complaints_unfiltered")
        await until(lambda: len(shown()) == 2)
        stage.choose("complaints_age", "6 to 10 BD old")
        await until(lambda: shown() == ["0001"])
        stage.choose("complaints_due", "Overdue")
        await until(lambda: shown() == ["0001"])
        stage.choose("complaints_age", "0 to 5 BD old")
        await until(lambda: shown() == [])
        assert "None of these" in stage.tab.list.table.empty.text()
        stage.click("complaints_unfiltered")
        await until(lambda: len(shown()) == 2)
        stage.tab.list.table.sort_requested.emit("received", True)
        await until(lambda: shown() == ["0002", "0001"])
        assert [one.owner for one in await stage.tab.due()] == ["M. Keller"]

    play(scene)


def test_a_call_for_help_asks_what_would_help(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        await stage.begin()
        stage.type("complaint_verbatim", "My mother is in hospital.")
        await until(lambda: stage.tab.record.form.hints.isVisible())
        need = stage.widget(QWidget, "complaint_support_need")
        assert not need.isVisible()
        stage.click("hint_keep_0")
        await until(lambda: need.isVisible())
        assert stage.widget(QAbstractButton, "complaint_more").isChecked()

    play(scene)
