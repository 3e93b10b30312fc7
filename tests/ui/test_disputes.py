"""The disputes tab worked as a person works it, against the practice Stripe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from supportdesk.services.desk import Desk
from supportdesk.ui import text
from supportdesk.ui.disputes.editors import FileEditor
from supportdesk.ui.disputes.tab import DisputesTab
from supportdesk.ui.focus import Focus
from supportdesk.ui.widgets.drop_zone import DropZone
from supportdesk.ui.widgets.label import ElidedLabel
from supportdesk.ui.widgets.read_back import ReadBack
from tests.services.desk_at_practice import PDF, Place, Programme, place, programme
from tests.ui.conftest import Loop, until


@pytest.fixture(scope="module")
def stripe() -> Iterator[Programme]:
    with programme() as made:
        yield made


@pytest.fixture(autouse=True)
def german(loop: Loop) -> Iterator[None]:
    text.set_language("de")
    yield
    text.set_language("en")


class Shown:
    """A tab in a window, with hands and eyes."""

    def __init__(self, desk: Place, size: tuple[int, int]) -> None:
        self.place = desk
        self.focus = Focus()
        made = SimpleNamespace(disputes=desk.disputes, changes=desk.changes)
        self.tab = DisputesTab(cast(Desk, made), self.focus)
        self.window = QMainWindow()
        self.window.setCentralWidget(self.tab)
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        self.badges: list[tuple[str, str]] = []
        self.tab.badge.connect(lambda words, tone: self.badges.append((words, tone)))

    def find(self, kind: type[Any], name: str) -> Any:
        found = self.tab.findChild(kind, name)
        assert found is not None, name
        return found

    async def dispute(self, *transaction_ids: str) -> None:
        self.focus.dispute_requested.emit(transaction_ids)
        await until(lambda: self.tab.matter.transaction_id == transaction_ids[0])
        await until(lambda: self.tab.matter.intake is not None and not self.busy())

    def busy(self) -> bool:
        return len(self.tab.tasks) > 0

    async def rest(self) -> None:
        """Wait until what was typed is kept and nothing runs."""
        form = self.tab.matter.form
        await until(lambda: not form._pause.isActive() and not self.busy())

    def choose(self, reason: str) -> None:
        box: QComboBox = self.find(QComboBox, "dispute_reason")
        box.setCurrentIndex(box.findData(reason))

    def type(self, name: str, words: str) -> None:
        line: QLineEdit = self.find(QLineEdit, name)
        line.selectAll()
        QTest.keyClicks(line, words)

    def write(self, words: str) -> QPlainTextEdit:
        editor = self.find(QWidget, "evidence_explanation").findChild(QPlainTextEdit)
        assert editor is not None
        editor.setPlainText(words)
        return cast(QPlainTextEdit, editor)

    def press(self, name: str) -> None:
        button = self.find(QPushButton, name)
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def drop(self, path: Path, name: str = "dispute_drop") -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        assert self.find(DropZone, name).take(data)

    def error(self, name: str) -> str:
        shown = self.tab.matter.form._field(name)
        assert shown is not None
        return shown.error()

    def fill_fraud(self, explanation: str = "Took no part.") -> None:
        self.choose("fraudulent")
        self.press("dispute_told_today")
        self.write(explanation)

    async def confirm(self) -> ReadBack:
        await until(lambda: self.tab.findChild(ReadBack, "readback"))
        dialog: ReadBack = self.find(ReadBack, "readback")
        button = dialog.findChild(QPushButton, "readback_confirm")
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        return dialog


@asynccontextmanager
async def shown(
    folder: Path, stripe: Programme, *, url: str = "", size: tuple[int, int] = (1360, 860)
) -> AsyncIterator[Shown]:
    async with place(folder, stripe, url=url, locale=text.locale()) as desk:
        made = Shown(desk, size)
        try:
            yield made
        finally:
            await made.tab.aclose()
            made.window.close()
            made.window.deleteLater()  # here and now: never by the collector, in some thread
            await until(lambda: not shiboken6.isValid(made.window))


Scene = Callable[[Shown], Any]


@pytest.fixture
def play(loop: Loop, tmp_path: Path, stripe: Programme) -> Callable[[Scene], None]:
    def run(scene: Scene) -> None:
        async def whole() -> None:
            async with shown(tmp_path, stripe) as seen:
                await scene(seen)

        loop.run(whole(), seconds=60)

    return run


Play = Callable[[Scene], None]


def test_a_dispute_with_a_file_is_submitted_after_a_read_back(
    play: Play, stripe: Programme, tmp_path: Path
) -> None:
    bought = stripe.capture(24900)
    report = tmp_path / "police-report.pdf"
    report.write_bytes(PDF)

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.fill_fraud("Took no part, does not know the shop.")
        seen.drop(report)
        await seen.rest()
        checks = [check.text for check in seen.tab.matter.form.checks.shown()]
        assert "Captured, not refunded, not disputed before" in checks
        assert any("cancel it before filing fraud" in check for check in checks)
        seen.press("dispute_submit")
        assert stripe.disputes(bought) == []  # nothing before the read-back
        dialog = await seen.confirm()
        words = " ".join(label.text() for label in dialog.findChildren(QLabel))
        for said in ("249,00", "Took no part", "police-report.pdf", "Fraud"):
            assert said in words
        await until(lambda: seen.tab.matter.detail.isVisible())
        [held] = stripe.disputes(bought)
        assert held["status"] == "submitted"
        file_id = held["evidence"]["fraudulent"]["additional_documentation"]
        assert stripe.get(f"/v1/files/{file_id}")["size"] == len(PDF)
        assert "Network decides" in seen.tab.matter.detail.outcome.text()
        assert stripe.events("issuing_dispute.submitted", held["id"]) == 1

    play(scene)


def test_going_back_from_the_read_back_sends_nothing(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.fill_fraud()
        await seen.rest()
        await until(seen.window.isActiveWindow)
        QTest.keyClick(seen.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: seen.tab.findChild(ReadBack, "readback"))
        QTest.keyClick(seen.find(ReadBack, "readback"), Qt.Key.Key_Escape)
        await until(lambda: not seen.busy())
        assert stripe.disputes(bought) == []
        assert seen.tab.matter.form.isVisible()

    play(scene)


def test_save_keeps_it_at_stripe_as_a_draft(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.choose("fraudulent")
        seen.type("dispute_amount", "100,50")
        seen.press("dispute_save")
        await until(lambda: "saved on this desk and at Stripe" in seen.tab.matter.form.state.text())
        [held] = stripe.disputes(bought)
        assert (held["status"], held["amount"]) == ("unsubmitted", 10050)
        await until(lambda: seen.tab.list.table.model.rows)
        assert seen.badges[-1][0] != ""

    play(scene)


def test_bad_input_is_named_beside_its_field_and_kept(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(24900)

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.choose("merchandise_not_as_described")
        for typed, says in (
            ("249.00", "not clear"),
            ("249,01", "At most"),
            ("abc", "not an amount"),
            ("0", "above zero"),
        ):
            seen.type("dispute_amount", typed)
            await seen.rest()
            assert says in seen.error("amount")
            assert seen.find(QLineEdit, "dispute_amount").text() == typed
        for name, typed, says in (
            ("evidence_received_at", "24.12.2099", "future"),
            ("evidence_returned_at", "31.02.2026", "no such day"),
            ("dispute_told_us_on", "1.1.2020", "before the purchase"),
        ):
            seen.type(name, typed)
            await seen.rest()
            assert says in seen.error(name.removeprefix("evidence_").removeprefix("dispute_"))
            assert seen.find(QLineEdit, name).text() == typed
        seen.type("evidence_return_description", "x" * 10)
        seen.find(QLineEdit, "evidence_return_description").setText("y" * 2600)
        await seen.rest()
        assert "Too long" in seen.error("return_description")
        note = seen.write("card 4242 4242 4242 4242")
        await seen.rest()
        assert "card number" in seen.find(QWidget, "evidence_explanation").problem()
        assert note.toPlainText() == "card 4242 4242 4242 4242"
        seen.press("dispute_save")
        await seen.rest()
        assert stripe.disputes(bought) == []

    play(scene)


def test_what_is_missing_is_only_named_when_submitting(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        assert seen.error("reason") == ""
        seen.press("dispute_submit")
        await until(lambda: seen.error("reason") == "Choose a reason.")
        assert "told us" in seen.error("told_us_on")
        seen.choose("not_received")
        assert seen.error("reason") == ""
        assert seen.error("expected_at") == ""
        seen.press("dispute_submit")
        await until(lambda: seen.error("expected_at"))
        for name in ("expected_at", "product_type", "product_description", "explanation"):
            assert "Stripe needs this" in seen.error(name)
        assert seen.tab.findChild(ReadBack, "readback") is None

    play(scene)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.pdf", b"", "0 bytes"),
        ("notes.pdf", b"just words", "plain text"),
        ("big.pdf", b"%PDF-1.7" + b" " * 5_100_000, "5.1 MB"),
        ("gone.pdf", None, "no longer there"),
    ],
)
def test_a_bad_file_is_named_and_the_good_one_stays(
    play: Play, stripe: Programme, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    bought = stripe.capture()
    good, bad = tmp_path / "good.pdf", tmp_path / name
    good.write_bytes(PDF)
    if content is not None:
        bad.write_bytes(content)

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.choose("fraudulent")
        editor: FileEditor = seen.find(FileEditor, "evidence_additional_documentation")
        seen.drop(good)
        await until(editor.text)
        seen.drop(bad)
        await until(lambda: seen.error("additional_documentation"))
        assert says in seen.error("additional_documentation")
        [kept] = await seen.place.casebook.disputes.files("practice", bought)
        assert editor.text() == kept.id
        labels = [label.text() for label in editor.findChildren(ElidedLabel)]
        assert "good.pdf" in labels

    play(scene)


def test_two_files_at_once_are_too_many(play: Play, stripe: Programme, tmp_path: Path) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.choose("fraudulent")
        zone: DropZone = seen.find(DropZone, "dispute_drop")
        zone.files.emit([tmp_path / "a.pdf", tmp_path / "b.pdf"])
        assert "one PDF" in seen.error("additional_documentation")

    play(scene)


def test_what_was_typed_is_there_after_a_restart(
    loop: Loop, stripe: Programme, tmp_path: Path
) -> None:
    bought = stripe.capture()

    async def whole() -> None:
        async with shown(tmp_path, stripe) as seen:
            await seen.dispute(bought)
            seen.choose("other")
            seen.type("dispute_amount", "12,3x")
            seen.write("Half a senten")  # and at once the window closes
        async with shown(tmp_path, stripe) as seen:
            await seen.tab.opened()
            await until(lambda: seen.tab.list.table.model.rows)
            [line] = [x for x in seen.tab.list.table.model.rows if x.transaction_id == bought]
            assert (line.status, line.next) == ("local", "Check the amount")
            seen.tab.list.table.set_current(bought)
            await until(lambda: seen.tab.matter.intake is not None)
            assert seen.find(QComboBox, "dispute_reason").currentData() == "other"
            assert seen.find(QLineEdit, "dispute_amount").text() == "12,3x"
            explanation = seen.find(QWidget, "evidence_explanation")
            assert explanation.text() == "Half a senten"

    loop.run(whole(), seconds=60)
    assert stripe.disputes(bought) == []


def test_words_typed_while_stripe_is_asked_stay(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.choose("fraudulent")
        seen.write("Mine.")
        evidence = {
            "evidence[reason]": "fraudulent",
            "evidence[fraudulent][explanation]": "Theirs.",
        }
        stripe.post("/v1/issuing/disputes", transaction=bought, **evidence)
        seen.tab.matter.again.emit()
        await until(lambda: seen.tab.matter.intake and seen.tab.matter.intake.dispute)
        assert seen.find(QWidget, "evidence_explanation").text() == "Mine."

    play(scene)


def test_stripe_s_refusal_stands_beside_its_field(play: Play, stripe: Programme) -> None:
    card = stripe.card()
    first = stripe.capture(1000, card)

    async def scene(seen: Shown) -> None:
        await seen.dispute(first)
        seen.fill_fraud()
        seen.press("dispute_submit")
        await seen.confirm()
        await until(lambda: seen.tab.matter.detail.isVisible())
        stripe.post("/_practice/clock", advance=60)
        await seen.dispute(second := stripe.capture(2000, card))
        seen.fill_fraud()
        seen.press("dispute_submit")
        await seen.confirm()
        await until(lambda: seen.error("reason"))
        assert "earlier fraud report" in seen.error("reason")
        assert seen.find(QPushButton, "dispute_submit").isEnabled()
        [held] = stripe.disputes(second)
        assert held["status"] == "unsubmitted"

    play(scene)


def test_several_purchases_are_taken_in_one_after_the_other(play: Play, stripe: Programme) -> None:
    first, second = stripe.capture(1000), stripe.capture(2000)

    async def scene(seen: Shown) -> None:
        await seen.place.disputes.refresh(second)
        went: list[str] = []
        seen.focus.go.connect(went.append)
        await seen.dispute(first, second)
        assert went == ["disputes"]
        rows = {line.transaction_id: line for line in await seen.place.disputes.lines("open")}
        assert rows[second].next == "Choose the reason"
        assert first not in rows  # nothing typed yet

    play(scene)


def test_a_purchase_is_chosen_for_the_person_in_focus(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        went: list[str] = []
        seen.focus.go.connect(went.append)
        seen.press("dispute_new")
        picker = seen.tab.matter.picker
        await until(lambda: picker.empty.isVisible())
        assert "Find the cardholder first" in picker.empty.text()
        picker.empty.acted.emit()
        assert went == ["lookup"]
        page = await seen.place.gateway.transactions(cardholder=stripe.cardholder)
        await seen.place.mirror.put(page.records, 1.0)
        seen.focus.set_person(stripe.cardholder)
        seen.press("dispute_new")
        await until(lambda: picker.rows.isVisible())
        assert picker.rows.set_current(bought)
        QTest.keyClick(picker.rows, Qt.Key.Key_Return)
        await until(lambda: seen.tab.matter.transaction_id == bought)

    play(scene)


def test_an_ended_dispute_says_what_it_means(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.fill_fraud("losing_evidence")
        seen.press("dispute_submit")
        await seen.confirm()
        await until(lambda: seen.tab.matter.detail.isVisible())
        stripe.post("/_practice/clock", advance=60)
        await seen.tab.opened()
        seen.tab.list.filter.set_value("ended")
        seen.tab.list.filter.changed.emit("ended")
        listed = seen.tab.list.table.model
        await until(
            lambda: [x.status for x in listed.rows if x.transaction_id == bought] == ["lost"]
        )
        rows = seen.tab.list.table.model.rows
        assert {x.status for x in rows} <= {"won", "lost", "expired"}
        seen.tab.matter.again.emit()
        await until(lambda: "Why it was lost" in seen.tab.matter.detail.outcome.text())
        assert seen.tab.matter.status.text() == "lost"

    play(scene)


def test_offline_what_is_known_stays_in_view(loop: Loop, stripe: Programme, tmp_path: Path) -> None:
    known, unknown = stripe.capture(), stripe.capture()

    async def whole() -> None:
        async with shown(tmp_path, stripe) as seen:
            await seen.dispute(known)
        async with shown(tmp_path, stripe, url="http://127.0.0.1:9") as seen:
            await seen.tab.opened()
            assert seen.tab.problem.isVisible()
            await seen.dispute(known)
            await until(lambda: seen.tab.matter.notice.isVisible())
            assert "What is shown was read" in seen.tab.matter.notice.text()
            assert seen.tab.matter.form.isVisible()
            seen.fill_fraud()
            seen.press("dispute_save")
            await until(lambda: not seen.busy())
            assert seen.find(QWidget, "evidence_explanation").text() == "Took no part."
            seen.focus.dispute_requested.emit((unknown,))
            await until(lambda: seen.tab.matter.failed.isVisible())
            assert seen.tab.matter.failed.text()

    loop.run(whole(), seconds=60)


def test_esc_puts_messages_away_then_leaves_for_the_list(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.tab.matter.notice.appear()
        assert seen.tab.back()
        assert not seen.tab.matter.notice.isVisible()
        seen.find(QComboBox, "dispute_reason").setFocus()
        assert seen.tab.back()
        assert not seen.tab.matter.isAncestorOf(seen.tab.focusWidget() or seen.tab)
        assert not seen.tab.back()

    play(scene)


def test_nothing_is_cut_off_in_the_smallest_window(
    loop: Loop, stripe: Programme, tmp_path: Path
) -> None:
    bought = stripe.capture()

    async def whole() -> None:
        async with shown(tmp_path, stripe, size=(1024, 560)) as seen:
            await seen.dispute(bought)
            for reason in seen.place.disputes.rules.reasons.reasons:
                seen.choose(reason.reason)
                await seen.rest()
                await asyncio.sleep(0)
                area = seen.tab.matter.form.findChild(QScrollArea)
                assert area is not None
                inner = area.widget()
                assert inner is not None
                assert inner.width() <= area.viewport().width(), reason.reason
            assert seen.tab.width() <= 1024

    loop.run(whole(), seconds=60)


def test_the_list_is_read_even_while_changes_rain(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.choose("fraudulent")
        await seen.rest()

        def listed() -> bool:
            seen.place.changes.disputes.emit(frozenset())
            return bought in {x.transaction_id for x in seen.tab.list.table.model.rows}

        await until(listed)

    play(scene)


class _Windows(QObject):
    """Notes every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


def test_no_form_flashes_as_a_window_of_its_own(
    play: Play, stripe: Programme, qapp: QApplication
) -> None:
    bought = stripe.capture()
    seen_windows = _Windows()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        qapp.installEventFilter(seen_windows)
        try:
            for reason in seen.place.disputes.rules.reasons.reasons:
                seen.choose(reason.reason)
                await seen.rest()
        finally:
            qapp.removeEventFilter(seen_windows)
        assert seen_windows.shown == []

    play(scene)


def test_every_input_has_a_name_for_screen_readers(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        for reason in seen.place.disputes.rules.reasons.reasons:
            seen.choose(reason.reason)
            for kind in (QLineEdit, QPlainTextEdit, QComboBox, QPushButton):
                for widget in seen.tab.findChildren(kind):
                    if widget.isVisible() and not isinstance(widget.parent(), QComboBox):
                        assert widget.accessibleName(), (reason.reason, widget.objectName())

    play(scene)
