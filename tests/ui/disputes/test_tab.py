"""List, picker, what became of a dispute, and the look of the tab, against the practice Stripe."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from tests.services.desk_at_practice import Programme
from tests.ui.conftest import Loop, until
from tests.ui.disputes.conftest import Play, Shown, shown

NOT_SENT = "nothing was sent, and nothing waits to be sent"


def test_several_purchases_share_their_answers(play: Play, stripe: Programme) -> None:
    first, second = stripe.capture(1000), stripe.capture(2000)

    async def scene(seen: Shown) -> None:
        await seen.place.disputes.refresh(second)
        went: list[str] = []
        seen.focus.go.connect(went.append)
        await seen.dispute(first, second)
        assert went == ["disputes"]
        rows = {line.transaction_id: line for line in await seen.place.lines("open")}
        assert {rows[name].step.detail for name in (first, second)} == {"wrong:reason"}
        assert not seen.tab.list.isVisible()  # the intake has the room
        seen.press("talk_part_yes")
        seen.press("talk_matter_twice")
        await seen.rest()
        seen.press_in("dispute_together", second)
        await until(lambda: seen.tab.matter.transaction_id == second)
        await until(lambda: seen.find(QComboBox, "dispute_reason").currentData() == "duplicate")
        words = seen.find(QWidget, "evidence_explanation").text()
        assert "EUR 20.00" in words  # each purchase is told about itself
        assert "charged the same purchase twice" in words
        assert seen.find(QLineEdit, "dispute_amount").text() == "20,00"

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
            assert NOT_SENT in seen.tab.problem.text()
            seen.tab.clear_problem()
            await seen.rest()
            seen.press("dispute_submit")
            await seen.confirm()
            await until(lambda: not seen.busy())
            assert NOT_SENT in seen.tab.problem.text()
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
