"""A dispute taken in as a person does it, against the practice Stripe."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from supportdesk.ui.disputes.file_editor import FileEditor
from supportdesk.ui.disputes.preview import Preview
from supportdesk.ui.widgets.drop_zone import DropZone
from supportdesk.ui.widgets.label import ElidedLabel
from supportdesk.ui.widgets.read_back import ReadBack
from tests.services.desk_at_practice import PDF, Programme
from tests.support.evidence import picture, text_pdf
from tests.ui.conftest import Loop, until
from tests.ui.disputes.conftest import Play, Shown, shown


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


def test_several_files_become_one_pdf_in_their_order_and_bad_ones_say_why(
    play: Play, stripe: Programme, tmp_path: Path
) -> None:
    bought = stripe.capture()
    scan, report, blank = tmp_path / "scan.png", tmp_path / "report.pdf", tmp_path / "blank.jpg"
    scan.write_bytes(picture())
    report.write_bytes(text_pdf(2))
    blank.write_bytes(picture("JPEG", ink=None))

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.fill_fraud()
        editor: FileEditor = seen.find(FileEditor, "evidence_additional_documentation")
        zone: DropZone = seen.find(DropZone, "dispute_drop")
        zone.files.emit([scan, blank, report])
        await until(lambda: seen.error("additional_documentation"), seconds=30)
        assert "blank.jpg: Nothing is left of this" in seen.error("additional_documentation")
        assert len(editor.text().split()) == 2
        zone.moved.emit(1)
        await seen.rest()
        assert "blank.jpg: " in seen.error("additional_documentation")  # still, after the pause
        await until(lambda: "MB of the 5 MB" in editor.findChildren(QLabel)[-1].text(), seconds=30)
        files = {f.id: f for f in await seen.place.casebook.disputes.files("practice", bought)}
        assert [files[name].name for name in editor.text().split()] == ["report.pdf", "scan.png"]
        seen.press("dispute_drop_preview")
        await until(lambda: seen.tab.findChild(Preview, "evidence_preview"), seconds=30)
        dialog = seen.find(Preview, "evidence_preview")
        assert "Page 3 of 3" in " ".join(one.text() for one in dialog.findChildren(QLabel))
        dialog.accept()
        seen.press("dispute_submit")
        await seen.confirm()
        await until(lambda: seen.tab.matter.detail.isVisible(), seconds=30)
        [held] = stripe.disputes(bought)
        sent = stripe.get(f"/v1/files/{held['evidence']['fraudulent']['additional_documentation']}")
        assert (sent["type"], sent["filename"]) == ("pdf", "evidence.pdf")

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
            assert (line.status, line.step.detail) == ("local", "wrong:amount")
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
        await seen.rest()
        seen.tab.matter.again.emit()  # what is read meanwhile takes nothing away
        await seen.rest()
        assert "earlier fraud report" in seen.error("reason")
        seen.choose("other")
        assert not seen.error("reason")

    play(scene)
